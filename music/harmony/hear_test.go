package harmony

import (
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

func TestParseChanges(t *testing.T) {
	beats, err := ParseChanges("| Dm7 G7 | Cmaj7 | % |  |", 4)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range beats {
		got = append(got, b.Chord.Symbol)
	}
	if s := strings.Join(got, " "); s != "Dm7 Dm7 G7 G7"+strings.Repeat(" Cmaj7", 12) {
		t.Errorf("read %s", s)
	}
	if _, err := ParseChanges("Dm7 | Hm", 4); err == nil {
		t.Error("Hm was read")
	}
	if b, err := ParseChanges("", 4); err != nil || len(b) != 0 {
		t.Errorf("no changes: %v %v", b, err)
	}
}

// Plainly stated chords are found.
func TestHear(t *testing.T) {
	s := &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}, Tracks: make([]music.Track, 1)}
	for bar, chord := range [][]uint8{{38, 60, 65, 69}, {43, 59, 62, 65}, {36, 60, 64, 67, 71}, {45, 57, 61, 64, 67}} {
		for _, p := range chord {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(bar * 1920), Dur: 1920, Pitch: p, Velocity: 80})
		}
	}
	var got []string
	for i, b := range Hear(s, 4*1920) {
		if i%4 == 0 {
			got = append(got, b.Chord.Symbol)
		}
	}
	if s := strings.Join(got, " "); s != "D-7 G7 Cj7 A7" {
		t.Errorf("found %s", s)
	}
}

// Learned harmony hears ii-V-I in the notes of a line that plays it.
func TestHarmonyIsLearned(t *testing.T) {
	chords := []string{"C-7", "F7", "Bbj7", "Ebj7"}
	tones := [][]int{{60, 63, 67, 70}, {60, 65, 69, 63}, {62, 65, 70, 69}, {63, 67, 70, 74}}
	solos := func(yield func([]music.LineNote, []Beat) bool) {
		for k := range 3 {
			var notes []music.LineNote
			var beats []Beat
			for i := range 64 {
				c, err := ParseChord(chords[i/4%4])
				if err != nil {
					t.Fatal(err)
				}
				beats = append(beats, Beat{c, i % 4})
				for half := range 2 {
					notes = append(notes, music.LineNote{At: i*music.Grid + half*music.Grid/2, Dur: music.Grid / 2, Pitch: tones[i/4%4][(i+half+k)%4]})
				}
			}
			if !yield(notes, beats) {
				return
			}
		}
	}
	h := Learn(solos)
	var spans []heard
	for i := range 16 {
		var sp heard
		for _, p := range tones[i/2%4] {
			sp.solo[p%12]++
		}
		spans = append(spans, sp)
	}
	path := h.path(spans)
	var roots []int
	for _, p := range path[8:] {
		roots = append(roots, p%12)
	}
	if !slices.Equal(roots, []int{0, 0, 5, 5, 10, 10, 3, 3}) {
		t.Errorf("roots %v, want C C F F Bb Bb Eb Eb", roots)
	}
}
