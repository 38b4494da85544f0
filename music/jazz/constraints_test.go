package jazz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// pretrained is the network that ships.
func pretrained(t *testing.T) *Model {
	t.Helper()
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// riff is a seed: eighths around a pitch for some bars, on a channel with a program.
func riff(meter music.Meter, resolution, bars, pitch int) *music.Score {
	s := &music.Score{Resolution: resolution, Tracks: []music.Track{{Events: []music.Event{
		{Message: []byte{0xff, 0x51, 3, 7, 0xa1, 0x20}},
		{Message: []byte{0xff, 0x58, 4, byte(meter.Num), map[int]byte{2: 1, 4: 2, 8: 3}[meter.Den], 24, 8}},
		{Message: []byte{0xc2, 56}},
	}}}}
	s.ReadMaps()
	end := music.Tick(bars) * s.BarLength(meter)
	shape := []int{0, 2, 4, 7, 9, 7, 4, 2, 3, 5, 0}
	for i := 0; ; i++ {
		start := music.Tick(i * resolution / 2)
		if start >= end {
			break
		}
		if i%7 == 6 {
			continue // a breath
		}
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: start, Dur: music.Tick(resolution / 3), Pitch: uint8(pitch + shape[i%len(shape)]), Velocity: uint8(60 + i%40), Channel: 2})
	}
	return s
}

// fresh are the notes of the solo that are new.
func fresh(c *music.Continuation) []music.Note {
	var out []music.Note
	for _, n := range c.Score.PartNotes(c.Parts[0]) {
		if n.Start >= c.From {
			out = append(out, n)
		}
	}
	return out
}

// What a musician would complain about does not happen, whatever the seed, the meter,
// the resolution and how bold the sampling is: one note at a time, inside the new bars,
// within reach of the seed's range, no bar-long holes of more than two bars, no cell over
// and over, the seed untouched.
func TestSolosAreSound(t *testing.T) {
	m := pretrained(t)
	meters := []music.Meter{{Num: 4, Den: 4}, {Num: 3, Den: 4}, {Num: 6, Den: 8}, {Num: 5, Den: 4}, {Num: 7, Den: 8}, {Num: 2, Den: 2}}
	for k := range 36 {
		meter, resolution := meters[k%len(meters)], []int{96, 480, 960}[k%3]
		s := riff(meter, resolution, 4, 55+k%20)
		opt := Options{Bars: 6, Temperature: []float64{.6, 1, 1.3}[k/3%3], Seed: uint64(k)}
		if k%5 == 4 {
			opt.TopP = -1
		}
		name := fmt.Sprintf("%d/%d at %d ticks, seed %d, temperature %v", meter.Num, meter.Den, resolution, k, opt.Temperature)
		c, err := m.Continue(context.Background(), s, opt)
		if err != nil {
			t.Fatal(err)
		}
		bar := s.BarLength(meter)
		if c.From != 4*bar || c.To != 10*bar {
			t.Errorf("%s: from %d to %d, a bar has %d", name, c.From, c.To, bar)
		}
		if got := c.Tracks[0].Notes[:len(s.Tracks[0].Notes)]; !slices.Equal(got, s.Tracks[0].Notes) || !reflect.DeepEqual(c.Tracks[0].Events, s.Tracks[0].Events) {
			t.Errorf("%s: the seed changed", name)
		}
		notes := fresh(c)
		if len(notes) != c.Notes || len(notes) == 0 || notes[0].Start >= c.From+bar {
			t.Errorf("%s: %d notes, %d announced", name, len(notes), c.Notes)
			continue
		}
		lo, hi := 127, 0
		for _, n := range s.Tracks[0].Notes {
			lo, hi = min(lo, int(n.Pitch)), max(hi, int(n.Pitch))
		}
		reach := max(5, (24-(hi-lo))/2)
		var line []music.LineNote
		for i, n := range notes {
			if n.End() > c.To || n.Dur < 1 || n.Velocity < 1 || n.Channel != 2 {
				t.Errorf("%s: %+v", name, n)
			}
			if int(n.Pitch) < lo-reach || int(n.Pitch) > hi+reach {
				t.Errorf("%s: pitch %d, the seed has %d to %d", name, n.Pitch, lo, hi)
			}
			if i > 0 && (notes[i-1].End() > n.Start || n.Start-notes[i-1].Start > 2*bar+bar/2) {
				t.Errorf("%s: %+v follows %+v", name, n, notes[i-1])
			}
			line = append(line, music.LineNote{At: int(n.Start), Pitch: int(n.Pitch)})
		}
		if cells := longestCells(line); cells > 4 {
			t.Errorf("%s: a cell of four notes comes %d times in a row", name, cells)
		}
	}
}

