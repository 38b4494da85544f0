package polyphony

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// The tokens that may come share all of the probability, the others have none,
// and the gradient is that of the loss.
func TestFrameHead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	h := frameHead{}
	out := make([]float32, h.Outputs())
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	for _, low := range []int{0, 40, 87, 88} {
		var sum float64
		for label := low; label <= rollEnd; label++ {
			sum += math.Exp(-h.Loss(nil, out, []float32{float32(label), float32(low)}))
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("from key %d on the probabilities add up to %v", low, sum)
		}
	}
	target := []float32{50, 45}
	grad := make([]float32, len(out))
	h.Loss(grad, out, target)
	for _, i := range []int{10, 44, 45, 50, 70, rollEnd} {
		const d = 1e-2
		x := out[i]
		out[i] = x + d
		up := h.Loss(nil, out, target)
		out[i] = x - d
		want := (up - h.Loss(nil, out, target)) / (2 * d)
		out[i] = x
		if math.Abs(float64(grad[i])-want) > 1e-3 {
			t.Errorf("gradient at %d is %v, differences give %v", i, grad[i], want)
		}
	}
}

// Two chords that alternate, in any key, are learned by both kinds, and better by
// the one that knows the lower keys of a frame.
func TestTrainRolls(t *testing.T) {
	piece := func(shift uint8, n int) Roll {
		var r Roll
		for i := range n {
			c := []uint8{30 + shift, 34 + shift, 37 + shift}
			if i%2 == 1 {
				c = []uint8{28 + shift, 32 + shift, 35 + shift}
			}
			r = append(r, c)
		}
		return r
	}
	train := []Roll{piece(0, 40), piece(5, 40), piece(9, 60)}
	var got []float64
	for _, kind := range []Kind{IndependentKeys, InFrame} {
		for _, steps := range []int{1, 200} {
			m, err := Train(context.Background(), train, nil, Options{Kind: kind, Hidden: 32, Steps: steps, Dropout: -1, LearningRate: 1e-2, Shift: 6, Views: 1, Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			l := m.Loss([]Roll{piece(2, 30)})
			if l.Frames != 29 || l.WithFirst == l.Pooled || math.Abs(l.Pooled-l.PerSequence) > 1e-9 {
				t.Errorf("%s: %+v", kind, l)
			}
			got = append(got, l.Pooled)
		}
	}
	if got[1] > got[0]/3 || got[3] > got[2]/2 || got[3] > got[1] {
		t.Errorf("losses %v: independent keys before and after, in the frame before and after", got)
	}
}
