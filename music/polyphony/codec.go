package polyphony

import (
	"math"

	"github.com/segue-go/segue/seq"
)

// frameHead is a softmax over the tokens that may come next in a frame: the keys above
// the last one, and the end.
type frameHead struct{}

func (frameHead) Outputs() int { return rollKeys + 1 }

// Targets are the token and the lowest key that is allowed.
func (frameHead) Targets() int { return 2 }

func (frameHead) Loss(grad, out, target []float32) float64 {
	if target[0] != target[0] {
		clear(grad)
		return 0
	}
	label, low := int(target[0]), int(target[1])
	top := out[rollEnd]
	for _, v := range out[low:rollKeys] {
		top = max(top, v)
	}
	var sum float64
	for _, v := range out[low:] {
		sum += math.Exp(float64(v - top))
	}
	if grad != nil {
		clear(grad)
		for j := low; j <= rollEnd; j++ {
			grad[j] = float32(math.Exp(float64(out[j]-top)) / sum)
		}
		grad[label]--
	}
	return math.Log(sum) - float64(out[label]-top)
}

// codec turns rolls into batches.
type codec struct {
	net          *seq.Net
	kind         Kind
	lags, clocks []int // see Options
}

// inputs is the number of real features that describe the frames before. Models of kind
// InFrame have rollKeys more, for the keys of the frame so far.
func (opt Options) inputs() int {
	n := len(opt.Lags) * rollKeys
	for _, c := range opt.Clocks {
		n += c
	}
	return n
}

// window is n frames of a roll from frame at on, transposed by shift keys; the first skip
// frames are read but not scored.
type window struct {
	roll               Roll
	at, n, shift, skip int
}

// length is the number of network steps of a window.
func (c codec) length(w window) int {
	if c.kind == IndependentKeys {
		return w.n
	}
	n := 0
	for _, f := range w.roll[w.at : w.at+w.n] {
		n += len(f) + 1
	}
	return n
}

// history writes the features of the frames before frame f of a window's roll into x and
// returns the rest of x.
func (c codec) history(x []float32, w window, f int) []float32 {
	for _, lag := range c.lags {
		if f >= lag {
			for _, k := range w.roll[f-lag] {
				x[int(k)+w.shift] = 1
			}
		}
		x = x[rollKeys:]
	}
	for _, n := range c.clocks {
		x[f%n] = 1
		x = x[n:]
	}
	return x
}

// fill writes a window into sequence i of b, whose T must be long enough.
func (c codec) fill(b *seq.Batch, i int, w window) {
	inputs := c.net.Config().Inputs
	if c.kind == IndependentKeys {
		for t := range w.n {
			row := t*b.B + i
			c.history(b.X[row*inputs:], w, w.at+t)
			for _, k := range w.roll[w.at+t] {
				b.Target[row*rollKeys+int(k)+w.shift] = 1
			}
			if t >= w.skip {
				b.Weight[row] = 1
			}
		}
		return
	}
	t := 0
	last := int32(rollEnd)
	for f := range w.n {
		keys := w.roll[w.at+f]
		low := 0
		for k := range len(keys) + 1 {
			row := t*b.B + i
			t++
			now := c.history(b.X[row*inputs:], w, w.at+f)
			for _, p := range keys[:k] {
				now[int(p)+w.shift] = 1
			}
			b.Tokens[0][row] = last
			label := rollEnd
			if k < len(keys) {
				label = int(keys[k]) + w.shift
			}
			b.Target[row*2], b.Target[row*2+1] = float32(label), float32(low)
			if f >= w.skip {
				b.Weight[row] = 1
			}
			low, last = label+1, int32(label)
		}
	}
}
