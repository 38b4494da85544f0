package music

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
)

// tune is a score of bars of quarter notes in 4/4 at 120, with extra events.
func tune(bars int, events ...Event) *Score {
	s := &Score{Resolution: 480, Tracks: make([]Track, 1)}
	for i := range 4 * bars {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, Note{Tick(i) * 480, 460, uint8(60 + i%7), 80, 0})
	}
	s.Tracks[0].Events = events
	s.ReadMaps()
	return s
}

func tempoEvent(at Tick, bpm float64) Event {
	us := int(60e6/bpm + .5)
	return Event{at, []byte{0xff, 0x51, 3, byte(us >> 16), byte(us >> 8), byte(us)}}
}

// inForce is the last message before or at a tick that begins with the given bytes.
func inForce(s *Score, at Tick, head ...byte) []byte {
	var last []byte
	var all []Event
	for _, t := range s.Tracks {
		all = append(all, t.Events...)
	}
	slices.SortStableFunc(all, func(a, b Event) int { return int(a.At - b.At) })
	for _, e := range all {
		if e.At <= at && bytes.HasPrefix(e.Message, head) {
			last = e.Message
		}
	}
	return last
}

// What a player leaves behind at the end of a seed does not reach the new music.
func TestJointIsReset(t *testing.T) {
	var fade []Event
	for i := range 17 {
		fade = append(fade, Event{Tick(2*1920 + i*120), []byte{0xb0, 11, byte(127 - 7*i)}})
	}
	for name, c := range map[string]struct {
		events []Event
		head   []byte
		want   byte // last byte in force at the joint
	}{
		"pedal held":          {[]Event{{100, []byte{0xb0, 64, 127}}}, []byte{0xb0, 64}, 0},
		"soft pedal held":     {[]Event{{100, []byte{0xb0, 67, 100}}}, []byte{0xb0, 67}, 0},
		"bent up":             {[]Event{{7000, []byte{0xe0, 0, 96}}}, []byte{0xe0}, 64},
		"faded by volume":     {[]Event{{0, []byte{0xb0, 7, 90}}, {7000, []byte{0xb0, 7, 0}}}, []byte{0xb0, 7}, 90},
		"faded from 127":      {fade, []byte{0xb0, 11}, 127},
		"vibrato left on":     {[]Event{{7000, []byte{0xb0, 1, 90}}}, []byte{0xb0, 1}, 0},
		"quiet all along":     {[]Event{{0, []byte{0xb0, 7, 40}}}, []byte{0xb0, 7}, 40},
		"moved afterwards":    {[]Event{{0, []byte{0xb0, 7, 90}}, {9000, []byte{0xb0, 7, 3}}}, []byte{0xb0, 7}, 90},
		"pedal already up":    {[]Event{{0, []byte{0xb0, 64, 127}}, {480, []byte{0xb0, 64, 0}}}, []byte{0xb0, 64}, 0},
		"reset by the player": {[]Event{{0, []byte{0xb0, 64, 127}}, {7600, []byte{0xb0, 121, 0}}}, []byte{0xb0, 121}, 0},
	} {
		j := Join(tune(4, c.events...), 0)
		got := inForce(j.Seed, j.From+5000, c.head...)
		if len(got) == 0 || got[len(got)-1] != c.want {
			t.Errorf("%s: % x is in force, want %d", name, got, c.want)
		}
	}
	s := tune(4, Event{0, []byte{0xc0, 65}}, Event{0, []byte{0xb0, 7, 90}})
	if j := Join(s, 0); len(j.Seed.Tracks[0].Events) != 2 || len(j.Remarks) != 0 {
		t.Errorf("a seed in order was changed: %v %v", j.Seed.Tracks[0].Events, j.Remarks)
	}
}

