package sample

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// player is one with untrained networks of two factors, by default one.
func player(t *testing.T, temperature, topP float64, seeds ...uint64) *Player {
	t.Helper()
	var nets []*seq.Net
	for _, seed := range append(seeds, 1)[:max(1, len(seeds))] {
		n, err := seq.New(seq.Config{
			Inputs: 2, Hidden: 8, Layers: 1, Tokens: []seq.TokenStream{{Name: "last", Size: 5, Dim: 3}},
			Factors: []seq.Factor{{Name: "a", Size: 5, Dim: 2}, {Name: "b", Size: 3}},
		}, seed)
		if err != nil {
			t.Fatal(err)
		}
		nets = append(nets, n)
	}
	return NewPlayer(nets, temperature, topP, rand.New(rand.NewPCG(1, 1)))
}

// Two networks say the mean of what each says, also of a factor that depends on the one
// before and after a step.
func TestAverage(t *testing.T) {
	players := []*Player{player(t, 1, 0, 1, 2), player(t, 1, 0, 1), player(t, 1, 0, 2)}
	for step := range 3 {
		var said [3][2][]float32
		for i, p := range players {
			p.X[0], p.Tokens[0] = float32(step), int32(step)
			p.Step()
			said[i][0] = slices.Clone(p.Logits(0, nil))
			p.Choose(0, step)
			said[i][1] = slices.Clone(p.Logits(1, nil))
		}
		for k := range 2 {
			for j, got := range said[0][k] {
				if want := (said[1][k][j] + said[2][k][j]) / 2; math.Abs(float64(got-want)) > 1e-6 || said[1][k][j] == said[2][k][j] {
					t.Errorf("step %d, factor %d: %v, want %v, the mean of %v and %v", step, k, got, want, said[1][k][j], said[2][k][j])
				}
			}
		}
	}
}

// Only allowed values are drawn, all of them in time, and -1 where none is allowed.
func TestDrawObeys(t *testing.T) {
	p := player(t, 1.5, 0)
	p.Step()
	seen := map[int]int{}
	for range 500 {
		seen[p.Draw(0, nil, func(k int) bool { return k%2 == 0 })]++
	}
	if len(seen) != 3 || seen[0]*seen[2]*seen[4] == 0 {
		t.Errorf("drawn: %v, want 0, 2 and 4", seen)
	}
	if got := p.Draw(0, nil, func(int) bool { return false }); got != -1 {
		t.Errorf("nothing is allowed, %d was drawn", got)
	}
	// a low temperature draws the likeliest value
	cold := player(t, 1e-3, 0)
	cold.Step()
	logits := cold.Logits(0, nil)
	best := slices.Index(logits, slices.Max(logits))
	for range 50 {
		if got := cold.Draw(0, nil, nil); got != best {
			t.Fatalf("%d was drawn, the likeliest is %d", got, best)
		}
	}
	// each factor may be drawn in its own way
	cold = player(t, 5, 0)
	cold.Each = []seq.Sampling{{Temperature: 1e-3}, {Temperature: 5}}
	cold.Step()
	second := map[int]bool{}
	for range 100 {
		if got := cold.Draw(0, nil, nil); got != best {
			t.Fatalf("%d was drawn for the first factor, the likeliest is %d", got, best)
		}
		cold.Choose(0, best)
		second[cold.Draw(1, nil, nil)] = true
	}
	if len(second) != 3 {
		t.Errorf("the second factor took the values %v", second)
	}
}

// count is a line that counts: a note is its number.
type count struct {
	read, advanced int
	stop           int
}

func (c *count) Read() { c.read++ }
func (c *count) Note(done []int, from, to int) (int, bool) {
	n := from + len(done)
	return n, n < min(to, c.stop)
}
func (c *count) Advance(int) { c.advanced++ }

