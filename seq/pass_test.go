package seq_test

import (
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// Results are the same bit for bit for any number of threads.
func TestThreadsDoNotChangeResults(t *testing.T) {
	for name, c := range configs() {
		c.Dropout, c.HeadDropout, c.InputDropout = .3, .2, .1
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			b := randomBatch(n, 9, 7, 5)
			var want []float32
			var wantLoss float64
			for _, threads := range []int{1, 2, 3, 8} {
				g := make([]float32, len(n.Flat()))
				st := n.NewState(7)
				loss := n.NewPass(threads).Gradient(b, st, g, 99)
				if want == nil {
					want, wantLoss = g, loss
				}
				if loss != wantLoss || !slices.Equal(g, want) {
					t.Errorf("%d threads give another result", threads)
				}
			}
		})
	}
}

// The losses of a sequence of a batch have the bits of those of the sequence alone.
func TestLossesOf(t *testing.T) {
	for name, c := range configs() {
		n := network(t, c)
		all := randomBatch(n, 6, 3, 5)
		all.Weight = nil
		all.Lengths = []int{6, 2, 4}
		p := n.NewPass(1)
		p.Loss(all, nil)
		for i := range all.B {
			got := p.LossesOf(i)
			single := &seq.Batch{T: all.T, B: 1, Lengths: all.Lengths[i : i+1]}
			pick := func(x []float32) (y []float32) {
				width := len(x) / (all.T * all.B)
				for r := i; r < all.T*all.B; r += all.B {
					y = append(y, x[r*width:(r+1)*width]...)
				}
				return y
			}
			ids := func(x []int32) (y []int32) {
				for r := i; r < len(x); r += all.B {
					y = append(y, x[r])
				}
				return y
			}
			single.X, single.Target = pick(all.X), pick(all.Target)
			for k := range all.Tokens {
				single.Tokens = append(single.Tokens, ids(all.Tokens[k]))
			}
			for k := range all.Labels {
				single.Labels, single.Side = append(single.Labels, ids(all.Labels[k])), append(single.Side, pick(all.Side[k]))
			}
			alone := n.NewPass(1)
			alone.Loss(single, nil)
			if want := alone.Losses(); !slices.Equal(got, want) {
				t.Errorf("%s: sequence %d: %v, alone %v", name, i, got, want)
			}
		}
	}
}

// The outputs of the last steps do not depend on whether those before are computed.
func TestForwardFrom(t *testing.T) {
	c := seq.Config{Inputs: 3, Hidden: 6, Layers: 2, Skip: true, HeadHidden: 4, Head: seq.HeadSpec{Kind: "mse", Targets: 2}}
	n := network(t, c)
	b := randomBatch(n, 7, 5, 9)
	all := n.NewPass(1)
	all.Forward(b, nil)
	for _, threads := range []int{1, 3} {
		for _, from := range []int{-1, 0, 4, 6, 7} {
			p := n.NewPass(threads)
			p.ForwardFrom(b, nil, from)
			at := max(from, 0) * b.B * 2
			if !slices.Equal(p.Outputs()[at:], all.Outputs()[at:]) {
				t.Errorf("%d threads, from step %d: other outputs", threads, from)
			}
		}
	}
}

// A loss that the caller computes from the outputs of the whole batch has the gradient
// that the head's own loss has; a nested call trains a second network by the same loss.
func TestGradientOf(t *testing.T) {
	c := seq.Config{Inputs: 3, Hidden: 6, Skip: true, HeadHidden: 4, HeadDropout: .3, InputDropout: .2, Head: seq.HeadSpec{Kind: "mse", Targets: 2}}
	n, other := network(t, c), network(t, c)
	b := randomBatch(n, 5, 4, 9)
	b.Lengths = []int{5, 3, 5, 1}
	b.Weight, b.Target[2] = nil, 1
	want := make([]float32, len(n.Flat()))
	p := n.NewPass(2)
	p.Gradient(b, nil, want, 7)
	rows := float32(0)
	for _, l := range b.Lengths {
		rows += float32(l)
	}
	slope := func(out []float32) []float32 {
		d := make([]float32, len(out))
		for i := range out {
			if row := i / 2; row/b.B < b.Lengths[row%b.B] {
				d[i] = (out[i] - b.Target[i]) / rows // of the mean of two squares
			}
		}
		return d
	}
	got, second := make([]float32, len(want)), make([]float32, len(want))
	p.GradientOf(b, nil, got, 7, func(out []float32) []float32 {
		other.NewPass(1).GradientOf(b, nil, second, 7, slope)
		return slope(out)
	})
	for i := range want {
		if d := float64(got[i] - want[i]); math.Abs(d) > 1e-5 || got[i] != second[i] && math.Abs(float64(got[i]-second[i])) > 1e-5 {
			t.Fatalf("parameter %d: the gradient is %v and %v, want %v", i, got[i], second[i], want[i])
		}
	}
}
