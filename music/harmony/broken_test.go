package harmony

import (
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

// bars are four bars of music in quarter notes and eighths on one track per line; each
// line has the pitches of a bar in eighths, repeated as needed.
func bars(lines ...[][]uint8) *music.Score {
	s := &music.Score{Resolution: 480, Meters: []music.Meter{{Num: 4, Den: 4}}, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}}
	for c, line := range lines {
		var t music.Track
		for bar, pitches := range line {
			for i := range 8 {
				t.Notes = append(t.Notes, music.Note{Start: music.Tick(bar*1920 + i*240), Dur: 220, Pitch: pitches[i%len(pitches)], Velocity: 80, Channel: uint8(c)})
			}
		}
		s.Tracks = append(s.Tracks, t)
	}
	return s
}

func heard(s *music.Score, end music.Tick) string {
	var out []string
	for i, b := range Detect(s, end).Beats {
		if i%4 == 0 {
			out = append(out, b.Chord.Symbol)
		}
	}
	return strings.Join(out, " ")
}

// Broken chords on one line say what the chords are.
func TestBrokenChords(t *testing.T) {
	line := [][]uint8{{65, 69, 72, 75}, {58, 62, 65, 68}, {62, 66, 69, 72}, {60, 64, 67, 70}}
	if got := heard(bars(line), 4*1920); got != "F7 Bb7 D7 C7" {
		t.Errorf("heard %s", got)
	}
}

// A power chord has the third that the tune has elsewhere.
func TestPowerChords(t *testing.T) {
	roots := [][]uint8{{31, 38}, {36, 43}, {29, 36}, {31, 38}}
	for third, want := range map[uint8]Quality{71: Major, 70: Minor} { // B natural or B flat in bar 2
		tune := [][]uint8{{79, 74}, {72, third}, {72, 69}, {74, 79}}
		beats := Detect(bars(tune, roots), 4*1920).Beats
		for _, b := range []Beat{beats[0], beats[12]} {
			if b.Chord.Root != 7 || (b.Chord.Quality == Minor) != (want == Minor) {
				t.Errorf("with the third %d: heard %s", third, b.Chord.Symbol)
			}
		}
	}
}

// Certainty is a probability, high where a chord is plain and lower where one note
// sounds.
func TestCertainty(t *testing.T) {
	plain := bars([][]uint8{{36}, {43}}, [][]uint8{{60}, {67}}, [][]uint8{{64}, {71}}, [][]uint8{{67}, {74}}, [][]uint8{{71}, {77}})
	bare := bars([][]uint8{{60}, {60}})
	at := func(s *music.Score) float64 {
		_, sure := Untrained().Hear(s, 2*1920)
		for _, v := range sure {
			if v < 0 || v > 1 {
				t.Errorf("certainty %v", v)
			}
		}
		return sure[0]
	}
	if p, b := at(plain), at(bare); p < .8 || b > p-.2 {
		t.Errorf("certainty %.2f of a chord that is played, %.2f of a note", p, b)
	}
	if chords, sure := Untrained().Hear(plain, 0); len(chords.Beats)+len(sure) != 0 {
		t.Error("something is heard in nothing")
	}
}

// The key of a scale is found in every key; words name it.
func TestKeys(t *testing.T) {
	for tonic := range 12 {
		major, minor := []uint8{0, 2, 4, 5, 7, 9, 11, 12}, []uint8{0, 2, 3, 5, 7, 8, 11, 12}
		for i, scale := range [][]uint8{major, minor} {
			var line []uint8
			for _, p := range scale {
				line = append(line, 60+uint8(tonic)+p)
			}
			want := Key{true, tonic, i == 1}
			if got := DetectKey(bars([][]uint8{line}), 1920); got != want {
				t.Errorf("%s is heard as %s", want, got)
			}
			if got, err := ParseKey(want.String()); err != nil || got != want {
				t.Errorf("%s is read as %s, %v", want, got, err)
			}
		}
	}
	for text, want := range map[string]string{"F#m": "Gb minor", "bb": "Bb major", "C": "C major", "E♭ minor": "Eb minor"} {
		if k, err := ParseKey(text); err != nil || k.String() != want {
			t.Errorf("%q is %s, %v", text, k, err)
		}
	}
	for _, text := range []string{"", "H", "C dorian", "minor"} {
		if k, err := ParseKey(text); err == nil {
			t.Errorf("%q is %s", text, k)
		}
	}
}
