package band

import (
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// standards are changes of several kinds: cycles, two chords in a bar, a long chord.
var standards = []string{
	"Dm7 G7 | Cmaj7 | % | A7b9", "E7 | A7 | D7 | G7", "F7 | Bb7 | F7 | % | Bb7 | Bdim7 | F7 | D7 | Gm7 | C7 | F7 D7 | Gm7 C7",
	"C/E | F/A | G/B | C", "Bm7b5 E7 | Am7 | Dm7 G7 | Cmaj7 | F#m7 B7 | Emaj7 | Abm7 Db7 | Gbmaj7",
}

// walked plays a band over changes in swing and returns the plan and the bass.
func walked(t *testing.T, chords string, feel Feel, m music.Meter, seed uint64) (*Plan, []music.Note) {
	t.Helper()
	c, p := plan(t, solo(m, 480, 4, 1.7), chords, 32)
	p.Feel, p.Random = feel, seed
	trio.Accompany(c, p)
	return p, part(c, "Bass")
}

// On the first beat of a chord the bass plays its root, or what is written under the
// stroke.
func TestBassRoots(t *testing.T) {
	meters := []music.Meter{{Num: 4, Den: 4}, {Num: 7, Den: 8}, {Num: 9, Den: 8}, {Num: 5, Den: 4}, {Num: 6, Den: 8}, {Num: 12, Den: 8}, {Num: 5, Den: 8}}
	for i, feel := range []Feel{Swing, TwoBeat, Ballad, Bossa, Funk, Rock, Shuffle, Swing, Swing, Swing, Rock, Rock, Rock, Funk} {
		roots, changes := 0, 0
		for _, chords := range standards {
			p, notes := walked(t, chords, feel, meters[max(0, i-6)%len(meters)], 1)
			for at := p.from(); at < p.to(); at += p.Changes.Step() {
				chord := p.Changes.At(at).Chord
				if at > p.from() && p.Changes.At(at-1).Chord.Symbol == chord.Symbol {
					continue
				}
				changes++
				for _, n := range notes {
					if p.straight(n.Start) == at && harmony.Class(int(n.Pitch)) == chord.Bass {
						roots++
					}
				}
			}
		}
		if float64(roots) < .85*float64(changes) {
			t.Errorf("%s in %v: the root on %d of %d changes", feel, meters[max(0, i-6)%len(meters)], roots, changes)
		}
	}
}

// A walking bass plays every beat, goes mostly by step, approaches a new root by step,
// seldom repeats a pitch, and never three times.
func TestWalkingBass(t *testing.T) {
	var steps, repeats, moves, approaches, into int
	for seed := range uint64(4) {
		for _, chords := range standards {
			p, notes := walked(t, chords, Swing, music.Meter{Num: 4, Den: 4}, seed)
			beats := map[int]int{}
			for _, n := range notes {
				if n.Pitch < bassLow || n.Pitch > bassHigh {
					t.Fatalf("pitch %d", n.Pitch)
				}
				if at := p.straight(n.Start); at%music.Grid == 0 {
					beats[at] = int(n.Pitch)
				}
			}
			last, run := 0, 0
			for at := p.from(); at < p.to(); at += music.Grid {
				now, ok := beats[at]
				if !ok {
					t.Fatalf("no note on beat %d", at/music.Grid)
				}
				if last > 0 {
					d := max(now-last, last-now)
					moves++
					if d == 0 {
						repeats++
						run++
					} else {
						run = 0
					}
					if run > 2 {
						t.Errorf("over %q a pitch comes %d times in a row", chords, run+1)
					}
					if d > 0 && d <= 2 {
						steps++
					}
					if p.Changes.At(at).Chord.Bass != p.Changes.At(at-1).Chord.Bass {
						into++
						if d == 1 || d == 2 {
							approaches++
						}
					}
				}
				last = now
			}
		}
	}
	rate := func(a, b int) float64 { return float64(a) / float64(b) }
	if r := rate(repeats, moves); r > .06 {
		t.Errorf("%.2f of the notes repeat a pitch", r)
	}
	if r := rate(approaches, into); r < .5 {
		t.Errorf("%.2f of the new roots are approached by step", r)
	}
	if r := rate(steps, moves); r < .4 {
		t.Errorf("%.2f of the moves are steps", r)
	}
}

// In two the bass plays about two notes a bar; every meter has its own pulse.
func TestBassPulse(t *testing.T) {
	for _, c := range []struct {
		feel     Feel
		meter    music.Meter
		low, top float64 // notes a bar
	}{
		{TwoBeat, music.Meter{Num: 4, Den: 4}, 2, 3}, {Ballad, music.Meter{Num: 4, Den: 4}, 2, 3.5}, {Swing, music.Meter{Num: 3, Den: 4}, 3, 3.5},
		{Swing, music.Meter{Num: 5, Den: 4}, 5, 6}, {Rock, music.Meter{Num: 6, Den: 8}, 2, 3}, {Rock, music.Meter{Num: 9, Den: 8}, 3, 4.5},
		{Rock, music.Meter{Num: 12, Den: 8}, 4, 5.5}, {Rock, music.Meter{Num: 7, Den: 8}, 3, 4.5},
	} {
		p, notes := walked(t, "F7", c.feel, c.meter, 2)
		if n := float64(len(notes)) / 32; n < c.low || n > c.top {
			t.Errorf("%s in %d/%d: %.1f bass notes a bar, want %v to %v", c.feel, c.meter.Num, c.meter.Den, n, c.low, c.top)
		}
		down := 0
		for _, b := range p.bars() {
			for _, n := range notes {
				if n.Start == p.tick(&b, 0) {
					down++
				}
			}
		}
		if down != 32 {
			t.Errorf("%s in %d/%d: the bass plays the first beat of %d of 32 bars", c.feel, c.meter.Num, c.meter.Den, down)
		}
	}
}

// Notes do not sound into each other.
func TestBassIsOneLine(t *testing.T) {
	for _, feel := range Feels {
		_, notes := walked(t, standards[0], feel, music.Meter{Num: 4, Den: 4}, 3)
		for i := 1; i < len(notes); i++ {
			if notes[i-1].End() > notes[i].Start {
				t.Errorf("%s: note %d sounds into the next", feel, i-1)
			}
		}
	}
}
