package forecast

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// seasonal is a line with a season of m steps and noise.
func seasonal(n, m int, slope, size, noise float64, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 3))
	y := make([]float64, n)
	for i := range y {
		y[i] = 100 + slope*float64(i) + size*math.Sin(2*math.Pi*float64(i)/float64(m)) + noise*r.NormFloat64()
	}
	return y
}

// Every classical method beats repeating the last value on a clear season with a
// trend, unless it knows no season.
func TestMethodsUseTheSeason(t *testing.T) {
	y := seasonal(132, 12, .5, 20, 1, 1)
	panel := []Series{{Values: y[:120]}}
	mae := func(m Method) float64 {
		fs, err := Run(ctx, m, panel, Task{Horizon: 12, Season: 12})
		if err != nil {
			t.Fatal(err)
		}
		return ScoreAll(fs, [][]float64{y[:120]}, [][]float64{y[120:]}, 12).MAE
	}
	last := mae(Naive)
	for _, m := range []Method{SeasonalNaive, Naive2, Theta, DynamicTheta, SES, Holt, Damped, CES, STL, Comb, Blend, ETS{}, ARIMA{}} {
		if got := mae(m); got > last/2 {
			t.Errorf("%s: mean absolute error %.2f, that of naive is %.2f", m.Name(), got, last)
		}
	}
}

// Whatever the door, a series that cannot be continued is refused, in the same words.
func TestDoorsRefuse(t *testing.T) {
	good := Series{ID: "good", Values: []float64{1, 2, 3, 4}}
	model, err := Fit(ctx, Theta, []Series{good}, Task{Horizon: 2})
	if err != nil {
		t.Fatal(err)
	}
	for want, bad := range map[error]Series{
		ErrTooShort: {ID: "nothing", Values: []float64{math.NaN(), math.NaN()}},
		ErrInput:    {ID: "large", Values: []float64{1, math.Inf(-1)}},
	} {
		_, fit := Fit(ctx, Theta, []Series{good, bad}, Task{Horizon: 2})
		_, all := ForecastAll(ctx, model, []Series{good, bad}, 0)
		_, one := model.Forecast(bad)
		for name, err := range map[string]error{"Fit": fit, "ForecastAll": all, "Forecast": one} {
			if !errors.Is(err, want) || err.Error() != fit.Error() {
				t.Errorf("%s of the series %q: %v", name, bad.ID, err)
			}
		}
	}
	if _, err := model.Forecast(Series{}); !errors.Is(err, ErrTooShort) {
		t.Errorf("an empty series: %v", err)
	}
}

