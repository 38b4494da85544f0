package music

import (
	"context"
	"slices"
	"testing"
)

// scoreOf is a score of parts, each a list of start and length in quarter notes, and pitch.
func scoreOf(meter Meter, parts ...[][3]float64) *Score {
	const resolution = 480
	s := &Score{Resolution: resolution, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{meter}, Tracks: make([]Track, len(parts))}
	for i, notes := range parts {
		for _, n := range notes {
			s.Tracks[i].Notes = append(s.Tracks[i].Notes, Note{
				Start: Tick(n[0] * resolution), Dur: Tick(n[1] * resolution), Pitch: uint8(n[2]), Velocity: 80, Channel: uint8(i),
			})
		}
	}
	return s
}

// lastBar are the notes that begin in the last bar of a continuation, sorted by pitch.
func lastBar(c *Continuation) (pitches []int) {
	at := c.To - c.BarLength(c.MeterAt(c.To-1))
	for _, t := range c.Tracks {
		for _, n := range t.Notes {
			if n.Start >= at {
				pitches = append(pitches, int(n.Pitch))
			}
		}
	}
	slices.Sort(pitches)
	return pitches
}

// waltz has so much of the dominant that its pitches alone look like G major.
func waltz() *Score {
	var left, right [][3]float64
	for b, root := range []float64{48, 43, 41, 43, 48, 43, 43, 48} {
		at := 3 * float64(b)
		left = append(left, [3]float64{at, 1, root})
		for k := 1.; k < 3; k++ {
			left = append(left, [3]float64{at + k, 1, root + 16}, [3]float64{at + k, 1, root + 19})
		}
		right = append(right, [3]float64{at, 2, []float64{76, 74, 72, 71, 72, 79, 77, 76}[b]}, [3]float64{at + 2, 1, []float64{77, 72, 69, 74, 76, 77, 74, 72}[b]})
	}
	return scoreOf(Meter{0, 3, 4}, right, left)
}

// Music ends on the tonic's chord of the key it is told, with nothing else in it.
func TestCloseInKey(t *testing.T) {
	chords := waltz() // so wide that few tones are left above one that is high
	for _, n := range chords.Tracks[0].Notes {
		for _, below := range []uint8{3, 8, 12} {
			low := n
			low.Pitch -= below
			chords.Tracks[0].Notes = append(chords.Tracks[0].Notes, low)
		}
	}
	sortNotes(chords.Tracks[0].Notes)
	for _, key := range []Key{{Known: true}, {Known: true, Tonic: 7}, {Known: true, Tonic: 9, Minor: true}} {
		third := 4
		if key.Minor {
			third = 3
		}
		for seed := range uint64(6) {
			piece := waltz()
			if seed%2 == 1 {
				piece = chords
			}
			c, err := small().Continue(context.Background(), piece, Options{Bars: 3, Seed: seed, Key: key, Close: true})
			if err != nil {
				t.Fatal(err)
			}
			last := lastBar(c)
			if len(last) < 2 || last[0]%12 != key.Tonic {
				t.Errorf("%+v, seed %d: ends on %v", key, seed, last)
			}
			for _, p := range last {
				if d := (p - key.Tonic + 12) % 12; d != 0 && d != third && d != 7 {
					t.Errorf("%+v, seed %d: the last chord is %v", key, seed, last)
				}
			}
		}
	}
}

