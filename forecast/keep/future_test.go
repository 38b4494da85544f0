package keep

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/regress/holidays"
)

// No fold of a backtest sees any future: whatever the values after an origin are, and
// those of regressors that are known for the past only, the forecasts from there are the
// same, for methods with weights, calibration, effects and holidays, fitted in every fold
// or once.
func TestNoFoldSeesTheFuture(t *testing.T) {
	a, err := auto.New()
	if err != nil {
		t.Fatal(err)
	}
	days, err := holidays.Of("US")
	if err != nil {
		t.Fatal(err)
	}
	const n, horizon, folds = 200, 5, 3
	panel := func(future float64) []forecast.Series {
		s := forecast.Series{ID: "a", Start: time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Day, N: 1}}
		plan := forecast.Regressor{Name: "plan", Known: true}
		late := forecast.Regressor{Name: "late"}
		for i := range n {
			p, l := float64(i*i%5), math.Sin(float64(i*i))
			plan.Values, late.Values = append(plan.Values, p), append(late.Values, l)
			s.Values = append(s.Values, 50+3*math.Sin(2*math.Pi*float64(i)/7)+p+2*l)
		}
		for i := n - folds*horizon; i < n; i++ { // after the first origin
			s.Values[i] += future * float64(i%3)
			late.Values[i] += future
		}
		s.Regressors = []forecast.Regressor{plan, late}
		other := s
		other.ID, other.Regressors, other.Values = "b", nil, slices.Clone(s.Values)
		slices.Reverse(other.Values[:n-folds*horizon])
		other.Regressors = s.Regressors
		return []forecast.Series{s, other}
	}
	for _, method := range []forecast.Method{
		regress.Regressed{Method: forecast.Theta, Holidays: days, Calendar: true},
		regress.Regressed{Method: a.WithTraining(auto.TrainNever), Holidays: days},
	} {
		for _, once := range []bool{false, true} {
			var before []forecast.Trial
			for _, future := range []float64{0, 1000, -30} {
				rs, err := forecast.Backtest(ctx, []forecast.Method{method}, panel(future), forecast.Task{Horizon: horizon}, forecast.BacktestOptions{Folds: folds, NoRefit: once, Trials: true})
				if err != nil {
					t.Fatal(err)
				}
				var now []forecast.Trial
				for _, tr := range rs[0].Trials {
					if tr.Fold == 1 {
						now = append(now, tr)
					}
				}
				if before == nil {
					before = now
					continue
				}
				for i, tr := range now {
					if !equal([]forecast.Forecast{tr.Forecast}, []forecast.Forecast{before[i].Forecast}) {
						t.Errorf("%s, fitted once: %v, series %s: %v, with another future %v", method.Name(), once, tr.History.ID, before[i].Forecast.Mean, tr.Forecast.Mean)
					}
				}
			}
		}
	}
}
