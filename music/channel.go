package music

import (
	"cmp"
	"slices"
)

// steady are the controllers whose value at the end of a seed is put back to the one
// that most notes had, with MIDI's values before any is sent.
var steady = []struct{ controller, usual byte }{{1, 0}, {2, 127}, {7, 100}, {11, 127}}

// pedals are the controllers that new music begins without.
var pedals = []byte{64, 66, 67, 69}

const (
	bendCentre       = 0x2000
	resetControllers = 121
)

// channelState is what the messages so far have set.
type channelState struct {
	controllers map[byte]byte // those that were sent
	bend        int
	pressure    byte
}

// read applies a message of the channel.
func (s *channelState) read(m []byte) {
	switch kind := m[0] & 0xf0; {
	case kind == 0xb0 && len(m) == 3 && m[1] == resetControllers:
		for _, k := range append([]byte{1, 2, 11}, pedals...) {
			delete(s.controllers, k)
		}
		s.bend, s.pressure = bendCentre, 0
	case kind == 0xb0 && len(m) == 3:
		s.controllers[m[1]] = m[2]
	case kind == 0xe0 && len(m) == 3:
		s.bend = int(m[1]) | int(m[2])<<7
	case kind == 0xd0:
		s.pressure = m[1]
	}
}

// resetChannel puts the controllers, the pedals and the pitch bend of a channel at the
// joint to what new music needs.
func (j *Joint) resetChannel(c uint8) {
	events, starts, home := j.channel(c)
	if home < 0 {
		return
	}
	state := channelState{controllers: map[byte]byte{}, bend: bendCentre}
	heard := make([][]byte, len(steady)) // values when notes begin
	next := 0
	until := func(at Tick) {
		for ; next < len(events) && events[next].At <= at; next++ {
			state.read(events[next].Message)
		}
	}
	for _, at := range starts {
		until(at)
		for i, k := range steady {
			v, sent := state.controllers[k.controller]
			if !sent {
				v = k.usual
			}
			heard[i] = append(heard[i], v)
		}
	}
	until(j.From)
	send := func(m ...byte) {
		t := &j.Seed.Tracks[home]
		t.Events = append(t.Events, Event{j.From, m})
	}
	for _, k := range pedals {
		if state.controllers[k] > 0 {
			send(0xb0|c, k, 0)
		}
	}
	for i, k := range steady {
		slices.Sort(heard[i])
		prevailing := heard[i][len(heard[i])/2]
		if v, sent := state.controllers[k.controller]; sent && v != prevailing {
			send(0xb0|c, k.controller, prevailing)
		}
	}
	if state.bend != bendCentre {
		send(0xe0|c, bendCentre&0x7f, bendCentre>>7)
	}
	if state.pressure > 0 {
		send(0xd0|c, 0)
	}
}

// channel collects the messages of a channel and the starts of its notes, in order, and
// the first track with its notes; -1 if there is none.
func (j *Joint) channel(c uint8) (events []Event, starts []Tick, home int) {
	home = -1
	for i, t := range j.Seed.Tracks {
		for _, e := range t.Events {
			if len(e.Message) >= 2 && e.Message[0]&0xf0 != 0xf0 && e.Message[0]&0x0f == c {
				events = append(events, e)
			}
		}
		for _, n := range t.Notes {
			if n.Channel == c {
				starts = append(starts, n.Start)
				if home < 0 {
					home = i
				}
			}
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	slices.Sort(starts)
	return events, starts, home
}
