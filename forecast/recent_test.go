package forecast

import (
	"slices"
	"testing"
)

// Methods to which old values hardly matter do not look at them in long histories, whether
// the model is kept or not; those that are defined by all values do.
func TestLongHistories(t *testing.T) {
	y := wave(recentValues+5000, 2, 3)
	s, task := Series{Values: y}, Task{Horizon: 5, Season: 7}
	answer := func(m Method, s Series) Forecast {
		fs, err := Run(ctx, m, []Series{s}, task)
		if err != nil {
			t.Fatal(err)
		}
		return fs[0]
	}
	for _, m := range []Method{Blend, STL} {
		all := answer(m, s)
		if !slices.Equal(all.Mean, answer(m, s.Tail(recentValues)).Mean) {
			t.Errorf("%s: values before the last %d change the forecast", m.Name(), recentValues)
		}
		model, err := Fit(ctx, m, []Series{s}, task)
		if err != nil {
			t.Fatal(err)
		}
		k, err := keep(ctx, model, []Series{s})
		if err != nil {
			t.Fatal(err)
		}
		fs, err := ForecastAll(ctx, Continuing(k, task.Horizon), []Series{s}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(all.Mean, fs[0].Mean) {
			t.Errorf("%s: the model that is kept forecasts something else", m.Name())
		}
	}
	if slices.Equal(answer(Mean, s).Mean, answer(Mean, s.Tail(recentValues)).Mean) {
		t.Error("mean is not that of all values")
	}
}
