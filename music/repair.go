package music

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// This file turns MIDI files as they occur into files that a strict reader
// accepts. It never allocates more than a small multiple of its input.

// limits on a file that we read
const (
	maxMIDI   = 64 << 20
	maxTracks = 4096
	maxTempos = 20000     // gomidi's reader takes time with the square of them
	maxBars   = 200000    // more than MaxTick at 480 ticks and four beats a bar
	MaxTick   = 1<<28 - 1 // the longest time that one delta can express: 77 hours at 480 ticks and 120 beats a minute
)

// Repair says what was wrong with a file and was mended.
type Repair struct {
	Track int // counted from 1; 0 is the file as a whole
	What  string
}

func (r Repair) String() string {
	if r.Track == 0 {
		return r.What
	}
	return fmt.Sprintf("track %d: %s", r.Track, r.What)
}

// rawEvent is one message at an absolute tick.
type rawEvent struct {
	at  Tick
	msg []byte
}

func (e rawEvent) tempo() bool { return e.msg[0] == 0xff && e.msg[1] == 0x51 }

// repaired is a file taken apart.
type repaired struct {
	division int // ticks per quarter note
	tracks   [][]rawEvent
	notes    []Repair
}

func (r *repaired) mend(track int, format string, args ...any) {
	r.notes = append(r.notes, Repair{track, fmt.Sprintf(format, args...)})
}

// repair takes a file apart tolerantly.
func repair(data []byte) (*repaired, error) {
	bad := func(at int, format string, args ...any) (*repaired, error) {
		return nil, fmt.Errorf("music: byte %d: %s: %w", at, fmt.Sprintf(format, args...), ErrMIDI)
	}
	if len(data) > maxMIDI {
		return bad(0, "%d bytes, more than %d", len(data), maxMIDI)
	}
	r := &repaired{}
	at := bytes.Index(data, []byte("MThd"))
	switch {
	case len(data) == 0:
		return bad(0, "the file is empty")
	case at < 0 || at > 1024:
		return bad(0, "no MIDI header (MThd)")
	case at > 0:
		r.mend(0, "%d bytes before the header skipped (RIFF wrapper or junk)", at)
	}
	body := data[at:]
	if len(body) < 14 {
		return bad(at, "the header is cut off")
	}
	be := binary.BigEndian
	format, count, division := be.Uint16(body[8:]), be.Uint16(body[10:]), be.Uint16(body[12:])
	speed := 1.0 // ticks are multiplied by this
	if division&0x8000 != 0 {
		fps, sub := -int(int8(division>>8)), int(division&0xff)
		if fps < 1 || sub < 1 {
			return bad(at+12, "time division %#04x", division)
		}
		// ticks of real time become ticks at 120 quarter notes a minute
		rate := float64(fps * sub)
		if fps == 29 {
			rate = 29.97 * float64(sub)
		}
		r.division = 480
		speed = 960 / rate
		r.mend(0, "SMPTE time (%d frames of %d ticks) turned into ticks at 120 beats a minute", fps, sub)
	} else if r.division = int(division); r.division == 0 {
		r.division = 480
		r.mend(0, "time division 0 replaced by 480")
	}
	pos := 8 + int(min(be.Uint32(body[4:]), uint32(len(body)-8)))
	if pos < 14 {
		pos = 14
	}
	var shift Tick // format 2: patterns follow each other
	for pos < len(body) {
		next := bytes.Index(body[pos:], []byte("MTrk"))
		if next < 0 {
			break
		}
		if next > 0 {
			r.mend(0, "%d bytes that are not a track skipped", next)
		}
		pos += next
		if len(body) < pos+8 {
			r.mend(0, "a track header is cut off")
			break
		}
		if len(r.tracks) == maxTracks {
			return bad(at+pos, "more than %d tracks", maxTracks)
		}
		length := int64(be.Uint32(body[pos+4:]))
		rest := body[pos+8:]
		n := len(r.tracks) + 1
		events, used, ended := r.track(n, rest, length, speed)
		if speed != 1 { // SMPTE time does not depend on the tempo
			events = slices.DeleteFunc(events, rawEvent.tempo)
		}
		switch {
		case length > int64(len(rest)):
			r.mend(n, "claims %d bytes, the file has %d", length, len(rest))
		case !ended:
			r.mend(n, "has no end; one was added")
		case int64(used) != length:
			r.mend(n, "claims %d bytes and ends after %d", length, used)
		}
		if format == 2 {
			var end Tick
			for i := range events {
				events[i].at = min(events[i].at+shift, MaxTick-1)
				end = max(end, events[i].at)
			}
			shift = end
		}
		r.tracks = append(r.tracks, events)
		step := used
		if ended && length <= int64(len(rest)) && int64(used) < length {
			step = int(length)
		}
		pos += 8 + max(step, 0)
	}
	if len(r.tracks) == 0 {
		return bad(at+pos, "no track")
	}
	if n := r.tempos(); n > maxTempos {
		return bad(at, "%d changes of tempo, more than %d", n, maxTempos)
	}
	if format == 2 && len(r.tracks) > 1 {
		r.mend(0, "%d independent patterns (format 2) put one after the other", len(r.tracks))
	}
	if int(count) != len(r.tracks) {
		r.mend(0, "the header claims %d tracks, the file has %d", count, len(r.tracks))
	}
	return r, nil
}

// tempos counts the tempo events of all tracks.
func (r *repaired) tempos() int {
	n := 0
	for _, t := range r.tracks {
		for _, e := range t {
			if e.tempo() {
				n++
			}
		}
	}
	return n
}

