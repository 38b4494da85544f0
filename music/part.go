package music

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FindPart finds a part by its number, counted from 1 as [Score.Parts] lists them, or by
// its name: exactly, or else by a part of the name that no other has. Case does not
// matter. "" is 0.
func (s *Score) FindPart(name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	parts := s.Parts()
	if n, err := strconv.Atoi(name); err == nil {
		if n < 1 || n > len(parts) {
			return 0, fmt.Errorf("there is no part %d, the file has %d", n, len(parts))
		}
		return n, nil
	}
	want := strings.ToLower(strings.TrimSpace(name))
	var found []int
	for i, p := range parts {
		switch has := strings.ToLower(strings.TrimSpace(p.Name)); {
		case has == want:
			return i + 1, nil
		case strings.Contains(has, want):
			found = append(found, i+1)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for i, p := range parts {
		names = append(names, fmt.Sprintf("%d %q", i+1, p.Name))
	}
	why := "no part has that name"
	if len(found) > 1 {
		why = "several parts do"
	}
	return 0, fmt.Errorf("part %q: %s; the parts are %s", name, why, strings.Join(names, ", "))
}

// Without is the score without the notes of some parts, by their numbers as FindPart
// gives them.
func (s *Score) Without(parts ...int) *Score {
	out := s.Clone()
	for i, p := range s.Parts() {
		if !slices.Contains(parts, i+1) {
			continue
		}
		t := &out.Tracks[p.Track]
		t.Notes = slices.DeleteFunc(t.Notes, func(n Note) bool { return n.Channel == p.Channel })
	}
	return out
}

// Cut returns the music from one tick to another as a score that starts at 0.
// Notes that start outside are dropped and notes that end outside are shortened. The
// tempo, meter, key, programs and controllers in force at the start are kept.
func (s *Score) Cut(from, to Tick) *Score {
	out := &Score{Resolution: s.Resolution}
	for _, t := range s.Tracks {
		var cut Track
		for _, n := range t.Notes {
			if n.Start >= from && n.Start < to {
				n.Dur = min(n.Dur, to-n.Start)
				n.Start -= from
				cut.Notes = append(cut.Notes, n)
			}
		}
		// the latest event of each kind of state before the cut
		var kept []Event
		for _, e := range t.Events {
			switch {
			case e.At < from && stateful(e.Message):
				kept = slices.DeleteFunc(kept, func(o Event) bool { return sameState(o.Message, e.Message) })
				kept = append(kept, Event{0, e.Message})
			case e.At >= from && e.At < to:
				cut.Events = append(cut.Events, Event{e.At - from, e.Message})
			}
		}
		cut.Events = append(kept, cut.Events...)
		out.Tracks = append(out.Tracks, cut)
	}
	out.ReadMaps()
	return out
}

// stateful reports whether a message stays in force: tempo, meter, key, track
// name, program, controllers, pitch bend.
func stateful(m []byte) bool {
	if m[0] == 0xff {
		return len(m) > 1 && (m[1] == 0x03 || m[1] == 0x51 || m[1] == 0x58 || m[1] == 0x59)
	}
	k := m[0] & 0xf0
	return k == 0xb0 || k == 0xc0 || k == 0xe0
}

// sameState reports whether b sets the same state as a.
func sameState(a, b []byte) bool {
	if a[0] != b[0] {
		return false
	}
	if a[0] == 0xff || a[0]&0xf0 == 0xb0 {
		return a[1] == b[1]
	}
	return true
}
