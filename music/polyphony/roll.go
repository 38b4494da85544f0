// Package polyphony predicts piano rolls, for comparison with published benchmarks.
// Start with [Train] and [Model.Loss].
package polyphony

import "github.com/segue-go/segue/seq"

// Roll is music as a piano roll: for each frame the keys that sound, 0 to 87, ascending.
type Roll [][]uint8

// Kind is the class of a model. Losses of different kinds must not be compared.
type Kind string

const (
	// IndependentKeys predicts every key of the next frame independently.
	IndependentKeys Kind = "independent keys"
	// InFrame predicts the keys of a frame one after another, from low to high, each given
	// the lower ones, and then the end of the frame. This is an exact distribution over
	// sets of keys, as NADE is in Boulanger-Lewandowski, Bengio and Vincent (2012).
	InFrame Kind = "autoregressive in the frame"
)

const (
	rollKeys = 88
	rollEnd  = rollKeys // the token that ends a frame
	// frames that a window inside a piece reads before it scores
	rollWarmup = 6
)

// Model predicts rolls.
type Model struct {
	nets []*seq.Net
	opt  Options
}

// Parameters is the number of parameters of all networks.
func (m *Model) Parameters() int {
	n := 0
	for _, net := range m.nets {
		n += len(net.Flat())
	}
	return n
}

// span is the lowest and the highest key of a roll.
func (r Roll) span() (lo, hi int) {
	lo, hi = rollKeys-1, 0
	for _, f := range r {
		if len(f) > 0 {
			lo, hi = min(lo, int(f[0])), max(hi, int(f[len(f)-1]))
		}
	}
	return lo, hi
}

// shifts are the transpositions by at most n keys that keep a roll on the
// keyboard, 0 first.
func (r Roll) shifts(n int) []int {
	lo, hi := r.span()
	out := []int{0}
	for d := 1; d <= n; d++ {
		if lo-d >= 0 {
			out = append(out, -d)
		}
		if hi+d < rollKeys {
			out = append(out, d)
		}
	}
	return out
}
