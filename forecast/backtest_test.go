package forecast

import (
	"math"
	"slices"
	"testing"
)

// Origins are a step apart, and every trial saw the values before its origin only.
func TestBacktestSteps(t *testing.T) {
	panel := walks(3, 40, 5)
	panel[0].ID, panel[1].ID, panel[2].ID = "a", "b", "c"
	panel[2].Values = panel[2].Values[:12]
	rs, err := Backtest(ctx, []Method{Naive}, panel, Task{Horizon: 6, Season: 1}, BacktestOptions{Folds: 4, Step: 2, Trials: true})
	if err != nil {
		t.Fatal(err)
	}
	var lengths []int
	for _, tr := range rs[0].Trials {
		s := panel[slices.IndexFunc(panel, func(s Series) bool { return s.ID == tr.History.ID })]
		n := len(tr.History.Values)
		if tr.History.ID == "a" {
			lengths = append(lengths, n)
		}
		if !slices.Equal(tr.Actual, s.Values[n:n+6]) || tr.Forecast.Mean[0] != s.Values[n-1] {
			t.Errorf("series %s, %d values: forecast %v, actual %v", s.ID, n, tr.Forecast.Mean, tr.Actual)
		}
	}
	if !slices.Equal(lengths, []int{28, 30, 32, 34}) {
		t.Errorf("origins after %v values, want 28, 30, 32, 34", lengths)
	}
	parts := rs[0].ByStep(1)
	if len(parts) != 6 || parts[0].Name != "1" || !(parts[5].MAE > parts[0].MAE) {
		t.Errorf("by step: %+v", parts)
	}
	var byFold, bySeries float64
	for _, p := range rs[0].ByFold(1) {
		byFold += p.MAE * float64(p.Series)
	}
	for _, p := range rs[0].BySeries(1) {
		bySeries += p.MAE * float64(p.Series)
	}
	all := rs[0].MAE * float64(rs[0].Series)
	if math.Abs(byFold-all) > 1e-9*all || math.Abs(bySeries-all) > 1e-9*all || len(rs[0].BySeries(1)) != 3 {
		t.Errorf("the errors of the parts add up to %v by fold and %v by series, want %v", byFold, bySeries, all)
	}
}

// Without refitting, the first fold is the same, and later ones go on with its
// parameters: they see the values and change the forecasts, but the smoothing stays.
func TestBacktestNoRefit(t *testing.T) {
	panel := walks(2, 60, 8)
	panel[0].ID, panel[1].ID = "a", "b"
	panel[1].Values = panel[1].Values[20:] // joins later
	for _, method := range []Method{Holt, ETS{}, Ensemble{Title: "e", Members: []Method{Theta, SES}}} {
		both := map[bool][]Trial{}
		for _, keep := range []bool{false, true} {
			rs, err := Backtest(ctx, []Method{method}, panel, Task{Horizon: 4, Season: 1}, BacktestOptions{Folds: 9, NoRefit: keep, Trials: true})
			if err != nil {
				t.Fatal(err)
			}
			both[keep] = rs[0].Trials
		}
		same := 0
		for i, fresh := range both[false] {
			kept := both[true][i]
			if fresh.History.ID != kept.History.ID || len(fresh.History.Values) != len(kept.History.Values) {
				t.Fatalf("%s: trial %d differs", method.Name(), i)
			}
			equal := slices.Equal(fresh.Forecast.Mean, kept.Forecast.Mean)
			if equal {
				same++
			}
			if fresh.Fold == 1 && !equal {
				t.Errorf("%s: the first fold differs", method.Name())
			}
		}
		if same == len(both[false]) {
			t.Errorf("%s: all folds are fitted anew", method.Name())
		}
	}
	stranger := function{"stranger", func(y []float64, m, h int) (mean, sd []float64) { return make([]float64, h), make([]float64, h) }}
	if _, err := Backtest(ctx, []Method{stranger}, panel, Task{Horizon: 2, Season: 1}, BacktestOptions{NoRefit: true}); err == nil {
		t.Error("a method that cannot be kept goes on without a word")
	}
}

// On independent differences the test is Student's: the example of Student (1908), R's
// t.test(extra ~ group, data = sleep, paired = TRUE).
func TestDieboldMariano(t *testing.T) {
	var d Difference
	d.test([]float64{-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -.8, -4.6, -1.4}, 0)
	if math.Abs(d.T+4.0621) > 1e-4 || math.Abs(d.P-.002833) > 1e-6 {
		t.Errorf("t %v, p %v, want -4.0621 and .002833", d.T, d.P)
	}
	panel := walks(1, 200, 3)
	rs, err := Backtest(ctx, []Method{Naive, Mean, Naive}, panel, Task{Horizon: 3, Season: 1}, BacktestOptions{Folds: 30, Step: 1, Trials: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := DieboldMariano(rs[0], rs[1], 1); !(d.P < .05) || d.Mean >= 0 || d.N != 30 || d.Over != "folds" {
		t.Errorf("naive against the mean of a random walk: %+v", d)
	}
	if d := DieboldMariano(rs[0], rs[2], 1); !math.IsNaN(d.P) {
		t.Errorf("a method against itself: %+v", d)
	}
	// correlated differences weigh less
	var loose, tight Difference
	x := make([]float64, 40)
	for i := range x {
		x[i] = 1 + math.Sin(float64(i)/6)
	}
	tight.test(x, 0)
	loose.test(x, 5)
	if !(loose.P > tight.P) {
		t.Errorf("p %v with six correlated lags, %v without", loose.P, tight.P)
	}
	wide, err := Backtest(ctx, []Method{Naive, Mean}, walks(40, 50, 4), Task{Horizon: 3, Season: 1}, BacktestOptions{Trials: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range wide {
		for k := range wide[i].Trials {
			wide[i].Trials[k].History.ID = string(rune('A' + k))
		}
	}
	if d := DieboldMariano(wide[0], wide[1], 1); d.Over != "series" || d.N != 40 || !(d.P < .05) {
		t.Errorf("40 series: %+v", d)
	}
}
