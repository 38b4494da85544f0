package forecast

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// fixed is a method whose forecasts are made by a function.
func fixed(name string, f func(y []float64, m, h int) (mean, sd []float64)) Method {
	return function{name, f}
}

// off is the naive forecast moved by some value.
func off(name string, by float64) Method {
	return fixed(name, func(y []float64, _, h int) (mean, sd []float64) {
		for range h {
			mean, sd = append(mean, y[len(y)-1]+by), append(sd, 1)
		}
		return mean, sd
	})
}

func walks(n, length int, seed uint64) []Series {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]Series, n)
	for i := range out {
		level := 100.0
		for range length {
			level += r.NormFloat64()
			out[i].Values = append(out[i].Values, level)
		}
	}
	return out
}

func weightsOf(t *testing.T, e Ensemble, panel []Series, task Task) []Weight {
	t.Helper()
	m, err := Fit(ctx, e, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	return m.(Weighted).Weights()
}

// With nothing to learn from, the weights are the prior; with two methods whose errors
// cancel, they are even; with many histories, the better one prevails whatever the
// prior says.
func TestWeights(t *testing.T) {
	up, down, wrong := off("up", 4), off("down", -4), off("wrong", 30)
	task := Task{Horizon: 3, Season: 1}
	short := weightsOf(t, Ensemble{Title: "e", Members: []Method{up, down}, Prior: []float64{3, 1}}, walks(1, 4, 1), task)
	if short[0].Weight != .75 || short[1].Weight != .25 || short[0].Method != "up" {
		t.Errorf("without histories the weights are %v, want the prior", short)
	}
	even := weightsOf(t, Ensemble{Title: "e", Members: []Method{up, down}, Prior: []float64{3, 1}}, walks(200, 60, 2), task)
	if math.Abs(even[0].Weight-.5) > .1 {
		t.Errorf("errors of +4 and -4 have the weights %v", even)
	}
	better := weightsOf(t, Ensemble{Title: "e", Members: []Method{off("right", 0), wrong}, Prior: []float64{1, 20}}, walks(300, 60, 3), task)
	if better[0].Weight < .8 {
		t.Errorf("the right method has the weights %v", better)
	}
	few := weightsOf(t, Ensemble{Title: "e", Members: []Method{off("right", 0), wrong}, Prior: []float64{1, 20}}, walks(2, 12, 3), task)
	if few[0].Weight >= better[0].Weight {
		t.Errorf("few histories move the weights to %v, many to %v", few, better)
	}
}

// An ensemble goes on without a member that needs more values, and fails if all do; any
// other error stops it and names the member.
func TestEnsembleWithoutAMember(t *testing.T) {
	panel, task := walks(3, 30, 4), Task{Horizon: 3, Season: 1}
	w := weightsOf(t, Ensemble{Title: "e", Members: []Method{failing{ErrTooShort}, Naive, Drift}}, panel, task)
	if len(w) != 2 || w[0].Method != "naive" || math.Abs(w[0].Weight+w[1].Weight-1) > 1e-12 {
		t.Errorf("the remaining members are %v", w)
	}
	if _, err := Fit(ctx, Ensemble{Title: "e", Members: []Method{failing{ErrTooShort}}}, panel, task); !errors.Is(err, ErrTooShort) {
		t.Errorf("without any member: %v", err)
	}
	_, err := Fit(ctx, Ensemble{Title: "e", Members: []Method{Naive, failing{ErrInput}}}, panel, task)
	if !errors.Is(err, ErrInput) || !strings.HasPrefix(err.Error(), "failing: ") {
		t.Errorf("a member that fails: %v", err)
	}
}

type failing struct{ err error }

func (failing) Name() string { return "failing" }

func (f failing) Fit(context.Context, []Series, Task) (Model, error) { return nil, f.err }

// Of three members, one that explodes does not spoil the average.
func TestOutliersAreClamped(t *testing.T) {
	panel := walks(1, 6, 5) // too short for weights
	e := Ensemble{Title: "e", Members: []Method{Naive, Drift, off("explosion", 1e9)}}
	fs, err := Run(ctx, e, panel, Task{Horizon: 3, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	last := panel[0].Values[5]
	if d := math.Abs(fs[0].Mean[0] - last); d > 20 {
		t.Errorf("the average is %v away from the last value", d)
	}
}

// The check tells how a model compares with seasonal naive, and is silent without
// histories.
func TestCheck(t *testing.T) {
	var panel []Series
	for i := range 5 {
		panel = append(panel, Series{Values: seasonal(80, 4, 1, 10, .5, uint64(i))})
	}
	for _, c := range []struct {
		m      Method
		better bool
	}{{Holt, true}, {off("far", 500), false}} {
		m, err := Fit(ctx, Ensemble{Title: "e", Members: []Method{c.m}}, panel, Task{Horizon: 4, Season: 4})
		if err != nil {
			t.Fatal(err)
		}
		k := m.(Checked).Check()
		if k == nil || k.Histories < 5 || (k.MASE < k.SeasonalNaive) != c.better {
			t.Errorf("%s: %+v, better than seasonal naive should be %v", c.m.Name(), k, c.better)
		}
	}
	m, err := Fit(ctx, Ensemble{Title: "e", Members: []Method{Naive}}, walks(1, 3, 1), Task{Horizon: 4, Season: 4})
	if err != nil || m.(Checked).Check() != nil {
		t.Errorf("three values were checked: %+v (%v)", m.(Checked).Check(), err)
	}
}

// Members that train see neither the held-out series of a large panel nor, at first,
// the held-out end of a small one.
func TestTrainersDoNotSeeWhatTheyAreJudgedBy(t *testing.T) {
	task := Task{Horizon: 4, Season: 1}
	var seen [][]Series
	spy := trainer{func(panel []Series) { seen = append(seen, panel) }}
	large := walks(70, 30, 6)
	weightsOf(t, Ensemble{Title: "e", Members: []Method{spy, Naive}}, large, task)
	if len(seen) != 1 || len(seen[0]) != 60 {
		t.Fatalf("of 70 series %d were seen, %d times", len(seen[0]), len(seen))
	}
	seen = nil
	weightsOf(t, Ensemble{Title: "e", Members: []Method{spy, Mean}}, large[:3], task)
	if len(seen) != 2 || len(seen[0][0].Values) != 12 || len(seen[1][0].Values) != 30 { // eight origins, two steps apart
		t.Errorf("of a small panel %d values were seen first, in %d rounds", len(seen[0][0].Values), len(seen))
	}
}

// A member that trains joins only where that is better than without it on several horizons
// of the past; the forecast is otherwise what it is without it.
func TestTrainingMustHelp(t *testing.T) {
	ctx, task := context.Background(), Task{Horizon: 4, Season: 1}
	train := trainer{func([]Series) {}}
	for _, c := range []struct {
		name  string
		other Method
		panel []Series
		joins bool
	}{
		{"better, one series", Mean, walks(1, 60, 2), true}, {"better, a large panel", Mean, walks(70, 30, 6), true},
		{"the same", Naive, walks(1, 60, 2), false}, {"better, two horizons of the past only", Mean, walks(1, 14, 2), false},
	} {
		m, err := Fit(ctx, Ensemble{Title: "e", Members: []Method{c.other, train}}, c.panel, task)
		if err != nil {
			t.Fatal(err)
		}
		joined := slices.ContainsFunc(m.(Weighted).Weights(), func(w Weight) bool { return w.Method == train.Name() })
		if joined != c.joins {
			t.Errorf("%s: it joins is %v", c.name, joined)
		}
		if joined {
			continue
		}
		got, err := ForecastAll(ctx, m, c.panel, 1)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Run(ctx, Ensemble{Title: "e", Members: []Method{c.other}}, c.panel, task)
		if err != nil || !slices.Equal(got[0].Mean, want[0].Mean) {
			t.Errorf("%s: %v, without it %v (%v)", c.name, got[0].Mean, want[0].Mean, err)
		}
	}
}

// trainer is naive, and reports what it is fitted to.
type trainer struct{ report func(panel []Series) }

func (trainer) Name() string         { return "trainer" }
func (trainer) Trains([]Series) bool { return true }
func (m trainer) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	m.report(panel)
	return Naive.Fit(ctx, panel, task)
}

// Calibration on some series makes the intervals of others cover as they should,
// whether they were too narrow or too wide.
func TestCalibrationCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	truth := func(n int) (actual [][]float64) {
		for range n {
			actual = append(actual, []float64{10 * r.NormFloat64(), 20 * r.NormFloat64()})
		}
		return actual
	}
	for _, factor := range []float64{.4, 1, 2} {
		make := func(n int) (fs []Forecast) {
			for range n {
				fs = append(fs, Normal([]float64{0, 0}, []float64{10 * factor, 20 * factor}))
			}
			return fs
		}
		widths := calibrate(make(500), truth(500), true)
		inside, n := 0., 0.
		fs := make(2000)
		for i, y := range truth(2000) {
			f := fs[i].stretch(widths)
			for h := range y {
				if lo, hi := f.Interval(h, 80); lo <= y[h] && y[h] <= hi {
					inside++
				}
				n++
			}
		}
		if c := inside / n; math.Abs(c-.8) > .03 {
			t.Errorf("intervals %.1f times as wide as the truth cover %.3f after calibration, want .8", factor, c)
		}
	}
	// five errors change nothing
	if w := calibrate([]Forecast{Normal([]float64{0, 0}, []float64{1, 1})}, [][]float64{{50, math.NaN()}}, true); w[0] != 1 {
		t.Errorf("one error stretches by %v", w)
	}
}
