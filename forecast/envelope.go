package forecast

import (
	"fmt"
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// A forecast that leaves history by far is a fault of the method, not a finding: no
// such number goes out without a word of why.

// envelope is what a series' history leaves room for: its range, widened by three
// ranges and by what its growth could add over the horizon. It is generous: of the
// forecasts of M4's yearly to hourly series fewer than one in a thousand touches it.
func envelope(values []float64, horizon int) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	n := 0
	for _, v := range values {
		if !math.IsNaN(v) {
			lo, hi, n = min(lo, v), max(hi, v), n+1
		}
	}
	if hi == lo { // a constant says little about its errors
		width := math.Abs(hi)
		return lo - max(width, 1), hi + max(width, 1)
	}
	far := float64(horizon) / float64(max(n, 4))
	room := 3 * (hi - lo) * (1 + far)
	up := hi + room
	if lo > 0 { // growth by factors
		up = max(up, hi*repro.Pow(hi/lo, min(2*far, 20)))
	}
	return lo - room, up
}

// within puts seasonal naive in the place of a forecast whose means leave the
// envelope, and bounds quantiles that leave three times as much room. One value has no
// error to learn from: its interval is as wide as the value. The Note says so.
func (f Forecast) within(s Series) Forecast {
	if s.Known() == 1 && len(f.Mean) > 0 {
		sd := make([]float64, len(f.Mean))
		for h, v := range f.Mean {
			sd[h] = math.Abs(v) / 2
		}
		out := Normal(f.Mean, sd).For(s)
		out.Note = "one value tells nothing about its errors: the intervals are a guess"
		return out
	}
	lo, hi := envelope(s.Values, len(f.Mean))
	for h, v := range f.Mean {
		if v >= lo && v <= hi {
			continue
		}
		m := s.Freq.Season()
		out := Normal(classic.SeasonalNaive(classic.Fill(s.Values, m), m, len(f.Mean))).For(s)
		out.Note = fmt.Sprintf("step %d was forecast at %.4g, far outside the history; the last season is repeated instead", h+1, v)
		return out
	}
	room := hi - lo
	bounded := false
	for h, q := range f.Q {
		for i, v := range q {
			if c := max(lo-room, min(v, hi+room)); c != v && !math.IsNaN(v) {
				if !bounded {
					bounded = true
					f = f.copied()
				}
				f.Q[h][i] = c
			}
		}
	}
	if bounded {
		f.Note = "intervals that went far outside the history are cut off there"
	}
	return f
}
