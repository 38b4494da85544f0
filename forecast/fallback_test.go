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
