package music

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// scale is a track of n notes of a channel, one after the other.
func scale(n int, low, channel uint8, length Tick) Track {
	var t Track
	for i := range n {
		t.Notes = append(t.Notes, Note{Tick(i) * 240, length, low + uint8(i%8), 80, channel})
	}
	return t
}

// chords is a track of n triads.
func chords(n int, low, channel uint8) Track {
	var t Track
	for i := range n {
		for _, p := range []uint8{0, 4, 7} {
			t.Notes = append(t.Notes, Note{Tick(i) * 480, 400, low + p, 80, channel})
		}
	}
	return t
}

// The solo is the line above the bass that plays one note at a time, however many notes
// the chords, the bass and the drums have.
func TestSoloPart(t *testing.T) {
	melody, bass, piano, drums := scale(20, 65, 0, 200), scale(60, 33, 1, 200), chords(40, 55, 2), scale(90, 40, DrumChannel, 20)
	for name, c := range map[string]struct {
		tracks []Track
		want   int
	}{
		"melody alone":            {[]Track{melody}, 1},
		"melody last":             {[]Track{drums, bass, piano, melody}, 4},
		"longer of two melodies":  {[]Track{melody, scale(30, 70, 3, 200)}, 2},
		"chords only":             {[]Track{piano}, 0},
		"bass only":               {[]Track{bass}, 0},
		"drums only":              {[]Track{drums}, 0},
		"three notes":             {[]Track{scale(3, 65, 0, 200)}, 0},
		"nothing":                 {nil, 0},
		"legato line":             {[]Track{scale(20, 65, 0, 260)}, 1},
		"a few double stops":      {[]Track{{Notes: append(scale(20, 65, 0, 200).Notes, Note{0, 200, 77, 80, 0}, Note{480, 200, 77, 80, 0})}}, 1},
		"an empty track before":   {[]Track{{}, melody}, 1},
		"two channels in a track": {[]Track{{Notes: append(scale(30, 33, 1, 200).Notes, melody.Notes...)}}, 1},
	} {
		s := &Score{Resolution: 480, Tracks: c.tracks}
		for i := range s.Tracks {
			s.Tracks[i].Notes = slices.Clone(s.Tracks[i].Notes)
			sortNotes(s.Tracks[i].Notes)
		}
		if got := SoloPart(s); got != c.want {
			t.Errorf("%s: part %d, want %d (of %v)", name, got, c.want, s.Parts())
		}
	}
}

// After TrimOverlaps no two notes of one pitch and channel sound at once from the tick
// on; notes before it, other pitches and other channels are as they were.
func TestTrimOverlaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var tr Track
		for range 60 {
			tr.Notes = append(tr.Notes, Note{Tick(r.IntN(2000)), Tick(1 + r.IntN(400)), uint8(60 + r.IntN(4)), 80, uint8(r.IntN(2))})
		}
		const from = 1000
		before := slices.Clone(tr.Notes)
		sortNotes(before)
		tr.TrimOverlaps(from)
		if len(tr.Notes) != len(before) {
			t.Fatalf("%d notes became %d", len(before), len(tr.Notes))
		}
		for i, n := range tr.Notes {
			if n.Dur < 1 {
				t.Fatalf("a note of length %d", n.Dur)
			}
			for _, m := range tr.Notes[i+1:] {
				if m.Pitch == n.Pitch && m.Channel == n.Channel && m.Start > n.Start && m.Start >= from && n.End() > m.Start {
					t.Fatalf("%+v sounds into %+v", n, m)
				}
			}
		}
		kept := 0
		for _, n := range before {
			if slices.Contains(tr.Notes, n) {
				kept++
			}
		}
		if kept == 0 {
			t.Error("every note changed")
		}
	}
}

