package seq_test

import (
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// A sequence cut into windows with carried state gives the same outputs as in
// one piece, also when it is shorter than its batch.
func TestStateCarries(t *testing.T) {
	for _, name := range []string{"lstm/dilated residual", "gru/dilated residual", "elman/plain"} {
		t.Run(name, func(t *testing.T) {
			n := network(t, configs()[name])
			c := n.Config()
			whole := randomBatch(n, 9, 2, 6)
			p := n.NewPass(1)
			p.Forward(whole, nil)
			o := n.Head().Outputs()
			want := slices.Clone(p.Outputs())
			cut := func(from, to, padded int) *seq.Batch {
				w := randomBatch(n, padded, 2, 77) // padding must not matter
				copy(w.X, whole.X[from*2*c.Inputs:to*2*c.Inputs])
				for k := range w.Tokens {
					copy(w.Tokens[k], whole.Tokens[k][from*2:to*2])
				}
				w.Lengths = []int{to - from, to - from}
				return w
			}
			st := n.NewState(2)
			for _, w := range [][3]int{{0, 2, 4}, {2, 3, 1}, {3, 9, 8}} {
				p.Forward(cut(w[0], w[1], w[2]), st)
				got, exp := wide(p.Outputs()[:(w[1]-w[0])*2*o]), wide(want[w[0]*2*o:w[1]*2*o])
				if d := relative(got, exp); d > 1e-6 {
					t.Fatalf("window %v is off by %.2g", w, d)
				}
			}
			again := cut(0, 9, 9)
			again.Reset = []bool{true, true}
			p.Forward(again, st)
			if d := relative(wide(p.Outputs()), wide(want)); d > 1e-6 {
				t.Errorf("after a reset the outputs are off by %.2g", d)
			}
		})
	}
}

func TestForkAndClone(t *testing.T) {
	n := network(t, configs()["lstm/dilated residual"])
	c := n.Config()
	b := randomBatch(n, 5, 2, 8)
	st := n.NewState(2)
	n.NewPass(1).Forward(b, st)
	fork := st.Fork(1, 3)
	next := randomBatch(n, 1, 1, 9)
	one, three := n.NewStepper(1), n.NewStepper(3)
	single := st.Fork(1, 1)
	clone := single.Clone()
	x := make([]float32, 3*c.Inputs)
	tok := make([]int32, 3)
	for i := range 3 {
		copy(x[i*c.Inputs:], next.X)
		tok[i] = next.Tokens[0][0]
	}
	for range 4 {
		one.Step(single, next.X, [][]int32{tok[:1]})
		three.Step(fork, x, [][]int32{tok})
		for i := range 3 {
			if d := relative(wide(three.Outputs()[i*4:i*4+4]), wide(one.Outputs())); d > 1e-5 {
				t.Fatalf("fork %d is off by %.2g", i, d)
			}
		}
	}
	one.Step(clone, next.X, [][]int32{tok[:1]})
	first := slices.Clone(one.Outputs())
	one.Step(single, next.X, [][]int32{tok[:1]})
	if slices.Equal(first, one.Outputs()) {
		t.Error("the clone moved with its original")
	}
}
