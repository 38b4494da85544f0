package music

import (
	"context"
	"testing"
)

// What followed the last time comes next, in whatever key, and on the longest match.
func TestRecall(t *testing.T) {
	var r recall
	tune := []event{{onset: 6, interval: 2}, {onset: 6, interval: 2}, {onset: 12, interval: -4}, {onset: 3, interval: 7}, {onset: 9, interval: -1}}
	for _, e := range tune {
		if _, order := r.next(); order > 0 {
			t.Fatal("something is recalled before it was heard")
		}
		r.add(e)
	}
	for i, e := range tune[:4] {
		r.add(e)
		next, order := r.next()
		if want := []int{0, 1, 1, 2}[i]; order != want || order > 0 && next != tune[i+1] {
			t.Errorf("after %d events again: %+v on a match of class %d, want %+v of %d", i+1, next, order, tune[i+1], want)
		}
	}
}

// A major key and its relative minor have the same signature, and leave none.
func TestSignature(t *testing.T) {
	for k := range 12 {
		var major, minor [12]float64
		for i, x := range keyProfiles[0] {
			major[(i+k)%12] = x
		}
		for i, x := range keyProfiles[1] {
			minor[(i+k+9)%12] = x
		}
		a, b := signature(major), signature(minor)
		if a != b || (k+a+12)%12 != 0 || a < -5 || a > 6 {
			t.Errorf("tonic %d is moved by %d, its relative minor by %d", k, a, b)
		}
	}
}

// chorale is four voices that move in thirds and sixths, without crossing.
func chorale(bars int) *Score {
	s := &Score{Resolution: 480, Tracks: make([]Track, 4)}
	s.ReadMaps()
	scale := []int{0, 2, 4, 5, 7, 9, 11, 12}
	for i := range 4 * bars {
		step := []int{0, 1, 2, 3, 4, 3, 2, 1}[i%8]
		for v, p := range []int{67 + scale[step]/2, 62 - i%3, 55 + i%2, 48 - scale[step]/3} {
			s.Tracks[v].Notes = append(s.Tracks[v].Notes, Note{Tick(480 * i), 470, uint8(p), 80, uint8(v)})
		}
	}
	return s
}

// Four single voices go on as four single voices that do not cross, whatever the network
// would like.
func TestVoicesStayApart(t *testing.T) {
	c, err := small().Continue(context.Background(), chorale(6), Options{Bars: 8, Temperature: 1.5, TopP: -1})
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLine(c.Only(), -1)
	if err != nil {
		t.Fatal(err)
	}
	limits := l.limits()
	for v, p := range c.Only().Parts() {
		if !limits[v].single {
			t.Errorf("%v plays chords", p)
		}
	}
	crossed, pairs := 0, 0
	for i, a := range l.Notes {
		for _, b := range l.Notes[i+1:] {
			if a.Voice != b.Voice && b.At < a.At+a.Dur {
				pairs++
				if (a.Voice < b.Voice) != (a.Pitch >= b.Pitch) {
					crossed++
				}
			}
		}
	}
	if crossed > pairs/20 {
		t.Errorf("%d of %d pairs of notes cross", crossed, pairs)
	}
}

// A network is adapted only where that predicts the end of the seed better, and the same
// seed gives the same network.
func TestAdapt(t *testing.T) {
	s := seedScore(t, 16)
	m := small()
	before, err := m.Loss(s, "")
	if err != nil {
		t.Fatal(err)
	}
	one, a, err := m.Adapt(context.Background(), s, AdaptOptions{Steps: 16})
	if err != nil {
		t.Fatal(err)
	}
	if !a.Better() {
		t.Fatalf("a small network is no better after reading a rag: %+v", a)
	}
	two, _, err := m.Adapt(context.Background(), s, AdaptOptions{Steps: 16, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	x, _ := one.Loss(s, "")
	if y, _ := two.Loss(s, ""); x != y || x.Joint() >= before.Joint() {
		t.Errorf("losses %v and %v after adapting, %v before", x.Joint(), y.Joint(), before.Joint())
	}
	short := s.Cut(0, s.BarLength(s.MeterAt(0)))
	if same, a, err := m.Adapt(context.Background(), short, AdaptOptions{}); err != nil || same != m || a.Better() {
		t.Errorf("one bar changed the network: %+v, %v", a, err)
	}
}