// The tempo goes on, but a ritardando does not.
func TestTempoAtTheJoint(t *testing.T) {
	for name, c := range map[string]struct {
		tempos []Event
		asked  float64
		want   float64
	}{
		"steady":              {[]Event{tempoEvent(0, 132)}, 0, 132},
		"ritardando":          {[]Event{tempoEvent(0, 100), tempoEvent(13440, 90), tempoEvent(13920, 70), tempoEvent(14400, 50), tempoEvent(14880, 30)}, 0, 100},
		"faster half way":     {[]Event{tempoEvent(0, 90), tempoEvent(4*1920, 140)}, 0, 140},
		"slower half way":     {[]Event{tempoEvent(0, 140), tempoEvent(4*1920, 90)}, 0, 90},
		"a fermata inside":    {[]Event{tempoEvent(0, 120), tempoEvent(3*1920, 40), tempoEvent(3*1920+960, 120)}, 0, 120},
		"asked":               {[]Event{tempoEvent(0, 100), tempoEvent(14400, 50)}, 50, 50},
		"set after the music": {[]Event{tempoEvent(0, 100), tempoEvent(8*1920+10, 40)}, 0, 100},
	} {
		j := Join(tune(8, c.tempos...), c.asked)
		if got := j.Seed.TempoAt(j.From + 100); got < c.want-.1 || got > c.want+.1 {
			t.Errorf("%s: the new bars are played at %.1f, want %.0f", name, got, c.want)
		}
		if told := len(j.Remarks) > 0; told != (name == "ritardando") {
			t.Errorf("%s: remarks %v", name, j.Remarks)
		}
	}
}

// Notes far behind the music are left out and spoken of; long rests within it are not.
func TestStrayNotes(t *testing.T) {
	s := tune(8)
	s.Tracks = append(s.Tracks, Track{Notes: []Note{{4000 * 1920, 480, 60, 80, 3}}})
	s.ReadMaps()
	j := Join(s, 0)
	if j.From != 8*1920 || len(j.Remarks) != 1 || !strings.Contains(j.Remarks[0], "stray note in bar 4001") {
		t.Errorf("the new bars begin at %d: %v", j.From, j.Remarks)
	}
	if _, err := j.Part(2); err == nil {
		t.Error("a part of stray notes can be continued")
	}
	late := tune(8)
	for i := range 8 {
		late.Tracks[0].Notes = append(late.Tracks[0].Notes, Note{Tick(40*1920 + i*480), 400, 60, 80, 0})
	}
	if j := Join(late, 0); j.From != 42*1920 || len(j.Remarks) != 0 {
		t.Errorf("two bars after a long rest: the new bars begin at %d: %v", j.From, j.Remarks)
	}
}

// A soft seed goes on softly, a loud one loudly.
func TestVelocitiesGoOn(t *testing.T) {
	for _, level := range []uint8{24, 60, 118} {
		s := seedScore(t, 64)
		for i := range s.Tracks {
			for k := range s.Tracks[i].Notes {
				s.Tracks[i].Notes[k].Velocity = level + uint8(k%5)
			}
		}
		c, err := small().Continue(context.Background(), s, Options{Bars: 4})
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range c.Tracks {
			for _, n := range tr.Notes {
				if d := int(n.Velocity) - int(level); n.Start >= c.From && (d < -12 || d > 16) {
					t.Errorf("a note of velocity %d after a seed of %d", n.Velocity, level)
				}
			}
		}
	}
}

