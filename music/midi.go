package music

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"gitlab.com/gomidi/midi/v2/smf"
)

// This is the only file that imports gomidi.

// ReadMIDI reads a standard MIDI file. It repairs damage that leaves the music clear
// and reports each repair; an unreadable file gives an error that wraps ErrMIDI. A
// file without notes is not an error.
func ReadMIDI(data []byte) (*Score, []Repair, error) {
	r, err := repair(data)
	if err != nil {
		return nil, nil, err
	}
	file, err := decode(r.bytes())
	if err != nil {
		return nil, r.notes, err
	}
	s := &Score{Resolution: r.division, Beatless: r.smpte}
	for i, t := range file.Tracks {
		track, notes := readTrack(t, i+1)
		s.Tracks = append(s.Tracks, track)
		r.notes = append(r.notes, notes...)
	}
	s.ReadMaps()
	r.notes = append(r.notes, s.settleMeters()...)
	if n := s.bars(s.End()); n > maxBars {
		return nil, r.notes, fmt.Errorf("music: %d bars, more than %d: %w", n, maxBars, ErrMIDI)
	}
	return s, r.notes, nil
}

// decode runs gomidi's reader on repaired bytes. It should not panic on those, but a
// bug in the library must not end the program.
func decode(clean []byte) (file *smf.SMF, err error) {
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, fmt.Errorf("music: %v: %w", p, ErrMIDI)
		}
	}()
	if file, err = smf.ReadFrom(bytes.NewReader(clean)); err != nil {
		return nil, fmt.Errorf("music: %v: %w", err, ErrMIDI)
	}
	return file, nil
}

// readTrack pairs note-ons with note-offs, first in, first out. A note without an end
// lasts until the end of the track.
func readTrack(t smf.Track, number int) (Track, []Repair) {
	var out Track
	var open [16][128][]int // indices of sounding notes
	var at Tick
	var repairs []Repair
	hanging, empty := 0, 0
	closeNote := func(i int) {
		n := &out.Notes[i]
		if n.Dur = at - n.Start; n.Dur < 1 {
			n.Dur = 1
			n.Start = min(n.Start, MaxTick-2) // so that its end can be written
			empty++
		}
	}
	for _, e := range t {
		at += Tick(e.Delta)
		m := []byte(e.Message)
		if len(m) == 0 || m[0] == 0xff && len(m) > 1 && m[1] == 0x2f {
			continue
		}
		kind, ch := m[0]&0xf0, m[0]&15
		switch {
		case len(m) == 3 && kind == 0x90 && m[2] > 0:
			out.Notes = append(out.Notes, Note{Start: at, Pitch: m[1], Velocity: m[2], Channel: ch})
			open[ch][m[1]] = append(open[ch][m[1]], len(out.Notes)-1)
		case len(m) == 3 && (kind == 0x80 || kind == 0x90):
			if q := open[ch][m[1]]; len(q) > 0 {
				closeNote(q[0])
				open[ch][m[1]] = q[1:]
			}
		default:
			out.Events = append(out.Events, Event{at, slices.Clone(m)})
		}
	}
	for c := range open {
		for p := range open[c] {
			for _, i := range open[c][p] {
				hanging++
				closeNote(i)
			}
		}
	}
	if hanging > 0 {
		repairs = append(repairs, Repair{number, fmt.Sprintf("%d notes without an end; they stop with the track", hanging)})
	}
	if empty > 0 {
		repairs = append(repairs, Repair{number, fmt.Sprintf("%d notes of no length; they last one tick", empty)})
	}
	sortNotes(out.Notes)
	return out, repairs
}

// ReadMaps fills Tempos and Meters from the tracks' events. Call it after changing
// the events.
func (s *Score) ReadMaps() {
	s.Tempos, s.Meters = nil, nil
	for _, t := range s.Tracks {
		for _, e := range t.Events {
			m := e.Message
			if len(m) < 3 || m[0] != 0xff {
				continue
			}
			if m[1] == 0x51 && len(m) == 6 {
				if us := int(m[3])<<16 | int(m[4])<<8 | int(m[5]); us > 0 {
					s.Tempos = append(s.Tempos, Tempo{e.At, us})
				}
			}
			if m, ok := e.meter(); ok {
				s.Meters = append(s.Meters, m)
			}
		}
	}
	slices.SortStableFunc(s.Tempos, func(a, b Tempo) int { return int(a.At - b.At) })
	slices.SortStableFunc(s.Meters, func(a, b Meter) int { return int(a.At - b.At) })
	if len(s.Tempos) == 0 || s.Tempos[0].At > 0 {
		s.Tempos = slices.Insert(s.Tempos, 0, Tempo{0, defaultTempo})
	}
	if len(s.Meters) == 0 || s.Meters[0].At > 0 {
		s.Meters = slices.Insert(s.Meters, 0, Meter{0, 4, 4})
	}
}

// settleMeters removes all but one of different time signatures at one tick: the last
// stays, unless its bars have one beat, which notation programs write for their own use.
func (s *Score) settleMeters() []Repair {
	chosen := map[Tick]Meter{}
	clash := map[Tick]bool{}
	for _, m := range s.Meters {
		before, twice := chosen[m.At]
		clash[m.At] = clash[m.At] || twice && before != m
		if !twice || m.Num > 1 || before.Num == 1 {
			chosen[m.At] = m
		}
	}
	var repairs []Repair
	for i, t := range s.Tracks {
		s.Tracks[i].Events = slices.DeleteFunc(t.Events, func(e Event) bool {
			m, ok := e.meter()
			if !ok || !clash[e.At] || m == chosen[e.At] {
				return false
			}
			repairs = append(repairs, Repair{i + 1, fmt.Sprintf("a time signature %d/%d where another, %d/%d, is given as well", m.Num, m.Den, chosen[e.At].Num, chosen[e.At].Den)})
			return true
		})
	}
	if len(repairs) > 0 {
		s.ReadMaps()
	}
	return repairs
}

