package hear

import (
	"math"

	"github.com/segue-go/segue/seq"
)

// What the networks answer about a root: a score for each family of chords on it, and for the
// keys of major and minor on it.
const (
	outMajorKey = families
	outMinorKey = families + 1
	outputs     = families + 2
)

// networks are two LSTMs that read the spans of a piece, one from the start and one from
// the end; their answers are added (Schuster and Paliwal 1997). Both see the notes from
// each of the twelve roots in turn and with the same weights, so that they hear the same in
// every key.
type networks struct{ forward, backward *seq.Net }

func newNetworks(hidden int, seed uint64) (networks, error) {
	cfg := seq.Config{
		Inputs: inputs, Hidden: hidden, Skip: true, ForgetBias: 1, HeadHidden: hidden / 2,
		InputDropout: .1, HeadDropout: .4, Head: seq.HeadSpec{Kind: "mse", Targets: outputs},
	}
	f, err := seq.New(cfg, seed)
	if err != nil {
		return networks{}, err
	}
	b, err := seq.New(cfg, seed+1)
	return networks{f, b}, err
}

// fill writes what is heard in pieces to batches for both networks: sequence 12*i+root is
// piece i seen from a root.
func (n networks) fill(f, b *seq.Batch, pieces [][]sense) {
	steps := 0
	for _, p := range pieces {
		steps = max(steps, len(p))
	}
	wide := 12 * len(pieces)
	for _, x := range []*seq.Batch{f, b} {
		x.Resize(n.forward, steps, wide)
		x.Lengths = make([]int, wide)
	}
	for i, p := range pieces {
		for root := range 12 {
			col := 12*i + root
			f.Lengths[col], b.Lengths[col] = len(p), len(p)
			for t := range p {
				p[t].from(root, f.X[(t*wide+col)*inputs:][:inputs])
				p[t].from(root, b.X[((len(p)-1-t)*wide+col)*inputs:][:inputs])
			}
		}
	}
}

// answer is what the networks say of a piece.
type answer struct {
	scores [][states]float64
	keys   [24]float64 // 12*minor + tonic
}

// read adds up the answers of both networks on piece i of wide/12.
func read(f, b []float32, wide, i, steps int) answer {
	a := answer{scores: make([][states]float64, steps)}
	for t := range steps {
		for root := range 12 {
			col := 12*i + root
			x, y := f[(t*wide+col)*outputs:][:outputs], b[((steps-1-t)*wide+col)*outputs:][:outputs]
			for q := range families {
				a.scores[t][12*q+root] = float64(x[q]) + float64(y[q])
			}
			a.keys[root] += (float64(x[outMajorKey]) + float64(y[outMajorKey])) / float64(steps)
			a.keys[12+root] += (float64(x[outMinorKey]) + float64(y[outMinorKey])) / float64(steps)
		}
	}
	return a
}

// spread is the way back of read: it writes the derivatives of a loss by an answer to
// those by both networks' outputs.
func spread(f, b []float32, wide, i int, scores [][states]float64, keys *[24]float64) {
	steps := len(scores)
	for t := range steps {
		for root := range 12 {
			col := 12*i + root
			x, y := f[(t*wide+col)*outputs:][:outputs], b[((steps-1-t)*wide+col)*outputs:][:outputs]
			for q := range families {
				x[q] = float32(scores[t][12*q+root])
			}
			x[outMajorKey] = float32(keys[root] / float64(steps))
			x[outMinorKey] = float32(keys[12+root] / float64(steps))
			copy(y, x)
		}
	}
}

// ask is the answer about one piece.
func (n networks) ask(piece []sense) answer {
	var f, b seq.Batch
	n.fill(&f, &b, [][]sense{piece})
	p, q := n.forward.NewPass(1), n.backward.NewPass(1)
	p.Forward(&f, nil)
	q.Forward(&b, nil)
	return read(p.Outputs(), q.Outputs(), 12, 0, len(piece))
}

// softmax turns scores into probabilities and returns the logarithm of their sum.
func softmax(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	var all float64
	for i, v := range x {
		x[i] = math.Exp(v - top)
		all += x[i]
	}
	for i := range x {
		x[i] /= all
	}
	return top + math.Log(all)
}
