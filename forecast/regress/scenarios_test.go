package regress

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// priced is a series that loses 3 for every unit of price, with a future of prices.
func priced(future ...float64) forecast.Series {
	s := forecast.Series{ID: "a", Regressors: []forecast.Regressor{{Name: "price", Known: true}}}
	for i := range 80 {
		price := float64(i * 7 % 5)
		s.Values = append(s.Values, -100+math.Sin(float64(i*i))-3*price)
		s.Regressors[0].Values = append(s.Regressors[0].Values, price)
	}
	s.Regressors[0].Values = append(s.Regressors[0].Values, future...)
	return s
}

// One fit answers for several futures: what it says of each is what a fit with that future
// says, and so does a model that was kept.
func TestScenarios(t *testing.T) {
	ctx, task := context.Background(), forecast.Task{Horizon: 2, Season: 1}
	low, high := []forecast.Series{priced(0, 1)}, []forecast.Series{priced(4, 4)}
	m, err := forecast.Fit(ctx, Regressed{Method: forecast.SES}, low, task)
	if err != nil {
		t.Fatal(err)
	}
	k, err := m.(forecast.Keeper).Keep(ctx, low)
	if err != nil {
		t.Fatal(err)
	}
	for name, model := range map[string]forecast.Model{"model": m, "kept": forecast.Continuing(k, 2)} {
		got, err := Scenarios(ctx, model, 1, Scenario{"low", low}, Scenario{"high", high}, Scenario{"again", low})
		if err != nil {
			t.Fatal(err)
		}
		for i, panel := range [][]forecast.Series{low, high, low} {
			want, err := forecast.Run(ctx, Regressed{Method: forecast.SES}, panel, task)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got[i][0].Mean, want[0].Mean) {
				t.Errorf("%s, future %d: %v, a fit with it says %v", name, i, got[i][0].Mean, want[0].Mean)
			}
		}
		if gap := got[0][0].Mean[0] - got[1][0].Mean[0]; math.Abs(gap-12) > 1 {
			t.Errorf("%s: four units of price make a difference of %v, want 12", name, gap)
		}
	}
	short := []forecast.Series{priced(1)}
	if fs, err := Scenarios(ctx, m, 1, Scenario{"low", low}, Scenario{"short", short}); err != nil || fs[1][0].Horizon() != 1 || fs[0][0].Horizon() != 2 {
		t.Errorf("a future of one step: %v, %v", fs, err)
	}
	other := []forecast.Series{priced(0, 1)}
	other[0].Values[3]++
	if _, err := Scenarios(ctx, m, 1, Scenario{"low", low}, Scenario{"other", other}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("other histories: %v", err)
	}
}

// Sales under two prices, from one fit.
func ExampleScenarios() {
	ctx := context.Background()
	cheap, dear := []forecast.Series{priced(1, 1)}, []forecast.Series{priced(3, 3)}
	m, _ := forecast.Fit(ctx, Regressed{Method: forecast.SES}, cheap, forecast.Task{Horizon: 2, Season: 1})
	fs, _ := Scenarios(ctx, m, 0, Scenario{"cheap", cheap}, Scenario{"dear", dear})
	fmt.Printf("the difference is %.0f\n", fs[0][0].Mean[0]-fs[1][0].Mean[0])
	// Output: the difference is 6
}
