package music

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// randomScore is quantised music in some meter: notes of several parts on the grid,
// swung.
func randomScore(r *rand.Rand, meter Meter, resolution, parts int, ratio float64) *Score {
	s := &Score{Resolution: resolution, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{meter}, Tracks: make([]Track, parts)}
	l := &Line{Swing: ratio, score: s}
	for p := range s.Tracks {
		for step := 0; step < 16*Grid; step += []int{3, 6, 6, 12}[r.IntN(4)] {
			start := l.Tick(step)
			end := l.Tick(step + []int{3, 6}[r.IntN(2)])
			s.Tracks[p].Notes = append(s.Tracks[p].Notes, Note{start, end - start, uint8(40 + 12*p + r.IntN(12)), uint8(1 + r.IntN(127)), uint8(p)})
		}
	}
	return s
}

// Quantised music comes back from the grid tick for tick, whatever meter, resolution and
// number of parts, straight or swung.
func TestLineRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, meter := range []Meter{{0, 4, 4}, {0, 3, 4}, {0, 6, 8}, {0, 7, 8}, {0, 5, 4}} {
		for _, resolution := range []int{96, 240, 480, 960} {
			for _, ratio := range []float64{1, 2} {
				s := randomScore(r, meter, resolution, 3, ratio)
				l, err := NewLine(s, -1)
				if err != nil {
					t.Fatal(err)
				}
				l.Swing = ratio // its estimate is tested elsewhere
				var got [3][]Note
				for _, n := range l.Notes {
					// at this swing, not at the estimate
					got[n.Voice] = append(got[n.Voice], Note{l.Tick(n.At), l.Tick(n.At+n.Dur) - l.Tick(n.At), uint8(n.Pitch), uint8(n.Velocity), l.Parts[n.Voice].Channel})
				}
				m, err := NewLine(s, -1)
				if err != nil {
					t.Fatal(err)
				}
				if d := m.Swing - ratio; d > .05 || d < -.05 {
					t.Fatalf("%d/%d at %d ticks: swing %v measured as %v", meter.Num, meter.Den, resolution, ratio, m.Swing)
				}
				for v := range got {
					if !slices.Equal(got[v], s.Tracks[v].Notes) {
						t.Errorf("%d/%d at %d ticks, swing %v: voice %d changed on the grid", meter.Num, meter.Den, resolution, ratio, v)
					}
				}
			}
		}
	}
}

// Step is the inverse of Tick at every step and every swing, and time never runs
// backwards, for solos either.
func TestStepsAreInOrder(t *testing.T) {
	for _, ratio := range []float64{1, 1.2, 1.5, 2, 2.6} {
		for _, resolution := range []int{96, 480} {
			l := &Line{Swing: ratio, score: &Score{Resolution: resolution}}
			last, lastSolo := Tick(-1), Tick(-1)
			for step := range 4 * Grid {
				at, solo := l.Tick(step), l.SoloTick(step)
				if got := l.Step(at); got != step {
					t.Errorf("swing %v at %d ticks: step %d sounds at tick %d, which is step %d", ratio, resolution, step, at, got)
				}
				if at <= last || solo <= lastSolo {
					t.Errorf("swing %v at %d ticks: step %d sounds before step %d", ratio, resolution, step, step-1)
				}
				if step%Grid == 0 && (at != Tick(step/Grid*resolution) || solo != at) {
					t.Errorf("swing %v: beat %d is at tick %d, solo %d", ratio, step/Grid, at, solo)
				}
				last, lastSolo = at, solo
			}
			// the second eighth swings in solos too, triplets stay where the swing lets them
			if l.SoloTick(Grid/2) != l.Tick(Grid/2) {
				t.Errorf("swing %v: the eighth of a solo is at %d, of other music at %d", ratio, l.SoloTick(Grid/2), l.Tick(Grid/2))
			}
			if got, want := l.SoloTick(Grid/3), Tick(float64(resolution)/3+.5); ratio == 1 && got != want {
				t.Errorf("a straight triplet is at %d, want %d", got, want)
			}
		}
	}
}

// A line keeps the four parts with the most notes, and the one that it is told to keep.
func TestLineKeepsParts(t *testing.T) {
	s := &Score{Resolution: 480, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{{0, 4, 4}}, Tracks: make([]Track, 6)}
	for i := range s.Tracks {
		for k := range 10 + i {
			s.Tracks[i].Notes = append(s.Tracks[i].Notes, Note{Tick(k) * 480, 240, uint8(50 + i), 80, uint8(i)})
		}
	}
	for keep, want := range map[int][]int{-1: {2, 3, 4, 5}, 0: {0, 3, 4, 5}, 1: {1, 3, 4, 5}, 5: {2, 3, 4, 5}} {
		l, err := NewLine(s, keep)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, p := range l.Parts {
			got = append(got, p.Track)
		}
		if !slices.Equal(got, want) {
			t.Errorf("keeping part %d: tracks %v, want %v", keep, got, want)
		}
		for _, n := range l.Notes {
			if n.Pitch != 50+l.Parts[n.Voice].Track {
				t.Errorf("note %+v is in the voice of track %d", n, l.Parts[n.Voice].Track)
			}
		}
	}
	if _, err := NewLine(s, 6); err == nil {
		t.Error("part 7 of six was kept")
	}
	if _, err := NewLine(&Score{Resolution: 480}, -1); err == nil {
		t.Error("a score without notes has a line")
	}
}

// Of a chord, Voice has the top note; notes of other voices are left out; a doubled note
// is one note.
func TestVoice(t *testing.T) {
	s := &Score{Resolution: 480, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{{0, 4, 4}}, Tracks: []Track{
		{Notes: []Note{{0, 240, 60, 80, 0}, {0, 240, 64, 80, 0}, {0, 240, 67, 80, 0}, {480, 240, 62, 80, 0}, {480, 100, 62, 50, 0}}},
		{Notes: []Note{{0, 480, 40, 80, 1}}},
	}}
	l, err := NewLine(s, -1)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Notes) != 5 {
		t.Errorf("%d notes on the grid, want 5", len(l.Notes))
	}
	var got []int
	for _, n := range l.Voice(0) {
		got = append(got, n.Pitch)
	}
	if !slices.Equal(got, []int{67, 62}) {
		t.Errorf("voice 0 plays %v", got)
	}
}

// The length of a bar follows the meter at the step.
func TestLineBarLength(t *testing.T) {
	s := &Score{Resolution: 480, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{{0, 4, 4}, {1920, 3, 4}, {1920 + 1440, 7, 8}}}
	l := &Line{Swing: 1, score: s}
	for step, want := range map[int]int{0: 48, 47: 48, 48: 36, 83: 36, 84: 42, 500: 42} {
		if got := l.BarLength(step); got != want {
			t.Errorf("step %d is in a bar of %d steps, want %d", step, got, want)
		}
	}
}
