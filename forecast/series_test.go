package forecast

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// The head of a series ends with its values; regressors that are known in advance do
// not end with them, others do.
func TestHead(t *testing.T) {
	s := Series{Values: []float64{1, math.NaN(), 3, 4}, Regressors: []Regressor{
		{Name: "plan", Values: []float64{1, 2, 3, 4, 5, 6}, Known: true}, {Name: "weather", Values: []float64{1, 2, 3, 4}},
	}}
	h := s.Head(2)
	if len(h.Values) != 2 || h.Known() != 1 || len(h.Regressors[0].Values) != 6 || len(h.Regressors[1].Values) != 2 {
		t.Errorf("%+v", h)
	}
	h.Values = append(h.Values, 9)
	if s.Values[2] != 3 || len(s.Regressors[1].Values) != 4 {
		t.Error("the series itself was changed")
	}
	if !s.NonNegative() || (Series{Values: []float64{1, -1e-9}}).NonNegative() {
		t.Error("NonNegative is wrong")
	}
}

// Methods are scored on what follows each origin, and fitted to nothing later.
func TestBacktestByHand(t *testing.T) {
	s := Series{Values: []float64{1, 2, 4, 7, 11, 16, 22}}
	rs, err := Backtest(ctx, []Method{Naive, Drift}, []Series{s}, Task{Horizon: 2, Season: 1}, BacktestOptions{Folds: 2})
	if err != nil {
		t.Fatal(err)
	}
	// naive after 1, 2, 4: errors 3, 7; after 1, 2, 4, 7, 11: errors 5, 11
	if got, want := rs[0].MAE, (3+7+5+11)/4.; rs[0].Method != "naive" || got != want || rs[0].Series != 2 {
		t.Errorf("naive: MAE %v of %d forecasts, want %v of 2", got, rs[0].Series, want)
	}
	// the lines rise by 1.5 and by 2.5 a step
	if got, want := rs[1].MAE, (1.5+4+2.5+6)/4.; math.Abs(got-want) > 1e-12 {
		t.Errorf("drift: MAE %v, want %v", got, want)
	}
	if math.Abs(rs[0].OWA-1) > 1e-12 || rs[1].OWA >= 1 {
		t.Errorf("OWA of naive %v, of drift %v: without a season naive is Naive2", rs[0].OWA, rs[1].OWA)
	}
	future := Series{Values: s.Values[5:]}
	against, err := BacktestAgainst(ctx, []Method{Naive}, []Series{s.Head(5)}, []Series{future}, Task{Horizon: 2, Season: 1}, BacktestOptions{})
	if err != nil || against[0].MAE != 8 {
		t.Errorf("against the last two values: %+v (%v)", against, err)
	}
	_, err = Backtest(ctx, []Method{Naive}, []Series{s}, Task{Horizon: 6, Season: 1}, BacktestOptions{})
	if !errors.Is(err, ErrTooShort) || !strings.Contains(err.Error(), "no series has 8 values") {
		t.Errorf("too long a horizon: %v", err)
	}
}

// A method's error names the method.
func TestBacktestNamesTheMethod(t *testing.T) {
	_, err := Backtest(ctx, []Method{ETS{Form: "no"}}, []Series{{Values: []float64{1, 2, 3, 4, 5}}}, Task{Horizon: 1}, BacktestOptions{})
	if err == nil || !strings.HasPrefix(err.Error(), "ets(no): ") {
		t.Errorf("%v", err)
	}
}
