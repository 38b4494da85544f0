package classic

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// histories that lead the methods to states of every kind.
func histories() map[string][]float64 {
	r := rand.New(rand.NewPCG(4, 2))
	season := func(i int) float64 { return 1 + .3*math.Sin(2*math.Pi*float64(i)/12) }
	return map[string][]float64{
		"growing":      repeat(80, func(i int) float64 { return (50 + float64(i)) * season(i) * (1 + .03*r.NormFloat64()) }),
		"flat":         repeat(60, func(int) float64 { return 10 + r.NormFloat64() }),
		"intermittent": repeat(60, func(i int) float64 { return float64(i%4/3) * (1 + float64(r.IntN(3))) }),
		"exact":        repeat(48, func(i int) float64 { return float64(i%12*3) + float64(i/12) }),
		"short":        {3, 5},
	}
}

// A state that was written and read back gives the same forecasts, bit for bit, and
// moves on in the same way.
func TestStatesRoundTrip(t *testing.T) {
	kinds := map[string]bool{}
	for series, y := range histories() {
		for name, fit := range fits {
			s := fit(t.Context(), y, 12, 6)
			data, err := json.Marshal(Box{s})
			if err != nil {
				t.Fatalf("%s on %s: %v", name, series, err)
			}
			for kind := range states {
				if bytes.Contains(data, []byte(`"kind":"`+kind+`"`)) {
					kinds[kind] = true
				}
			}
			var back Box
			if err := json.Unmarshal(data, &back); err != nil {
				t.Fatalf("%s on %s: %v in %s", name, series, err, data)
			}
			same := func(a, b State) {
				m1, s1 := a.Forecast(30)
				m2, s2 := b.Forecast(30)
				if !slices.Equal(m1, m2) || !slices.Equal(s1, s2) {
					t.Errorf("%s on %s: %v after the round trip, %v before", name, series, m2[:3], m1[:3])
				}
			}
			same(s, back)
			a, ok1 := s.After([]float64{4, 6, 9})
			b, ok2 := back.After([]float64{4, 6, 9})
			if !ok1 || !ok2 {
				t.Fatalf("%s on %s: positive values are refused", name, series)
			}
			same(a, b)
		}
	}
	for kind := range states {
		if !kinds[kind] {
			t.Errorf("no history leads to a state of kind %q", kind)
		}
	}
}

// Values that come one at a time lead where they lead together, and a state does not
// change while its successors are made.
func TestAfterOneAtATime(t *testing.T) {
	for series, y := range histories() {
		more := repeat(17, func(i int) float64 { return y[i%len(y)] + 1 })
		for name, fit := range fits {
			s := fit(t.Context(), y, 12, 6)
			before, _ := s.Forecast(5)
			together, _ := s.After(more)
			one := s
			for _, v := range more {
				one, _ = one.After([]float64{v})
			}
			a, sa := together.Forecast(14)
			b, sb := one.Forecast(14)
			for h := range a {
				if !near(a[h], b[h], 1e-9*(1+math.Abs(a[h]))) || !near(sa[h], sb[h], 1e-9*(1+sa[h])) {
					t.Errorf("%s on %s, step %d: %v ± %v together, %v ± %v one at a time", name, series, h+1, a[h], sa[h], b[h], sb[h])
					break
				}
			}
			if after, _ := s.Forecast(5); !slices.Equal(before, after) {
				t.Errorf("%s on %s: After changed its receiver", name, series)
			}
		}
	}
}

// The filters move on as a fit with the same parameters would: where the series goes
// on as the model says, the forecasts of the old state come true in the new one.
func TestAfterFollowsTheSeries(t *testing.T) {
	y := repeat(120, func(i int) float64 { return 200 + 10*math.Sin(2*math.Pi*float64(i)/12) + .5*float64(i) })
	for _, name := range []string{"ets", "arima", "stl", "theta", "holt", "ces", "regression", "snaive"} {
		s := fits[name](t.Context(), y[:96], 12, 12)
		next, ok := s.After(y[96:108])
		if !ok {
			t.Fatalf("%s refuses its own series", name)
		}
		mean, _ := next.Forecast(12)
		old, _ := s.Forecast(24)
		var late, early float64
		for h, v := range mean {
			late += math.Abs(v - y[108+h])
			early += math.Abs(old[12+h] - y[108+h])
		}
		if late > early+1 {
			t.Errorf("%s: the error is %.3g a step after a year more, %.3g without it", name, late/12, early/12)
		}
	}
}

// Files hold anything: what is read can be continued without a panic, or is refused.
func TestStatesFromHostileFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	odd := []string{"-1", "0", "1e300", "-5e300", "999999999", "null", "[]", `""`, "1e999", "true", "{}"}
	for series, y := range histories() {
		for name, fit := range fits {
			data, err := json.Marshal(Box{fit(t.Context(), y, 12, 6)})
			if err != nil {
				t.Fatal(err)
			}
			for range 150 {
				at := r.IntN(len(data))
				end := at + 1
				for end < len(data) && bytes.IndexByte([]byte(",]}"), data[end]) < 0 {
					end++
				}
				for at > 0 && bytes.IndexByte([]byte(":[,"), data[at-1]) < 0 {
					at--
				}
				bad := slices.Concat(data[:at], []byte(odd[r.IntN(len(odd))]), data[min(end, len(data)):])
				var b Box
				if json.Unmarshal(bad, &b) != nil {
					continue
				}
				func() {
					defer func() {
						if p := recover(); p != nil {
							t.Fatalf("%s on %s: %v on %s", name, series, p, bad)
						}
					}()
					b.Forecast(7)
					if next, ok := b.After([]float64{1, 2, 0}); ok {
						next.Forecast(7)
					}
				}()
			}
		}
	}
}
