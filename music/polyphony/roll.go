// Package polyphony models piano rolls, to be compared with published benchmarks.
// Start with [Train] and [Model.Loss].
package polyphony

import "github.com/segue-go/segue/seq"

// Roll is music as a piano roll: per frame the keys that sound, ascending, 0 to
// 87.
type Roll [][]uint8

// Kind is the class of a model of rolls; figures of the two must not be
// compared with each other.
type Kind string

const (
	// IndependentKeys forecasts every key of the next frame by itself.
	IndependentKeys Kind = "independent keys"
	// InFrame forecasts the keys of a frame one after the other, from low to high,
	// each given the lower ones, and then the frame's end: the exact distribution
	// over sets (Boulanger-Lewandowski, Bengio and Vincent 2012 did so with NADE).
	InFrame Kind = "autoregressive in the frame"
)

const (
	rollKeys = 88
	rollEnd  = rollKeys // the token that ends a frame
	// a window that begins inside a piece scores what comes after so many frames
	rollWarmup = 6
)

// Model forecasts rolls.
type Model struct {
	nets []*seq.Net
	opt  Options
}

// Parameters counts those of all networks.
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