// A model forecasts a series the same alone, in a panel, and with any number of
// threads; a cancelled context ends the work.
func TestForecastAllIsForecast(t *testing.T) {
	var panel []Series
	for i := range 9 {
		panel = append(panel, Series{ID: string(rune('a' + i)), Values: seasonal(40+i, 4, .2, 5, 1, uint64(i))})
	}
	model, err := Fit(ctx, Blend, panel, Task{Horizon: 5, Season: 4})
	if err != nil {
		t.Fatal(err)
	}
	all, err := ForecastAll(ctx, model, panel, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range panel {
		f, err := model.Forecast(s)
		if err != nil || f.ID != s.ID || !slices.Equal(f.Mean, all[i].Mean) {
			t.Errorf("series %s: %v alone, %v in the panel (%v)", s.ID, f.Mean, all[i].Mean, err)
		}
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := ForecastAll(done, model, panel, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
}

// Sales do not become negative; a balance that was below zero may.
func TestForecastsKeepTheSign(t *testing.T) {
	falling := []float64{50, 45, 39, 33, 28, 21, 17, 11, 6, 1}
	below := append(slices.Clone(falling), -4)
	for name, y := range map[string][]float64{"falling": falling, "below zero": below} {
		fs, err := Run(ctx, Drift, []Series{{Values: y}}, Task{Horizon: 6, Season: 1})
		if err != nil {
			t.Fatal(err)
		}
		lo, _ := fs[0].Interval(5, 95)
		if negative := lo < 0; negative != (name == "below zero") || (fs[0].Mean[5] < 0) != negative {
			t.Errorf("%s: %v, from %v", name, fs[0].Mean[5], lo)
		}
	}
}

// A task is filled in from the frequency or, without one, from the values.
func TestTaskResolve(t *testing.T) {
	months := []Series{{Freq: Freq{Unit: Month, N: 1}, Values: make([]float64, 50)}}
	waves := []Series{{Values: seasonal(100, 7, 0, 10, 1, 2)}}
	for _, c := range []struct {
		name            string
		task            Task
		panel           []Series
		horizon, season int
	}{
		{"months", Task{}, months, 24, 12},
		{"a week without times", Task{}, waves, 14, 7},
		{"hours", Task{}, []Series{{Freq: Freq{Unit: Hour, N: 1}}}, 48, 24},
		{"years", Task{}, []Series{{Freq: Freq{Unit: Year, N: 1}}}, 6, 1},
		{"as asked", Task{Horizon: 3, Season: 1}, months, 3, 1},
		{"no series", Task{}, nil, 6, 1},
	} {
		if got := c.task.Resolve(c.panel); got.Horizon != c.horizon || got.Season != c.season || got.Threads < 1 {
			t.Errorf("%s: %+v, want horizon %d and season %d", c.name, got, c.horizon, c.season)
		}
	}
}

// A form of ETS does what its letters say, and an unknown one is refused.
func TestETSForm(t *testing.T) {
	y := seasonal(96, 12, 1, 15, 1, 4)
	run := func(form string, values []float64) []float64 {
		fs, err := Run(ctx, ETS{Form: form}, []Series{{Values: values}}, Task{Horizon: 24, Season: 12})
		if err != nil {
			t.Fatal(err)
		}
		return fs[0].Mean
	}
	if f := run("ANN", y); f[0] != f[23] {
		t.Errorf("a form without trend and season goes from %v to %v", f[0], f[23])
	}
	f := run("AAN", y)
	for h := 2; h < len(f); h++ {
		if math.Abs(f[h]-2*f[h-1]+f[h-2]) > 1e-8 {
			t.Fatalf("a form with a linear trend is not a line: %v", f)
		}
	}
	if f := run("MAdM", y); math.Abs(f[3]-f[9]) < 10 {
		t.Errorf("a seasonal form has no season: %v", f)
	}
	// a multiplicative form is not possible here: one is chosen
	negative := seasonal(96, 12, 1, 15, 1, 4)
	for i := range negative {
		negative[i] -= 120
	}
	if chosen := run("", negative); !slices.Equal(run("MAM", negative), chosen) {
		t.Error("a form that the series does not allow is not replaced by the chosen one")
	}
	if name := (ETS{Form: "AAN"}).Name(); name != "ets(AAN)" {
		t.Errorf("the form AAN is called %s", name)
	}
	if _, err := Run(ctx, ETS{Form: "XYZ"}, []Series{{Values: y}}, Task{Horizon: 1}); !errors.Is(err, ErrUnknown) {
		t.Errorf("form XYZ: %v", err)
	}
}

// Fixed orders are the models that they name: a random walk, a drift, the airline
// model's season.
func TestARIMAOrder(t *testing.T) {
	y := seasonal(96, 12, 1, 15, 1, 5)
	run := func(m Method) []float64 {
		fs, err := Run(ctx, m, []Series{{Values: y}}, Task{Horizon: 24, Season: 12})
		if err != nil {
			t.Fatal(err)
		}
		return fs[0].Mean
	}
	walk := run(ARIMA{Order: [3]int{0, 1, 0}})
	if !slices.Equal(walk, run(Naive)) {
		t.Errorf("a random walk goes on with %v, not with the last value %v", walk, y[95])
	}
	drift := run(ARIMA{Order: [3]int{0, 1, 0}, Constant: true})
	for h, want := range run(Drift) {
		if math.Abs(drift[h]-want) > 1e-6 {
			t.Errorf("step %d of a random walk with drift is %v, the drift method says %v", h+1, drift[h], want)
		}
	}
	airline := run(ARIMA{Order: [3]int{0, 1, 1}, Seasonal: [3]int{0, 1, 1}})
	for h, v := range airline {
		want := 100 + float64(96+h) + 15*math.Sin(2*math.Pi*float64(96+h)/12)
		if math.Abs(v-want) > 5 {
			t.Errorf("step %d of the airline model is %.1f, the series is at %.1f", h+1, v, want)
		}
	}
	for _, bad := range []ARIMA{{Order: [3]int{6, 0, 0}}, {Order: [3]int{-1, 1, 0}}, {Seasonal: [3]int{0, 3, 0}}} {
		if _, err := Run(ctx, bad, []Series{{Values: y}}, Task{Horizon: 1}); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", bad.Name(), err)
		}
	}
	// too short for the orders: a forecast all the same
	fs, err := Run(ctx, ARIMA{Order: [3]int{2, 1, 2}, Seasonal: [3]int{1, 1, 1}}, []Series{{Values: y[:9]}}, Task{Horizon: 3, Season: 12})
	if err != nil || !fs[0].Finite() {
		t.Errorf("nine values: %v (%v)", fs, err)
	}
}

// Only networks can be saved; classical methods look at each series alone and
// describe themselves.
func TestAbilities(t *testing.T) {
	for _, m := range ClassicMethods() {
		if !Independent(m) {
			t.Errorf("%s does not look at each series alone", m.Name())
		}
		if d, ok := m.(Described); !ok || d.About() == "" {
			t.Errorf("%s does not describe itself", m.Name())
		}
		model, err := Fit(ctx, m, []Series{{Values: []float64{1, 2, 3}}}, Task{Horizon: 1, Season: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Save(model, true); !errors.Is(err, ErrNotSaved) {
			t.Errorf("%s was saved (%v)", m.Name(), err)
		}
	}
	if Independent(Ensemble{Title: "e"}) {
		t.Error("an ensemble looks at each series alone")
	}
}