// A line is read once per note and once for the end; it stops where it says, where it
// is cancelled, and in any case some time.
func TestContinueLine(t *testing.T) {
	c := &count{stop: 1 << 30}
	Prime(c, []int{1, 2, 3})
	got, err := Continue(context.Background(), c, 5, 9)
	if err != nil || !slices.Equal(got, []int{5, 6, 7, 8}) || c.read != 3+5 || c.advanced != 3+4 {
		t.Errorf("%v, %v; read %d times, advanced %d times", got, err, c.read, c.advanced)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Continue(ctx, c, 5, 9); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got, _ := Continue(context.Background(), endless{}, 0, 10); len(got) == 0 || len(got) > 1000 {
		t.Errorf("a line without end has %d notes in ten steps", len(got))
	}
}

type endless struct{}

func (endless) Read()                            {}
func (endless) Note([]int, int, int) (int, bool) { return 0, true }
func (endless) Advance(int)                      {}

// Players that go together draw what each would have drawn alone, though some stop
// earlier and some draw a factor twice.
func TestTogether(t *testing.T) {
	random := func(i int) *rand.Rand { return rand.New(rand.NewPCG(7, uint64(i))) }
	tell := func(i int, p *Player) (drawn []int) {
		for step := range 8 + i%3 {
			p.X[0], p.Tokens[0] = float32(step), int32(step%5)
			p.Step()
			a := p.Draw(0, nil, nil)
			if (i+step)%4 == 0 {
				a = p.Draw(0, nil, func(k int) bool { return k != a })
			}
			p.Choose(0, a)
			drawn = append(drawn, a, p.Draw(1, nil, nil))
		}
		return drawn
	}
	const n = 11
	heard := player(t, 1, 0, 1, 2)
	heard.X[1] = 1
	heard.Step()
	var together [n][]int
	heard.Together(n, random, func(i int, p *Player) { together[i] = tell(i, p) })
	for i := range n {
		var alone []int
		heard.Together(1, func(int) *rand.Rand { return random(i) }, func(_ int, p *Player) { alone = tell(i, p) })
		single := player(t, 1, 0, 1, 2)
		single.X[1] = 1
		single.Step()
		single.rng, single.X[1] = random(i), 0
		if !slices.Equal(together[i], alone) || !slices.Equal(alone, tell(i, single)) {
			t.Errorf("player %d draws %v together and %v alone", i, together[i], alone)
		}
	}
}

// A move that would complete a known run is a quotation, whatever came before the run.
func TestQuotes(t *testing.T) {
	run := make([]Move, RunNotes-1)
	for i := range run {
		run[i] = Move{i%3 - 1, 3 + i}
	}
	p := player(t, 1, 0)
	if p.Move(Move{7, 7}); p.Quotes(run[0]) {
		t.Error("a player without a memory quotes")
	}
	p.Known = NewCopies([][]Move{run})
	for i, m := range run {
		if last := i == len(run)-1; p.Quotes(m) != last {
			t.Errorf("move %d of %d quotes: %v", i+1, len(run), !last)
		}
		p.Move(m)
	}
	if p.Quotes(Move{0, 1}) {
		t.Error("another move after a run quotes")
	}
}

// Every length belongs to the nearest class, and a class to itself.
func TestDurationClass(t *testing.T) {
	for i, d := range Durations {
		if DurationClass(d) != i {
			t.Errorf("length %d is of class %d, want %d", d, DurationClass(d), i)
		}
	}
	for d := -5; d < 200; d++ {
		got := Durations[DurationClass(d)]
		for _, v := range Durations {
			if max(v-d, d-v) < max(got-d, d-got) {
				t.Errorf("length %d counts as %d, %d is nearer", d, got, v)
			}
		}
	}
}

// Classes are played as the voice played them: with the mean of its own velocities, and
// with the middle of the class where it has none. Louder classes sound louder.
func TestVolumes(t *testing.T) {
	v := NewVolumes([]int{33, 35, 100, 1})
	if v[VelocityClass(33)] != 34 || v[VelocityClass(100)] != 100 || v[0] != 1 {
		t.Errorf("volumes %v", v)
	}
	for k, x := range NewVolumes(nil) {
		if VelocityClass(x) != k {
			t.Errorf("class %d is played with velocity %d, which is of class %d", k, x, VelocityClass(x))
		}
	}
	for k := 1; k < len(v); k++ {
		if v[k] <= v[k-1] {
			t.Errorf("class %d is not louder than the one below: %v", k, v)
		}
	}
}

// Indices are drawn by their shares.
func TestPick(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var count [3]int
	for range 10000 {
		count[Pick([]float64{.2, .2, 1}, r)]++
	}
	if count[0] < 1850 || count[0] > 2150 || count[1] > 0 {
		t.Errorf("shares .2, 0 and .8 were drawn %v times", count)
	}
}