// Cutting at a tick and putting the halves together again gives the music back: notes
// that ring over the cut are shortened, all others keep their place.
func TestCutHalves(t *testing.T) {
	s := seedScore(t, 8)
	end := s.End()
	for _, at := range []Tick{1, end / 3, s.BarStart(end / 2), end - 1} {
		a, b := s.Cut(0, at), s.Cut(at, end)
		if got := a.Notes() + b.Notes(); got != s.Notes() {
			t.Errorf("cut at %d: %d notes of %d", at, got, s.Notes())
		}
		if a.End() > at || b.End() > end-at {
			t.Errorf("cut at %d: the halves end at %d and %d", at, a.End(), b.End())
		}
		for i, tr := range s.Tracks {
			var joined []Note
			joined = append(joined, a.Tracks[i].Notes...)
			for _, n := range b.Tracks[i].Notes {
				n.Start += at
				joined = append(joined, n)
			}
			for k, n := range tr.Notes {
				if n.Start < at {
					n.Dur = min(n.Dur, at-n.Start)
				}
				if joined[k] != n {
					t.Errorf("cut at %d: note %d of track %d is %+v, want %+v", at, k, i, joined[k], n)
				}
			}
		}
		if a.TempoAt(0) != s.TempoAt(0) || b.TempoAt(0) != s.TempoAt(at) || b.MeterAt(0).Num != s.MeterAt(at).Num {
			t.Errorf("cut at %d: tempo or meter is lost", at)
		}
	}
	if empty := s.Cut(end, end+100); empty.Notes() != 0 || empty.Resolution != s.Resolution {
		t.Errorf("after the end there are %d notes", empty.Notes())
	}
}

// A cut keeps what is in force: the last program, controller and bend of each channel,
// the tempo, the meter and the key, but not notes or texts of the past.
func TestCutKeepsState(t *testing.T) {
	s := &Score{Resolution: 480, Tracks: []Track{{
		Notes: []Note{{0, 100, 60, 80, 0}, {2000, 100, 62, 80, 0}},
		Events: []Event{
			{0, []byte{0xff, 0x51, 3, 7, 0xa1, 0x20}}, {0, []byte{0xff, 0x58, 4, 3, 2, 24, 8}}, {0, []byte{0xc0, 5}}, {0, []byte{0xb0, 7, 100}}, {0, []byte{0xb0, 10, 64}},
			{10, []byte{0xff, 0x01, 2, 'h', 'i'}}, {20, []byte{0xc0, 66}}, {30, []byte{0xb0, 7, 90}}, {40, []byte{0xe0, 0, 70}}, {50, []byte{0xff, 0x51, 3, 6, 0, 0}},
			{2500, []byte{0xb0, 7, 20}},
		},
	}}}
	s.ReadMaps()
	c := s.Cut(1440, 3000)
	want := [][]byte{{0xff, 0x58, 4, 3, 2, 24, 8}, {0xb0, 10, 64}, {0xc0, 66}, {0xb0, 7, 90}, {0xe0, 0, 70}, {0xff, 0x51, 3, 6, 0, 0}}
	for i, e := range c.Tracks[0].Events {
		switch {
		case i < len(want) && (e.At != 0 || !bytes.Equal(e.Message, want[i])):
			t.Errorf("event %d is % x at %d, want % x at 0", i, e.Message, e.At, want[i])
		case i == len(want) && (e.At != 1060 || e.Message[2] != 20):
			t.Errorf("the event after the cut is % x at %d", e.Message, e.At)
		}
	}
	if len(c.Tracks[0].Events) != len(want)+1 || c.Notes() != 1 || c.Tracks[0].Notes[0].Start != 560 {
		t.Errorf("%d events, notes %v", len(c.Tracks[0].Events), c.Tracks[0].Notes)
	}
	if p := c.Parts()[0]; p.Program != 66 {
		t.Errorf("program %d", p.Program)
	}
}

// A clone shares nothing with its original.
func TestCloneIsIndependent(t *testing.T) {
	s := seedScore(t, 2)
	var before, after bytes.Buffer
	if err := WriteMIDI(&before, s); err != nil {
		t.Fatal(err)
	}
	c := s.Clone()
	for i := range c.Tracks {
		for k := range c.Tracks[i].Notes {
			c.Tracks[i].Notes[k].Pitch = 1
		}
		c.Tracks[i].Events = append(c.Tracks[i].Events[:0], Event{0, []byte{0xc0, 1}})
	}
	c.Tempos[0].MicrosPerBeat, c.Meters[0].Num = 1, 1
	if err := WriteMIDI(&after, s); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before.Bytes(), after.Bytes()) || s.TempoAt(0) > 1e6 || s.Meters[0].Num == 1 {
		t.Error("changing a clone changes the score")
	}
}

// Bars that change their meter count on from the change.
func TestBarLines(t *testing.T) {
	s := &Score{Resolution: 480, Meters: []Meter{{0, 4, 4}, {3840, 3, 4}, {3840 + 2000, 6, 8}}} // the second change cuts a bar short
	var lines []Tick
	for at := Tick(0); at < 9000; at = s.NextBar(at + 1) {
		lines = append(lines, at)
	}
	if want := []Tick{0, 1920, 3840, 5280, 5840, 7280, 8720}; !slices.Equal(lines, want) {
		t.Errorf("bar lines %v, want %v", lines, want)
	}
	if got := s.bars(8720); got != 6 {
		t.Errorf("%d bars, want 6", got)
	}
}

