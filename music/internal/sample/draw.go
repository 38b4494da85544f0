package sample

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// Player takes networks along a line, one step per note, and draws the factors of the
// notes that follow. Several networks are averaged, see NewPlayer.
type Player struct {
	X      []float32      // real inputs of the next Step
	Tokens []int32        // its tokens, one per stream
	Each   []seq.Sampling // how each factor is drawn; nil: all alike
	Known  *Copies        // runs that must not be quoted; nil means none

	nets     *nets
	streams  [][]int32 // views of Tokens
	sampling seq.Sampling
	factors  []seq.Factor
	rng      *rand.Rand
	choose   seq.Chooser
	logits   []float32
	moves    []Move // of all notes so far
	hashed   int    // moves when before was computed; 0: not yet
	before   run    // the last of them, for Quotes

	group *group // of a player that goes along with others, see Together
	row   int    // its place there
	yield func(wanted int) bool
}

// NewPlayer makes a player that has read nothing. Several networks, of the same inputs and
// factors, draw from the geometric mean of their probabilities. A topP of 0 or less draws
// from the whole distribution.
func NewPlayer(networks []*seq.Net, temperature, topP float64, r *rand.Rand) *Player {
	c := networks[0].Config()
	p := &Player{
		X: make([]float32, c.Inputs), Tokens: make([]int32, len(c.Tokens)),
		nets: newNets(networks), rng: r,
		sampling: seq.Sampling{Temperature: temperature, TopP: max(topP, 0)}, factors: c.Factors,
	}
	for i := range p.Tokens {
		p.streams = append(p.streams, p.Tokens[i:i+1])
	}
	return p
}

// Step takes one step of the networks on X and Tokens.
func (p *Player) Step() {
	if p.group != nil {
		p.group.step(p)
		return
	}
	p.nets.step(p.X, p.streams)
}

// Logits are those of factor k, given its side features and the factors chosen so
// far.
func (p *Player) Logits(k int, side []float32) []float32 {
	if p.group != nil {
		return p.group.logits(p, k, side)
	}
	return p.nets.logits(k, side)
}

// Choose tells the factors after k which value k has.
func (p *Player) Choose(k, value int) { p.nets.choose(k, p.row, value) }

// Draw samples factor k, given its side features, among the values that allowed
// accepts (nil: all); -1 if there are none.
func (p *Player) Draw(k int, side []float32, allowed func(int) bool) int {
	return p.DrawFrom(k, p.Logits(k, side), allowed)
}

// DrawFrom is Draw with other logits than the network's.
func (p *Player) DrawFrom(k int, logits []float32, allowed func(int) bool) int {
	p.logits = append(p.logits[:0], logits...)
	for i := range p.logits {
		if allowed != nil && !allowed(i) {
			p.logits[i] = float32(math.Inf(-1))
		}
	}
	how := p.sampling
	if p.Each != nil {
		how = p.Each[k]
	}
	return p.choose.Choose(p.logits, how, p.rng)
}

// Move records the step from the last note to a new one.
func (p *Player) Move(m Move) { p.moves = append(p.moves, m) }

// Moves are those recorded so far.
func (p *Player) Moves() []Move { return p.moves }

// Quotes reports whether a next move would complete a run that must not be quoted.
func (p *Player) Quotes(m Move) bool {
	if p.Known == nil || len(p.moves) < RunNotes-2 {
		return false
	}
	if p.hashed != len(p.moves) { // many moves are asked about after the same ones
		p.hashed, p.before = len(p.moves), before(p.moves)
	}
	return p.Known.has(p.before.then(m))
}

// Line is a line of notes of type N that a Player goes along. Notes and places are
// counted in grid steps.
type Line[N any] interface {
	// Read takes the network step after the notes so far.
	Read()
	// Note draws the note that follows, of a continuation that starts at from and
	// already has the notes done; ok is false if its onset is not before to.
	Note(done []N, from, to int) (n N, ok bool)
	// Advance adds a note to those so far.
	Advance(n N)
}

// Continue draws the notes of a line from one grid step to another.
func Continue[N any](ctx context.Context, l Line[N], from, to int) ([]N, error) {
	var done []N
	most := 64 + (to-from)*4 // chords may be dense, but not without end
	for len(done) < most {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.Read()
		n, ok := l.Note(done, from, to)
		if !ok {
			break
		}
		done = append(done, n)
		l.Advance(n)
	}
	return done, nil
}

// Prime takes a line along notes that are given.
func Prime[N any](l Line[N], notes []N) {
	for _, n := range notes {
		l.Read()
		l.Advance(n)
	}
}
