package music

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// Piece is a score to learn from.
type Piece struct {
	*Score
	Style  string  // one of Styles; "" is none of them
	Weight float64 // share in training, by comparison with the other pieces; 0 is the number of notes
}

// pieces are scores without a style.
func pieces(scores []*Score, weights []float64) []Piece {
	out := make([]Piece, len(scores))
	for i, s := range scores {
		out[i].Score = s
		if weights != nil {
			out[i].Weight = weights[i]
		}
	}
	return out
}

const (
	told       = 256 // notes before a window that say what the music is like
	fewest     = 32  // of them; with fewer the window itself says it
	hideStyle  = .15 // share of the windows whose style is not told
	otherKey   = .25 // share of the windows that are transposed at random
	otherTouch = .5  // share of the windows that are played louder or softer
	mostTouch  = 40  // by how much
)

// corpus draws training windows from lines.
type corpus struct {
	lines  []*Line
	styles []int
	cum    []float64 // cumulative shares
	net    *seq.Net
	seed   uint64
	steps  int // notes in a window
	batch  int // windows in a batch
}

func newCorpus(list []Piece) (*corpus, error) {
	c := &corpus{}
	var total float64
	for _, p := range list {
		l, err := newWrittenLine(p.Score, -1)
		if err != nil || len(l.Notes) < 8 {
			continue
		}
		w := p.Weight
		if w == 0 {
			w = float64(len(l.Notes))
		}
		total += w
		c.lines = append(c.lines, l)
		c.styles = append(c.styles, style(p.Style))
		c.cum = append(c.cum, total)
	}
	if len(c.lines) == 0 {
		return nil, fmt.Errorf("music: no score has eight notes to learn from: %w", ErrNoNotes)
	}
	for i := range c.cum {
		c.cum[i] /= total
	}
	return c, nil
}

// reader returns one that has read the notes before a window.
func (c *corpus) reader(k, from int) *reader {
	l := c.lines[k]
	known := l.Notes[max(0, from-told):from]
	if len(known) < fewest {
		known = l.Notes[max(0, from-told):min(len(l.Notes), from+c.steps)]
	}
	return newReader(l, l.about(known), c.styles[k])
}

// skip moves a reader to a window.
func (r *reader) skip(from int) {
	for _, n := range r.line.Notes[max(0, from-2*told):from] {
		r.advance(n)
	}
}

// Batch draws windows at random places. Some are transposed, played louder or softer,
// or have no style, so that the network does not rely on those.
func (c *corpus) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(step)))
	b.Resize(c.net, c.steps, c.batch)
	for i := range b.B {
		k := sample.Pick(c.cum, r)
		from := 0
		if n := len(c.lines[k].Notes) - c.steps; n > 0 {
			from = max(0, r.IntN(n+33)-32) // so that beginnings come more often
		}
		rd := c.reader(k, from)
		if r.Float64() < hideStyle {
			rd.style = -1
		}
		if r.Float64() < otherKey {
			c.transpose(rd, from, r.IntN(12)-6)
		}
		if r.Float64() < otherTouch {
			rd.touch = r.IntN(2*mostTouch+1) - mostTouch
		}
		rd.skip(from)
		rd.fill(b, i, from)
	}
	return nil
}

// transpose moves a reader's key if all notes of the window stay in MIDI's range.
func (c *corpus) transpose(r *reader, from, by int) {
	for _, n := range r.line.Notes[max(0, from-2*told):min(len(r.line.Notes), from+c.steps)] {
		if p := n.Pitch + r.about.shift + by; p < 0 || p > 127 {
			return
		}
	}
	r.about.shift += by
	for v := range r.about.register {
		if r.about.share[v] > 0 && !r.drums(v) {
			r.about.register[v] += float32(by) / 24
		}
	}
}

// windows returns windows of all lines in batches, at most about limit notes in all,
// spread evenly.
func (c *corpus) windows(net *seq.Net, limit int) []*seq.Batch {
	type place struct{ line, from int }
	var all []place
	for k, l := range c.lines {
		for from := 0; from < len(l.Notes); from += c.steps {
			all = append(all, place{k, from})
		}
	}
	every := 1 + len(all)*c.steps/limit
	var some []place
	for i := 0; i < len(all); i += every {
		some = append(some, all[i])
	}
	var out []*seq.Batch
	for list := range slices.Chunk(some, c.batch) {
		b := &seq.Batch{}
		b.Resize(net, c.steps, len(list))
		for i, x := range list {
			r := c.reader(x.line, x.from)
			r.skip(x.from)
			r.fill(b, i, x.from)
		}
		out = append(out, b)
	}
	return out
}