// Parts name their channel, program and track; drums are known by the channel.
func TestParts(t *testing.T) {
	s := &Score{Resolution: 480, Tracks: []Track{
		{Events: []Event{{0, []byte{0xc3, 40}}}},
		{Events: []Event{{0, []byte{0xff, 3, 4, 'L', 'e', 'a', 'd'}}, {0, []byte{0xc0, 66}}}, Notes: []Note{{0, 10, 60, 80, 0}, {10, 10, 60, 80, 3}, {20, 10, 60, 80, 3}, {0, 10, 38, 80, DrumChannel}}},
	}}
	want := []struct {
		text    string
		program int
		notes   int
		drums   bool
	}{{`track 2 channel 1 "Lead"`, 66, 1, false}, {`track 2 channel 4 "Lead"`, 40, 2, false}, {`track 2 channel 10 "Lead"`, -1, 1, true}}
	parts := s.Parts()
	if len(parts) != len(want) {
		t.Fatalf("%d parts: %v", len(parts), parts)
	}
	for i, p := range parts {
		if p.String() != want[i].text || p.Program != want[i].program || p.Notes != want[i].notes || p.Drums() != want[i].drums || len(s.PartNotes(p)) != p.Notes {
			t.Errorf("part %d is %v, program %d, %d notes; want %+v", i+1, p, p.Program, p.Notes, want[i])
		}
	}
}

// A message of GS, or a bank of General MIDI 2 or XG where the file turns that system on,
// makes a channel one for drums; the message is kept, so that other programs play what we write.
func TestOtherDrumChannels(t *testing.T) {
	xg := []byte{0xf0, 0x43, 0x10, 0x4c, 0, 0, 0x7e, 0, 0xf7}
	gm2 := []byte{0xf0, 0x7e, 0x7f, 9, 3, 0xf7}
	for _, c := range []struct {
		name    string
		on      []byte
		message []byte
		want    bool
	}{
		{"XG", xg, []byte{0xb3, 0, 127}, true},
		{"XG's bank without XG", nil, []byte{0xb3, 0, 127}, false},
		{"General MIDI 2", gm2, []byte{0xb3, 0, 120}, true},
		{"General MIDI 2 with XG's bank", gm2, []byte{0xb3, 0, 127}, false},
		{"bank of General MIDI 2 alone", nil, []byte{0xb3, 0, 120}, false},
		{"another bank", xg, []byte{0xb3, 0, 8}, false},
		{"another channel", xg, []byte{0xb4, 0, 127}, false},
		{"GS", []byte{0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x14, 0x15, 2, 0x15, 0xf7}, []byte{0xc3, 0}, true},
		{"GS for another channel", []byte{0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x13, 0x15, 2, 0x16, 0xf7}, []byte{0xc3, 0}, false},
		{"GS that takes drums away", []byte{0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x14, 0x15, 0, 0x17, 0xf7}, []byte{0xc3, 0}, false},
		{"another device's message", []byte{0xf0, 0x41, 0x10, 0x42, 0xf7}, []byte{0xb3, 0, 127}, false},
	} {
		s := &Score{Resolution: 480, Tracks: []Track{{
			Events: []Event{{0, c.message}},
			Notes:  []Note{{Start: 0, Dur: 10, Pitch: 36, Velocity: 90, Channel: 3}, {Start: 20, Dur: 10, Pitch: 36, Velocity: 90, Channel: 3}},
		}}}
		if c.on != nil { // in a track of its own, behind
			s.Tracks = append(s.Tracks, Track{Events: []Event{{0, c.on}}})
		}
		s.ReadMaps()
		for range 2 { // what was read is written again
			data := bytes.Buffer{}
			if err := WriteMIDI(&data, s); err != nil {
				t.Fatal(err)
			}
			read, _, err := ReadMIDI(data.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			s = read
			if got := s.Parts()[0].Drums(); got != c.want {
				t.Errorf("%s: drums %v", c.name, got)
			}
			if got := s.Cut(15, 40).Parts()[0].Drums(); got != c.want {
				t.Errorf("%s: drums %v in a part of the score", c.name, got)
			}
		}
	}
}
