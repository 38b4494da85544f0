package sound

import (
	"cmp"
	"math"
	"slices"

	"github.com/segue-go/segue/music"
)

// tone is a note as it sounds.
type tone struct {
	from, to float64 // seconds; the key, or the pedal, is let go at to
	pitch    int
	force    float64 // 0 to 1
	gain     float64 // of the channel
	pan      float64 // 0 is left, 1 right
	program  int     // General MIDI, 0 to 127
	drum     bool
	rings    float64 // seconds after which another stroke damps a drum
}

// channel is the state of a MIDI channel.
type channel struct {
	program, volume, expression, pan int
	pedal                            bool
	held                             []int // tones that sound on by the pedal
}

// MIDI messages that matter here
const (
	programChange = 0xc0
	controlChange = 0xb0
	ccVolume      = 7
	ccPan         = 10
	ccExpression  = 11
	ccPedal       = 64
)

// moment is one thing that happens: a note, or its end, or a message.
type moment struct {
	at    music.Tick
	order int // at the same tick messages come first, then ends, then notes
	note  int
	bytes []byte
}

// tones plays the score's channels and returns what sounds.
func tones(s *music.Score) []tone {
	var notes []music.Note
	var all []moment
	for _, t := range s.Tracks {
		for _, e := range t.Events {
			if len(e.Message) >= 2 && e.Message[0] >= 0x80 && e.Message[0] < 0xf0 {
				all = append(all, moment{at: e.At, bytes: e.Message})
			}
		}
		for _, n := range t.Notes {
			all = append(all, moment{at: n.Start, order: 2, note: len(notes)}, moment{at: n.End(), order: 1, note: len(notes)})
			notes = append(notes, n)
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int {
		if a.at != b.at {
			return int(min(max(a.at-b.at, -1), 1))
		}
		return a.order - b.order
	})
	seconds := s.Clock()
	var channels [16]channel
	for i := range channels {
		channels[i] = channel{volume: 100, expression: 127, pan: 64}
	}
	drums := s.DrumChannels()
	out := make([]tone, len(notes))
	for _, m := range all {
		if m.order == 0 {
			channels[m.bytes[0]&15].hear(m.bytes, seconds(m.at), out)
			continue
		}
		n := notes[m.note]
		c := &channels[n.Channel&15]
		if m.order == 1 {
			out[m.note].to = seconds(m.at)
			if c.pedal {
				c.held = append(c.held, m.note)
			}
			continue
		}
		volume := float64(c.volume) / 127 * float64(c.expression) / 127
		out[m.note] = tone{
			from: seconds(n.Start), pitch: int(n.Pitch), force: float64(n.Velocity) / 127, gain: volume * volume,
			pan: float64(max(1, c.pan)-1) / 126, program: c.program, drum: drums[n.Channel&15],
		}
	}
	end := seconds(s.End()) + tail/2
	for i := range channels {
		channels[i].release(end, out)
	}
	damp(out)
	return out
}

// damp finds the strokes on drums that another stroke stops.
func damp(all []tone) {
	var strokes []*tone
	for i := range all {
		if all[i].drum {
			all[i].rings = math.Inf(1)
			strokes = append(strokes, &all[i])
		}
	}
	slices.SortStableFunc(strokes, func(a, b *tone) int { return cmp.Compare(a.from, b.from) })
	ringing := map[int]*tone{}
	for _, t := range strokes {
		for key, by := range damps {
			if o := ringing[key]; o != nil && o.from < t.from && slices.Contains(by, t.pitch) {
				o.rings = t.from - o.from
				delete(ringing, key)
			}
		}
		if damps[t.pitch] != nil {
			ringing[t.pitch] = t
		}
	}
}

// hear changes the channel's state.
func (c *channel) hear(b []byte, now float64, out []tone) {
	switch {
	case b[0]&0xf0 == programChange:
		c.program = int(b[1] & 127)
	case b[0]&0xf0 == controlChange && len(b) >= 3:
		v := int(b[2] & 127)
		switch b[1] {
		case ccVolume:
			c.volume = v
		case ccPan:
			c.pan = v
		case ccExpression:
			c.expression = v
		case ccPedal:
			c.pedal = v >= 64
			if !c.pedal {
				c.release(now, out)
			}
		}
	}
}

// release ends what the pedal held.
func (c *channel) release(now float64, out []tone) {
	for _, i := range c.held {
		out[i].to = max(out[i].to, now)
	}
	c.held = nil
}
