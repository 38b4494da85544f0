package band

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// walker is a bassist who plays the root of every beat's chord.
type walker struct{}

func (walker) Walk(w Walk, _ *rand.Rand) []music.LineNote {
	var out []music.LineNote
	for at := w.First.At + music.Grid; at < w.To; at += music.Grid {
		root := w.Changes.At(at).Chord.Root
		out = append(out, music.LineNote{At: at, Dur: music.Grid, Pitch: w.Low + harmony.Class(root-w.Low), Velocity: 80})
	}
	return out
}

// groove is two bars of four: a cymbal on every beat, and a snare at the end of each.
func groove(feel Feel, tempo float64) Groove {
	s := &music.Score{Resolution: 96, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}, Tracks: make([]music.Track, 1)}
	for i := range 8 {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(i) * 96, Dur: 20, Pitch: 51, Velocity: uint8(tempo / 3), Channel: music.DrumChannel})
		if i%4 == 3 {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(i)*96 + 48, Dur: 20, Pitch: 38, Velocity: uint8(tempo / 3), Channel: music.DrumChannel})
		}
	}
	return Groove{feel, tempo, s}
}

// solo is a seed of one part in eighths, swung if swing > 1.
func solo(meter music.Meter, resolution int, bars int, swing float64, extra ...music.Track) *music.Score {
	s := &music.Score{Resolution: resolution, Tempos: []music.Tempo{{MicrosPerBeat: 400000}}, Meters: []music.Meter{meter}, Tracks: make([]music.Track, 1)}
	end := music.Tick(bars) * s.BarLength(meter)
	half := music.Tick(float64(resolution) * swing / (1 + swing))
	for at := music.Tick(0); at < end; at += music.Tick(resolution) {
		for _, start := range []music.Tick{at, at + half} {
			if start < end {
				s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: start, Dur: music.Tick(resolution / 4), Pitch: uint8(60 + start%12), Velocity: 80})
			}
		}
	}
	s.Tracks = append(s.Tracks, extra...)
	return s
}

// plan is four new bars after a seed over changes.
func plan(t *testing.T, s *music.Score, chords string, bars int) (*music.Continuation, *Plan) {
	t.Helper()
	line, err := music.NewLine(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	meter := s.MeterAt(0)
	beats, err := harmony.ParseChanges(chords, max(1, 4*meter.Num/meter.Den))
	if err != nil {
		t.Fatal(err)
	}
	from := s.NextBar(s.End())
	p := &Plan{Seed: s, Solo: s.Parts()[0], Line: line, Changes: harmony.Changes{Beats: beats}, Random: 1}
	for i := range bars + 1 {
		p.Bars = append(p.Bars, from+music.Tick(i)*s.BarLength(meter))
	}
	return &music.Continuation{Score: s.Clone(), From: from, To: p.Bars[bars]}, p
}

var trio = &Band{Bass: walker{}, Chords: true, Drums: []Groove{groove(Swing, 120), groove(Swing, 240), groove(Latin, 150)}}

// part finds the notes of the part whose track has a name; drums are "Drums".
func part(c *music.Continuation, name string) []music.Note {
	for _, p := range c.Score.Parts() {
		if p.Name == name {
			return c.Score.PartNotes(p)
		}
	}
	return nil
}

// In every meter and resolution the band plays in the new bars only, every note ends
// with them, and each instrument keeps to its channel and range.
func TestEveryMeter(t *testing.T) {
	for _, meter := range []music.Meter{{Num: 4, Den: 4}, {Num: 3, Den: 4}, {Num: 5, Den: 4}, {Num: 6, Den: 8}, {Num: 7, Den: 8}, {Num: 2, Den: 2}, {Num: 1, Den: 4}} {
		for _, resolution := range []int{24, 96, 480, 960} {
			s := solo(meter, resolution, 4, 2)
			c, p := plan(t, s, "Dm7 | G7 | Cmaj7 | A7", 6)
			trio.Accompany(c, p)
			if len(c.Tracks) != 4 {
				t.Fatalf("%d/%d at %d ticks: %d tracks", meter.Num, meter.Den, resolution, len(c.Tracks))
			}
			if !reflect.DeepEqual(c.Tracks[0], s.Tracks[0]) {
				t.Errorf("%d/%d: the solo's track changed", meter.Num, meter.Den)
			}
			channels := map[uint8]bool{s.Tracks[0].Notes[0].Channel: true}
			for i, tr := range c.Tracks[1:] {
				if len(tr.Notes) == 0 {
					t.Fatalf("%d/%d at %d ticks: part %d is silent", meter.Num, meter.Den, resolution, i+2)
				}
				if ch := tr.Notes[0].Channel; channels[ch] {
					t.Errorf("two parts share channel %d", ch)
				} else {
					channels[ch] = true
				}
				for _, n := range tr.Notes {
					if n.Start < c.From || n.End() > c.To || n.Dur < 1 || n.Velocity < 1 || n.Velocity > 127 || n.Channel != tr.Notes[0].Channel {
						t.Errorf("%d/%d at %d ticks: part %d plays %+v between %d and %d", meter.Num, meter.Den, resolution, i+2, n, c.From, c.To)
					}
				}
			}
			if !channels[music.DrumChannel] {
				t.Error("the drums are not on the drum channel")
			}
		}
	}
}

// The bass starts on the root, plays every beat, softly enough to stay apart from its
// next note, within its range.
func TestBass(t *testing.T) {
	for root := range 12 {
		c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1), harmony.Name(root)+"7", 4)
		trio.Accompany(c, p)
		notes := part(c, "Bass")
		if len(notes) != 16 {
			t.Fatalf("%d bass notes in 16 beats", len(notes))
		}
		if got := harmony.Class(int(notes[0].Pitch)); got != root {
			t.Errorf("over %s7 the bass starts on %s", harmony.Name(root), harmony.Name(got))
		}
		for i, n := range notes {
			if n.Start != c.From+music.Tick(i)*480 || n.Pitch < bassLow || n.Pitch > bassHigh {
				t.Errorf("bass note %d is %+v", i, n)
			}
			if i > 0 && notes[i-1].End() > n.Start {
				t.Errorf("bass note %d sounds into the next", i-1)
			}
		}
	}
}

