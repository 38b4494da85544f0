package sample

import (
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// group is several players of the same networks that take their steps at the same time, so
// that the weights are read once for all of them. Each is a coroutine, which runs until
// it wants something of the networks; that is computed when all who are behind have
// asked for it too.
type group struct {
	nets    *nets
	x       []float32   // (B,Inputs)
	tokens  [][]int32   // per stream (B)
	side    [][]float32 // per factor (B,Side)
	current []float32   // (B,V) the logits that were computed last
	players []*Player
}

// nextStep is what a player waits for that is through with the factors of a note.
const nextStep = math.MaxInt

// together is the size from which a second group pays off on another processor.
const together = 4

// Together calls draw for n players that go on where p is, the i-th with random numbers
// of its own. Calls may run at the same time; what a player draws does not depend on
// the others. p must not be used meanwhile.
func (p *Player) Together(n int, random func(i int) *rand.Rand, draw func(i int, p *Player)) {
	groups := max(1, min(runtime.GOMAXPROCS(0), (n+together-1)/together))
	var wg sync.WaitGroup
	for w := range groups {
		from, to := n*w/groups, n*(w+1)/groups
		wg.Go(func() {
			p.fork(to-from, func(i int) *rand.Rand { return random(from + i) }).run(func(i int, p *Player) { draw(from+i, p) })
		})
	}
	wg.Wait()
}

// fork makes a group of n players that go on where p is.
func (p *Player) fork(n int, random func(i int) *rand.Rand) *group {
	g := &group{nets: p.nets.fork(n), x: make([]float32, n*len(p.X))}
	for range p.Tokens {
		g.tokens = append(g.tokens, make([]int32, n))
	}
	for _, f := range p.factors {
		g.side = append(g.side, make([]float32, n*f.Side))
	}
	for i := range n {
		g.players = append(g.players, &Player{
			X: g.x[i*len(p.X) : (i+1)*len(p.X)], Tokens: slices.Clone(p.Tokens), Each: p.Each, Known: p.Known,
			nets: g.nets, sampling: p.sampling, factors: p.factors, rng: random(i), moves: slices.Clone(p.moves), group: g, row: i,
		})
	}
	return g
}

// run calls draw for every player and computes what they want until all have returned.
func (g *group) run(draw func(i int, p *Player)) {
	next := make([]func() (wanted int, ok bool), len(g.players))
	wanted := make([]int, len(g.players)) // -1: has returned
	resume := func(i int) {
		w, ok := next[i]()
		if !ok {
			w = -1
		}
		wanted[i] = w
	}
	for i, p := range g.players {
		next[i], _ = iter.Pull(func(yield func(int) bool) {
			p.yield = yield
			draw(i, p)
		})
		resume(i)
	}
	for {
		first := -1 // the factor of those who are furthest behind
		for _, w := range wanted {
			if w >= 0 && (first < 0 || w < first) {
				first = w
			}
		}
		switch first {
		case -1:
			return
		case nextStep:
			g.nets.step(g.x, g.tokens)
		default:
			g.current = g.nets.logits(first, g.side[first])
		}
		for i, w := range wanted {
			if w == first {
				resume(i)
			}
		}
	}
}

// step waits until the network has taken a step on the player's inputs.
func (g *group) step(p *Player) {
	for k, v := range p.Tokens {
		g.tokens[k][p.row] = v
	}
	p.yield(nextStep)
}

// logits waits for the logits of factor k. They are valid until the player wants
// something else.
func (g *group) logits(p *Player, k int, side []float32) []float32 {
	f := p.factors[k]
	copy(g.side[k][p.row*f.Side:(p.row+1)*f.Side], side)
	p.yield(k)
	return g.current[p.row*f.Size : (p.row+1)*f.Size]
}
