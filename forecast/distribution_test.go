package forecast

import (
	"math"
	"slices"
	"testing"
	"time"
)

// Quantiles rise with the probability, within the known ones and beyond; intervals of
// higher levels contain those of lower ones.
func TestQuantilesAreOrdered(t *testing.T) {
	skewed := Forecast{Mean: []float64{3}, Probs: []float64{.1, .5, .9}, Q: [][]float64{{1, 2, 7}}}
	for name, f := range map[string]Forecast{"normal": Normal([]float64{10, -5}, []float64{2, .1}), "skewed": skewed, "no spread": Normal([]float64{4}, []float64{0})} {
		for h := range f.Mean {
			last := math.Inf(-1)
			for p := .001; p < 1; p += .001 {
				q := f.Quantile(h, p)
				if q < last-1e-12 {
					t.Fatalf("%s: the quantile at %.3f is %v, below the one before, %v", name, p, q, last)
				}
				last = q
			}
			lo, hi := f.Median(h), f.Median(h)
			for _, level := range []float64{1, 50, 80, 95, 99.9} {
				a, b := f.Interval(h, level)
				if a > lo || b < hi {
					t.Errorf("%s: the %g%% interval %v to %v does not contain %v to %v", name, level, a, b, lo, hi)
				}
				lo, hi = a, b
			}
		}
	}
	for i, p := range skewed.Probs {
		if got := skewed.Quantile(0, p); math.Abs(got-skewed.Q[0][i]) > 1e-12 {
			t.Errorf("the quantile at %v is %v, want %v", p, got, skewed.Q[0][i])
		}
	}
	one := Forecast{Mean: []float64{3}, Probs: []float64{.5}, Q: [][]float64{{3}}}
	if lo, hi := one.Interval(0, 95); lo != 3 || hi != 3 {
		t.Errorf("a forecast of one quantile has the interval %v to %v", lo, hi)
	}
}

// Map and Shift move the whole distribution; Map and Head leave the original alone.
func TestForecastMoves(t *testing.T) {
	f := Normal([]float64{10, 20, 30}, []float64{1, 2, 3})
	double := f.Map(func(v float64) float64 { return 2 * v })
	if double.Mean[1] != 40 || math.Abs(double.Quantile(1, .975)-2*f.Quantile(1, .975)) > 1e-12 || f.Mean[1] != 20 {
		t.Errorf("twice %v is %v", f.Mean, double.Mean)
	}
	moved := f.Map(func(v float64) float64 { return v })
	moved.Shift(0, 5, false)
	moved.Shift(1, math.Log(3), true)
	for h, want := range []float64{15, 60, 30} {
		if math.Abs(moved.Mean[h]-want) > 1e-9 || math.Abs(moved.Median(h)-want) > 1e-9 {
			t.Errorf("step %d was moved to %v, median %v, want %v", h, moved.Mean[h], moved.Median(h), want)
		}
	}
	if w, v := moved.Quantile(1, .9)-moved.Median(1), f.Quantile(1, .9)-f.Median(1); math.Abs(w-3*v) > 1e-9 {
		t.Errorf("a ratio of 3 makes the spread %v, it was %v", w, v)
	}
	if h := f.Head(2); h.Horizon() != 2 || f.Horizon() != 3 || f.Head(9).Horizon() != 3 {
		t.Error("Head keeps a wrong number of steps")
	}
	if !f.Finite() || (Forecast{Mean: []float64{math.NaN()}, Q: [][]float64{{0}}}).Finite() {
		t.Error("Finite is wrong")
	}
}

// A forecast starts one step after its series, with or without times.
func TestForecastStarts(t *testing.T) {
	s := Series{ID: "a", Start: time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC), Freq: Freq{Unit: Month, N: 1, MonthEnd: true}, Values: []float64{1, 2}}
	f := Normal([]float64{3, 4}, []float64{1, 1}).For(s)
	if f.ID != "a" || !f.Time(0).Equal(time.Date(2020, 3, 31, 0, 0, 0, 0, time.UTC)) || !f.Time(1).Equal(time.Date(2020, 4, 30, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%q starts at %s, then %s", f.ID, f.Time(0), f.Time(1))
	}
	if f := Normal([]float64{3}, []float64{1}).For(Series{Values: []float64{1}}); f.Start != (time.Time{}) {
		t.Errorf("without times the forecast starts at %s", f.Start)
	}
}

// Perfect forecasts have no error; errors in units of the series do not change with
// the units; what is missing is not scored.
func TestScoresOfSimpleForecasts(t *testing.T) {
	train := []float64{1, 3, 2, 5, 4, 6}
	actual := []float64{7, math.NaN(), 9}
	perfect := Normal([]float64{7, 0, 9}, []float64{0, 0, 0})
	s := ScoreAll([]Forecast{perfect}, [][]float64{train}, [][]float64{actual}, 1)
	if s.MAE != 0 || s.SMAPE != 0 || s.MASE != 0 || s.WQL != 0 || s.Coverage != 1 {
		t.Errorf("a perfect forecast scores %+v", s)
	}
	rough := Normal([]float64{6, 8, 10}, []float64{1, 1, 1})
	plain := ScoreAll([]Forecast{rough}, [][]float64{train}, [][]float64{actual}, 1)
	times := func(v []float64, k float64) []float64 {
		out := slices.Clone(v)
		for i := range out {
			out[i] *= k
		}
		return out
	}
	scaled := ScoreAll([]Forecast{rough.Map(func(v float64) float64 { return 8 * v })}, [][]float64{times(train, 8)}, [][]float64{times(actual, 8)}, 1)
	for name, pair := range map[string][2]float64{"MASE": {plain.MASE, scaled.MASE}, "sMAPE": {plain.SMAPE, scaled.SMAPE}, "WQL": {plain.WQL, scaled.WQL}, "MSIS": {plain.MSIS, scaled.MSIS}, "8 MAE": {8 * plain.MAE, scaled.MAE}} {
		if math.Abs(pair[0]-pair[1]) > 1e-12*pair[0] {
			t.Errorf("%s is %v, and %v in other units", name, pair[0], pair[1])
		}
	}
	// a constant history has no scale: it counts for MAE, not for MASE
	both := ScoreAll([]Forecast{rough, rough}, [][]float64{train, {5, 5, 5}}, [][]float64{actual, {6, 8, 10}}, 1)
	if both.Series != 2 || both.MASE != plain.MASE || both.MAE != plain.MAE/2 {
		t.Errorf("with a constant history MASE is %v of %v, MAE %v of %v", both.MASE, plain.MASE, both.MAE, plain.MAE)
	}
}

// Of independent steps the variance of the total is the sum of the variances; of steps
// that move together the deviations add up.
func TestTotal(t *testing.T) {
	f := Normal([]float64{10, 20, 30, 40}, []float64{2, 2, 2, 2})
	for _, c := range []struct{ correlation, sd float64 }{{0, 4}, {1, 8}} {
		sum := f.Total(c.correlation, 1)
		lo, hi := sum.Interval(0, 95)
		if sum.Horizon() != 1 || math.Abs(sum.Mean[0]-100) > 1e-9 || math.Abs((hi-lo)/2/1.96/c.sd-1) > .05 {
			t.Errorf("correlation %v: %v in [%v, %v], want 100 and a deviation of %v", c.correlation, sum.Mean, lo, hi, c.sd)
		}
	}
	if got := (Forecast{}).Total(.5, 1); got.Horizon() != 0 {
		t.Errorf("the total of nothing: %v", got.Mean)
	}
}
