// Package holidays knows the public holidays of countries, for package regress: of 35
// countries and of the TARGET payment system by rickar/cal, of ten more by the rules of
// this package (see [Calendar.Left] for what these leave out). Days that a government
// sets for one year are in none of them; package regress takes them as events.
package holidays

import (
	"fmt"
	"maps"
	"slices"
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
	"github.com/rickar/cal/v2/ecb"
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
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/nc"
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
	"github.com/segue-go/segue/forecast/calendar"
)

// This is the only file that knows rickar/cal; rules.go has the other countries.

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
	"EU": ecb.Holidays, // on which TARGET, the payment system of the euro, is closed
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
	"MW": mw.Holidays,
	"NC": nc.Holidays,
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
type Calendar struct {
	list []*cal.Holiday
	own  []rule
	left []string
}

// Countries lists the codes that Of knows, in order.
func Countries() []string {
	all := maps.Clone(countries)
	for code := range more {
		all[code] = nil
	}
	return slices.Sorted(maps.Keys(all))
}

// Of finds countries by their two-letter codes (ISO 3166), in upper or lower case. The
// error lists the codes and wraps forecast.ErrUnknown.
func Of(codes ...string) (*Calendar, error) {
	h := &Calendar{}
	for _, c := range codes {
		code := strings.ToUpper(c)
		list, ok := countries[code]
		own, ours := more[code]
		if !ok && !ours {
			return nil, fmt.Errorf("forecast: country %q is none of %s: %w", c, strings.Join(Countries(), ", "), forecast.ErrUnknown)
		}
		h.list, h.own = append(h.list, list...), append(h.own, own.rules...)
		if own.left != "" {
			h.left = append(h.left, fmt.Sprintf("holidays of %s are without %s", code, own.left))
		}
	}
	return h, nil
}

// Left says which holidays of the countries are missing, a sentence each.
func (c *Calendar) Left() []string { return slices.Clone(c.left) }

// Days lists the days of every holiday, by its name, from the first to the last
// year, and the days off in place of those on a weekend (see calendar.Observed).
func (c *Calendar) Days(first, last int) map[string][]time.Time {
	out := map[string][]time.Time{}
	for _, holiday := range c.list {
		for year := first; year <= last; year++ {
			day, off := holiday.Calc(year)
			if day.IsZero() {
				continue
			}
			out[holiday.Name] = append(out[holiday.Name], day)
			if !off.Equal(day) {
				out[holiday.Name+calendar.Observed] = append(out[holiday.Name+calendar.Observed], off)
			}
		}
	}
	for _, r := range c.own {
		r.days(out, first, last)
	}
	return out
}