// The piano plays tones of the chord of the moment, or half a beat early of the next,
// below the solo, and moves from voicing to voicing by small steps.
func TestComping(t *testing.T) {
	chords := "Dm7 G7 | Cmaj7 | F#m7b5 B7 | Em7 | Cdim7 | A7sus4 | C+7 | Fm6"
	for seed := range uint64(20) {
		c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1), chords, 32)
		p.Random = seed
		trio.Accompany(c, p)
		notes := part(c, "Piano")
		if len(notes) < 32 {
			t.Errorf("seed %d: %d notes in 32 bars", seed, len(notes))
		}
		var last []int
		for i := 0; i < len(notes); {
			at := notes[i].Start
			var now []int
			for ; i < len(notes) && notes[i].Start == at; i++ {
				n := notes[i]
				now = append(now, int(n.Pitch))
				step := int(at) * music.Grid / 480
				here, soon := p.Changes.At(step).Chord, p.Changes.At(min(step+music.Grid/2, p.to()-1)).Chord
				if !here.Has(int(n.Pitch)) && !soon.Has(int(n.Pitch)) {
					t.Errorf("seed %d: pitch %d over %s", seed, n.Pitch, here.Symbol)
				}
				if n.Pitch < compLow || n.Pitch > compHigh {
					t.Errorf("seed %d: pitch %d is outside of the range", seed, n.Pitch)
				}
			}
			slices.Sort(now)
			if len(now) < 2 || len(now) > 3 {
				t.Errorf("seed %d: a voicing of %d notes", seed, len(now))
			}
			if last != nil {
				if d := now[0] - last[0]; d > 9 || d < -9 {
					t.Errorf("seed %d: the voicing jumps from %v to %v", seed, last, now)
				}
			}
			last = now
		}
	}
}

// Where there is no chord the piano rests and the bass goes on.
func TestNoChord(t *testing.T) {
	c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1), "NC", 4)
	trio.Accompany(c, p)
	if n := part(c, "Piano"); len(n) > 0 {
		t.Errorf("%d chords without changes", len(n))
	}
	if n := part(c, "Bass"); len(n) != 16 {
		t.Errorf("%d bass notes", len(n))
	}
}

