package forecast

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// This is the only file that knows rickar/cal.

// countries by ISO 3166 code.
var countries = map[string][]*cal.Holiday{
	"AR": ar.Holidays,
	"AT": at.Holidays,
	"AU": au.HolidaysNSW, // of New South Wales: the states differ
	"BE": be.Holidays,
	"BG": bg.Holidays,
	"BR": br.Holidays,
	"CA": ca.Holidays,
	"CH": ch.Holidays,
	"CZ": cz.Holidays,
	"DE": de.Holidays,
	"DK": dk.Holidays,
	"ES": es.Holidays,
	"FR": fr.Holidays,
	"GB": gb.Holidays,
	"GR": gr.Holidays,
	"HR": hr.Holidays,
	"IE": ie.Holidays,
	"IT": it.Holidays,
	"JP": jp.Holidays,
	"LT": lt.Holidays,
	"LV": lv.Holidays,
	"NL": nl.Holidays,
	"NO": no.Holidays,
	"NZ": nz.Holidays,
	"PL": pl.Holidays,
	"RO": ro.Holidays,
	"RU": ru.Holidays,
	"SE": se.Holidays,
	"SI": si.Holidays,
	"SK": sk.Holidays,
	"UA": ua.Holidays,
	"US": us.Holidays,
	"ZA": za.Holidays,
}

// Holidays are the public holidays of a country (or of several).
type Holidays struct{ list []*cal.Holiday }

// NewHolidays looks countries up by their two-letter codes.
func NewHolidays(codes ...string) (*Holidays, error) {
	h := &Holidays{}
	for _, c := range codes {
		list, ok := countries[strings.ToUpper(c)]
		if !ok {
			var known []string
			for k := range countries {
				known = append(known, k)
			}
			sort.Strings(known)
			return nil, fmt.Errorf("forecast: country %q is none of %s: %w", c, strings.Join(known, ", "), ErrUnknown)
		}
		h.list = append(h.list, list...)
	}
	return h, nil
}

// columns counts, for every holiday that occurs in the first n steps of a
// series, the days of it in each step.
func (h *Holidays) columns(s Series, n int) []regressorValues {
	first, last := s.Time(0).Year(), s.Time(n).Year()
	byName := map[string]map[time.Time]bool{}
	var names []string
	for _, holiday := range h.list {
		for year := first; year <= last; year++ {
			day, _ := holiday.Calc(year)
			if day.IsZero() {
				continue
			}
			if byName[holiday.Name] == nil {
				byName[holiday.Name] = map[time.Time]bool{}
				names = append(names, holiday.Name)
			}
			byName[holiday.Name][time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)] = true
		}
	}
	slices.Sort(names)
	var out []regressorValues
	for _, name := range names {
		values := holidayColumn(s, n, byName[name])
		seen := 0
		for _, v := range values[:len(s.Values)] {
			if v > 0 {
				seen++
			}
		}
		if seen > 1 { // one day tells an effect from an accident badly
			out = append(out, regressorValues{"holiday " + name, values})
		}
	}
	return out
}
