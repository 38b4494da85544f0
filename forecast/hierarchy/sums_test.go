package hierarchy

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
)

func ids(panel []forecast.Series) (out []string) {
	for _, s := range panel {
		out = append(out, s.ID)
	}
	return out
}

// Sums come before their parts, hold what the parts add up to, and cover the times that
// all parts cover.
func TestSums(t *testing.T) {
	month := forecast.Freq{Unit: forecast.Month, N: 1}
	start := func(m time.Month) time.Time { return time.Date(2020, m, 1, 0, 0, 0, 0, time.UTC) }
	h, err := New([]forecast.Series{
		{ID: "a/x/1", Start: start(1), Freq: month, Values: []float64{9, 1, 2, 3, 4}},
		{ID: "a/x/2", Start: start(2), Freq: month, Values: []float64{10, 20, 30, 40}},
		{ID: "b/y", Start: start(1), Freq: month, Values: []float64{7, 100, 200, 300, 400}},
		{ID: "b", Start: start(1), Freq: month, Values: []float64{0, 0, 0, 0, 0}}, // replaced
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ids(h.Panel), " "); got != "total a b a/x a/x/1 a/x/2 b/y" {
		t.Fatalf("the panel is %s", got)
	}
	for i, want := range [][]float64{{111, 222, 333, 444}, {11, 22, 33, 44}, {100, 200, 300, 400}, {11, 22, 33, 44}} {
		if s := h.Panel[i]; !slices.Equal(s.Values, want) || !s.Start.Equal(start(2)) || s.Freq != month {
			t.Errorf("%s: %v from %s, want %v from February", s.ID, s.Values, s.Start, want)
		}
	}
	if len(h.Panel[4].Values) != 5 {
		t.Error("a part lost its first value")
	}
	// one root needs no total; gaps count as they are filled
	h, err = New([]forecast.Series{{ID: "a/1", Values: []float64{1, math.NaN(), 1, 1}}, {ID: "a/2", Values: []float64{5, 5, 5, 5}}})
	if err != nil || strings.Join(ids(h.Panel), " ") != "a a/1 a/2" || !slices.Equal(h.Panel[0].Values, []float64{6, 6, 6, 6}) {
		t.Errorf("%v (%v)", h, err)
	}
}

// What cannot be added up is refused, and says why.
func TestNoSums(t *testing.T) {
	day := forecast.Freq{Unit: forecast.Day, N: 2}
	at := func(d int) time.Time { return time.Date(2020, 1, d, 0, 0, 0, 0, time.UTC) }
	four := []float64{1, 2, 3, 4}
	for want, panel := range map[string][]forecast.Series{
		"do not have the form a/b": {{ID: "a", Values: four}, {ID: "b", Values: four}},
		"the form a/b":             {{ID: "a/b", Values: four}},
		"not on the same grid":     {{ID: "a/1", Start: at(1), Freq: day, Values: four}, {ID: "a/2", Start: at(2), Freq: day, Values: four}},
		"do not end at the same":   {{ID: "a/1", Start: at(1), Freq: day, Values: four}, {ID: "a/2", Start: at(1), Freq: day, Values: four[:3]}},
		"share 2 times, too few":   {{ID: "a/1", Values: four}, {ID: "a/2", Values: four[:2]}},
	} {
		if _, err := New(panel); !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Reconcile(t.Context(), nil, MinT, 4); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("no forecasts: %v", err)
	}
}

// Forecasts that add up already stay as they are; sales stay positive; widths do not
// change.
func TestReconcileKeeps(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	fs, err := forecast.Run(context.Background(), forecast.SeasonalNaive, h.Panel, forecast.Task{Horizon: 4, Season: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []Reconciliation{MinT, BottomUp} {
		out, err := h.Reconcile(t.Context(), fs, how, 4)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range out {
			for k, v := range f.Mean {
				lo, hi := f.Interval(k, 80)
				a, b := fs[i].Interval(k, 80)
				if math.Abs(v-fs[i].Mean[k]) > 1e-6 || math.Abs((hi-lo)-(b-a)) > 1e-6 {
					t.Fatalf("%s: seasonal naive adds up, but %s changes step %d from %v to %v", how, f.ID, k, fs[i].Mean[k], v)
				}
			}
		}
	}
	// parts that would have to fall below zero stop at zero, and the sum is theirs
	small, err := New([]forecast.Series{{ID: "a/1", Values: []float64{1, 0, 2, 1, 0, 1, 2, 0}}, {ID: "a/2", Values: []float64{0, 1, 0, 2, 1, 0, 1, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	base := []forecast.Forecast{forecast.Normal([]float64{-5}, []float64{1}), forecast.Normal([]float64{1}, []float64{1}), forecast.Normal([]float64{1}, []float64{1})}
	out, err := small.Reconcile(t.Context(), base, MinT, 1)
	if err != nil {
		t.Fatal(err)
	}
	if out[1].Mean[0] < 0 || out[2].Mean[0] < 0 || math.Abs(out[0].Mean[0]-out[1].Mean[0]-out[2].Mean[0]) > 1e-9 {
		t.Errorf("%v is not the sum of %v and %v, or one is negative", out[0].Mean, out[1].Mean, out[2].Mean)
	}
	if base[0].Mean[0] != -5 || base[1].Q[0][0] >= 0 {
		t.Error("the forecasts that were given have changed")
	}
}

// MinT moves what is uncertain more than what is certain.
func TestMinTTrustsTheCertain(t *testing.T) {
	calm, wild := make([]float64, 60), make([]float64, 60)
	for i := range calm {
		calm[i] = 100 + math.Sin(float64(i)*2.1)
		wild[i] = 100 + 40*math.Sin(float64(i)*1.7)
	}
	h, err := New([]forecast.Series{{ID: "a/calm", Values: calm}, {ID: "a/wild", Values: wild}})
	if err != nil {
		t.Fatal(err)
	}
	base := make([]forecast.Forecast, 3)
	for i, v := range []float64{230, 100, 100} {
		base[i] = forecast.Normal([]float64{v}, []float64{1})
	}
	out, err := h.Reconcile(t.Context(), base, MinT, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c, w := out[1].Mean[0]-100, out[2].Mean[0]-100; math.Abs(c) > math.Abs(w)/10 {
		t.Errorf("of a gap of 30 the calm series takes %v, the wild one %v", c, w)
	}
}

// Adding up ends with the context, at the first look and later.
func TestReconcileEnds(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	fs, err := forecast.Run(t.Context(), forecast.Naive, h.Panel, forecast.Task{Horizon: 2, Season: 4})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, how := range []Reconciliation{MinT, BottomUp} {
		if _, err := h.Reconcile(ctx, fs, how, 4); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", how, err)
		}
	}
}
