// Package multiseason continues long series with several seasons at once: days with a
// week and a year, hours with a day, a week and a year.
//
// New is the door. Several regressions on a level, a trend and the seasons, the
// seasonal naives, the mean, and what is usual at the time of the year (climate) are
// tried at origins in the past; their average is weighted by how they did there, and
// what came true around it gives the quantiles. Nothing depends on the horizon asked: a
// date has one forecast.
//
// It does not know dates: holidays and months of unequal length belong to the caller.
package multiseason

import (
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// How much wider than the past errors the quantiles are: the weights were chosen on the
// same errors, and a season that the history doesn't hold will move what comes. Tuned
// for the coverage of daily and hourly demand, see forecast/benchmarks/long.md.
const (
	unsure = 1.05
	unseen = 1.2
)

// A Fit is what was estimated on a history and can be used on a longer one: how much each
// candidate weighs, and how far from the average the values came. The regressions of
// the candidates follow from the history itself. It is JSON.
type Fit struct {
	Seasons int       `json:"seasons"` // of the periods, those that the history held
	Near    []float64 `json:"near"`    // weights of the candidates in the first steps
	Far     []float64 `json:"far"`     // and far ahead
	Fade    float64   `json:"fade"`    // steps in which the near weights lose 1-1/e
	Log     bool      `json:"log"`     // the errors are ratios
	Steps   []float64 `json:"steps"`   // logarithms of leads, ascending
	Scale   []float64 `json:"scale"`   // of the errors at them
	Lead    int       `json:"lead"`    // longest that was tried
	Factors []float64 `json:"factors"` // of the quantiles, in units of the scale
	Probs   []float64 `json:"probs"`   // of the quantiles
	Climate float64   `json:"climate"` // share of what is usual at the time of the year

	cs   []candidate // of the history that it was fitted to
	past []float64
}

// New fits y (no gaps), with quantiles at probs. The periods are in steps, ascending; one
// that the past doesn't show gets little weight, and one that it doesn't hold nearly
// twice is ignored. Where the first is a day of many steps the others must be whole or
// nearly whole days. It returns nil where the history is too short to try anything on it.
func New(y, periods, probs []float64) *Fit {
	wide := unsure
	all := len(periods)
	if periods = held(periods, len(y)); len(periods) < all {
		wide = unseen
	}
	past := recent(y, periods)
	at, lead := origins(len(past), periods)
	if len(at) == 0 {
		return nil
	}
	cs := candidates(past, periods, at)
	t := try(past, cs, at, lead)
	b := t.blend(periods)
	var actual, tried [][]float64
	for i, o := range at {
		f := b.mix(t.means[i])
		actual, tried = append(actual, past[o:o+len(f)]), append(tried, f)
	}
	s := newSpread(actual, tried, b.ratio(cs), wide)
	out := &Fit{
		Seasons: len(periods), Near: b.near, Far: b.far, Fade: b.fade, Log: s.log, Steps: s.steps, Scale: s.scale, Lead: s.lead,
		Factors: s.factors(probs), Probs: probs, cs: cs, past: past,
	}
	if !daily(periods) {
		out.Climate = climateWeight(y, periods, at, len(y)-len(past), tried, out)
	}
	return out
}

// Forecast continues y for horizon steps: the point forecast, about the median, and the
// quantiles (horizon, probs). It is the history of New, or one that went on since, and
// the periods are those of New. ok is false, and nothing else is set, where the weights
// do not belong to what would be tried on y.
func (f *Fit) Forecast(y, periods []float64, horizon int) (mean []float64, q [][]float64, ok bool) {
	if f.Seasons < 0 || f.Seasons > len(periods) || !f.sound() {
		return nil, nil, false
	}
	periods = periods[:f.Seasons]
	cs, past := f.cs, recent(y, periods)
	if len(past) < 2 || len(held(periods, len(y))) < len(periods) {
		return nil, nil, false
	}
	if len(f.past) != len(past) || &f.past[0] != &past[0] {
		cs = candidates(past, periods, nil)
	}
	if len(f.Near) != len(cs) || len(f.Far) != len(cs) {
		return nil, nil, false
	}
	b := blend{f.Near, f.Far, f.Fade}
	fs := make([][]float64, len(cs))
	for c := range cs {
		fs[c] = make([]float64, horizon)
		if b.counts(c) {
			fs[c] = cs[c].run(len(past), horizon)
		}
	}
	mean = b.mix(fs)
	q = f.quantiles(mean)
	if f.Climate >= .01 && !daily(periods) {
		m, usual := newClimate(y, last(periods)).forecast(len(y), len(mean), f.Probs)
		for h := range mean {
			mean[h] += f.Climate * (m[h] - mean[h])
			for i := range f.Probs {
				q[h][i] += f.Climate * (usual[h][i] - q[h][i])
			}
		}
	}
	return mean, q, true
}

// sound reports whether the numbers, which may come from a file, fit together.
func (f *Fit) sound() bool {
	ok := len(f.Steps) == len(f.Scale) && len(f.Factors) == len(f.Probs) && f.Fade > 0 && f.Climate >= 0 && f.Climate <= 1 && f.Lead >= 0
	for i := range f.Probs {
		ok = ok && f.Probs[i] > 0 && f.Probs[i] < 1 && (i == 0 || f.Probs[i] > f.Probs[i-1])
	}
	for _, w := range f.Near {
		ok = ok && w >= 0 && w <= 1
	}
	for _, w := range f.Far {
		ok = ok && w >= 0 && w <= 1
	}
	return ok
}

func (f *Fit) quantiles(mean []float64) [][]float64 {
	s := spread{log: f.Log, steps: f.Steps, scale: f.Scale, lead: f.Lead}
	return s.around(mean, f.Factors)
}

// last is the longest period; 0 if there is none.
func last(periods []float64) float64 {
	if k := len(periods); k > 0 {
		return periods[k-1]
	}
	return 0
}

// climateWeight is the share of the climate's forecast, by how each did at the origins
// over all quantiles.
func climateWeight(y, periods []float64, at []int, skip int, tried [][]float64, f *Fit) float64 {
	const power = 8
	period := last(periods)
	var ours, theirs float64
	for i, o := range at {
		n := skip + o
		actual := y[n : n+len(tried[i])]
		ours += pinball(actual, f.quantiles(tried[i]), f.Probs)
		_, usual := newClimate(y[:n], period).forecast(n, len(actual), f.Probs)
		theirs += pinball(actual, usual, f.Probs)
	}
	return 1 / (1 + repro.Pow((theirs+1e-300)/(ours+1e-300), power))
}

// pinball is the mean quantile loss of one forecast.
func pinball(actual []float64, q [][]float64, probs []float64) float64 {
	var s float64
	for h, y := range actual {
		for i, p := range probs {
			d := y - q[h][i]
			s += max(p*d, (p-1)*d)
		}
	}
	return s / float64(len(actual)*len(probs))
}

// Periods are the seasons that steps with the given one usually have, in steps: a week
// and a year for 7, a day, a week and a year for the steps of a day. A season that is
// not known stands alone.
func Periods(season int) []float64 {
	const year = 365.25
	m := float64(season)
	switch {
	case season < 2:
		return nil
	case season == 5: // business days
		return []float64{5, year * 5 / 7}
	case season == 7:
		return []float64{7, year}
	case season == 52:
		return []float64{year / 7}
	case classic.WeekOf(season) > 0:
		return []float64{m, 7 * m, year * m}
	}
	return []float64{m}
}

// held are the periods that n values hold nearly twice.
func held(periods []float64, n int) []float64 {
	const nearly = 1.9
	k := 0
	for k < len(periods) && float64(n) >= nearly*periods[k] {
		k++
	}
	return periods[:k]
}

// recent is the part of y that is fitted: at most a dozen of the longest season, but
// no less than some thousand values.
func recent(y, periods []float64) []float64 {
	const (
		cycles = 12
		least  = 1500
	)
	most := len(y)
	if k := len(periods); k > 0 {
		most = max(least, int(cycles*periods[k-1]))
	}
	return y[max(0, len(y)-most):]
}

// Long reports whether n values with the given season hold all that Forecast can use:
// the year around a shorter season, or, of the steps of a day, twenty weeks. From there
// on it is better alone than averaged with methods that see less of the past.
func Long(season, n int) bool {
	const weeks = 20
	periods := Periods(season)
	if k := len(periods); k < 2 || len(held(periods, n)) == k {
		return k > 1
	}
	return classic.WeekOf(season) > 0 && n >= weeks*7*season
}