// Of two time signatures at one tick the last is read, unless its bars have one beat.
func TestTwoTimeSignatures(t *testing.T) {
	sign := func(num byte) Event { return Event{0, []byte{0xff, 0x58, 4, num, 2, 24, 8}} }
	for name, c := range map[string]struct {
		signs []Event
		want  int
		told  bool
	}{
		"4/4 and 1/4": {[]Event{sign(4), sign(1)}, 4, true},
		"1/4 and 4/4": {[]Event{sign(1), sign(4)}, 4, true},
		"4/4 and 3/4": {[]Event{sign(4), sign(3)}, 3, true},
		"twice 3/4":   {[]Event{sign(3), sign(3)}, 3, false},
		"1/4 alone":   {[]Event{sign(1)}, 1, false},
	} {
		var file bytes.Buffer
		if err := WriteMIDI(&file, tune(4, c.signs...)); err != nil {
			t.Fatal(err)
		}
		s, repairs, err := ReadMIDI(file.Bytes())
		if err != nil || s.MeterAt(0).Num != c.want || (len(repairs) > 0) != c.told {
			t.Errorf("%s: %+v, repairs %v, %v", name, s.MeterAt(0), repairs, err)
		}
	}
}

// The melody is found by what it is, not by how many notes it has.
func TestMelodyIsFound(t *testing.T) {
	vocal, arp := Track{}, Track{}
	for bar := range 8 {
		for i, p := range []uint8{67, 69, 71, 72, 71} {
			length := Tick([]int{480, 240, 240, 480, 480}[(i+bar)%5])
			at := Tick(bar*1920 + []int{0, 480, 720, 960, 1440}[i] + 120*((bar*i)%2))
			vocal.Notes = append(vocal.Notes, Note{at, length / 2, p + uint8(bar%3), 90, 0})
		}
		for i := range 16 {
			arp.Notes = append(arp.Notes, Note{Tick(bar*1920 + i*120), 100, 60 + []uint8{0, 4, 7, 12}[i%4] + uint8(bar%2)*5, 70, 1})
		}
	}
	title := func(t Track, name string) Track {
		t.Events = []Event{{0, append([]byte{0xff, 3, byte(len(name))}, name...)}}
		return t
	}
	for name, c := range map[string]struct {
		tracks []Track
		want   int
	}{
		"arpeggio first":      {[]Track{arp, vocal}, 2},
		"arpeggio last":       {[]Track{vocal, arp}, 1},
		"named":               {[]Track{title(arp, "Arp synth"), title(vocal, "Lead Vocal")}, 2},
		"named the other way": {[]Track{title(arp, "Melodia"), title(vocal, "Strings")}, 1},
		"only the arpeggio":   {[]Track{arp}, 1},
	} {
		s := &Score{Resolution: 480, Tracks: c.tracks}
		s.ReadMaps()
		if got := SoloPart(s); got != c.want {
			t.Errorf("%s: part %d, want %d", name, got, c.want)
		}
	}
	s := &Score{Resolution: 480, Tracks: []Track{title(arp, "Arp synth"), title(vocal, "Lead Vocal")}}
	for name, want := range map[string]int{"": 0, "2": 2, "lead vocal": 2, "VOCAL": 2, "arp": 1} {
		if got, err := s.FindPart(name); err != nil || got != want {
			t.Errorf("part %q is %d, %v", name, got, err)
		}
	}
	for _, name := range []string{"0", "3", "-1", "flute", "a"} {
		if got, err := s.FindPart(name); err == nil {
			t.Errorf("part %q is %d", name, got)
		}
	}
}

// Strings that ring over the last bar line for less than a beat leave no empty bar; a note that
// begins there, or sounds for longer, has a bar of its own.
func TestJoinRinging(t *testing.T) {
	for _, c := range []struct{ start, dur, want float64 }{
		{3.5, .9, 4}, {3, 1.9, 4}, {3.5, 1.5, 8}, {2, 4, 8}, {3.95, .5, 8}, {4, .5, 8}, {3.9, .2, 4},
	} {
		j := Join(scoreOf(Meter{0, 4, 4}, [][3]float64{{0, 1, 60}, {1, 1, 62}, {2, 1, 64}, {c.start, c.dur, 65}}), 0)
		if got := float64(j.From) / float64(j.Seed.Resolution); got != c.want {
			t.Errorf("a note at %v of length %v: new music from %v, want %v", c.start, c.dur, got, c.want)
		}
	}
}
