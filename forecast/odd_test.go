package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Every method gives finite numbers, in order, for series at the edge of what
// numbers can hold, or a plain refusal.
func TestOddNumbers(t *testing.T) {
	repeat := func(n int, f func(i int) float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	odd := map[string][]float64{
		"constant": repeat(40, func(int) float64 { return 5 }),
		"zero":     repeat(40, func(int) float64 { return 0 }),
		"one":      {3},
		"two":      {3, 4},
		"gaps":     repeat(40, func(i int) float64 { return []float64{float64(i), math.NaN()}[i%2] }),
		"huge":     repeat(48, func(i int) float64 { return 1e300 * float64(1+i%12) }),
		"tiny":     repeat(48, func(i int) float64 { return 1e-300 * float64(1+i%12) }),
		"negative": repeat(48, func(i int) float64 { return -1e6 + float64(i%12) }),
		"both":     repeat(48, func(i int) float64 { return []float64{1e300, 1e-300}[i%2] }),
		"signs":    repeat(48, func(i int) float64 { return []float64{1e300, -1e300}[i%2] }),
		"spike":    append(repeat(47, func(int) float64 { return 0 }), 1e300),
		"steps":    repeat(48, func(i int) float64 { return 5 + 1e-15*float64(i) }),
	}
	for _, m := range ClassicMethods() {
		name := m.Name()
		for what, values := range odd {
			fs, err := Run(context.Background(), m, []Series{{ID: what, Values: values}}, Task{Horizon: 5, Season: 12})
			if err != nil {
				if !errors.Is(err, ErrTooShort) && !errors.Is(err, ErrInput) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
				continue
			}
			for h := range fs[0].Mean {
				lo, hi := fs[0].Interval(h, 95)
				for _, v := range []float64{fs[0].Mean[h], lo, hi} {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Errorf("%s, %s: step %d: %v, %v, %v", name, what, h+1, lo, fs[0].Mean[h], hi)
						break
					}
				}
				if lo > hi {
					t.Errorf("%s, %s: step %d: from %v to %v", name, what, h+1, lo, hi)
				}
			}
		}
		for _, v := range []float64{math.Inf(1), 1.7e308, -1.7e308} {
			if _, err := Run(context.Background(), m, []Series{{ID: "a", Values: []float64{1, v, 2}}}, Task{Horizon: 2}); !errors.Is(err, ErrInput) {
				t.Errorf("%s, %v: error %v", name, v, err)
			}
		}
	}
}

// Forecasts move with the data: in other units and, where a method does not look at
// signs, from another zero.
func TestScaleAndShift(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 60)
	for i := range values {
		values[i] = 100 + float64(i) + 20*math.Sin(float64(i)*math.Pi/6) + 3*r.NormFloat64()
	}
	for _, m := range []Method{Naive, SeasonalNaive, Drift, SES, Holt, Damped, Theta, STL, Comb, Blend} {
		name := m.Name()
		run := func(scale, shift float64) Forecast {
			moved := make([]float64, len(values))
			for i, v := range values {
				moved[i] = v*scale + shift
			}
			fs, err := Run(context.Background(), m, []Series{{Values: moved}}, Task{Horizon: 12, Season: 12})
			if err != nil {
				t.Fatal(err)
			}
			return fs[0]
		}
		plain := run(1, 0)
		check := func(what string, got Forecast, scale, shift float64) {
			for h := range got.Mean {
				lo, hi := got.Interval(h, 80)
				plo, phi := plain.Interval(h, 80)
				for _, pair := range [][2]float64{{got.Mean[h], plain.Mean[h]}, {lo, plo}, {hi, phi}} {
					if want := pair[1]*scale + shift; math.Abs(pair[0]-want) > 2e-3*math.Abs(scale)*100 {
						t.Errorf("%s: %s: step %d is %v, want %v", name, what, h+1, pair[0], want)
						return
					}
				}
			}
		}
		for _, scale := range []float64{1e-6, 1000} {
			check(fmt.Sprintf("times %g", scale), run(scale, 0), scale, 0)
		}
		if m == Naive || m == SeasonalNaive || m == Drift {
			check("plus 1000", run(1, 1000), 1, 1000)
		}
	}
}
