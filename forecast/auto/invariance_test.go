package auto

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
)

// everyMethod lists all methods by name; networks train a few steps only.
func everyMethod(t *testing.T) []forecast.Method {
	t.Helper()
	short := neural.LSTM{Steps: 15, Members: 2, Hidden: 8}
	var out []forecast.Method
	for _, d := range List() {
		m, err := Lookup(d.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, trained := m.(neural.LSTM); trained {
			m = short
		}
		out = append(out, m)
	}
	return out
}

// kinds are series of the kinds that people have: grown sales, a noisy stock, spare
// parts, a balance on both sides of zero.
func kinds(n int) []forecast.Series {
	r := rand.New(rand.NewPCG(7, 7))
	level := 200.
	f := map[string]func(i int) float64{
		"a sales": func(i int) float64 {
			level += 1 + 4*r.NormFloat64()
			return level + 30*math.Sin(float64(i)*math.Pi/6)
		},
		"b stock":   func(i int) float64 { return 80 + 9*r.NormFloat64() },
		"c parts":   func(i int) float64 { return float64(max(0, r.IntN(9)-5)) },
		"d balance": func(i int) float64 { return 40*math.Sin(float64(i)*math.Pi/6) + 10*r.NormFloat64() },
	}
	var out []forecast.Series
	for _, id := range []string{"a sales", "b stock", "c parts", "d balance"} {
		s := forecast.Series{ID: id, Values: make([]float64, n)}
		for i := range s.Values {
			s.Values[i] = f[id](i)
		}
		out = append(out, s)
	}
	return out
}

// moved is a panel with every value changed.
func moved(panel []forecast.Series, f func(v float64) float64) []forecast.Series {
	out := slices.Clone(panel)
	for i, s := range panel {
		out[i].Values = make([]float64, len(s.Values))
		for j, v := range s.Values {
			out[i].Values[j] = f(v)
		}
	}
	return out
}

func runAll(t *testing.T, m forecast.Method, panel []forecast.Series, threads int) map[string]forecast.Forecast {
	t.Helper()
	fs, err := forecast.Run(ctx, m, panel, forecast.Task{Horizon: 6, Season: 12, Threads: threads, Seed: 3})
	if err != nil {
		t.Fatalf("%s: %v", m.Name(), err)
	}
	out := map[string]forecast.Forecast{}
	for _, f := range fs {
		out[f.ID] = f
	}
	return out
}

// distance is the largest distance of two forecasts, means and quantiles, in widths of
// the 80% interval of want, after want was moved by f.
func distance(got, want forecast.Forecast, f func(v float64) float64) (d float64) {
	for h := range want.Mean {
		lo, hi := want.Interval(h, 80)
		width := math.Abs(f(hi)-f(lo)) + 1e-9*math.Abs(f(want.Mean[h])) + 1e-300
		d = max(d, math.Abs(got.Mean[h]-f(want.Mean[h]))/width)
		for _, p := range []float64{.1, .9} {
			q := p
			if f(1) < f(0) {
				q = 1 - p
			}
			d = max(d, math.Abs(got.Quantile(h, q)-f(want.Quantile(h, p)))/width)
		}
	}
	return d
}

// identical is an error if two forecasts differ in any bit.
func identical(t *testing.T, what string, got, want forecast.Forecast) {
	t.Helper()
	if !slices.Equal(got.Mean, want.Mean) || !slices.EqualFunc(got.Q, want.Q, slices.Equal[[]float64]) {
		t.Errorf("%s: series %q: %v, want the same bits as %v", what, want.ID, got.Mean, want.Mean)
	}
}

// What a table says besides the values decides nothing: the order of the series, gaps
// before the first value, a column that is there twice, the number of threads. Another
// series changes nothing either for a method that looks at one at a time.
func TestSameSeriesSameForecast(t *testing.T) {
	panel := kinds(72)
	reversed := slices.Clone(panel)
	slices.Reverse(reversed)
	late := slices.Clone(panel)
	for i, s := range panel {
		late[i].Values = append(slices.Repeat([]float64{math.NaN()}, 25), s.Values...)
	}
	twice := append(slices.Clone(panel), forecast.Series{ID: "copy", Values: panel[0].Values})
	for _, m := range everyMethod(t) {
		want := runAll(t, m, panel, 1)
		of := func(what string, got map[string]forecast.Forecast) {
			t.Helper()
			for id, f := range want {
				identical(t, m.Name()+", "+what, got[id], f)
			}
		}
		of("other order", runAll(t, m, reversed, 1))
		of("three threads", runAll(t, m, panel, 3))
		of("leading gaps", runAll(t, m, late, 1))
		copied := runAll(t, m, twice, 1)
		identical(t, m.Name()+", a copy", copied["copy"], copied["a sales"])
		if _, ok := m.(forecast.PerSeries); ok {
			of("another series", copied)
		}
	}
}

// A panel that is large enough to hold out whole series, and to train on, may be sorted.
func TestOrderOfALargePanel(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var panel []forecast.Series
	for i := range 60 {
		s := forecast.Series{ID: string(rune('A' + i)), Values: make([]float64, 44+i%3)}
		level := 50 + 100*r.Float64()
		for k := range s.Values {
			level += r.NormFloat64()
			s.Values[k] = level + 8*math.Sin(float64(k)*math.Pi/2)
		}
		panel = append(panel, s)
	}
	reversed := slices.Clone(panel)
	slices.Reverse(reversed)
	for _, m := range everyMethod(t) {
		if _, ok := m.(forecast.Trainer); !ok {
			continue
		}
		run := func(panel []forecast.Series) map[string]forecast.Forecast {
			fs, err := forecast.Run(ctx, m, panel, forecast.Task{Horizon: 4, Season: 4})
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]forecast.Forecast{}
			for _, f := range fs {
				out[f.ID] = f
			}
			return out
		}
		got := run(reversed)
		for id, f := range run(panel) {
			identical(t, m.Name(), got[id], f)
		}
	}
}