// A bass that loops on the fourth of a minor key ends with the minor third, although minor has both sixths.
func TestCloseLoopInMinor(t *testing.T) {
	var top, bass [][3]float64
	for b := range 8 {
		at := 5 * float64(b)
		up := []float64{0, 0, 2, 0}[b%4]
		if b == 7 {
			up = 3
		}
		top = append(top, [3]float64{at, 1, 63 + up}, [3]float64{at + 1, .5, 65 + up}, [3]float64{at + 1.5, 1.5, 66 + up}, [3]float64{at + 3, 1, 70 + up}, [3]float64{at + 4, 1, 68 + up})
		bass = append(bass, [3]float64{at, 1.5, 39}, [3]float64{at + 1.5, 1.5, 46}, [3]float64{at + 3, 1, 44}, [3]float64{at + 4, 1, 46})
	}
	line, err := NewLine(scoreOf(Meter{0, 5, 4}, top, bass), -1)
	if err != nil {
		t.Fatal(err)
	}
	from := line.Step(Tick(40 * 480))
	s := newSampler(small(), line, Options{Key: Key{Known: true, Tonic: 10, Minor: true}}, []bool{true, true})
	s.loop(from, 2*from)
	s.close(from, 2*from)
	if s.end.tonic != 3 || s.end.mode != 1 {
		t.Errorf("ends on %d with mode %d, want Eb minor", s.end.tonic, s.end.mode)
	}
}

// A bass that loops on ii V I of a key ends on I; one that stays on ii ends there.
func TestCloseLoopOfTwoFiveOne(t *testing.T) {
	for _, c := range []struct {
		roots [4]float64
		want  int
	}{{[4]float64{38, 43, 36, 45}, 0}, {[4]float64{38, 43, 38, 43}, 2}, {[4]float64{38, 36, 38, 36}, 2}} {
		var top, bass [][3]float64
		for b := range 16 {
			at := 4 * float64(b)
			top = append(top, [3]float64{at, 2, 72 + float64(7*b%5)}, [3]float64{at + 2, 2, 76})
			bass = append(bass, [3]float64{at, 2, c.roots[b%4]}, [3]float64{at + 2, 2, c.roots[b%4]})
		}
		line, err := NewLine(scoreOf(Meter{0, 4, 4}, top, bass), -1)
		if err != nil {
			t.Fatal(err)
		}
		from := line.Step(Tick(64 * 480))
		s := newSampler(small(), line, Options{Key: Key{Known: true}}, []bool{true, true})
		s.loop(from, 2*from)
		s.close(from, 2*from)
		if s.end.tonic != c.want {
			t.Errorf("over %v the end is on %d, want %d", c.roots, s.end.tonic, c.want)
		}
	}
}

// Notes that are held longer than they are written still end by the last bar line.
func TestHeldNotesEnd(t *testing.T) {
	var notes [][3]float64
	for i := range 32 {
		notes = append(notes, [3]float64{float64(i), 1.15 + .06*float64((i+1)%2), []float64{60, 62, 64, 65, 67, 65, 64, 62, 69, 67, 65, 64, 62, 60, 59, 60}[i%16]})
	}
	c, err := small().Continue(context.Background(), scoreOf(Meter{0, 4, 4}, notes), Options{Bars: 3, Close: true})
	if err != nil {
		t.Fatal(err)
	}
	if end := c.End(); end > c.To {
		t.Errorf("the last note ends at tick %d, the last bar at %d", end, c.To)
	}
}

// A tune whose phrases of four bars come to rest on a long note goes on in such phrases.
func TestPhrases(t *testing.T) {
	var notes [][3]float64
	for bar := range 16 {
		at := float64(4 * bar)
		if bar%4 == 3 {
			notes = append(notes, [3]float64{at, 4, 67})
			continue
		}
		for k := range 4 {
			notes = append(notes, [3]float64{at + float64(k), 1, []float64{67, 69, 71, 72, 74}[(3*bar+2*k)%5]})
		}
	}
	s := scoreOf(Meter{0, 4, 4}, notes)
	for random := range uint64(4) {
		c, err := small().Continue(context.Background(), s, Options{Bars: 16, Seed: random})
		if err != nil {
			t.Fatal(err)
		}
		for bar := range Tick(16) {
			onsets := map[Tick]bool{}
			for _, n := range c.Tracks[0].Notes {
				if at := n.Start - c.From; at/1920 == bar && n.Start >= c.From {
					onsets[at] = true
				}
			}
			if most := []int{4, 4, 4, 1}[bar%4]; len(onsets) > most {
				t.Errorf("seed %d: new bar %d has %d notes, in the seed at most %d", random, bar+1, len(onsets), most)
			}
		}
	}
}
