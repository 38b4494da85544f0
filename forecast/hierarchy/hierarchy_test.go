package hierarchy

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/forecast"
	"gonum.org/v1/gonum/mat"
)

func regions() []forecast.Series {
	r := rand.New(rand.NewPCG(1, 2))
	var out []forecast.Series
	for _, id := range []string{"north/a", "north/b", "south/a", "south/b", "south/c"} {
		s := forecast.Series{ID: id}
		level := 50 + 50*r.Float64()
		for i := range 40 {
			level += r.NormFloat64()
			s.Values = append(s.Values, level+5*math.Sin(float64(i)*math.Pi/2))
		}
		out = append(out, s)
	}
	return out
}

// The sums are made, and after both ways of reconciling everything adds up;
// bottom-up leaves the leaves alone.
func TestReconcile(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for i, s := range h.Panel {
		ids[s.ID] = i
	}
	if len(ids) != 8 || h.Panel[0].ID != Total {
		t.Fatalf("nodes %v", ids)
	}
	fs, err := forecast.Run(context.Background(), forecast.Theta, h.Panel, forecast.Task{Horizon: 6, Season: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []Reconciliation{MinT, BottomUp} {
		out, err := h.Reconcile(t.Context(), fs, how, 4)
		if err != nil {
			t.Fatal(err)
		}
		at := func(id string) float64 { return out[ids[id]].Mean[3] }
		if d := at(Total) - at("north") - at("south"); math.Abs(d) > 1e-9 {
			t.Errorf("%s: total differs from its parts by %v", how, d)
		}
		if d := at("south") - at("south/a") - at("south/b") - at("south/c"); math.Abs(d) > 1e-9 {
			t.Errorf("%s: south differs from its parts by %v", how, d)
		}
		if same := out[ids["south/b"]].Mean[3] == fs[ids["south/b"]].Mean[3]; same != (how == BottomUp) {
			t.Errorf("%s: leaf is the same: %v", how, same)
		}
	}
	if _, err := h.Reconcile(t.Context(), fs, "magic", 4); !errors.Is(err, forecast.ErrUnknown) {
		t.Errorf("unknown way: %v", err)
	}
	if _, err := New([]forecast.Series{{ID: "a"}, {ID: "b"}}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("ids without a hierarchy: %v", err)
	}
}

// MinT is (S'W⁻¹S)⁻¹S'W⁻¹, equation 9 of Wickramasuriya et al. (2019), which
// is computed here as it stands there.
func TestMinTIsTheFormula(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	n, sums, leaves := len(h.Panel), len(h.under), h.leaves
	s := mat.NewDense(n, leaves, nil)
	for k, under := range h.under {
		for _, l := range under {
			s.Set(k, l, 1)
		}
	}
	for l := range leaves {
		s.Set(sums+l, l, 1)
	}
	cov := h.covariance(t.Context(), 4)
	w := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			w.Set(i, j, cov(i, j))
		}
	}
	var inv, sw, sws, p, left mat.Dense
	if err := inv.Inverse(w); err != nil {
		t.Fatal(err)
	}
	sw.Mul(s.T(), &inv)
	sws.Mul(&sw, s)
	if err := left.Inverse(&sws); err != nil {
		t.Fatal(err)
	}
	p.Mul(&left, &sw)
	base := make([]float64, n)
	for i := range base {
		base[i] = 100 + 10*math.Sin(float64(3*i))
	}
	adjust, err := h.minT(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	got := adjust(base)
	for l := range leaves {
		var want float64
		for i, b := range base {
			want += p.At(l, i) * b
		}
		if math.Abs(got[l]-want) > 1e-6 {
			t.Errorf("leaf %d: %v, the formula gives %v", l, got[l], want)
		}
	}
}

// A season of 0, as in a task that leaves it open, is none: MinT then weighs by the errors
// of naive, and not all series alike.
func TestMinTWithoutSeason(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	fs := make([]forecast.Forecast, len(h.Panel))
	for i, s := range h.Panel {
		fs[i] = forecast.Normal([]float64{float64(i + 1)}, []float64{1}).For(s)
	}
	open, err := h.Reconcile(t.Context(), fs, MinT, 0)
	if err != nil {
		t.Fatal(err)
	}
	none, err := h.Reconcile(t.Context(), fs, MinT, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range open {
		if open[i].Mean[0] != none[i].Mean[0] {
			t.Errorf("%s: %v with a season of 0, %v with 1", open[i].ID, open[i].Mean[0], none[i].Mean[0])
		}
	}
}
