package music

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// This file turns damaged MIDI files into files that a strict reader accepts. It never
// allocates more than a small multiple of its input.

// Limits on a file.
const (
	maxMIDI   = 64 << 20
	maxTracks = 4096
	maxTempos = 20000  // gomidi's reader takes quadratic time in their number
	maxBars   = 200000 // more than MaxTick at 480 ticks a quarter note in 4/4
)

// MaxTick is the last tick of a score, the longest time between two events of a file:
// 77 hours at 480 ticks a quarter note and 120 quarter notes a minute.
const MaxTick = 1<<28 - 1

// Repair describes damage in a file that was repaired.
type Repair struct {
	Track int // counted from 1; 0 is the whole file
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

// repaired is a parsed file.
type repaired struct {
	division int // ticks per quarter note
	tracks   [][]rawEvent
	notes    []Repair
	smpte    bool // ticks are of real time, and no tempo changes them
}

func (r *repaired) report(track int, format string, args ...any) {
	r.notes = append(r.notes, Repair{track, fmt.Sprintf(format, args...)})
}

// malformed is the error about a byte of the file.
func malformed(at int, format string, args ...any) error {
	return fmt.Errorf("music: byte %d: %s: %w", at, fmt.Sprintf(format, args...), ErrMIDI)
}

// coarse is a division below which not even a sixteenth and a triplet are whole ticks.
const coarse = 24

// fileHeader is what the header chunk says.
type fileHeader struct {
	format, tracks int
	speed          float64 // ticks of the file times this are ticks of r.division
	size           int     // bytes of the chunk
}

// repair parses a file tolerantly.
func repair(data []byte) (*repaired, error) {
	if len(data) > maxMIDI {
		return nil, malformed(0, "%d bytes, more than %d", len(data), maxMIDI)
	}
	r := &repaired{}
	at := bytes.Index(data, []byte("MThd"))
	switch {
	case len(data) == 0:
		return nil, malformed(0, "the file is empty")
	case at < 0 || at > 1024:
		return nil, malformed(0, "no MIDI header (MThd)")
	case at > 0:
		r.report(0, "%d bytes before the header skipped (RIFF wrapper or junk)", at)
	}
	body := data[at:]
	if len(body) < 14 {
		return nil, malformed(at, "the header is cut off")
	}
	h, err := r.header(body, at)
	if err != nil {
		return nil, err
	}
	end, err := r.chunks(body, at, h)
	if err != nil {
		return nil, err
	}
	if len(r.tracks) == 0 {
		return nil, malformed(at+end, "no track")
	}
	if n := r.tempos(); n > maxTempos {
		return nil, malformed(at, "%d changes of tempo, more than %d", n, maxTempos)
	}
	if h.format == 2 && len(r.tracks) > 1 {
		r.report(0, "%d independent patterns (format 2) put one after the other", len(r.tracks))
	}
	if h.tracks != len(r.tracks) {
		r.report(0, "the header claims %d tracks, the file has %d", h.tracks, len(r.tracks))
	}
	return r, nil
}

// header reads the header chunk at the start of body, which is at byte at of the
// file, and sets the division.
func (r *repaired) header(body []byte, at int) (h fileHeader, err error) {
	be := binary.BigEndian
	h = fileHeader{format: int(be.Uint16(body[8:])), tracks: int(be.Uint16(body[10:])), speed: 1}
	division := be.Uint16(body[12:])
	if division&0x8000 != 0 {
		fps, sub := -int(int8(division>>8)), int(division&0xff)
		if fps < 1 || sub < 1 {
			return h, malformed(at+12, "time division %#04x", division)
		}
		// ticks of real time become ticks at 120 quarter notes a minute
		rate := float64(fps * sub)
		if fps == 29 {
			rate = 29.97 * float64(sub)
		}
		r.division = 480
		h.speed, r.smpte = 960/rate, true
		r.report(0, "SMPTE time (%d frames of %d ticks) turned into ticks at 120 beats a minute", fps, sub)
	} else if r.division = int(division); r.division == 0 {
		r.division = 480
		r.report(0, "time division 0 replaced by 480")
	} else if r.division < coarse { // music goes on in finer steps than it was written in
		finer := (4*coarse + r.division - 1) / r.division
		r.report(0, "time division %d refined to %d", r.division, finer*r.division)
		r.division, h.speed = finer*r.division, float64(finer)
	}
	h.size = max(14, 8+int(min(be.Uint32(body[4:]), uint32(len(body)-8))))
	return h, nil
}

// chunks reads the track chunks that follow the header and returns where they end.
func (r *repaired) chunks(body []byte, at int, h fileHeader) (end int, err error) {
	pos := h.size
	var shift Tick // the patterns of format 2 follow each other
	for pos < len(body) {
		next := bytes.Index(body[pos:], []byte("MTrk"))
		if next < 0 {
			break
		}
		if next > 0 {
			r.report(0, "%d bytes that are not a track skipped", next)
		}
		pos += next
		if len(body) < pos+8 {
			r.report(0, "a track header is cut off")
			break
		}
		if len(r.tracks) == maxTracks {
			return pos, malformed(at+pos, "more than %d tracks", maxTracks)
		}
		length := int64(binary.BigEndian.Uint32(body[pos+4:]))
		rest := body[pos+8:]
		n := len(r.tracks) + 1
		events, used, ended := r.track(n, rest, length, h.speed)
		if r.smpte { // SMPTE time does not depend on the tempo
			events = slices.DeleteFunc(events, rawEvent.tempo)
		}
		switch {
		case length > int64(len(rest)):
			r.report(n, "claims %d bytes, the file has %d", length, len(rest))
		case !ended:
			r.report(n, "has no end; one was added")
		case int64(used) != length:
			r.report(n, "claims %d bytes and ends after %d", length, used)
		}
		if h.format == 2 {
			var last Tick
			for i := range events {
				events[i].at = min(events[i].at+shift, MaxTick-1)
				last = max(last, events[i].at)
			}
			shift = last
		}
		r.tracks = append(r.tracks, events)
		step := used
		if ended && length <= int64(len(rest)) && int64(used) < length {
			step = int(length)
		}
		pos += 8 + max(step, 0)
	}
	return pos, nil
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

// track reads the events of a track up to its end, to its claimed length or to the
// first byte that makes no sense. used is the number of bytes read.
func (r *repaired) track(n int, b []byte, length int64, speed float64) (events []rawEvent, used int, ended bool) {
	limit := len(b)
	if length < int64(limit) {
		limit = int(length)
	}
	// if the claimed length does not lead to an end of track, look for one up to the
	// next chunk
	if next := bytes.Index(b, []byte("MTrk")); next > limit || next < 0 && limit < len(b) {
		if !bytes.Equal(lastThree(b, limit), []byte{0xff, 0x2f, 0}) {
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
			r.report(n, "a time at byte %d of the track cannot be read; the rest is lost", pos)
			return events, pos, false
		}
		start := pos
		pos += k
		tick += float64(delta) * speed
		if tick >= MaxTick {
			r.report(n, "an event after more than %d ticks; the rest is lost", int64(MaxTick))
			return events, start, false
		}
		if pos >= len(b) {
			r.report(n, "cut off in an event")
			return events, start, false
		}
		msg, k, running, ok := message(b[pos:], status)
		if !ok {
			r.report(n, "an event at byte %d of the track cannot be read; the rest is lost", pos)
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

// lastThree returns the last three bytes of b[:n].
func lastThree(b []byte, n int) []byte {
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

// message reads one event and expands running status. msg is nil for messages that
// are dropped. running is the status in force afterwards.
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
		// by the standard a meta event cancels running status, but files that rely
		// on it afterwards are common and unambiguous
		return b[:end:end], end, status, true
	case first == 0xf0 || first == 0xf7:
		n, k := vlq(b[1:])
		if k == 0 || int64(n) > int64(len(b)-1-k) {
			return nil, 0, 0, false
		}
		end := 1 + k + int(n)
		if first == 0xf0 && keptSystem(append([]byte{first}, b[1+k:end]...)) {
			return b[:end:end], end, status, true
		}
		return nil, end, status, true // for one device
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
			return nil, used + i, status, used+i > 0 // incomplete: go on at the status byte
		}
	}
	return msg, used + n, status, true
}

// metaFits reports whether a meta event has the length that its kind requires.
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