// A role that the seed has is not doubled: an own bass, piano or drum part plays alone.
func TestRolesAreNotDoubled(t *testing.T) {
	notes := func(pitch, channel uint8) music.Track {
		var tr music.Track
		for i := range 16 {
			tr.Notes = append(tr.Notes, music.Note{Start: music.Tick(i) * 480, Dur: 400, Pitch: pitch, Velocity: 70, Channel: channel})
		}
		return tr
	}
	for _, c := range []struct {
		track music.Track
		role  string
	}{{notes(36, 3), "Bass"}, {notes(60, 4), "Piano"}, {notes(42, music.DrumChannel), "Drums"}} {
		cont, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1, c.track), "C7", 4)
		trio.Accompany(cont, p)
		for _, name := range []string{"Bass", "Piano", "Drums"} {
			if got := part(cont, name) != nil; got == (name == c.role) {
				t.Errorf("the seed has a part for the role %s: %s is added: %v", c.role, name, got)
			}
		}
	}
}

// Drums: the groove is the nearest in feel, then in tempo; its bars repeat exactly and
// are cut where the meter's bar is shorter.
func TestDrums(t *testing.T) {
	for _, c := range []struct {
		feel     Feel
		swing    float64
		micros   int
		velocity uint8 // tells which groove it was
	}{{"", 2, 500000, 40}, {"", 2, 250000, 80}, {"", 1, 500000, 50}, {Latin, 2, 250000, 50}, {Swing, 1, 500000, 40}} {
		s := solo(music.Meter{Num: 4, Den: 4}, 480, 4, c.swing)
		s.Tempos[0].MicrosPerBeat = c.micros
		cont, p := plan(t, s, "C7", 6)
		p.Feel = c.feel
		trio.Accompany(cont, p)
		notes := part(cont, "Drums")
		if len(notes) != 6*5 {
			t.Fatalf("%d strokes in six bars", len(notes))
		}
		for i, n := range notes {
			if n.Velocity != c.velocity {
				t.Errorf("feel %q, swing %v, %d µs: groove of velocity %d, want %d", c.feel, c.swing, c.micros, n.Velocity, c.velocity)
				break
			}
			if i >= 10 && (n.Start-notes[i-10].Start != 2*1920 || n.Pitch != notes[i-10].Pitch) {
				t.Errorf("stroke %d does not repeat the one two bars before", i)
			}
		}
	}
	cont, p := plan(t, solo(music.Meter{Num: 3, Den: 4}, 480, 4, 1), "C7", 4)
	trio.Accompany(cont, p)
	if notes := part(cont, "Drums"); len(notes) != 4*3 {
		t.Errorf("%d strokes in four bars of three, want the cymbal on each beat", len(notes))
	}
}

// The same plan gives the same notes, another seed gives others, and a band without
// players plays nothing.
func TestSeed(t *testing.T) {
	play := func(b *Band, seed uint64) []music.Track {
		c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 2), "Dm7 | G7", 16)
		p.Random = seed
		b.Accompany(c, p)
		return c.Tracks
	}
	if !reflect.DeepEqual(play(trio, 1), play(trio, 1)) {
		t.Error("the same seed gives other notes")
	}
	if reflect.DeepEqual(play(trio, 1), play(trio, 2)) {
		t.Error("another seed gives the same notes")
	}
	if got := play(&Band{}, 1); len(got) != 1 {
		t.Errorf("an empty band adds %d tracks", len(got)-1)
	}
}

// With all channels taken the band still plays.
func TestChannelsRunOut(t *testing.T) {
	var tracks []music.Track
	for ch := uint8(1); ch < 16; ch++ {
		if ch != music.DrumChannel {
			tracks = append(tracks, music.Track{Notes: []music.Note{{Start: 0, Dur: 10, Pitch: 80, Velocity: 60, Channel: ch}}})
		}
	}
	c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1, tracks...), "C7", 4)
	trio.Accompany(c, p)
	if part(c, "Bass") == nil || part(c, "Drums") == nil {
		t.Error("bass or drums are missing")
	}
}
