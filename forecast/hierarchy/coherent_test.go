package hierarchy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
)

// crossed is a panel of regions by products, some of which are missing.
func crossed(seed uint64) []forecast.Series {
	r := rand.New(rand.NewPCG(seed, 9))
	var out []forecast.Series
	for _, id := range []string{"north/milk", "north/tea", "south/milk", "south/tea", "west/tea"} {
		s := forecast.Series{ID: id, Regressors: []forecast.Regressor{{Name: "promo", Known: true}}}
		level := 40 + 40*r.Float64()
		for i := range 46 {
			promo := float64(r.IntN(2))
			s.Regressors[0].Values = append(s.Regressors[0].Values, promo)
			if level += r.NormFloat64(); i < 40 {
				s.Values = append(s.Values, level+5*math.Sin(float64(i)*math.Pi/2)+r.NormFloat64())
			}
		}
		out = append(out, s)
	}
	return out
}

// A structure names its sums, whose parts add up; ids and names that do not fit are
// refused.
func TestCrossedSums(t *testing.T) {
	for text, want := range map[string]string{
		"region*product": "total */milk */tea north/* south/* west/*",
		"region/product": "total north/* south/* west/*",
		"product*region": "total */milk */tea north/* south/* west/*", // by the names of the columns
	} {
		s, err := ParseStructure(text, []string{"Region", "product"})
		if err != nil {
			t.Fatal(err)
		}
		h, err := NewWith(crossed(1), s)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(ids(h.Panel[:len(h.under)]), " "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		again, err := NewWith(h.Panel, s) // sums in the panel are made anew
		if err != nil || len(again.Panel) != len(h.Panel) {
			t.Errorf("%s: of its own panel: %v (%v)", text, again, err)
		}
	}
	s, err := ParseStructure("country/city*product", nil)
	if err != nil {
		t.Fatal(err)
	}
	four := []float64{1, 2, 3, 4}
	h, err := NewWith([]forecast.Series{{ID: "de/ulm/x", Values: four}, {ID: "de/ulm/y", Values: four}, {ID: "fr/pau/x", Values: four}}, s)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ids(h.Panel), " "); got != "total */*/x */*/y de/*/* fr/*/* de/*/x de/*/y de/ulm/* fr/*/x fr/pau/* de/ulm/x de/ulm/y fr/pau/x" {
		t.Errorf("country/city*product: %s", got)
	}
	for i, s := range h.Panel {
		if s.ID == "de/ulm/*" && !slices.Equal(s.Values, []float64{2, 4, 6, 8}) {
			t.Errorf("de/ulm/*: %v", h.Panel[i].Values)
		}
	}
	if _, err := NewWith(crossed(1), s); !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), `"north/milk" has 2 parts`) {
		t.Errorf("ids of two parts: %v", err)
	}
	for _, text := range []string{"", "a*", "a*a", "a//b", "a*b*c", "region*shop"} {
		if _, err := ParseStructure(text, []string{"region", "product"}); !errors.Is(err, forecast.ErrInput) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// addUp fails unless every sum of values at a step is that of its parts.
func addUp(t *testing.T, what string, h *Hierarchy, value func(i int) float64) {
	t.Helper()
	for k, under := range h.under {
		sum := 0.0
		for _, l := range under {
			sum += value(len(h.under) + l)
		}
		if d := value(k) - sum; math.Abs(d) > 1e-9*(1+math.Abs(sum)) {
			t.Fatalf("%s: %s is %v, its parts make %v", what, h.Panel[k].ID, value(k), sum)
		}
	}
}

// Property: whatever the hierarchy, the way and the base forecasts, means and futures
// add up, whole ones too, quantiles rise, and the same seed gives the same.
func TestCoherence(t *testing.T) {
	cross, err := ParseStructure("region*product", nil)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 5))
		for name, structure := range map[string]Structure{"nested": {}, "crossed": cross} {
			h, err := NewWith(crossed(seed), structure)
			if err != nil {
				t.Fatal(err)
			}
			base := make([]forecast.Forecast, len(h.Panel))
			for i := range base {
				mean, sd := make([]float64, 3), make([]float64, 3)
				for k := range mean {
					mean[k], sd[k] = 300*r.Float64()-20, 30*r.Float64()
				}
				base[i] = forecast.Normal(mean, sd)
			}
			for _, how := range []Reconciliation{MinT, BottomUp} {
				opt := JointOptions{How: how, Season: 4, Draws: 80, Paths: 5, Seed: seed, Correlation: .5, Whole: seed%2 == 0}
				j, err := h.Joint(context.Background(), base, opt)
				if err != nil {
					t.Fatal(err)
				}
				for k := range 3 {
					what := fmt.Sprintf("%s %s, seed %d, step %d", name, how, seed, k)
					addUp(t, what, h, func(i int) float64 { return j.Forecasts[i].Mean[k] })
					for p := range 5 {
						addUp(t, what+" path", h, func(i int) float64 { return j.Paths[i][p][k] })
						if v := j.Paths[0][p][k]; opt.Whole && v != math.Trunc(v) {
							t.Errorf("%s: %v is not whole", what, v)
						}
					}
					for i, f := range j.Forecasts {
						if !slices.IsSorted(f.Q[k]) || f.Q[k][0] < 0 && h.Panel[i].NonNegative() {
							t.Errorf("%s: quantiles of %s: %v", what, f.ID, f.Q[k])
						}
					}
				}
				if seed > 0 {
					continue
				}
				again, err := h.Joint(context.Background(), base, opt)
				if err != nil || !slices.Equal(again.Paths[1][4], j.Paths[1][4]) {
					t.Errorf("%s: another future for the same seed", name)
				}
			}
		}
	}
}

