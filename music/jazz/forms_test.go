package jazz

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// sung is a score of a melody over block chords: sections of eight bars, each a letter, of
// which A and B differ in melody and chords. With an upbeat a bar comes before them.
func sung(t *testing.T, sections string, upbeat bool) *music.Score {
	t.Helper()
	charts := map[rune]string{
		'A': "Ebj7 | C-7 | F-7 | Bb7 | G-7 | C7 | F-7 Bb7 | Eb6",
		'B': "Bb-7 | Eb7 | Abj7 | Abj7 | Am7b5 | D7 | G-7 C7 | F-7 Bb7",
		'C': "Abj7 | Db7 | Ebj7 | C7 | F-7 | Bb7 | Eb6 | F-7 Bb7",
		'L': "F7 | Bb7 | F7 | F7 | Bb7 | Bb7 | F7 | D7 | G-7 | C7 | F7 D7 | G-7 C7", // a blues
	}
	const quarter, bar = 480, 1920
	s := &music.Score{Resolution: quarter, Tracks: make([]music.Track, 2)}
	s.Tracks[0].Events = []music.Event{{Message: []byte{0xff, 0x51, 3, 6, 0x1a, 0x80}}, {Message: []byte{0xc0, 65}}}
	s.Tracks[1].Events = []music.Event{{Message: []byte{0xc1, 0}}}
	s.ReadMaps()
	note := func(track int, at, dur music.Tick, pitch int) {
		s.Tracks[track].Notes = append(s.Tracks[track].Notes, music.Note{Start: at, Dur: dur, Pitch: uint8(pitch), Velocity: 80, Channel: uint8(track)})
	}
	at := music.Tick(0)
	if upbeat {
		note(0, 3*quarter, quarter/2, 70)
		at = bar
	}
	for _, letter := range sections {
		changes, err := harmony.ParseChanges(charts[letter], music.Meter{Num: 4, Den: 4})
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range changes.Beats {
			var tones []int
			for p := 53; p < 65; p++ {
				if b.Chord.Has(p) {
					tones = append(tones, p)
				}
			}
			if i%2 == 0 {
				for _, p := range append([]int{36 + b.Chord.Root}, tones...) {
					note(1, at, 2*quarter-10, p)
				}
			}
			// two eighths, swung, on tones of the chord that differ by section and bar
			k := i*i + 3*int(letter) + i/8
			note(0, at, 300, 12+tones[k%len(tones)])
			if i%3 != 2 {
				note(0, at+320, 150, 12+tones[(k/2+1)%len(tones)])
			}
			at += quarter
		}
	}
	return s
}

// The solo keeps the form of a head: the whole of 32 bars or of a blues comes again, with an
// upbeat too; AAB is followed by A and AA by a bridge and A before that.
func TestHeads(t *testing.T) {
	m := pretrained(t)
	for _, x := range []struct {
		seed   string
		upbeat bool
		opt    Options
		again  []int // bars of the seed of which the new ones have the chords; negative: a fourth higher, counted from -1
	}{
		{"AABA", false, Options{Bars: 40}, []int{0, 8, 16, 24, 0}},
		{"AABA", true, Options{Bars: 32}, []int{0, 8, 16, 24}},
		{"ABAC", false, Options{Bars: 32}, []int{0, 8, 16, 24}},
		{"L", false, Options{Bars: 16}, []int{0, 8}},
		{"L", true, Options{Bars: 16}, []int{0, 8}},
		{"AAB", false, Options{Bars: 40}, []int{0, 0, 8, 16, 0}},
		{"AA", false, Options{Bars: 48}, []int{-1, 0, 0, 8, -1, 0}},
		{"AA", true, Options{Bars: 16}, []int{-1, 0}},
		{"AA", false, Options{Bars: 16, Sections: music.NoSections}, []int{0, 8}},
		{"AA", false, Options{Bars: 16, Intro: 8}, []int{0, 8, 0}},
		{"A", false, Options{Bars: 16}, []int{0, 0}},
	} {
		seed := sung(t, x.seed, x.upbeat)
		x.opt.Seed, x.opt.Ending = 1, Open
		c, err := m.Continue(context.Background(), seed, x.opt)
		if err != nil {
			t.Fatal(err)
		}
		const bar = 1920
		first := 0
		if x.upbeat {
			first = 1
		}
		accompaniment := func(from, up int) (out []music.Note) {
			for _, n := range c.Score.Tracks[1].Notes {
				if n.Start >= music.Tick(from*bar) && n.Start < music.Tick((from+8)*bar) {
					n.Start -= music.Tick(from * bar)
					n.Pitch += uint8(up)
					out = append(out, n)
				}
			}
			return out
		}
		for i, from := range x.again {
			up := 0
			if from < 0 {
				from, up = 0, 5
			}
			now := int(c.From)/bar + 8*i
			length := min(8, x.opt.Bars-8*i)
			if x.seed == "L" {
				length = 4
			}
			want := accompaniment(first+from, up)
			if got := accompaniment(now, 0); !slices.Equal(got[:len(got)*length/8], want[:len(got)*length/8]) {
				t.Errorf("%s, upbeat %v: the other part does not play bars %d to %d of the seed from new bar %d on, %d semitones higher", x.seed, x.upbeat, from+1, from+8, 8*i+1, up)
			}
		}
	}
}

// Where a head comes back to its first section its melody does, up to a new ending, and the
// solo that follows is improvised; the listener is told.
func TestHeadReturns(t *testing.T) {
	m := pretrained(t)
	melody := func(s *music.Score, from, bars int) (out [][2]int) {
		for _, n := range s.Tracks[0].Notes {
			if at := int(n.Start) - from*1920; at >= 0 && at < bars*1920 {
				out = append(out, [2]int{(at + 60) / 120, int(n.Pitch)})
			}
		}
		return out
	}
	for seed, at := range map[string]int{"AA": 24, "AAB": 24} {
		c, err := m.Continue(context.Background(), sung(t, seed, false), Options{Bars: 32, Candidates: 2, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		tune := melody(c.Score, 0, 6)
		if got := melody(c.Score, at, 6); !slices.Equal(got, tune) {
			t.Errorf("%s: in bar %d comes %v, want the tune %v", seed, at+1, got, tune)
		}
		if slices.Equal(melody(c.Score, at+8, 6), tune) {
			t.Errorf("%s: the solo is the tune again", seed)
		}
		if !slices.ContainsFunc(c.Remarks, func(s string) bool { return strings.Contains(s, "sections are "+seed+":") }) {
			t.Errorf("%s: nobody is told: %q", seed, c.Remarks)
		}
	}
}
