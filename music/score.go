package music

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"
)

// Errors that the errors of this package wrap.
var (
	ErrMIDI    = errors.New("not a readable MIDI file")
	ErrNoNotes = errors.New("no notes")
	ErrModel   = errors.New("not a music model")
)

// Tick is musical time; Score.Resolution ticks make a quarter note.
type Tick int64

// Note is one sounding note.
type Note struct {
	Start, Dur Tick  // Dur >= 1
	Pitch      uint8 // 0..127, 60 is middle C
	Velocity   uint8 // 1..127
	Channel    uint8 // 0..15; 9 is drums
}

// End is the tick at which the note stops.
func (n Note) End() Tick { return n.Start + n.Dur }

// Event is anything else in a track: a MIDI or meta message as in the file.
type Event struct {
	At      Tick
	Message []byte
}

// Track is one track of a file. Notes are sorted by start, channel and pitch;
// events keep their order.
type Track struct {
	Notes  []Note
	Events []Event
}

// Tempo is a tempo that holds from a tick on.
type Tempo struct {
	At            Tick
	MicrosPerBeat int // microseconds per quarter note
}

// Meter is a time signature that holds from a tick on.
type Meter struct {
	At       Tick
	Num, Den int
}

// Compound reports whether the beats of a meter have three eighths (or sixteenths).
func (m Meter) Compound() bool { return m.Den >= 8 && m.Num%3 == 0 }

// Pulses are the grid steps at which the beats of a bar start: quarter notes, or with
// shorter units groups of three in 6/8, 9/8 and 12/8, and of two with a three at the end
// in 5/8, 7/8 and the like.
func (m Meter) Pulses() []int {
	var out []int
	if m.Den < 8 || 4*Grid%m.Den != 0 {
		for at := 0; at*m.Den < 4*Grid*m.Num; at += Grid {
			out = append(out, at)
		}
		return out
	}
	for k := 0; k < m.Num; {
		out = append(out, k*4*Grid/m.Den)
		if left := m.Num - k; m.Compound() || left == 3 {
			k += 3
		} else {
			k += min(2, left)
		}
	}
	return out
}

// Score is the music of a MIDI file.
type Score struct {
	Resolution int // ticks per quarter note
	Tracks     []Track
	Tempos     []Tempo // sorted; the first at tick 0
	Meters     []Meter // sorted; the first at tick 0
	Beatless   bool    // the file was in SMPTE time, so that beats and bars mean nothing
}

// DrumChannel is the channel of General MIDI percussion, counted from 0.
const DrumChannel = 9

const defaultTempo = 500000 // MIDI's 120 quarter notes a minute

// End is the tick at which the last note stops.
func (s *Score) End() Tick {
	var end Tick
	for _, t := range s.Tracks {
		for _, n := range t.Notes {
			end = max(end, n.End())
		}
	}
	return end
}

// Notes counts all notes.
func (s *Score) Notes() int {
	n := 0
	for _, t := range s.Tracks {
		n += len(t.Notes)
	}
	return n
}

// Clone returns an independent copy.
func (s *Score) Clone() *Score {
	c := *s
	c.Tracks = make([]Track, len(s.Tracks))
	for i, t := range s.Tracks {
		c.Tracks[i] = Track{slices.Clone(t.Notes), slices.Clone(t.Events)}
	}
	c.Tempos, c.Meters = slices.Clone(s.Tempos), slices.Clone(s.Meters)
	return &c
}

// Seconds is the time from the start of the score to a tick.
func (s *Score) Seconds(at Tick) float64 {
	return s.Clock()(at)
}

// Duration is Seconds as a time.Duration.
func (s *Score) Duration(at Tick) time.Duration {
	return time.Duration(s.Seconds(at) * float64(time.Second))
}

// Clock returns the function Seconds prepared for many calls: each is a binary search
// among the tempos. The score's tempos must not change while the clock is in use.
func (s *Score) Clock() func(at Tick) float64 {
	starts := make([]float64, len(s.Tempos)) // of the tempos, in seconds
	for i := 1; i < len(starts); i++ {
		starts[i] = starts[i-1] + s.span(s.Tempos[i-1], s.Tempos[i].At)
	}
	return func(at Tick) float64 {
		i := sort.Search(len(s.Tempos), func(i int) bool { return s.Tempos[i].At >= at }) - 1
		if i < 0 {
			return 0
		}
		return starts[i] + s.span(s.Tempos[i], at)
	}
}

// span is the time in seconds from the start of a tempo to a tick.
func (s *Score) span(t Tempo, to Tick) float64 {
	return float64(to-t.At) * float64(t.MicrosPerBeat) / 1e6 / float64(s.Resolution)
}

