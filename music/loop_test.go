package music

import (
	"context"
	"slices"
	"testing"
)

// band is eight bars of a tune, if it has one, a bass and drums; the last two loop.
func band(tune bool, last float64) *Score {
	var top, bass, drums [][3]float64
	for b := range 8 {
		at := 4 * float64(b)
		for k, p := range []float64{69, 72, 76, 71} {
			top = append(top, [3]float64{at + float64(k), 1, p + float64(b*(k+1)%5)})
			bass = append(bass, [3]float64{at + float64(k), 1, []float64{33, 29, 36, 31}[b%4]})
			drums = append(drums, [3]float64{at + float64(k), .1, []float64{36, 38}[k%2]}, [3]float64{at + float64(k) + .5, .1, 42})
		}
	}
	top[len(top)-1][1] = last
	parts := [][][3]float64{bass, drums}
	if tune {
		parts = append(parts, top)
	}
	s := scoreOf(Meter{0, 4, 4}, parts...)
	s.setDrums(1)
	return s
}

// setDrums moves a track to the channel of drums.
func (s *Score) setDrums(track int) {
	for i := range s.Tracks[track].Notes {
		s.Tracks[track].Notes[i].Channel = 9
	}
}

// barOf are the places and pitches of what a track plays in a bar of four quarter notes.
func barOf(s *Score, track int, from Tick) [][2]int { return playedIn(s, track, from, 4*480) }

// playedIn are the places and pitches of what a track plays in some ticks.
func playedIn(s *Score, track int, from, ticks Tick) (out [][2]int) {
	for _, n := range s.Tracks[track].Notes {
		if n.Start >= from && n.Start < from+ticks {
			out = append(out, [2]int{int(n.Start - from), int(n.Pitch)})
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return out
}

// Accompaniments go on with their first bar, with and without a tune, also where the tune's
// last note ends after the last bar line.
func TestLoops(t *testing.T) {
	for _, c := range []struct {
		name string
		tune bool
		last float64
		part int
	}{
		{"a tune", true, 1, 0},
		{"a tune that ends late", true, 2.6, 0},
		{"no tune", false, 1, 0},
		{"a tune that ends late and goes on by itself", true, 2.6, 3},
		{"drums that go on by themselves", true, 1, 2},
	} {
		s := band(c.tune, c.last)
		got, err := small().Continue(context.Background(), s, Options{Bars: 3, Part: c.part, Others: true, Close: true})
		if err != nil {
			t.Fatal(err)
		}
		const bar = 4 * 480
		for b := range Tick(2) {
			for track := range 2 {
				if now, was := barOf(got.Score, track, got.From+b*bar), barOf(s, track, b*bar); !slices.Equal(now, was) {
					t.Errorf("%s: track %d plays %v in new bar %d, want %v", c.name, track+1, now, b+1, was)
				}
			}
		}
		end, want := barOf(got.Score, 1, got.To-bar), [][2]int{{0, 36}, {0, 49}}
		if c.part > 0 {
			want = barOf(s, 1, 0) // the others play on
		}
		if !slices.Equal(end, want) {
			t.Errorf("%s: the drums end with %v, want %v", c.name, end, want)
		}
	}
}

// A part that is alone and repeats itself goes on with something new; drums do not.
func TestLoneLoop(t *testing.T) {
	s := band(false, 1)
	for track := range 2 {
		one := s.Clone()
		one.Tracks[1-track].Notes = nil
		line, err := NewLine(one, -1)
		if err != nil {
			t.Fatal(err)
		}
		p := newSampler(small(), line, Options{}, []bool{true})
		p.loop(line.Step(8*4*480), line.Step(10*4*480))
		if p.looped[0] != line.Parts[0].Drums() {
			t.Errorf("%s loop: %v", line.Parts[0], p.looped[0])
		}
	}
}

// A drone below a tune, which is one long note in the seed, sounds on, through the last chord
// too.
func TestDrone(t *testing.T) {
	s := scoreOf(Meter{0, 4, 4}, [][3]float64{{0, 32, 45}, {0, 32, 57}}, quarters(69, 71, 73, 74, 76, 74, 73, 71, 69, 73, 76, 78, 76, 73, 71, 69, 69, 71, 73, 74, 76, 78, 79, 76, 74, 73, 71, 73, 74, 71, 71, 69))
	for _, closed := range []bool{false, true} {
		got, err := small().Continue(context.Background(), s, Options{Bars: 4, Close: closed})
		if err != nil {
			t.Fatal(err)
		}
		sounds := map[uint8]Tick{}
		for _, n := range got.Tracks[0].Notes {
			if n.Start >= got.From {
				sounds[n.Pitch] += n.Dur
			}
		}
		if want := got.To - got.From; len(sounds) != 2 || sounds[45] != want || sounds[57] != want {
			t.Errorf("the drone sounds for %v ticks of %d", sounds, want)
		}
		if tune := playedIn(got.Score, 1, got.From, got.To-got.From); len(tune) == 0 {
			t.Error("the tune is silent")
		}
	}
}

// A voice may play a bar as often in a row as the seed did, and twice in any case; then the
// next bar must differ in its second half at the latest.
func TestMonotony(t *testing.T) {
	for _, c := range []struct {
		seed [][3]float64
		most int
	}{
		{quarters(60, 62, 64, 65, 67, 65, 64, 62, 60, 64, 67, 64), 2},
		{quarters(60, 62, 64, 65, 67, 65, 64, 62, 67, 65, 64, 62, 67, 65, 64, 62, 60, 64, 67, 64), 3},
		{quarters(60, 62, 64, 65, 67, 65, 64, 62, 67, 65, 64, 62, 67, 65, 64, 62, 67, 65, 64, 62), 4},
	} {
		l, err := NewLine(scoreOf(Meter{0, 4, 4}, c.seed), -1)
		if err != nil {
			t.Fatal(err)
		}
		from := len(c.seed) * Grid
		m := l.monotony(0, from)
		for bar := range c.most + 1 {
			for k, p := range []int{67, 69, 67, 71} {
				at := from + (4*bar+k)*Grid
				m.reach(at)
				if want := bar < c.most || k == 0; m.allows(at, p) != want && (k == 0 || k == 3) {
					t.Errorf("at most %d in a row: note %d of new bar %d, the same as before, allowed: %v", c.most, k+1, bar+1, !want)
				}
				if !m.allows(at, 60) {
					t.Errorf("at most %d in a row: another note is forbidden in bar %d", c.most, bar+1)
				}
				m.count(at, p)
			}
		}
	}
}
