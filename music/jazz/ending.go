package jazz

import (
	"fmt"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Ending is how the music ends.
type Ending string

const (
	Held Ending = "held" // solo and band hold the tonic in the last bar; the default
	Open Ending = "none" // the music goes on up to the last bar line
	Tag  Ending = "tag"  // four bars of turnaround in place of the last, then held
)

// Endings lists the endings.
var Endings = []Ending{Held, Open, Tag}

// tagBars is how many bars a tag adds.
const tagBars = 4

// hold prepares the last bar: what it holds, and that the solo is drawn up to it only.
// A form that repeats is resolved to its tonic there; a chart that is as long as the
// music and ends with a whole bar of one chord is played as it is written.
func (t *take) hold() error {
	e := t.opt.Ending
	if e == "" {
		e = Held
	}
	if !slices.Contains(Endings, e) {
		return fmt.Errorf("music: the ending %q is none of held, none, tag", e)
	}
	n := len(t.bars) - 1
	if e == Open || n < 2 {
		return nil
	}
	form := t.solo.changes.Beats[min(t.solo.changes.Loop, len(t.solo.changes.Beats)):]
	if !t.key.Known {
		t.key = t.keyOf(form, len(t.opt.Changes.Beats) == 0)
	}
	t.last = tonicChord(t.key, form)
	t.held = true
	t.to = t.straight(t.bars[n-1])
	if e == Tag {
		t.tag()
		return nil
	}
	if written := t.opt.Changes.Length(); written >= t.straight(t.bars[n])-t.straight(t.bars[0]) && written > 0 {
		if c := t.solo.changes.At(t.to).Chord; c.Symbol == t.solo.changes.At(t.straight(t.bars[n])-1).Chord.Symbol {
			t.last = c
		}
	}
	return nil
}

// tag replaces the changes of the bars before the last by a turnaround.
func (t *take) tag() {
	names := [2][4]string{{"%s-7", "%s7", "%s-7", "%s7"}, {"%s-7", "%sm7b5", "%sm7b5", "%s7"}}
	above := [2][4]int{{4, 9, 2, 7}, {0, 9, 2, 7}}
	mode := 0
	if t.key.Minor {
		mode = 1
	}
	n := len(t.bars) - 1
	c := t.solo.changes.Until(t.straight(t.bars[n]))
	for k := n - 1 - tagBars; k < n; k++ {
		first, next := t.straight(t.bars[k])/c.Step(), t.straight(t.bars[k+1])/c.Step()
		for i := first; i < next; i++ {
			c.Beats[i] = harmony.Beat{Chord: t.last, InBar: i - first}
			if k == n-1 {
				continue
			}
			j := 2 * ((k - (n - 1 - tagBars)) % 2)
			if 2*(i-first) >= next-first {
				j++
			}
			chord, err := harmony.ParseChord(fmt.Sprintf(names[mode][j], harmony.Name(t.key.Tonic+above[mode][j])))
			if err == nil {
				c.Beats[i].Chord = chord
			}
		}
	}
	t.solo.changes = c
}

// resolve adds the last note of a solo: a tone of the last chord, near the note before,
// held for the last bar.
func (t *take) resolve(notes []music.LineNote) []music.LineNote {
	if !t.held {
		return notes
	}
	before := t.solo.notes[len(t.solo.notes)-1]
	if len(notes) > 0 {
		before = notes[len(notes)-1]
	}
	low, high := t.reach(notes)
	n := len(t.bars) - 1
	length := t.line.BarLength(t.to)
	if next := t.straight(t.bars[n]); next > t.to {
		length = next - t.to
	}
	return append(notes, music.LineNote{
		At: t.to, Dur: length, Voice: before.Voice, Pitch: t.goal(before.Pitch, low, high), Velocity: before.Velocity,
	})
}

// reach is the lowest and the highest pitch of the seed's solo and of the new notes, at
// least an octave.
func (t *take) reach(notes []music.LineNote) (low, high int) {
	low, high = 127, 0
	for _, list := range [][]music.LineNote{t.solo.notes, notes} {
		for _, n := range list {
			low, high = min(low, n.Pitch), max(high, n.Pitch)
		}
	}
	if grow := 12 - (high - low); grow > 0 {
		low, high = low-grow/2, high+(grow+1)/2
	}
	return max(0, low), min(127, high)
}

// goal is the pitch from low to high on which a line comes to rest that was at another:
// by step to a tone of the tonic's triad if the last chord has one.
func (t *take) goal(from, low, high int) int {
	best, least := from, 1e9
	for p := low; p <= high; p++ {
		if t.last.Quality != harmony.NoChord && !t.last.Has(p) {
			continue
		}
		d := float64(max(p-from, from-p))
		switch above := harmony.Class(p - t.key.Tonic); {
		case above == 0 || above == 4 && !t.key.Minor || above == 3 && t.key.Minor:
		case above == 7:
			d += .5
		default:
			d += 12
		}
		if p == from {
			d += 2.5 // a step says more than a repetition
		}
		if d < least {
			best, least = p, d
		}
	}
	return best
}

// holdOthers ends the other parts of the seed on the last chord: each moves what it
// played last to the nearest chord tones, a bass to the root.
func (t *take) holdOthers(out *music.Score) {
	n := len(t.bars) - 1
	at, length := t.bars[n-1], t.bars[n]-t.bars[n-1]
	for _, p := range t.seed.Parts() {
		if p == t.part {
			continue
		}
		track := &out.Tracks[p.Track]
		var last []music.Note // the latest onset in the bar before
		for _, x := range track.Notes {
			if x.Channel != p.Channel || x.Start < t.bars[n-2] || x.Start >= at {
				continue
			}
			if len(last) > 0 && x.Start > last[0].Start {
				last = last[:0]
			}
			if len(last) == 0 || x.Start == last[0].Start {
				last = append(last, x)
			}
		}
		if p.Drums() && len(last) > 0 {
			last = []music.Note{{Pitch: 36, Velocity: last[0].Velocity, Channel: p.Channel}, {Pitch: 49, Velocity: last[0].Velocity, Channel: p.Channel}}
		}
		taken := map[uint8]bool{}
		for _, x := range last {
			if !p.Drums() {
				x.Pitch = t.nearest(x.Pitch, t.seed.IsBass(p))
			}
			if taken[x.Pitch] {
				continue
			}
			taken[x.Pitch] = true
			x.Start, x.Dur = at, length
			track.Notes = append(track.Notes, x)
		}
	}
}

// nearest is the tone of the last chord nearest to a pitch; root asks for its root.
func (t *take) nearest(pitch uint8, root bool) uint8 {
	if t.last.Quality == harmony.NoChord {
		return pitch
	}
	for d := range 12 {
		for _, p := range []int{int(pitch) - d, int(pitch) + d} {
			if p < 0 || p > 127 {
				continue
			}
			if root && harmony.Class(p-t.last.Root) == 0 || !root && t.last.Has(p) {
				return uint8(p)
			}
		}
	}
	return pitch
}

// loose is how far a solo's last note is from the end that it should lead to, in bars
// beyond half a bar.
func (t *take) loose(notes []music.LineNote) float64 {
	if !t.held || len(notes) == 0 {
		return 0
	}
	bar := float64(max(t.line.BarLength(t.to), 1))
	return max(0, min(float64(t.to-notes[len(notes)-1].At)/bar-.5, 2))
}