// TempoAt is the tempo in force at a tick, in quarter notes a minute.
func (s *Score) TempoAt(at Tick) float64 {
	i := sort.Search(len(s.Tempos), func(i int) bool { return s.Tempos[i].At > at })
	if i == 0 {
		return 60e6 / defaultTempo
	}
	return 60e6 / float64(s.Tempos[i-1].MicrosPerBeat)
}

// MeterAt is the meter in force at a tick.
func (s *Score) MeterAt(at Tick) Meter {
	if i := s.meterAfter(at); i > 0 {
		return s.Meters[i-1]
	}
	return Meter{0, 4, 4}
}

// meterAfter is the index of the first meter that begins after a tick.
func (s *Score) meterAfter(at Tick) int {
	return sort.Search(len(s.Meters), func(i int) bool { return s.Meters[i].At > at })
}

// BarLength is the length of a bar of meter m, at least one tick.
func (s *Score) BarLength(m Meter) Tick {
	return max(1, Tick(4*s.Resolution*m.Num/m.Den))
}

// BarStart is the start of the bar that contains a tick; a change of meter starts a
// new bar.
func (s *Score) BarStart(at Tick) Tick {
	m := s.MeterAt(at)
	l := s.BarLength(m)
	return m.At + (at-m.At)/l*l
}

// NextBar is the first bar line at or after a tick.
func (s *Score) NextBar(at Tick) Tick {
	b := s.BarStart(at)
	if b == at {
		return at
	}
	next := b + s.BarLength(s.MeterAt(b))
	for _, m := range s.Meters[s.meterAfter(b):] {
		if m.At >= at {
			return min(m.At, next)
		}
	}
	return next
}

// bars counts the bars before a tick.
func (s *Score) bars(to Tick) int {
	var n Tick
	for i, m := range s.Meters {
		if m.At >= to {
			break
		}
		end := to
		if i+1 < len(s.Meters) {
			end = min(end, s.Meters[i+1].At)
		}
		l := s.BarLength(m)
		n += (end - m.At + l - 1) / l
	}
	return int(n)
}

// Part is one channel of one track.
type Part struct {
	Track   int
	Channel uint8
	Program int    // General MIDI program in force at the end, 0..127; -1 if never set
	Notes   int    // number of notes, at least 1
	Name    string // the track's name

	rhythm bool // of a channel that the score uses for drums
}

// Drums reports whether the part is percussion: of General MIDI's channel, or of one that
// DrumChannels has.
func (p Part) Drums() bool { return p.Channel == DrumChannel || p.rhythm }

// among is the place of a part in a list; -1 if it is not there.
func (p Part) among(parts []Part) int {
	return slices.IndexFunc(parts, func(q Part) bool { return q.Track == p.Track && q.Channel == p.Channel })
}

// String names a part for people.
func (p Part) String() string {
	s := fmt.Sprintf("track %d channel %d", p.Track+1, p.Channel+1)
	if p.Name != "" {
		s += fmt.Sprintf(" %q", p.Name)
	}
	return s
}

// Parts lists the parts that have notes, in order of track and channel.
func (s *Score) Parts() []Part {
	var parts []Part
	rhythm := s.DrumChannels()
	for i, t := range s.Tracks {
		var count [16]int
		program := [16]int{}
		for c := range program {
			program[c] = -1
		}
		name := ""
		for _, n := range t.Notes {
			count[n.Channel&15]++
		}
		for _, e := range t.Events {
			if len(e.Message) == 2 && e.Message[0]&0xf0 == 0xc0 {
				program[e.Message[0]&15] = int(e.Message[1])
			}
			if text, ok := trackName(e.Message); ok && name == "" {
				name = text
			}
		}
		for c, n := range count {
			if n > 0 {
				parts = append(parts, Part{i, uint8(c), program[c], n, name, rhythm[c]})
			}
		}
	}
	// another track may set the program of a channel
	for i := range parts {
		if parts[i].Program >= 0 {
			continue
		}
		for _, t := range s.Tracks {
			for _, e := range t.Events {
				if len(e.Message) == 2 && e.Message[0] == 0xc0|parts[i].Channel {
					parts[i].Program = int(e.Message[1])
				}
			}
		}
	}
	return parts
}

func sortNotes(ns []Note) {
	slices.SortStableFunc(ns, func(a, b Note) int {
		switch {
		case a.Start != b.Start:
			return int(a.Start - b.Start)
		case a.Channel != b.Channel:
			return int(a.Channel) - int(b.Channel)
		case a.Pitch != b.Pitch:
			return int(a.Pitch) - int(b.Pitch)
		}
		return int(a.Dur - b.Dur)
	})
}
