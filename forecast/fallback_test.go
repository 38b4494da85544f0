package forecast

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// What the past finds clearly worse than repeating the season is not served, and what
// it finds about as good stays.
func TestFallbackIsServedWhereItDidBetter(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	seasonal, level := make([]float64, 96), make([]float64, 96)
	for i := range seasonal {
		seasonal[i] = 100 + 40*math.Sin(float64(i)*math.Pi/6) + r.NormFloat64()
		level[i] = 100 + r.NormFloat64()
	}
	for what, c := range map[string]struct {
		values []float64
		want   string
	}{
		"a season that the member does not know": {seasonal, "snaive"},
		"noise around a level":                   {level, "ses"},
	} {
		e := Ensemble{Title: "test", Members: []Method{SES}, Fallbacks: []Method{SeasonalNaive}}
		model, err := Fit(context.Background(), e, []Series{{Values: c.values}}, Task{Horizon: 12, Season: 12})
		if err != nil {
			t.Fatal(err)
		}
		if w := model.(Weighted).Weights(); len(w) != 1 || w[0].Method != c.want {
			t.Errorf("%s: served by %v, want %s", what, w, c.want)
		}
		check := model.(Checked).Check()
		if check == nil || check.MASE > 1.001*check.SeasonalNaive {
			t.Errorf("%s: check %+v", what, check)
		}
	}
}

// The mean of a slow wave beats its last value far ahead, but begins with a jump that
// anybody would see.
func TestFallbackDoesNotBeginWithAJump(t *testing.T) {
	wave := make([]float64, 250)
	for i := range wave {
		wave[i] = 50 + 10*math.Sin(2*math.Pi*float64(i)/40)
	}
	e := Ensemble{Title: "test", Members: []Method{SES}, Fallbacks: []Method{Mean}}
	model, err := Fit(context.Background(), e, []Series{{Values: wave}}, Task{Horizon: 20, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	f, err := model.Forecast(Series{Values: wave})
	if err != nil {
		t.Fatal(err)
	}
	if last := wave[len(wave)-1]; math.Abs(f.Mean[0]-last) > 3 {
		t.Errorf("%v after %v", f.Mean[0], last)
	}
}

// Hours that are sure to be 0, as those at which a shop is closed, do not narrow the
// intervals of the others.
func TestSureZerosDoNotCalibrate(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const spread = 10
	values := make([]float64, 24*40)
	for i := range values {
		if hour := i % 24; hour >= 9 && hour < 18 {
			values[i] = 100 + spread*r.NormFloat64()
		}
	}
	e := Ensemble{Title: "test", Members: []Method{SeasonalNaive, Regression}}
	model, err := Fit(context.Background(), e, []Series{{Values: values}}, Task{Horizon: 24, Season: 24})
	if err != nil {
		t.Fatal(err)
	}
	f, err := model.Forecast(Series{Values: values})
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := f.Interval(12, 80)
	if want := 2 * 1.28 * float64(spread); hi-lo < .8*want || hi-lo > 1.5*want {
		t.Errorf("the interval at noon is %.1f wide, want about %.1f", hi-lo, want)
	}
}
