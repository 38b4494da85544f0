package music

import (
	"context"
	"slices"
	"testing"
)

// Chords of a left hand: a bass note, a fifth above it and a chord.
var handChords = [][]float64{{36, 52, 55, 60}, {41, 53, 57, 60}, {38, 54, 57, 60}, {43, 53, 55, 59}}

// accompanied is eight bars of a tune over a left hand's figure: places in the bar and notes of
// the chord there. The chords are C, C, F, C, D, G, G, C.
func accompanied(figure [][]int, beats, track int) *Score {
	var top, low [][3]float64
	for b, c := range []int{0, 0, 1, 0, 2, 3, 3, 0} {
		for k := range beats {
			at := float64(b*beats + k)
			top = append(top, [3]float64{at, 1, []float64{67, 71, 69, 72, 76, 74, 71, 67, 72, 69, 76}[(b*b+k)%11]})
			for _, note := range figure[k] {
				low = append(low, [3]float64{at, 1, handChords[c][note]})
			}
		}
	}
	parts := [][][3]float64{top, low}
	if track == 0 {
		slices.Reverse(parts)
	}
	s := scoreOf(Meter{0, beats, 4}, parts...)
	s.Tracks[0].Events = append(s.Tracks[0].Events, Event{0, []byte{0xff, 0x58, 4, byte(beats), 2, 24, 8}})
	return s
}

// A left hand goes on with its figure, in chords of the seed and in an order that the seed
// has, whatever a network says.
func TestFigures(t *testing.T) {
	for name, c := range map[string]struct {
		figure [][]int
		beats  int
	}{
		"oom-pah":       {[][]int{{0}, {1, 2, 3}, {0}, {1, 2, 3}}, 4},
		"waltz":         {[][]int{{0}, {1, 2, 3}, {1, 2, 3}}, 3},
		"broken chords": {[][]int{{1}, {3}, {2}, {3}}, 4},
	} {
		for left := range 2 {
			s := accompanied(c.figure, c.beats, left)
			got, err := small().Continue(context.Background(), s, Options{Bars: 9, Close: true})
			if err != nil {
				t.Fatal(err)
			}
			bar := Tick(c.beats) * 480
			var seed [][][2]int
			for b := range Tick(8) {
				seed = append(seed, playedIn(s, left, b*bar, bar))
			}
			before := seed[7]
			for b := range Tick(8) {
				now := playedIn(got.Score, left, got.From+b*bar, bar)
				follows := false
				for k := range 7 {
					follows = follows || slices.Equal(seed[k], before) && slices.Equal(seed[k+1], now)
				}
				if !follows {
					t.Errorf("%s in track %d: after %v comes %v in new bar %d, never in the seed", name, left+1, before, now, b+1)
				}
				before = now
			}
			if tune := playedIn(got.Score, 1-left, got.From, 8*bar); len(tune) < 4*c.beats {
				t.Errorf("%s in track %d: the tune has %d notes in 8 bars", name, left+1, len(tune))
			}
		}
	}
}

// What a guitarist picks is the music itself: it goes on, in bars of the seed.
func TestPickedAlone(t *testing.T) {
	s := accompanied([][]int{{0}, {1}, {2}, {3}, {2}, {1}, {3}, {2}}, 8, 0)
	s.Tracks = s.Tracks[:1]
	got, err := small().Continue(context.Background(), s, Options{Bars: 5, Close: true})
	if err != nil {
		t.Fatal(err)
	}
	const bar = 8 * 480
	for b := range Tick(4) {
		now, known := playedIn(got.Score, 0, got.From+b*bar, bar), false
		for k := range Tick(8) {
			known = known || slices.Equal(now, playedIn(s, 0, k*bar, bar))
		}
		if !known {
			t.Errorf("new bar %d is none of the seed's: %v", b+1, now)
		}
	}
}

// A bass that repeats its notes and a guitar that strums play the same chord in every new bar,
// as they did in the seed.
func TestFiguresTogether(t *testing.T) {
	s := accompanied([][]int{{1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {1, 2, 3}}, 4, 1)
	roots := map[int]int{52: 36, 53: 41, 54: 38}
	var bass []Note
	for _, n := range s.Tracks[1].Notes {
		low, ok := roots[int(n.Pitch)]
		if n.Start%960 != 0 || !ok {
			continue
		}
		if b := n.Start / 1920; b == 5 || b == 6 { // a guitar's F is above G here
			low = 43
		}
		bass = append(bass, Note{Start: n.Start, Dur: 900, Pitch: uint8(low), Velocity: 80, Channel: 2})
	}
	s.Tracks = append(s.Tracks, Track{Notes: bass})
	for random := range uint64(3) {
		got, err := small().Continue(context.Background(), s, Options{Bars: 8, Seed: random})
		if err != nil {
			t.Fatal(err)
		}
		for b := range Tick(8) {
			know := func(in *Score, at Tick) [][2]int {
				return append(playedIn(in, 1, at, 1920), playedIn(in, 2, at, 1920)...)
			}
			now, known := know(got.Score, got.From+b*1920), false
			for k := range Tick(8) {
				known = known || slices.Equal(now, know(s, k*1920))
			}
			if !known {
				t.Errorf("seed %d: guitar and bass play %v together in new bar %d, never in the seed", random, now, b+1)
			}
		}
	}
}

// Tunes, scales and chorales have no figure: what they play is drawn.
func TestNoFigure(t *testing.T) {
	scale := [][]int{{0}, {1}, {2}, {3}}
	for _, c := range []struct {
		name  string
		score *Score
		track int
	}{
		{"a tune", accompanied(scale, 4, 1), 0},
		{"a walking bass", scoreOf(Meter{0, 4, 4}, quarters(40, 41, 43, 45, 47, 45, 43, 41, 40, 43, 45, 47, 45, 43, 41, 40, 41, 43, 45, 43)), 0},
	} {
		l, err := NewLine(c.score, -1)
		if err != nil {
			t.Fatal(err)
		}
		if f := l.figure(c.track, l.Step(c.score.End())); f != nil && f.accompanies() {
			t.Errorf("%s has a figure: %v", c.name, f.bars)
		}
	}
}

// quarters are quarter notes.
func quarters(pitches ...float64) (out [][3]float64) {
	for i, p := range pitches {
		out = append(out, [3]float64{float64(i), 1, p})
	}
	return out
}

// A figure brings back a round that is lower than all that the network is told of.
func TestFigureOfLowestPitches(t *testing.T) {
	var left, right [][3]float64
	for b := range 16 {
		root, fifth := 26., 4. // tonics in D major
		switch b {
		case 1, 15:
			root = 33
		case 2: // the only round after that one
			root, fifth = 0, 3
		}
		for i := range 8 {
			left = append(left, [3]float64{4*float64(b) + float64(i)/2, .5, root + []float64{0, 7, fifth, 7}[i%4]})
		}
		for i := range 16 {
			right = append(right, [3]float64{4*float64(b) + float64(i)/4, .25, 74 + []float64{0, 2, 4, 5, 7, 9, 11, 12}[(3*i+5*b+i*i*b)%8]})
		}
	}
	for _, top := range []float64{74, 127} { // of all notes: 127 leaves no room for an octave more
		right[0][2] = top
		got, err := small().Continue(context.Background(), scoreOf(Meter{0, 4, 4}, right, left), Options{Bars: 2})
		if err != nil {
			t.Fatal(err)
		}
		if low := playedIn(got.Score, 1, got.From, got.To-got.From); len(low) == 0 {
			t.Error("the left hand is silent")
		}
	}
}