// meter reads a time signature.
func (e Event) meter() (m Meter, ok bool) {
	b := e.Message
	if len(b) != 7 || b[0] != 0xff || b[1] != 0x58 || b[3] == 0 || b[4] > 7 {
		return m, false
	}
	return Meter{e.At, int(b[3]), 1 << b[4]}, true
}

// trackName is the text of a track-name event.
func trackName(m []byte) (string, bool) {
	if len(m) < 3 || m[0] != 0xff || m[1] != 3 {
		return "", false
	}
	_, k := vlq(m[2:])
	return string(m[2+k:]), true
}

// WriteMIDI writes a score as a standard MIDI file of format 1. Tempo, meter and
// everything else except notes come from the tracks' events, not from Tempos and
// Meters.
func WriteMIDI(w io.Writer, s *Score) error {
	file := smf.New()
	file.NoRunningStatus = true
	file.TimeFormat = smf.MetricTicks(s.Resolution)
	for _, t := range s.Tracks {
		type timed struct {
			at   Tick
			rank int // at one tick: note ends, other events, note starts
			msg  []byte
		}
		var all []timed
		for _, e := range t.Events {
			all = append(all, timed{e.At, 1, e.Message})
		}
		for _, n := range t.Notes {
			all = append(all, timed{n.Start, 2, []byte{0x90 | n.Channel, n.Pitch, n.Velocity}},
				timed{n.End(), 0, []byte{0x80 | n.Channel, n.Pitch, 64}})
		}
		slices.SortStableFunc(all, func(a, b timed) int {
			if a.at != b.at {
				return int(a.at - b.at)
			}
			return a.rank - b.rank
		})
		var track smf.Track
		var last Tick
		for _, e := range all {
			track.Add(uint32(e.at-last), e.msg)
			last = e.at
		}
		track.Close(0)
		if err := file.Add(track); err != nil {
			return fmt.Errorf("music: %w", err)
		}
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("music: %w", err)
	}
	return nil
}

// Files for synthesizers beyond General MIDI say so by a message at their beginning: the
// banks of instruments mean something else then. Roland's GS says by another message that a
// channel has drums. All other system exclusive messages are for one device and are dropped.

// system is a message, as it is in a file without its length, that turns a system on, and
// the bank that has its drums. anyByte is a device or channel.
type system struct {
	on   []byte
	bank byte
}

const anyByte = 0xff // is no byte of data

var systems = []system{
	{[]byte{0xf0, 0x7e, anyByte, 0x09, 0x03, 0xf7}, 120},                   // General MIDI 2
	{[]byte{0xf0, 0x43, anyByte, 0x4c, 0x00, 0x00, 0x7e, 0x00, 0xf7}, 127}, // XG
}

// turnsOn finds the system that a message turns on; nil if it is another message.
func turnsOn(message []byte) *system {
	for i := range systems {
		on := systems[i].on
		if len(message) != len(on) {
			continue
		}
		m := bytes.Clone(message)
		if m[2] < 0x80 && on[2] == anyByte {
			m[2] = anyByte
		}
		if bytes.Equal(m, on) {
			return &systems[i]
		}
	}
	return nil
}

// gsRhythm reads Roland's message "use for rhythm part": which channel has drums, or has
// them no longer (SC-88 owner's manual, address 40 1x 15; x is 0 for channel 10, and counts the
// others in order).
func gsRhythm(m []byte) (channel byte, drums, ok bool) {
	if len(m) != 11 || !bytes.Equal(m[:2], []byte{0xf0, 0x41}) || !bytes.Equal(m[3:6], []byte{0x42, 0x12, 0x40}) || m[6]>>4 != 1 || m[7] != 0x15 || m[10] != 0xf7 {
		return 0, false, false
	}
	switch block := m[6] & 15; {
	case block == 0:
		channel = DrumChannel
	case block <= DrumChannel:
		channel = block - 1
	default:
		channel = block
	}
	return channel, m[8] != 0, true
}

// keptSystem reports whether a system exclusive message is read, and written again.
func keptSystem(m []byte) bool {
	_, _, gs := gsRhythm(m)
	return gs || turnsOn(m) != nil
}

// DrumChannels are the channels whose notes are strokes on drums: that of General MIDI, those
// that a message of Roland's GS says so of, and those for which a drum bank is chosen after a
// message that turns General MIDI 2 or XG on. Without one the same bank has pitches (127 is
// that of the MT-32 on an SC-55).
func (s *Score) DrumChannels() (out [16]bool) {
	for _, t := range s.Tracks {
		for _, e := range t.Events {
			if c, drums, ok := gsRhythm(e.Message); ok {
				out[c] = drums
			}
		}
	}
	out[DrumChannel] = true
	for i := range systems {
		from, on := s.turnedOn(&systems[i])
		if !on {
			continue
		}
		for _, t := range s.Tracks {
			for _, e := range t.Events {
				if m := e.Message; e.At >= from && len(m) == 3 && m[0]&0xf0 == 0xb0 && m[1] == 0 && m[2] == systems[i].bank {
					out[m[0]&15] = true
				}
			}
		}
	}
	return out
}

// turnedOn is when a system is first turned on, if it is.
func (s *Score) turnedOn(x *system) (at Tick, ok bool) {
	for _, t := range s.Tracks {
		for _, e := range t.Events {
			if (!ok || e.At < at) && turnsOn(e.Message) == x {
				at, ok = e.At, true
			}
		}
	}
	return at, ok
}
