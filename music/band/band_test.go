package band

import (
	"math/rand/v2"
	"reflect"
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
	changes, err := harmony.ParseChanges(chords, meter)
	if err != nil {
		t.Fatal(err)
	}
	from := s.NextBar(s.End())
	p := &Plan{Seed: s, Solo: s.Parts()[0], Line: line, Changes: changes, Random: 1}
	for i := range bars + 1 {
		p.Bars = append(p.Bars, from+music.Tick(i)*s.BarLength(meter))
	}
	return &music.Continuation{Score: s.Clone(), From: from, To: p.Bars[bars]}, p
}

var trio = &Band{Bassist: walker{}, Lineup: Lineup{Bass: 1, Piano: 1, Drums: 1}}

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
	for _, meter := range []music.Meter{{Num: 4, Den: 4}, {Num: 3, Den: 4}, {Num: 5, Den: 4}, {Num: 6, Den: 8}, {Num: 7, Den: 8}, {Num: 9, Den: 8}, {Num: 12, Den: 8}, {Num: 5, Den: 8}, {Num: 7, Den: 16}, {Num: 2, Den: 2}, {Num: 1, Den: 4}} {
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

// Where there is no chord the piano rests and the bass goes on.
func TestNoChord(t *testing.T) {
	c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1), "NC", 4)
	trio.Accompany(c, p)
	if n := part(c, "Piano"); len(n) > 0 {
		t.Errorf("%d chords without changes", len(n))
	}
	if n := part(c, "Bass"); len(n) < 4 {
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

// A band that played in the seed goes on in its own tracks: what was continued with a
// band can be continued again.
func TestOwnBandGoesOn(t *testing.T) {
	c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1), "C7", 4)
	trio.Accompany(c, p)
	again, p2 := plan(t, c.Score, "C7", 4)
	trio.Accompany(again, p2)
	if len(again.Tracks) != len(c.Tracks) {
		t.Fatalf("%d tracks after %d", len(again.Tracks), len(c.Tracks))
	}
	for _, name := range []string{"Bass", "Piano", "Drums"} {
		old, now := part(c, name), part(again, name)
		if len(now) <= len(old) || !reflect.DeepEqual(now[:len(old)], old) || now[len(old)].Start < p2.Bars[0] {
			t.Errorf("%s: %d notes after %d", name, len(now), len(old))
		}
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
