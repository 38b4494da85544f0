package music

import (
	"reflect"
	"testing"
)

// sectioned is a melody in sections of eight bars of four quarter notes, one per letter;
// upbeat is a number of quarter notes before the first full bar.
func sectioned(sections string, upbeat int) *Score {
	const resolution = 480
	s := &Score{Resolution: resolution, Tracks: make([]Track, 1)}
	s.ReadMaps()
	add := func(beat, pitch int) {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, Note{Start: Tick(beat * resolution), Dur: resolution, Pitch: uint8(pitch), Velocity: 80})
	}
	first := 0
	if upbeat > 0 {
		first = 4
	}
	for i := range upbeat {
		add(4-upbeat+i, 55+i)
	}
	scale := []int{0, 2, 4, 5, 7, 9, 11, 12}
	for k, letter := range sections {
		for beat := range 32 - upbeat {
			x := (beat*(2*int(letter-'A')+1) + beat/5 + int(letter)) % 8
			if beat >= 26 { // another ending each time
				x = (x + k) % 8
			}
			add(first+32*k+beat, 60+scale[x])
		}
		if k+1 < len(sections) {
			for i := range upbeat {
				add(first+32*(k+1)-upbeat+i, 55+i)
			}
		}
	}
	return s
}

// Sections are found whatever their endings and upbeats, and what follows them is what
// follows in songs and rags.
func TestForm(t *testing.T) {
	for _, c := range []struct {
		seed    string
		upbeat  int
		style   string
		asked   string
		bars    int
		letters string // of the whole
		again   []int  // bars that return
	}{
		{"AA", 0, song, "", 16, "AABA", []int{24, 25, 26, 27, 28, 29}},
		{"AAB", 0, song, "", 8, "AABA", []int{24, 25, 26, 27, 28, 29}},
		{"AB", 1, song, "", 16, "ABAC", []int{16, 17, 18, 19, 20, 21}},
		{"A", 2, song, "", 16, "ABA", []int{16, 17, 18, 19, 20, 21}},
		{"A", 0, song, "AB", 16, "AAB", []int{8, 9, 10, 11, 12, 13}},
		{"AABB", 0, ragtime, "", 8, "AABBA", []int{32, 33, 34, 35, 36, 37}},
		{"AB", 0, song, "", 3, "ABA", []int{16, 17}},
		{"AB", 0, song, NoSections, 8, "", nil},
		{"AB", 0, "baroque", "", 8, "", nil},
	} {
		l, err := NewLine(sectioned(c.seed, c.upbeat), -1)
		if err != nil {
			t.Fatal(err)
		}
		const bar = 4 * Grid
		first := 0
		if c.upbeat > 0 {
			first = bar
		}
		from := first + 8*len(c.seed)*bar
		o := Options{Style: c.style, Sections: c.asked}
		spans, said := o.spans(l, from, from+c.bars*bar)
		var again []int
		at := from
		for _, x := range spans {
			if x.from != at || x.to <= x.from {
				t.Fatalf("%v: %v does not go on at %d", c, x, at)
			}
			at = x.to
			for b := x.from; b < x.to && x.source >= 0; b += bar {
				if (x.from-x.source)%(8*bar) != 0 || x.source < first-c.upbeat*Grid {
					t.Errorf("%v: a section returns from %d", c, x.source)
				}
				again = append(again, (b+c.upbeat*Grid-first)/bar)
			}
		}
		if at != from+c.bars*bar {
			t.Errorf("%v: the spans end at %d", c, at)
		}
		if !reflect.DeepEqual(again, c.again) || (said != "") != (c.again != nil) {
			t.Errorf("%s and %d bars of %s: bars %v return, want %v (%q)", c.seed, c.bars, c.style, again, c.again, said)
		}
		if f := l.form(from, 8); f == nil || letters(f.labels) != c.seed {
			t.Errorf("the sections of %s are taken for %+v", c.seed, f)
		}
	}
}