// Of many candidates the one kept is more similar to the seed than the first, on average.
func TestCandidatesHelp(t *testing.T) {
	m := pretrained(t)
	s := riff(music.Meter{Num: 4, Den: 4}, 480, 8, 60)
	var one, eight float64
	for seed := range uint64(4) {
		density := func(candidates int) float64 {
			c, err := m.Continue(context.Background(), s, Options{Bars: 8, Candidates: candidates, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			d := float64(len(fresh(c)))/8 - float64(len(s.Tracks[0].Notes))/8
			return max(d, -d)
		}
		one, eight = one+density(1), eight+density(8)
	}
	if eight > one {
		t.Errorf("with eight candidates the density is %.2f notes a bar from the seed's, with one %.2f", eight/4, one/4)
	}
}

// The other parts of a seed repeat their own bars under the solo.
func TestOtherPartsRepeat(t *testing.T) {
	s := riff(music.Meter{Num: 4, Den: 4}, 480, 4, 60)
	var chords music.Track
	for bar := range 4 {
		for _, p := range []int{48, 52, 55} {
			chords.Notes = append(chords.Notes, music.Note{Start: music.Tick(bar) * 1920, Dur: 1800, Pitch: uint8(p + bar), Velocity: 60, Channel: 1})
		}
	}
	s.Tracks = append(s.Tracks, chords)
	c, err := pretrained(t).Continue(context.Background(), s, Options{Bars: 8, Ending: Open})
	if err != nil {
		t.Fatal(err)
	}
	got := c.Tracks[1].Notes
	if len(got) != 3*12 {
		t.Fatalf("%d notes of chords in 12 bars", len(got))
	}
	for i := 12; i < len(got); i++ {
		want := got[i-12]
		want.Start += 4 * 1920
		if got[i] != want {
			t.Errorf("chord note %d is %+v, want %+v", i, got[i], want)
		}
	}
}

// Given chords are printed back, bar by bar, and repeat.
func TestChangesAreReported(t *testing.T) {
	changes, err := harmony.ParseChanges("Dm7 G7 | Cmaj7 | A7", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	c, err := pretrained(t).Continue(context.Background(), riff(music.Meter{Num: 4, Den: 4}, 480, 4, 60), Options{Bars: 7, Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Dm7 G7", "Cmaj7", "A7", "Dm7 G7", "Cmaj7", "A7", "Dm7 G7"}; !slices.Equal(c.Changes, want) {
		t.Errorf("changes %v, want %v", c.Changes, want)
	}
	if c.Measures == nil || c.Measures.Notes != c.Notes || c.Measures.Bars != 7 || !(c.Measures.ChordTones > 0) {
		t.Errorf("measures %+v of %d notes", c.Measures, c.Notes)
	}
}

// What cannot be done gives an error and no music.
func TestContinueErrors(t *testing.T) {
	m := pretrained(t)
	s := riff(music.Meter{Num: 4, Den: 4}, 480, 4, 60)
	if _, err := m.Continue(context.Background(), &music.Score{Resolution: 480}, Options{}); !errors.Is(err, music.ErrNoNotes) {
		t.Errorf("no notes: %v", err)
	}
	if _, err := m.Continue(context.Background(), s, Options{Part: 2}); err == nil || !strings.Contains(err.Error(), "no part 2") {
		t.Errorf("part 2 of one: %v", err)
	}
	if _, err := m.Continue(context.Background(), s, Options{Bars: 1 << 20}); err == nil || !strings.Contains(err.Error(), "bars") {
		t.Errorf("a million bars: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, candidates := range []int{1, 4} {
		if _, err := m.Continue(ctx, s, Options{Candidates: candidates}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled, %d candidates: %v", candidates, err)
		}
	}
	drums := &music.Score{Resolution: 480, Tracks: make([]music.Track, 1)}
	for i := range music.Tick(32) {
		drums.Tracks[0].Notes = append(drums.Tracks[0].Notes, music.Note{Start: 240 * i, Dur: 40, Pitch: 42, Velocity: 80, Channel: music.DrumChannel})
	}
	drums.ReadMaps()
	for part := range 2 {
		if _, err := m.Continue(context.Background(), drums, Options{Part: part}); err == nil || !strings.Contains(err.Error(), "drums") {
			t.Errorf("a solo on drums, part %d: %v", part, err)
		}
	}
	empty := &music.Score{Resolution: 480}
	empty.ReadMaps()
	if _, err := m.Infill(context.Background(), s, empty, Options{}); !errors.Is(err, music.ErrNoNotes) {
		t.Errorf("nothing to lead to: %v", err)
	}
	for name, file := range map[string][]byte{"nothing": nil, "text": []byte("not a network")} {
		if _, err := Decode(file); !errors.Is(err, music.ErrModel) {
			t.Errorf("%s was read as a network: %v", name, err)
		}
	}
}

// Words decide key, tempo, instrument, length and register of what is composed.
func TestComposeFollowsWords(t *testing.T) {
	m := pretrained(t)
	for text, want := range map[string]struct {
		tempo   float64
		program int
		bars    int
		tonic   int // of the first chord
	}{
		"slow ballad in F major, trumpet, 4 bars":             {70, 56, 4, 5},
		"bebop 220 bpm in Bb major, alto sax, 6 bars":         {220, 65, 6, 10},
		"blues rápido en la menor, clarinete, 4 compases":     {210, 71, 4, 9},
		"bossa nova em ré menor, violão, 4 compassos, 130bpm": {130, 24, 4, 2},
	} {
		for seed := range uint64(3) {
			c, err := m.Compose(context.Background(), ParsePrompt(text), Options{Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			first, err := harmony.ParseChord(strings.Fields(c.Changes[0])[0])
			if err != nil {
				t.Fatal(err)
			}
			bar := c.BarLength(c.MeterAt(0))
			if d := c.TempoAt(0) - want.tempo; d > 1 || d < -1 || c.Parts[0].Program != want.program || c.To != music.Tick(want.bars)*bar || first.Root != want.tonic {
				t.Errorf("%q: tempo %.1f, program %d, %d bars, first chord %s", text, c.TempoAt(0), c.Parts[0].Program, c.To/bar, first.Symbol)
			}
			if c.End() > c.To || c.Score.Notes() == 0 {
				t.Errorf("%q: %d notes up to %d, the last bar line is %d", text, c.Score.Notes(), c.End(), c.To)
			}
			var file bytes.Buffer
			if err := music.WriteMIDI(&file, c.Score); err != nil {
				t.Fatal(err)
			}
			if _, repairs, err := music.ReadMIDI(file.Bytes()); err != nil || len(repairs) > 0 {
				t.Errorf("%q: the file needs repair: %v %v", text, repairs, err)
			}
		}
	}
	pitch := func(words string) float64 {
		var sum float64
		for seed := range uint64(3) {
			c, err := m.Compose(context.Background(), ParsePrompt(words+" swing in F major"), Options{Bars: 8, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range c.Score.PartNotes(c.Score.Parts()[0]) {
				sum += float64(n.Pitch) / float64(3*c.Score.Notes())
			}
		}
		return sum
	}
	if high, low := pitch("high"), pitch("low"); high < low+6 {
		t.Errorf("mean pitch %.1f when asked for high, %.1f for low", high, low)
	}
}

// The forms are in the key that is asked for, and a form of every kind can be parsed.
func TestForms(t *testing.T) {
	for _, name := range Forms {
		for tonic := range 12 {
			for _, minor := range []bool{false, true} {
				for _, bar := range []int{3, 4, 5} {
					changes, err := formOf(name, harmony.Key{Known: true, Tonic: tonic, Minor: minor}, music.Meter{Num: bar, Den: 4})
					if err != nil {
						t.Fatal(err)
					}
					beats := changes.Beats
					first := beats[0].Chord
					if name == "ii-v-i" {
						first = beats[2*bar].Chord
					}
					if bars := len(beats) / bar; len(beats)%bar != 0 || bars%4 != 0 || first.Root != tonic {
						t.Errorf("%s on %d: %d beats, first chord %s", name, tonic, len(beats), first.Symbol)
					}
					if isMinor := first.Quality == harmony.Minor; isMinor != (minor && name != "rhythm" || name == "modal") {
						t.Errorf("%s on %d, minor %v: first chord %s", name, tonic, minor, first.Symbol)
					}
				}
			}
		}
	}
}
