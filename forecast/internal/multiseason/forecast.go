// Package multiseason continues long series with several seasons at once: days with a
// week and a year, hours with a day, a week and a year.
//
// Forecast is the door. Several regressions on a level, a trend and the seasons, the
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

// Forecast continues y (no gaps) for horizon steps: the point forecast, about the
// median, and the quantiles (horizon, probs). The periods are in steps, ascending; one
// that the past doesn't show gets little weight, and one that it doesn't hold nearly
// twice is ignored. Where the first is a day of many steps the others must be whole or
// nearly whole days. ok is false, and nothing else is set, where the history is too
// short to try anything on it.
func Forecast(y, periods []float64, horizon int, probs []float64) (mean []float64, q [][]float64, ok bool) {
	wide := unsure
	all := len(periods)
	if periods = held(periods, len(y)); len(periods) < all {
		wide = unseen
	}
	past := recent(y, periods)
	at, lead := origins(len(past), periods)
	if len(at) == 0 {
		return nil, nil, false
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
	fs := make([][]float64, len(cs))
	for c := range cs {
		fs[c] = make([]float64, horizon)
		if b.counts(c) {
			fs[c] = cs[c].run(len(past), horizon)
		}
	}
	mean = b.mix(fs)
	q = s.quantiles(mean, probs)
	if !daily(periods) {
		withClimate(y, periods, at, len(y)-len(past), tried, s, mean, q, probs)
	}
	return mean, q, true
}

// withClimate averages a forecast with the climate's, by how each did at the origins
// over all quantiles. It changes mean and q.
func withClimate(y, periods []float64, at []int, skip int, tried [][]float64, s *spread, mean []float64, q [][]float64, probs []float64) {
	const power = 8
	period := 0.0
	if k := len(periods); k > 0 {
		period = periods[k-1]
	}
	var ours, theirs float64
	for i, o := range at {
		n := skip + o
		actual := y[n : n+len(tried[i])]
		ours += pinball(actual, s.quantiles(tried[i], probs), probs)
		_, usual := newClimate(y[:n], period).forecast(n, len(actual), probs)
		theirs += pinball(actual, usual, probs)
	}
	w := 1 / (1 + repro.Pow((theirs+1e-300)/(ours+1e-300), power))
	if w < .01 {
		return
	}
	m, usual := newClimate(y, period).forecast(len(y), len(mean), probs)
	for h := range mean {
		mean[h] += w * (m[h] - mean[h])
		for i := range probs {
			q[h][i] += w * (usual[h][i] - q[h][i])
		}
	}
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
