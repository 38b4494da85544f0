// Package holidays knows the public holidays of countries, for package regress.
package holidays

import (
	"fmt"
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
	"github.com/segue-go/segue/forecast"
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

// Calendar holds the public holidays of one or several countries.
type Calendar struct{ list []*cal.Holiday }

// Of finds countries by their two-letter codes (ISO 3166), in upper or lower case. The
// error lists the codes and wraps forecast.ErrUnknown.
func Of(codes ...string) (*Calendar, error) {
	h := &Calendar{}
	for _, c := range codes {
		list, ok := countries[strings.ToUpper(c)]
		if !ok {
			var known []string
			for k := range countries {
				known = append(known, k)
			}
			sort.Strings(known)
			return nil, fmt.Errorf("forecast: country %q is none of %s: %w", c, strings.Join(known, ", "), forecast.ErrUnknown)
		}
		h.list = append(h.list, list...)
	}
	return h, nil
}

// Days lists the days of every holiday, by its name, from the first to the last
// year.
func (c *Calendar) Days(first, last int) map[string][]time.Time {
	out := map[string][]time.Time{}
	for _, holiday := range c.list {
		for year := first; year <= last; year++ {
			if day, _ := holiday.Calc(year); !day.IsZero() {
				out[holiday.Name] = append(out[holiday.Name], day)
			}
		}
	}
	return out
}
