package polyphony

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/seq"
)

// small trains a network of a kind on a little piece.
func small(t *testing.T, opt Options) *Model {
	t.Helper()
	opt.Hidden, opt.Dropout, opt.Threads = 16, -1, 1
	if opt.Steps == 0 {
		opt.Steps = 5
	}
	m, err := Train(context.Background(), []Roll{walk(60)}, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// walk is a roll of n frames with none to three keys.
func walk(n int) Roll {
	r := make(Roll, n)
	for i := range r {
		for k := range i % 4 {
			r[i] = append(r[i], uint8(30+i%7+5*k))
		}
	}
	return r
}

// The probabilities of all sets of keys in a frame add up to one, so that the sets of
// no key and of one key have less than that, and each has more than nothing.
func TestFrameProbabilities(t *testing.T) {
	for _, kind := range []Kind{IndependentKeys, InFrame} {
		m := small(t, Options{Kind: kind, Steps: 30})
		v := m.viewer()
		past := walk(8)
		sets := [][]uint8{nil}
		for k := range uint8(rollKeys) {
			sets = append(sets, []uint8{k})
		}
		var sum float64
		for _, s := range sets {
			nats := v.frames(append(append(Roll{}, past...), s))
			p := math.Exp(-nats[len(past)])
			if !(p > 0 && p < 1) {
				t.Errorf("%s: the keys %v have probability %v", kind, s, p)
			}
			sum += p
		}
		if sum > 1 {
			t.Errorf("%s: none or one key have probability %v", kind, sum)
		}
	}
}

// What comes later does not change how a frame was scored, however pieces are cut into
// chunks.
func TestScoresLookBackOnly(t *testing.T) {
	for _, kind := range []Kind{IndependentKeys, InFrame} {
		m := small(t, Options{Kind: kind, Lags: []int{1, 5}, Clocks: []int{7}})
		long := walk(150)
		all := m.viewer().frames(long)
		for _, n := range []int{2, 63, 64, 65, 128, 149} {
			for i, x := range m.viewer().frames(long[:n]) {
				if math.Abs(x-all[i]) > 1e-4 {
					t.Errorf("%s: frame %d scores %v in a piece of %d frames, %v in one of %d", kind, i, x, n, all[i], len(long))
					break
				}
			}
		}
	}
}

// Averaging over transpositions makes a piece and its transposition nearly alike, and
// keeps a transposed piece on the keyboard.
func TestViews(t *testing.T) {
	up := func(r Roll, n uint8) Roll {
		out := make(Roll, len(r))
		for i, f := range r {
			for _, k := range f {
				out[i] = append(out[i], k+n)
			}
		}
		return out
	}
	r := walk(30)
	for _, kind := range []Kind{IndependentKeys, InFrame} {
		gap := func(views int) float64 {
			m := small(t, Options{Kind: kind, Steps: 25, LearningRate: 2e-2, Views: views})
			return math.Abs(m.Loss([]Roll{r}).Pooled - m.Loss([]Roll{up(r, 1)}).Pooled)
		}
		if one, many := gap(0), gap(6); many >= one {
			t.Errorf("%s: a semitone up changes the loss by %.3f, averaged over 13 keys by %.3f", kind, one, many)
		}
	}
	for low, want := range map[uint8]int{0: 4, 1: 5, 40: 7, 87: 4} {
		shifts := Roll{{low}}.shifts(3)
		if len(shifts) != want || shifts[0] != 0 {
			t.Errorf("key %d can be shifted by %v", low, shifts)
		}
		for _, s := range shifts {
			if k := int(low) + s; k < 0 || k >= rollKeys {
				t.Errorf("key %d is shifted to %d", low, k)
			}
		}
	}
}

// Several networks are averaged, each with a seed of its own, and the same seed gives the
// same model.
func TestEnsemble(t *testing.T) {
	var last seq.Progress
	opt := Options{Nets: 2, Seed: 3, Progress: func(p seq.Progress) { last = p }}
	two := small(t, opt)
	one := small(t, Options{Seed: 3})
	if two.Parameters() != 2*one.Parameters() {
		t.Errorf("two networks have %d parameters, one has %d", two.Parameters(), one.Parameters())
	}
	if last.Step != 10 || last.Steps != 10 {
		t.Errorf("the last step was %d of %d, want 10 of 10", last.Step, last.Steps)
	}
	r := []Roll{walk(30)}
	if a, b := one.Loss(r), small(t, Options{Seed: 3}).Loss(r); a != b {
		t.Errorf("the same seed gives losses %v and %v", a, b)
	}
	if one.Loss(r) == two.Loss(r) {
		t.Error("the second network changes nothing")
	}
}

// The means are over frames and over pieces; pieces of one frame do not count.
func TestLossMeans(t *testing.T) {
	m := small(t, Options{})
	a, b := walk(11), walk(41)
	la, lb := m.Loss([]Roll{a}), m.Loss([]Roll{b})
	both := m.Loss([]Roll{a, {{3}}, b})
	if both.Frames != 50 || math.Abs(both.Pooled-(10*la.Pooled+40*lb.Pooled)/50) > 1e-9 || math.Abs(both.PerSequence-(la.Pooled+lb.Pooled)/2) > 1e-9 {
		t.Errorf("%+v of %+v and %+v", both, la, lb)
	}
}

func TestNothingToLearn(t *testing.T) {
	for _, rolls := range [][]Roll{nil, {walk(3)}} {
		if _, err := Train(context.Background(), rolls, nil, Options{Steps: 1, Hidden: 4}); !errors.Is(err, music.ErrNoNotes) {
			t.Errorf("%d rolls: %v", len(rolls), err)
		}
	}
}