// In thousands, the forecast is in thousands. The tolerance, in widths of the 80%
// interval, is that of the searches for parameters, which end at a relative 1e-7 of a
// likelihood that is flat there; methods that search nothing are exact but for rounding.
func TestUnits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds of all methods")
	}
	panel := kinds(72)
	for _, m := range everyMethod(t) {
		want := runAll(t, m, panel, 0)
		for _, unit := range []float64{1e-3, 1e6} {
			scale := func(v float64) float64 { return v * unit }
			got := runAll(t, m, moved(panel, scale), 0)
			for id, f := range want {
				if d := distance(got[id], f, scale); d > 1e-3 {
					t.Errorf("%s: series %q times %g is off by %.2g of its interval", m.Name(), id, unit, d)
				}
			}
		}
	}
}

// A level that is large against the changes says nothing: with two million more, the
// forecast is two million higher. Those that remove a season by division do so nearly
// (1e6 against 3e6), and their searches end early on trends; the others exactly.
func TestLevels(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds of all methods")
	}
	panel := kinds(72)
	high := func(v float64) float64 { return v + 1e6 }
	lift := func(v float64) float64 { return v + 2e6 }
	exact := []string{"naive", "snaive", "drift", "mean", "regression", "arima", "zeroshot"}
	for _, m := range everyMethod(t) {
		limit := .2
		if slices.Contains(exact, m.Name()) {
			limit = 1e-3
		}
		want := runAll(t, m, moved(panel, high), 0)
		got := runAll(t, m, moved(moved(panel, high), lift), 0)
		low := runAll(t, m, panel, 0)
		for id, f := range want {
			if d := distance(got[id], f, lift); d > limit {
				t.Errorf("%s: series %q two million higher is off by %.2g of its interval", m.Name(), id, d)
			}
			// the networks see the same series in logarithms and as it is: not exactly
			if d := distance(f, low[id], high); m.Name() == "zeroshot" && d > 1.5 {
				t.Errorf("%s: series %q a million higher is off by %.2g of its interval", m.Name(), id, d)
			}
		}
	}
}

// The negative of a series on both sides of zero has the negative forecast, but for the
// networks: what they learned of rising series is not what they learned of falling ones.
func TestNegated(t *testing.T) {
	panel := kinds(72)[3:]
	minus := func(v float64) float64 { return -v }
	for _, m := range everyMethod(t) {
		if slices.Contains([]string{"auto", "zeroshot", "lstm"}, m.Name()) {
			continue
		}
		want, got := runAll(t, m, panel, 0), runAll(t, m, moved(panel, minus), 0)
		for id, f := range want {
			if d := distance(got[id], f, minus); d > .05 {
				t.Errorf("%s: the negative is off by %.2g of its interval", m.Name(), d)
			}
		}
	}
}
