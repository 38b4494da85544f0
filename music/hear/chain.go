package hear

import (
	"math"

	"github.com/segue-go/segue/music/harmony"
)

// Families of chords that are told apart.
const (
	major = iota
	minor
	dominant
	halfDiminished
	diminished
	other // suspended, augmented
	families
)

const (
	states = 12 * families // 12*family + root
	none   = -1            // no chord, or one that is not known
)

// family is that of a chord, none without one.
func family(c harmony.Chord) int {
	switch c.Quality {
	case harmony.NoChord:
		return none
	case harmony.Major:
		return major
	case harmony.Minor:
		return minor
	case harmony.Dominant:
		return dominant
	case harmony.HalfDiminished:
		return halfDiminished
	case harmony.Diminished:
		return diminished
	}
	return other
}

// stateOf is the state of a chord.
func stateOf(c harmony.Chord) int {
	if f := family(c); f != none {
		return 12*f + c.Root
	}
	return none
}

// links are the weights of one chord after another at the beginning of a bar and at half
// of one. They depend on the families and on the distance of the roots only.
const (
	linkSize = families * 12 * families
	linkAll  = 2 * linkSize
)

// link is the index of the weight of state j after state i, within linkSize.
func link(i, j int) int { return (i/12*12+(j%12-i%12+12)%12)*families + j/12 }

var linkOf = func() (out [states][states]int16) {
	for i := range out {
		for j := range out[i] {
			out[i][j] = int16(link(i, j))
		}
	}
	return out
}()

// chain is a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001)
// over the chords of spans.
type chain struct {
	links   []float64         // (linkAll)
	second  []bool            // per span: it begins within a bar
	scores  [][states]float64 // per span
	forward [][states]float64 // scaled probabilities of what came before
	back    [][states]float64 // and of what follows
	weights [2][states][states]float64
}

func newChain(links []float64, spans []span, scores [][states]float64) *chain {
	c := &chain{links: links, scores: scores}
	for k := range spans {
		c.second = append(c.second, spans[k].second)
	}
	for at := range 2 {
		for i := range states {
			for j := range states {
				c.weights[at][i][j] = math.Exp(links[at*linkSize+int(linkOf[i][j])])
			}
		}
	}
	return c
}

// at is the kind of boundary before span k.
func (c *chain) at(k int) int {
	if c.second[k] {
		return 1
	}
	return 0
}

// run fills in the probability of every state of every span, given all spans, and returns
// the logarithm of the sum over all paths.
func (c *chain) run() (marginals [][states]float64, logSum float64) {
	n := len(c.scores)
	c.forward, c.back = make([][states]float64, n), make([][states]float64, n)
	marginals = make([][states]float64, n)
	local := make([][states]float64, n)
	for k := range n {
		top := math.Inf(-1)
		for _, v := range c.scores[k] {
			top = max(top, v)
		}
		logSum += top
		for i, v := range c.scores[k] {
			local[k][i] = math.Exp(v - top)
		}
		now := &c.forward[k]
		if k == 0 {
			*now = local[0]
		} else {
			w := &c.weights[c.at(k)]
			for i, a := range c.forward[k-1] {
				for j := range now {
					now[j] += a * w[i][j]
				}
			}
			for j := range now {
				now[j] *= local[k][j]
			}
		}
		logSum += math.Log(scale(now))
	}
	for k := n - 1; k >= 0; k-- {
		b := &c.back[k] // of what follows, this span's own score included
		for i := range b {
			b[i] = 1
		}
		if k+1 < n {
			w := &c.weights[c.at(k+1)]
			for i := range b {
				var v float64
				for j, x := range c.back[k+1] {
					v += w[i][j] * x
				}
				b[i] = v
			}
		}
		m := &marginals[k]
		for i := range m {
			m[i] = c.forward[k][i] * b[i]
		}
		scale(m)
		for i := range b {
			b[i] *= local[k][i]
		}
		scale(b)
	}
	return marginals, logSum
}

// scale makes values add up to 1 and returns their sum.
func scale(x *[states]float64) float64 {
	var v float64
	for _, a := range x {
		v += a
	}
	for i := range x {
		x[i] /= v
	}
	return v
}

// expect adds the expected number of uses of every link, times a factor, to counts. It
// needs run before.
func (c *chain) expect(counts []float64, factor float64) {
	for k := 1; k < len(c.scores); k++ {
		at := c.at(k)
		w := &c.weights[at]
		var all float64
		for i, a := range c.forward[k-1] {
			for j, b := range c.back[k] {
				all += a * w[i][j] * b
			}
		}
		for i, a := range c.forward[k-1] {
			f := factor * a / all
			for j, b := range c.back[k] {
				counts[at*linkSize+int(linkOf[i][j])] += f * w[i][j] * b
			}
		}
	}
}

// known is a chain that must have the labels where they are known.
func (c *chain) known(labels []int) *chain {
	out := *c
	out.scores = make([][states]float64, len(c.scores))
	for k, l := range labels {
		out.scores[k] = c.scores[k]
		for i := range states {
			if l != none && i != l {
				out.scores[k][i] = math.Inf(-1)
			}
		}
	}
	return &out
}
