package multiseason

import (
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// A candidate continues the first n values of a series for horizon steps.
type candidate struct {
	ratio bool // its errors grow with the level
	run   func(n, horizon int) []float64
}

// halves are the days after which the shape of a day counts half.
var halves = []float64{8, 40, 400}

// specs are the ways to fit, from a level that moves at once to one that never does.
// The penalties are in units of one observation; tuned on daily sums of EIA's demand,
// see forecast/benchmarks/long.md.
func specs(periods []float64) []spec {
	const soon, late, never = 30, 300, 1e5 // the level moves
	out := []spec{
		{level: soon, rough: 10},
		{level: late, rough: 10},
		{level: late, rough: 10, slope: true, memory: 3},
		{level: never, rough: 10, slope: true, memory: 3},
		{level: 1e9, rough: 1e-7, slope: true}, // a clean series goes on exactly
	}
	k := len(periods)
	if k == 0 {
		return out
	}
	if periods[k-1] > long {
		out = append(out, spec{level: late, rough: 10, dates: true})
	} else {
		out = append(out, spec{level: 1e9, rough: 1e-7, slope: true, pairs: 1})
	}
	return append(out,
		spec{level: soon, rough: 10, without: 1},
		spec{level: never, rough: 10, slope: true, memory: 3, without: 1})
}

// candidates lists what is tried on y at the origins.
func candidates(y, periods []float64, at []int) []candidate {
	out := fits(y, periods, at, false)
	if z, ok := classic.Logs(y); ok {
		out = append(out, fits(z, periods, at, true)...)
	}
	for _, p := range periods {
		m := wholeSeason(p, periods)
		out = append(out, candidate{run: func(n, horizon int) []float64 {
			f, _ := classic.SeasonalNaive(y[:n], m, horizon)
			return f
		}})
	}
	return append(out, candidate{run: func(n, horizon int) []float64 {
		var s float64
		for _, v := range y[:n] {
			s += v
		}
		f := make([]float64, horizon)
		for i := range f {
			f[i] = s / float64(n)
		}
		return f
	}})
}

// wholeSeason is the number of steps after which a season repeats and all shorter
// ones do too, as near as may be: 364 days for a year with weeks.
func wholeSeason(p float64, periods []float64) int {
	m := math.Round(p)
	for _, q := range periods {
		if q < p && q == math.Trunc(q) && q >= 2 {
			m = math.Floor(p/q+1e-9) * q
		}
	}
	return int(m)
}

// fits are the regressions on one scale.
func fits(z, periods []float64, at []int, log bool) []candidate {
	var out []candidate
	add := func(run func(n, horizon int) []float64) {
		out = append(out, candidate{log, func(n, horizon int) []float64 {
			f := run(n, horizon)
			if log {
				for i, v := range f {
					f[i] = repro.Exp(min(v, 700))
				}
			}
			return f
		}})
	}
	if !daily(periods) {
		p := newPast(periods, z, at)
		for _, s := range specs(periods) {
			add(func(n, horizon int) []float64 { return p.fit(s, n).forecast(horizon) })
		}
		return out
	}
	b := newBlocks(z, periods, at)
	for i, s := range specs(b.days.d.periods) {
		for k, half := range halves {
			if k == 1 || i == 1 {
				add(func(n, horizon int) []float64 { return b.forecast(s, half, n, horizon) })
			}
		}
	}
	return out
}

// daily reports whether the first period is a day of several steps that is fitted
// step by step; all others must be a number of days.
func daily(periods []float64) bool {
	return len(periods) > 0 && periods[0] >= 8 && periods[0] == math.Trunc(periods[0]) && (len(periods) > 1 || periods[0] > long)
}
