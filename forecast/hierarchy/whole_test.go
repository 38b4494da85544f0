package hierarchy

import (
	"math"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// Whole numbers add up at every level and stay within one of what they round.
func TestWholeAddsUp(t *testing.T) {
	panel := regions()
	h, err := New(panel)
	if err != nil {
		t.Fatal(err)
	}
	fs := make([]forecast.Forecast, len(h.Panel))
	for i := range h.Panel {
		mean := make([]float64, 4)
		for k := range mean {
			mean[k] = 3.3 + .37*float64(i*k) + .21*float64(i)
		}
		fs[i] = forecast.Normal(mean, []float64{1, 1, 1, 1})
	}
	if fs, err = h.Reconcile(t.Context(), fs, BottomUp, 1); err != nil {
		t.Fatal(err)
	}
	whole := h.Whole(fs)
	for i, f := range whole {
		for k, v := range f.Mean {
			if v != math.Trunc(v) {
				t.Errorf("%s: %v is not whole", h.Panel[i].ID, v)
			}
			if i >= len(h.under) && math.Abs(v-fs[i].Mean[k]) >= 1 {
				t.Errorf("%s: %v is rounded to %v", h.Panel[i].ID, fs[i].Mean[k], v)
			}
		}
	}
	for i, under := range h.under {
		for k, v := range whole[i].Mean {
			sum := 0.0
			for _, l := range under {
				sum += whole[len(h.under)+l].Mean[k]
			}
			if v != sum {
				t.Errorf("%s is %v, its parts make %v", h.Panel[i].ID, v, sum)
			}
		}
	}
}
