package harmony

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

func TestParseChanges(t *testing.T) {
	beats, err := ParseChanges("| Dm7 G7 | Cmaj7 | % |  |", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range beats.Beats {
		got = append(got, b.Chord.Symbol)
	}
	if s := strings.Join(got, " "); s != "Dm7 Dm7 G7 G7"+strings.Repeat(" Cmaj7", 12) {
		t.Errorf("read %s", s)
	}
	if _, err := ParseChanges("Dm7 | Hm", music.Meter{Num: 4, Den: 4}); err == nil {
		t.Error("Hm was read")
	}
	if b, err := ParseChanges("", music.Meter{Num: 4, Den: 4}); err != nil || len(b.Beats) != 0 {
		t.Errorf("no changes: %v %v", b, err)
	}
}

// Plainly stated chords are found.
func TestDetect(t *testing.T) {
	s := &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}, Tracks: make([]music.Track, 1)}
	for bar, chord := range [][]uint8{{38, 60, 65, 69}, {43, 59, 62, 65}, {36, 60, 64, 67, 71}, {45, 57, 61, 64, 67}} {
		for _, p := range chord {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(bar * 1920), Dur: 1920, Pitch: p, Velocity: 80})
		}
	}
	var got []string
	for i, b := range Detect(s, 4*1920).Beats {
		if i%4 == 0 {
			got = append(got, b.Chord.Symbol)
		}
	}
	if s := strings.Join(got, " "); s != "Dm7 G7 Cmaj7 A7" {
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
	var spans []evidence
	for i := range 16 {
		var sp evidence
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

// block is a score in which every chord sounds for a bar, in two parts: bass and piano.
// The meter and the chords' pitches are given; pitch classes count from C.
func block(meter music.Meter, shift int, chords ...[]int) *music.Score {
	s := &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{meter}, Tracks: make([]music.Track, 2)}
	bar := s.BarLength(meter)
	for i, c := range chords {
		for k, p := range c {
			n := music.Note{Start: music.Tick(i) * bar, Dur: bar, Pitch: uint8(60 + (p+shift)%12), Velocity: 80}
			s.Tracks[1].Notes = append(s.Tracks[1].Notes, n)
			if k == 0 {
				n.Pitch = uint8(36 + (p+shift)%12)
				n.Channel = 1
				s.Tracks[0].Notes = append(s.Tracks[0].Notes, n)
			}
		}
	}
	return s
}

var twoFiveOne = [][]int{{2, 5, 9, 0}, {7, 11, 2, 5}, {0, 4, 7, 11}, {9, 1, 4, 7}}

// The same progression is detected in every key, a fourth of the chords per bar, in
// meters of whole and of broken quarter notes. The chord of a beat is the one that
// sounds when the beat begins.
func TestDetectInEveryKeyAndMeter(t *testing.T) {
	families := []string{"m7", "7", "maj7", "7"}
	roots := []int{2, 7, 0, 9}
	for _, meter := range []music.Meter{{Num: 4, Den: 4}, {Num: 3, Den: 4}, {Num: 2, Den: 2}, {Num: 6, Den: 8}, {Num: 7, Den: 8}, {Num: 5, Den: 4}, {Num: 12, Den: 8}} {
		for shift := range 12 {
			s := block(meter, shift, twoFiveOne...)
			bar := s.BarLength(meter)
			c := Detect(s, 4*bar)
			unit := music.Tick(c.Step()) * 40
			if len(c.Beats) != int(4*bar/unit) || bar%unit != 0 {
				t.Fatalf("%d/%d: %d beats of %d ticks in %d", meter.Num, meter.Den, len(c.Beats), unit, 4*bar)
			}
			for i, b := range c.Beats {
				at := music.Tick(i) * unit
				k := int(at / bar)
				if want := Name(roots[k]+shift) + families[k]; b.Chord.Symbol != want {
					t.Errorf("%d/%d, up %d: beat %d in bar %d is %s, want %s", meter.Num, meter.Den, shift, i, k+1, b.Chord.Symbol, want)
				}
				if want := int(at % bar / unit); b.InBar != want {
					t.Errorf("%d/%d: beat %d is beat %d of its bar, want %d", meter.Num, meter.Den, i, b.InBar, want)
				}
			}
		}
	}
}

// Two chords in a bar of four are told apart.
func TestDetectHalfBars(t *testing.T) {
	s := block(music.Meter{Num: 2, Den: 4}, 0, twoFiveOne...)
	s.Meters = []music.Meter{{Num: 4, Den: 4}}
	var got []string
	for _, b := range Detect(s, 4*960).Beats {
		got = append(got, b.Chord.Symbol)
	}
	if want := []string{"Dm7", "Dm7", "G7", "G7", "Cmaj7", "Cmaj7", "A7", "A7"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Before the first note there is no chord; drums and how loud notes are do not matter.
func TestDetectIgnores(t *testing.T) {
	s := block(music.Meter{Num: 4, Den: 4}, 0, twoFiveOne...)
	want := Detect(s, 4*1920).Beats
	loud := s.Clone()
	for i := range loud.Tracks {
		for k := range loud.Tracks[i].Notes {
			loud.Tracks[i].Notes[k].Velocity = uint8(1 + 37*k%127)
		}
	}
	var drums music.Track
	for i := range 64 {
		drums.Notes = append(drums.Notes, music.Note{Start: music.Tick(i) * 120, Dur: 60, Pitch: 42, Velocity: 100, Channel: music.DrumChannel})
	}
	loud.Tracks = append(loud.Tracks, drums)
	if got := Detect(loud, 4*1920); !slices.Equal(got.Beats, want) {
		t.Error("drums or velocities change the chords")
	}
	late := s.Clone()
	for i := range late.Tracks {
		for k := range late.Tracks[i].Notes {
			late.Tracks[i].Notes[k].Start += 2 * 1920
		}
	}
	got := Detect(late, 6*1920).Beats
	for i, b := range got[:8] {
		if b.Chord.Quality != NoChord {
			t.Errorf("beat %d, before the first note, has the chord %s", i, b.Chord.Symbol)
		}
	}
	if !slices.Equal(got[8:], want) {
		t.Error("two bars of rest change the chords that follow")
	}
	if got := Detect(s, 0); len(got.Beats) != 0 {
		t.Errorf("%d beats before the start", len(got.Beats))
	}
}

// What is learned are probabilities: the tones of a family add up to one, and so do the
// chords that may follow it.
func TestStatisticsAreProbabilities(t *testing.T) {
	c, err := ParseChord("G7")
	if err != nil {
		t.Fatal(err)
	}
	learned := Learn(func(yield func([]music.LineNote, []Beat) bool) {
		yield([]music.LineNote{{At: 0, Dur: 12, Pitch: 67}, {At: 500, Dur: 12, Pitch: 60}}, []Beat{{c, 0}, {c, 1}, {c, 2}, {c, 3}})
	})
	for name, s := range map[string]*Statistics{"learned": learned, "untrained": Untrained()} {
		for f := range s.Tones {
			var tones, next float64
			for i := range 12 {
				tones += math.Exp(s.Tones[f][i])
				for g := range s.Next[f][i] {
					next += math.Exp(s.Next[f][i][g])
				}
			}
			if math.Abs(tones-1) > 1e-9 || math.Abs(next-1) > 1e-9 {
				t.Errorf("%s, family %d: tones add up to %v, following chords to %v", name, f, tones, next)
			}
		}
	}
	if fresh := Untrained(); learned.Next[1][0][1] <= fresh.Next[1][5][0] {
		t.Error("a chord that stays in the corpus is not likely to stay")
	}
}
