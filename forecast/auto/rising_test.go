package auto

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// A running total goes on at the rate of its last days, weekdays included, and never falls:
// not its mean, and not the lower end of an interval. So does one whose model was kept in
// a file, and one with a gap.
func TestRunningTotal(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	const n, horizon = 800, 14
	var values []float64
	sum := 0.0
	for day := range n + horizon {
		rate := 60 + 50*math.Sin(float64(day)/120)
		if day%7 >= 5 {
			rate *= .3
		}
		sum += math.Round(max(0, rate*(1+.15*r.NormFloat64())))
		values = append(values, sum)
	}
	past, future := values[:n:n], values[n:]
	gap := append([]float64{}, past...)
	gap[400], gap[401] = math.NaN(), math.NaN()
	corrected, reset, late := append([]float64{}, past...), append([]float64{}, past...), append([]float64{}, past...)
	for i := range past {
		if i < 600 {
			corrected[i] += 500
			reset[i] += 40000
		}
		if i < n-1 {
			late[i] += 500
		}
	}
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for what, values := range map[string][]float64{
		"all known": past, "a gap": gap, "corrected once": corrected, "a meter that was reset": reset, "corrected at last": late,
	} {
		s := forecast.Series{ID: "cases", Values: values}
		task := forecast.Task{Horizon: horizon, Season: 7}
		m, err := forecast.Fit(ctx, method, []forecast.Series{s}, task)
		if err != nil {
			t.Fatal(err)
		}
		f, err := m.Forecast(s)
		if err != nil {
			t.Fatal(err)
		}
		if again := throughFile(t, method, m, s, task); math.Abs(again.Mean[9]-f.Mean[9]) > 1e-9*f.Mean[9] {
			t.Errorf("%s: %v from a file, %v before", what, again.Mean[9], f.Mean[9])
		}
		last := past[n-1]
		for h, mean := range f.Mean {
			lo, _ := f.Interval(h, 95)
			before := last
			if h > 0 {
				before = f.Mean[h-1]
			}
			if lo < last || mean < before {
				t.Errorf("%s: step %d is %v (from %v), after %v", what, h+1, mean, lo, before)
			}
		}
		grown := future[horizon-1] - last
		if off := math.Abs(f.Mean[horizon-1] - future[horizon-1]); off > .25*grown {
			t.Errorf("%s: two weeks ahead it is %v off, of a growth of %v", what, off, grown)
		}
		if c := m.(forecast.Checked).Check(); c == nil || c.MASE > .3*c.SeasonalNaive && what != "corrected at last" {
			t.Errorf("%s: check %+v", what, c)
		}
	}
}

// The interval of a total widens with the root of the steps where increments are
// independent, and with the steps and more where their level moves.
func TestRunningTotalInterval(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n, horizon = 400, 14
	var independent, moving forecast.Series
	level, a, b := 500., 0., 0.
	for range n {
		level += 5 * r.NormFloat64()
		a += 500 + 50*r.NormFloat64()
		b += level
		independent.Values, moving.Values = append(independent.Values, a), append(moving.Values, b)
	}
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	panel := []forecast.Series{independent, moving}
	m, err := forecast.Fit(ctx, method, panel, forecast.Task{Horizon: horizon, Season: 7})
	if err != nil {
		t.Fatal(err)
	}
	fs, err := forecast.ForecastAll(ctx, m, panel, 1)
	if err != nil {
		t.Fatal(err)
	}
	wider := func(f forecast.Forecast) float64 {
		nearLo, nearHi := f.Interval(0, 80)
		farLo, farHi := f.Interval(horizon-1, 80)
		return (farHi - farLo) / (nearHi - nearLo)
	}
	if w := wider(fs[0]); w < 2 || w > 7 { // the root of 14 is 3.7
		t.Errorf("independent increments: %.1f times as wide two weeks ahead", w)
	}
	if w := wider(fs[1]); w < 14 {
		t.Errorf("a moving level: %.1f times as wide two weeks ahead", w)
	}
}

// What falls often or at regular times, what hardly moves and what is short is no running
// total.
func TestRises(t *testing.T) {
	line := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = float64(i)
		}
		return out
	}
	reset, often, weekly := line(200), line(300), line(700)
	reset[150] = 3
	for _, i := range []int{70, 100, 240} {
		often[i] = 3
	}
	for i := range weekly {
		weekly[i] = float64((i + 20) % 168)
	}
	for what, c := range map[string]struct {
		values []float64
		want   bool
	}{
		"a line": {line(200), true}, "few values": {line(40), false},
		"a meter that was reset": {reset, true}, "falls often": {often, false},
		"a week's hours": {weekly, false}, "a constant": {make([]float64, 200), false},
	} {
		if got := rises(c.values); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// throughFile is the forecast of a model that was written and read again.
func throughFile(t *testing.T, method forecast.Restorer, m forecast.Model, s forecast.Series, task forecast.Task) forecast.Forecast {
	t.Helper()
	panel := []forecast.Series{s}
	kept, err := m.(forecast.Keeper).Keep(ctx, panel)
	if err != nil {
		t.Fatal(err)
	}
	data, err := kept.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := method.Restore(data, task.Resolve(panel))
	if err != nil {
		t.Fatal(err)
	}
	fs, err := again.Continue(ctx, panel, task.Horizon)
	if err != nil {
		t.Fatal(err)
	}
	return fs[0]
}
