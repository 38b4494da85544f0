package music

import "slices"

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