// The interval of a sum of independent parts grows with the root of their number, that
// of parts that move together with the number.
func TestJointIntervals(t *testing.T) {
	for name, c := range map[string]struct {
		shared float64
		want   float64
	}{"independent": {0, math.Sqrt(4)}, "together": {1, 4}} {
		r := rand.New(rand.NewPCG(3, 3))
		panel := make([]forecast.Series, 4)
		for i := range panel {
			panel[i].ID = fmt.Sprintf("a/%d", i)
		}
		for range 400 {
			all := r.NormFloat64()
			for i := range panel {
				panel[i].Values = append(panel[i].Values, 100+c.shared*all+(1-c.shared)*r.NormFloat64())
			}
		}
		h, err := New(panel)
		if err != nil {
			t.Fatal(err)
		}
		fs, err := forecast.Run(context.Background(), forecast.SES, h.Panel, forecast.Task{Horizon: 2, Season: 1})
		if err != nil {
			t.Fatal(err)
		}
		j, err := h.Joint(context.Background(), fs, JointOptions{How: BottomUp, Season: 1, Draws: 3000, Correlation: .5})
		if err != nil {
			t.Fatal(err)
		}
		width := func(f forecast.Forecast) float64 { lo, hi := f.Interval(0, 80); return hi - lo }
		if got := width(j.Forecasts[0]) / width(fs[1]); math.Abs(got/c.want-1) > .12 {
			t.Errorf("%s: the sum's interval is %.2f times that of a part, want %.2f", name, got, c.want)
		}
	}
}