// track reads events until the end of the track, of the claimed length (where
// the file has it) or of what can be read. used is the number of bytes read.
func (r *repaired) track(n int, b []byte, length int64, speed float64) (events []rawEvent, used int, ended bool) {
	limit := len(b)
	if length < int64(limit) {
		limit = int(length)
	}
	// an end-of-track beyond a wrong length still counts, up to the next chunk
	if next := bytes.Index(b, []byte("MTrk")); next > limit || next < 0 && limit < len(b) {
		if !bytes.Equal(endOf(b, limit), []byte{0xff, 0x2f, 0}) {
			if limit = next; next < 0 {
				limit = len(b)
			}
		}
	}
	b = b[:limit]
	var tick float64
	status := byte(0)
	pos := 0
	for pos < len(b) {
		delta, k := vlq(b[pos:])
		if k == 0 {
			r.mend(n, "a time at byte %d of the track cannot be read; the rest is lost", pos)
			return events, pos, false
		}
		start := pos
		pos += k
		tick += float64(delta) * speed
		if tick >= MaxTick {
			r.mend(n, "an event after more than %d ticks; the rest is lost", int64(MaxTick))
			return events, start, false
		}
		if pos >= len(b) {
			r.mend(n, "cut off in an event")
			return events, start, false
		}
		msg, k, running, ok := message(b[pos:], status)
		if !ok {
			r.mend(n, "an event at byte %d of the track cannot be read; the rest is lost", pos)
			return events, start, false
		}
		pos += k
		status = running
		if len(msg) == 0 {
			continue
		}
		if msg[0] == 0xff && msg[1] == 0x2f {
			return events, pos, true
		}
		events = append(events, rawEvent{Tick(tick + .5), msg})
	}
	return events, pos, false
}

// endOf returns the last three bytes of b[:n].
func endOf(b []byte, n int) []byte {
	return b[max(0, n-3):n]
}

// vlq reads a variable-length quantity of at most four bytes; k is 0 if there
// is none.
func vlq(b []byte) (v uint32, k int) {
	for k < 4 && k < len(b) {
		v = v<<7 | uint32(b[k]&0x7f)
		k++
		if b[k-1] < 0x80 {
			return v, k
		}
	}
	return 0, 0
}

// message reads one event and spells out running status. msg is nil for
// messages that do not belong in a file. running is the status in force after.
func message(b []byte, status byte) (msg []byte, used int, running byte, ok bool) {
	first := b[0]
	switch {
	case first == 0xff:
		if len(b) < 3 {
			return nil, 0, 0, false
		}
		n, k := vlq(b[2:])
		if k == 0 || int64(n) > int64(len(b)-2-k) {
			return nil, 0, 0, false
		}
		end := 2 + k + int(n)
		if !metaFits(b[1], int(n)) || b[1] >= 0x80 {
			return nil, end, status, true
		}
		// a meta event cancels running status by the book, but files that go
		// on using it are common and unambiguous
		return b[:end:end], end, status, true
	case first == 0xf0 || first == 0xf7:
		n, k := vlq(b[1:])
		if k == 0 || int64(n) > int64(len(b)-1-k) {
			return nil, 0, 0, false
		}
		return nil, 1 + k + int(n), status, true // system exclusive data is dropped
	case first >= 0xf8:
		return nil, 1, status, true
	case first >= 0xf1:
		n := map[byte]int{0xf1: 1, 0xf2: 2, 0xf3: 1}[first]
		if len(b) < 1+n {
			return nil, 0, 0, false
		}
		return nil, 1 + n, status, true
	}
	data := b
	if first >= 0x80 {
		status = first
		data = b[1:]
		used = 1
	} else if status == 0 {
		return nil, 1, 0, true // a data byte without status: skip it
	}
	n := 2
	if k := status & 0xf0; k == 0xc0 || k == 0xd0 {
		n = 1
	}
	if len(data) < n {
		return nil, 0, 0, false
	}
	msg = append(append(make([]byte, 0, 3), status), data[:n]...)
	for i := range msg[1:] {
		if msg[1+i] >= 0x80 {
			return nil, used + i, status, used+i > 0 // broken: read on at the status byte
		}
	}
	return msg, used + n, status, true
}

// metaFits checks the lengths of meta events that have a fixed one.
func metaFits(kind byte, n int) bool {
	want, fixed := map[byte]int{0x20: 1, 0x21: 1, 0x51: 3, 0x54: 5, 0x58: 4, 0x59: 2, 0x00: 2}[kind]
	return !fixed || n == want
}

// bytes writes the repaired file as format 1.
func (r *repaired) bytes() []byte {
	be := binary.BigEndian
	out := append([]byte("MThd"), 0, 0, 0, 6, 0, 1)
	out = be.AppendUint16(out, uint16(len(r.tracks)))
	out = be.AppendUint16(out, uint16(r.division))
	for _, t := range r.tracks {
		out = append(out, "MTrk\x00\x00\x00\x00"...)
		start := len(out)
		var last Tick
		for _, e := range t {
			out = appendVLQ(out, uint32(e.at-last))
			out = append(out, e.msg...)
			last = e.at
		}
		out = append(out, 0, 0xff, 0x2f, 0)
		be.PutUint32(out[start-4:], uint32(len(out)-start))
	}
	return out
}

func appendVLQ(b []byte, v uint32) []byte {
	for shift := 21; shift > 0; shift -= 7 {
		if v>>shift > 0 {
			b = append(b, byte(v>>shift)|0x80)
		}
	}
	return append(b, byte(v&0x7f))
}
