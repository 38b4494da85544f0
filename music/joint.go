package music

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Joint is where new music begins after a seed, with the seed made ready for it.
type Joint struct {
	Seed    *Score   // a copy, without stray notes, in the state that the new music needs
	From    Tick     // the first bar line after the seed, over which its last notes may ring
	Remarks []string // what was changed, in sentences for people

	parts []Part // of the seed as it was
}

// Join prepares a seed to be continued. Notes far behind the music are left out. At the
// joint the pedals are up, the pitch is in tune, volume and expression are what they
// were for most notes, and the tempo is that of the last bars without a ritardando at
// the end; or tempo, in quarter notes a minute, if that is more than 0.
func Join(seed *Score, tempo float64) Joint {
	j := Joint{Seed: seed.Clone(), parts: seed.Parts()}
	s := j.Seed
	j.dropStrays()
	j.From = s.after()
	if j.From == 0 {
		j.From = s.BarLength(s.MeterAt(0))
	}
	for i := range s.Tracks {
		s.Tracks[i].Events = slices.DeleteFunc(s.Tracks[i].Events, func(e Event) bool {
			return e.At >= j.From && performed(e.Message) || e.At > j.From && isMeter(e.Message)
		})
	}
	s.ReadMaps()
	j.setTempo(tempo)
	for c := range uint8(16) {
		j.resetChannel(c)
	}
	for i := range s.Tracks {
		slices.SortStableFunc(s.Tracks[i].Events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	}
	s.ReadMaps()
	return j
}

// after is the first bar line after the music: no note begins later, unless by a hair, and
// none sounds for a beat longer.
func (s *Score) after() Tick {
	beat, end, last := Tick(s.Resolution), s.End(), Tick(0)
	for _, t := range s.Tracks {
		for _, n := range t.Notes {
			last = max(last, n.Start)
		}
	}
	if bar := s.BarStart(end); end < bar+beat && last < bar-beat/8 {
		return bar
	}
	return s.NextBar(max(0, end-beat/4))
}

// Part finds part n of the seed, counted from 1, in the seed that was made ready: stray
// notes may have been a part of their own. 0 stays 0.
func (j *Joint) Part(n int) (int, error) {
	if n == 0 {
		return 0, nil
	}
	if n > len(j.parts) {
		return 0, fmt.Errorf("music: there is no part %d, the score has %d", n, len(j.parts))
	}
	if i := j.parts[n-1].among(j.Seed.Parts()); i >= 0 {
		return i + 1, nil
	}
	return 0, fmt.Errorf("music: part %d has only stray notes", n)
}

// performed reports whether a message belongs to the seed's performance, so that it must
// not reach into the new music: channel messages and tempos.
func performed(m []byte) bool {
	return m[0] >= 0x80 && m[0] < 0xf0 || m[0] == 0xff && len(m) == 6 && m[1] == 0x51
}

// isMeter reports whether a message is a time signature. One behind the joint belongs to
// bars that the seed does not have.
func isMeter(m []byte) bool { return len(m) > 1 && m[0] == 0xff && m[1] == 0x58 }

const (
	strayBars  = 16 // of four quarter notes without a note before stray ones
	strayShare = 10 // at least this many times more notes before them
)

// dropStrays removes the notes after a silence that is longer than the music before it,
// if they are few.
func (j *Joint) dropStrays() {
	s := j.Seed
	var all []Note
	for _, t := range s.Tracks {
		all = append(all, t.Notes...)
	}
	sortNotes(all)
	end := Tick(0)
	for i, n := range all {
		gap := n.Start - end
		if i > 0 && gap > Tick(4*strayBars*s.Resolution) && gap > end-all[0].Start && len(all)-i <= 1+i/strayShare {
			bar := s.bars(n.Start) + 1
			what := "a stray note"
			if k := len(all) - i; k > 1 {
				what = fmt.Sprintf("%d stray notes", k)
			}
			j.Remarks = append(j.Remarks, fmt.Sprintf("%s from bar %d on, far behind the music, are left out", what, bar))
			if len(all)-i == 1 {
				j.Remarks[len(j.Remarks)-1] = fmt.Sprintf("%s in bar %d, far behind the music, is left out", what, bar)
			}
			for k := range s.Tracks {
				s.Tracks[k].Notes = slices.DeleteFunc(s.Tracks[k].Notes, func(m Note) bool { return m.Start >= n.Start })
			}
			return
		}
		end = max(end, n.End())
	}
}

// Limits of what is a ritardando, in quarter notes: a slower tempo that has held for
// settled is the new tempo; what counts as the tempo before is the median of recent.
const (
	settled = 16
	recent  = 32
	slower  = .92 // of the tempo before
)

// prevailing is the tempo of the last bars before a tick, without a ritardando.
func (s *Score) prevailing(at Tick) float64 {
	last := s.TempoAt(at)
	first := Tick(math.MaxInt64)
	for _, t := range s.Tracks {
		if len(t.Notes) > 0 {
			first = min(first, t.Notes[0].Start)
		}
	}
	since := max(first, at-Tick(recent*s.Resolution))
	type stretch struct {
		bpm  float64
		long Tick
	}
	var all []stretch
	var total Tick
	held := at
	for i, t := range s.Tempos {
		end := at
		if i+1 < len(s.Tempos) {
			end = min(at, s.Tempos[i+1].At)
		}
		from := max(since, t.At)
		if t.At < at {
			held = at - t.At
		}
		if end > from {
			all = append(all, stretch{60e6 / float64(t.MicrosPerBeat), end - from})
			total += end - from
		}
	}
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.bpm, b.bpm) })
	middle := last
	var sum Tick
	for _, x := range all {
		if sum += x.long; 2*sum >= total {
			middle = x.bpm
			break
		}
	}
	if held >= min(Tick(settled*s.Resolution), (at-first)/2) || last >= slower*middle {
		return last
	}
	return middle
}

// setTempo sets the tempo of the new music.
func (j *Joint) setTempo(asked float64) {
	s := j.Seed
	now, want := s.TempoAt(j.From), s.prevailing(j.From)
	if asked > 0 {
		want = asked
	} else if want != now {
		j.Remarks = append(j.Remarks, fmt.Sprintf("the seed slows down to %.0f quarter notes a minute at its end; the new bars are played at %.0f again", now, want))
	}
	if want != now && len(s.Tracks) > 0 {
		us := int(60e6/want + .5)
		s.Tracks[0].Events = append(s.Tracks[0].Events, Event{j.From, []byte{0xff, 0x51, 3, byte(us >> 16), byte(us >> 8), byte(us)}})
	}
}

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
