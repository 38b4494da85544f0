package auto

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
)

// hoursOf are series of n hours with a day, a week and noise.
func hoursOf(n int, ids ...string) []forecast.Series {
	var out []forecast.Series
	for k, id := range ids {
		r := rand.New(rand.NewPCG(7, uint64(k)))
		y := make([]float64, n)
		for i := range y {
			y[i] = 100*float64(k+1) + 20*math.Sin(2*math.Pi*float64(i)/24+float64(k)) + 8*math.Sin(2*math.Pi*float64(i)/168) + 3*r.NormFloat64()
		}
		out = append(out, forecast.Series{ID: id, Values: y})
	}
	return out
}

// Segments trained on long series and the pretrained network are averaged: the order of
// the panel does not matter, and a kept model gives the same forecasts after it was read.
func TestSegmented(t *testing.T) {
	zero, err := ZeroShot()
	if err != nil {
		t.Fatal(err)
	}
	const horizon = 24
	task := forecast.Task{Horizon: horizon, Season: 24, Seed: 1, Threads: 1}
	m := Segmented{Segment: neural.Segment{Hidden: 8, Steps: 30, Members: 2, Origins: 3, Window: 72}, ZeroShot: zero}
	panel := hoursOf(3400, "a", "b")
	fit := func(panel []forecast.Series) (forecast.Model, []forecast.Forecast) {
		t.Helper()
		model, err := m.Fit(ctx, panel, task)
		if err != nil {
			t.Fatal(err)
		}
		fs, err := forecast.ForecastAll(ctx, model, panel, 1)
		if err != nil {
			t.Fatal(err)
		}
		return model, fs
	}
	model, want := fit(panel)
	if e := recentError(ctx, model, panel, task); !(e < 1) {
		t.Errorf("scaled error at the end of the past is %.2f, want less than 1", e)
	}
	alone, err := zero.Fit(ctx, nil, task)
	if err != nil {
		t.Fatal(err)
	}
	other, err := forecast.ForecastAll(ctx, alone, panel, 1)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(want[0].Mean, other[0].Mean) {
		t.Error("the segments change nothing")
	}
	_, turned := fit([]forecast.Series{panel[1], panel[0]})
	identical(t, "other order", turned[1], want[0])
	if w := model.(average).shares; !(w.at(0)[0] == 1 && w.at(horizon)[0] < .7) {
		t.Errorf("the network has %v of the first step and %v of the last", w.at(0)[0], w.at(horizon)[0])
	}

	kept, err := model.(forecast.Keeper).Keep(ctx, panel)
	if err != nil {
		t.Fatal(err)
	}
	file, err := kept.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Method{ZeroShot: zero}.seasons(file, task)
	if err != nil {
		t.Fatal(err)
	}
	fs, err := again.Continue(ctx, panel, horizon)
	if err != nil {
		t.Fatal(err)
	}
	for i := range fs {
		identical(t, "read again", fs[i], want[i])
	}
}

// Training is left out where no series is long enough for it.
func TestLongSeriesTooFewToTrain(t *testing.T) {
	zero, err := ZeroShot()
	if err != nil {
		t.Fatal(err)
	}
	task := forecast.Task{Horizon: 2000, Season: 24, Threads: 1}
	panel := hoursOf(3400, "a")
	got, err := Method{ZeroShot: zero, Train: TrainAlways}.longModel(ctx, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	if name := got.(average).other.Name(); name != (forecast.MultiSeason{}).Name() {
		t.Errorf("the pretrained network is averaged with %s", name)
	}
}
