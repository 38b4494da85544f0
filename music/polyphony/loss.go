package polyphony

import (
	"math"

	"github.com/segue-go/segue/seq"
)

// Loss is a negative log likelihood in nats per frame, summed over the keys.
type Loss struct {
	Frames      int     `json:"frames"`
	Pooled      float64 `json:"pooled"`       // mean over all frames except the first of each roll (Bai et al. 2018)
	PerSequence float64 `json:"per_sequence"` // mean over rolls of their means, without first frames
	WithFirst   float64 `json:"with_first"`   // pooled, including first frames, predicted from nothing
}

// Loss scores rolls.
func (m *Model) Loss(rolls []Roll) Loss {
	v := m.viewer()
	var l Loss
	var sum, first float64
	used := 0
	for _, r := range rolls {
		if len(r) < 2 {
			continue
		}
		nats := v.frames(r)
		var later float64
		for _, x := range nats[1:] {
			later += x
		}
		l.PerSequence += later / float64(len(r)-1)
		sum += later
		first += nats[0]
		l.Frames += len(r) - 1
		used++
	}
	l.Pooled, l.PerSequence, l.WithFirst = sum/float64(l.Frames), l.PerSequence/float64(used), (sum+first)/float64(l.Frames+used)
	return l
}

// viewer scores rolls, one at a time.
type viewer struct {
	m     *Model
	codec codec
	pass  []*seq.Pass
	batch []seq.Batch
}

func (m *Model) viewer() *viewer {
	v := &viewer{m: m, codec: m.opt.codec(m.nets[0]), batch: make([]seq.Batch, len(m.nets))}
	for _, n := range m.nets {
		v.pass = append(v.pass, n.NewPass(0))
	}
	return v
}

// frames returns the negative log likelihood of every frame in nats. All transpositions
// form one batch, which is read in chunks of frames.
func (v *viewer) frames(r Roll) []float64 {
	const chunk = 64
	shifts := r.shifts(v.m.opt.Views)
	states := make([]*seq.State, len(v.m.nets))
	for i, n := range v.m.nets {
		states[i] = n.NewState(len(shifts))
	}
	out := make([]float64, len(r))
	for at := 0; at < len(r); at += chunk {
		w := window{roll: r, at: at, n: min(chunk, len(r)-at)}
		for i, p := range v.pass {
			b := &v.batch[i]
			b.Resize(v.m.nets[i], v.codec.length(w), len(shifts))
			for j, s := range shifts {
				w.shift = s
				v.codec.fill(b, j, w)
			}
			p.Forward(b, states[i])
		}
		if v.m.opt.Kind == IndependentKeys {
			v.keys(out[at:at+w.n], r[at:], shifts)
		} else {
			v.tokens(out[at:at+w.n], r[at:], shifts)
		}
	}
	return out
}

// mean averages the outputs of all networks and transpositions at step t of the last
// chunk, after f has been applied to each. A transposition counts only for the keys that
// it keeps on the keyboard.
func (v *viewer) mean(dst []float64, t int, shifts []int, f func(dst []float64, out []float32)) {
	clear(dst)
	var count [rollKeys + 1]float64
	var one [rollKeys + 1]float64
	for _, p := range v.pass {
		width := len(dst)
		all := p.Outputs()
		for j, s := range shifts {
			row := (t*len(shifts) + j) * width
			f(one[:width], all[row:row+width])
			for k := range dst {
				from := k + s
				if k == rollEnd {
					from = k
				} else if from < 0 || from >= rollKeys {
					continue
				}
				dst[k] += one[from]
				count[k]++
			}
		}
	}
	for k := range dst {
		dst[k] /= count[k]
	}
}

// keys scores frames of independent keys.
func (v *viewer) keys(dst []float64, r Roll, shifts []int) {
	logits := make([]float64, rollKeys)
	for t := range dst {
		v.mean(logits, t, shifts, func(dst []float64, out []float32) {
			for k, x := range out {
				dst[k] = float64(x)
			}
		})
		for _, k := range r[t] {
			dst[t] -= logits[k]
		}
		for _, z := range logits {
			dst[t] += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
		}
	}
}

// tokens scores frames key by key.
func (v *viewer) tokens(dst []float64, r Roll, shifts []int) {
	logs := make([]float64, rollKeys+1)
	t := 0
	for f := range dst {
		low := 0
		for i := range len(r[f]) + 1 {
			v.mean(logs, t, shifts, logSoftmax)
			t++
			label := rollEnd
			if i < len(r[f]) {
				label = int(r[f][i])
			}
			top := math.Inf(-1)
			for _, x := range logs[low:] {
				top = max(top, x)
			}
			var sum float64
			for _, x := range logs[low:] {
				sum += math.Exp(x - top)
			}
			dst[f] += math.Log(sum) + top - logs[label]
			low = label + 1
		}
	}
}

// logSoftmax turns logits into log probabilities.
func logSoftmax(dst []float64, logits []float32) {
	top := logits[0]
	for _, x := range logits {
		top = max(top, x)
	}
	var sum float64
	for _, x := range logits {
		sum += math.Exp(float64(x - top))
	}
	z := float64(top) + math.Log(sum)
	for i, x := range logits {
		dst[i] = float64(x) - z
	}
}