// A regressor of a sum is the mean of those of its parts, from the sum's first step on.
func TestRegressorsOfSums(t *testing.T) {
	h, err := New([]forecast.Series{
		{ID: "a/x", Values: []float64{1, 2, 3, 4, 5}, Regressors: []forecast.Regressor{{Name: "p", Values: []float64{9, 0, 1, 0, 1, 1}, Known: true}}},
		{ID: "a/y", Values: []float64{2, 3, 4, 5}, Regressors: []forecast.Regressor{{Name: "p", Values: []float64{1, 1, 0, 0, 0, 7}, Known: true}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Panel[0].Regressors; len(got) != 1 || !got[0].Known || !slices.Equal(got[0].Values, []float64{.5, 1, 0, .5, .5}) {
		t.Errorf("regressors of the sum: %+v", got)
	}
}

// A forecast that is missing, or of another length, is refused.
func TestJointRefuses(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	fs := make([]forecast.Forecast, len(h.Panel))
	for i := range fs {
		fs[i] = forecast.Normal([]float64{1, 2}, []float64{1, 1})
	}
	fs[3].Err = forecast.ErrTooShort
	if _, err := h.Joint(context.Background(), fs, JointOptions{Season: 4}); !errors.Is(err, forecast.ErrTooShort) {
		t.Errorf("a series without a forecast: %v", err)
	}
	fs[3] = forecast.Normal([]float64{1}, []float64{1})
	if _, err := h.Joint(context.Background(), fs, JointOptions{Season: 4}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("a shorter forecast: %v", err)
	}
}

// Property: the forecast of a temporal hierarchy adds up to what the projection makes of
// the forecasts of quarters and years, and a season that they agree on stays as it is.
func TestTemporal(t *testing.T) {
	month := forecast.Freq{Unit: forecast.Month, N: 1}
	s := forecast.Series{ID: "s", Start: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), Freq: month}
	for i := range 75 {
		s.Values = append(s.Values, 100+10*math.Sin(2*math.Pi*float64(i)/12))
	}
	task := forecast.Task{Horizon: 18}
	got, err := forecast.Run(context.Background(), Temporal{forecast.SeasonalNaive}, []forecast.Series{s}, task)
	if err != nil {
		t.Fatal(err)
	}
	want, err := forecast.Run(context.Background(), forecast.SeasonalNaive, []forecast.Series{s}, task)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Horizon() != 18 || !got[0].Start.Equal(want[0].Start) {
		t.Fatalf("%d steps from %s", got[0].Horizon(), got[0].Start)
	}
	for k, v := range got[0].Mean {
		if math.Abs(v-want[0].Mean[k]) > 1e-6 {
			t.Errorf("step %d: %v, want %v", k, v, want[0].Mean[k])
		}
	}
	// projecting twice changes nothing, and the projection of what adds up is itself
	p := structural([]int{1, 2, 3, 4, 6, 12}, 12, 0)
	r := rand.New(rand.NewPCG(1, 1))
	steps := make([]float64, 12)
	for i := range steps {
		steps[i] = r.NormFloat64()
	}
	var base []float64
	for _, k := range []int{12, 6, 4, 3, 2, 1} {
		for b := 0; b < 12; b += k {
			sum := 0.0
			for _, v := range steps[b : b+k] {
				sum += v
			}
			base = append(base, sum)
		}
	}
	for i := range 12 {
		v := 0.0
		for j, b := range base {
			v += p.At(i, j) * b
		}
		if math.Abs(v-steps[i]) > 1e-9 {
			t.Errorf("step %d: %v, want %v", i, v, steps[i])
		}
	}
	// without a season, and for a short series, there is nothing to add up
	for _, n := range []int{10, 30} {
		short := s.Head(n)
		season := map[int]int{10: 12, 30: 1}[n]
		a, err := forecast.Run(context.Background(), Temporal{forecast.Naive}, []forecast.Series{short}, forecast.Task{Horizon: 5, Season: season})
		if err != nil || len(a[0].Mean) != 5 || season == 1 && a[0].Mean[4] != short.Values[n-1] {
			t.Errorf("%d values, season %d: %v (%v)", n, season, a, err)
		}
	}
}

// A model of a temporal hierarchy that is kept goes on within a season: when all lengths
// agree, the months after five new ones are those that the series has, and a year that
// turned out high so far is not made up for by low months.
func TestTemporalIsKept(t *testing.T) {
	ctx := context.Background()
	all := forecast.Series{ID: "s", Start: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Month, N: 1}}
	for i := range 110 {
		all.Values = append(all.Values, 100+10*math.Sin(2*math.Pi*float64(i)/12))
	}
	task := forecast.Task{Horizon: 12, Season: 12}
	panel := []forecast.Series{all.Head(75)}
	method := Temporal{forecast.SeasonalNaive}
	model, err := forecast.Fit(ctx, method, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := model.(forecast.Keeper).Keep(ctx, panel)
	if err != nil {
		t.Fatal(err)
	}
	file, err := kept.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if kept, err = method.Restore(file, task); err != nil {
		t.Fatal(err)
	}
	for _, more := range []int{0, 1, 5, 12, 14} {
		fs, err := kept.Continue(ctx, []forecast.Series{all.Head(75 + more)}, 18)
		if err != nil || fs[0].Horizon() != 18 || !fs[0].Start.Equal(all.Time(75+more)) {
			t.Fatalf("%d new months: %v, %v", more, err, fs)
		}
		for h, v := range fs[0].Mean {
			if want := all.Values[75+more+h]; math.Abs(v-want) > 1e-6 {
				t.Errorf("%d new months, step %d: %v, want %v", more, h, v, want)
			}
		}
	}
	for _, damaged := range []string{`{}`, `{"kind":"temporal","parts":[{"length":2}]}`, `{"kind":"temporal","seen":[-4],"parts":[{"length":1}]}`, `{"kind":"temporal","seen":[75],"parts":[{"length":1},{"length":5}]}`} {
		if _, err := method.Restore([]byte(damaged), task); !errors.Is(err, forecast.ErrNoModel) {
			t.Errorf("%s: %v", damaged, err)
		}
	}
}
