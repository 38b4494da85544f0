package style

import (
	"context"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
)

// rag is sixteen bars of a rag for piano in one track, the commonest kind of file; without
// syncopes it is a march.
func rag(syncopated bool) *music.Score {
	const q = 480
	chords := [][]uint8{{36, 43, 52, 55, 60}, {40, 47, 52, 56, 59}, {45, 40, 52, 57, 60}, {41, 48, 53, 57, 60}, {38, 45, 54, 57, 60}, {43, 38, 53, 55, 59}}
	s := &music.Score{Resolution: q, Tracks: make([]music.Track, 1)}
	add := func(beats, lasts float64, pitch uint8) {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(beats * q), Dur: music.Tick(lasts * q), Pitch: pitch, Velocity: 80})
	}
	for bar, k := range []int{0, 0, 3, 0, 2, 4, 5, 5, 0, 1, 2, 3, 0, 4, 5, 0} {
		c, at := chords[k], float64(4*bar)
		for half := range 2 {
			add(at+float64(2*half), .9, c[half])
			for _, p := range c[2:] {
				add(at+float64(2*half+1), .9, p)
			}
		}
		starts, lengths := []float64{0, .5, 1.5, 2, 2.5, 3.5}, []float64{.5, 1, .5, .5, 1, .5}
		if !syncopated {
			starts, lengths = []float64{0, 1, 2, 3}, []float64{1, 1, 1, 1}
		}
		for i := range starts {
			add(at+starts[i], lengths[i], c[2+(bar+i*i)%3]+12)
		}
	}
	slices.SortFunc(s.Tracks[0].Notes, func(a, b music.Note) int {
		return slices.Compare([]int{int(a.Start), int(a.Pitch)}, []int{int(b.Start), int(b.Pitch)})
	})
	s.ReadMaps()
	return s
}

// A rag in one track is a rag. Its left hand leaps on, in bars of the seed, and the right hand
// has as many notes as before.
func TestRagInOneTrack(t *testing.T) {
	seed := rag(true)
	c, err := Choose(seed, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Style != Ragtime {
		t.Errorf("taken for %s", c.Style)
	}
	_, left, right := hands(rag(false))
	if isRag(left, right, 480) {
		t.Error("a march is a rag")
	}
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	split, r, l := music.SplitHands(seed)
	if split == nil {
		t.Fatal("no two hands")
	}
	const bar = 4 * 480
	in := func(track int, s *music.Score, from music.Tick) (out []int) {
		for _, n := range s.Tracks[track].Notes {
			if n.Start >= from && n.Start < from+bar {
				out = append(out, int(n.Start-from)*128+int(n.Pitch))
			}
		}
		return out
	}
	more, err := m.Continue(context.Background(), split, music.Options{Style: Ragtime, Sections: music.NoSections, Close: true})
	if err != nil {
		t.Fatal(err)
	}
	notes := 0
	for b := range music.Tick(7) {
		now, known := in(l, more.Score, more.From+b*bar), false
		for k := range music.Tick(16) {
			known = known || slices.Equal(now, in(l, split, k*bar))
		}
		if !known {
			t.Errorf("new bar %d of the left hand is none of the seed's: %v", b+1, now)
		}
		notes += len(in(r, more.Score, more.From+b*bar))
	}
	if was := 7 * 6; 2*notes < was || notes > 2*was {
		t.Errorf("the right hand has %d notes in 7 bars, in the seed %d", notes, was)
	}
}

// A tune in SMPTE time that is too short for its beats to be found is no jazz because of
// where its notes are.
func TestBeatlessIsNotJazz(t *testing.T) {
	seed := tune(air[:22], airLengths, .95)
	for i := range seed.Tracks[0].Notes { // 72 quarter notes a minute
		n := &seed.Tracks[0].Notes[i]
		n.Start, n.Dur = n.Start*5/3, n.Dur*5/3
	}
	seed.Beatless = true
	c, err := Choose(seed, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Style == Jazz {
		t.Errorf("taken for jazz, margin %.2f", c.Margin)
	}
}

// A tune over a drone, as of bagpipes, is no blues: its one chord has a minor seventh, but never
// changes.
func TestDroneIsNotJazz(t *testing.T) {
	const q = 480
	seed := &music.Score{Resolution: q, Tracks: make([]music.Track, 2)}
	for _, p := range []uint8{45, 57} {
		seed.Tracks[0].Notes = append(seed.Tracks[0].Notes, music.Note{Dur: 64 * q, Pitch: p, Velocity: 60})
	}
	scale := []uint8{69, 71, 73, 74, 76, 78, 79, 81}
	for i := range 128 {
		seed.Tracks[1].Notes = append(seed.Tracks[1].Notes, music.Note{Start: music.Tick(i * q / 2), Dur: q / 2, Pitch: scale[(i*3+i/8*2)%8], Velocity: 90, Channel: 1})
	}
	seed.ReadMaps()
	c, err := Choose(seed, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Style == Jazz {
		t.Errorf("taken for jazz, margin %.2f", c.Margin)
	}
}
