package music

import (
	"fmt"
	"slices"

	"github.com/segue-go/segue/music/internal/sample"
)

// Grid is the number of steps of a Line in a quarter note, 12, so that triplets and
// sixteenths are exact.
const Grid = sample.Grid

// maxVoices is the number of parts that a Line keeps apart.
const maxVoices = 4

// Line is music quantised to a grid, as a network reads it: notes in order of onset,
// voice and pitch, with swing removed.
type Line struct {
	Notes []LineNote
	Parts []Part  // voice v is Parts[v]
	Swing float64 // ratio of long to short eighths that was removed; 1 is straight
	score *Score
	touch [maxVoices]touch // of the voices, if this is a written line
}

// LineNote is a note on the grid. Times are in steps, counted from the start of the
// score.
type LineNote struct {
	At, Dur  int
	Voice    int
	Pitch    int
	Velocity int
}

// NewLine quantises a score. Of a score with more than four parts it keeps the four
// with the most notes; part keep, counted from 0, is always kept, and -1 means that
// any part may be dropped.
func NewLine(s *Score, keep int) (*Line, error) {
	parts := s.Parts()
	if len(parts) == 0 {
		return nil, fmt.Errorf("music: %w", ErrNoNotes)
	}
	if keep >= len(parts) {
		return nil, fmt.Errorf("music: there is no part %d, the score has %d", keep+1, len(parts))
	}
	if len(parts) > maxVoices {
		order := make([]int, len(parts))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			if a == keep || b == keep {
				return map[bool]int{true: -1, false: 1}[a == keep]
			}
			return parts[b].Notes - parts[a].Notes
		})
		order = order[:maxVoices]
		slices.Sort(order)
		var kept []Part
		for _, i := range order {
			kept = append(kept, parts[i])
		}
		parts = kept
	}
	l := &Line{Parts: parts, Swing: measureSwing(s), score: s}
	for v, p := range parts {
		for _, n := range s.Tracks[p.Track].Notes {
			if n.Channel != p.Channel {
				continue
			}
			at := l.Step(n.Start)
			l.Notes = append(l.Notes, LineNote{
				At: at, Dur: max(1, l.Step(n.End())-at), Voice: v, Pitch: int(n.Pitch), Velocity: int(n.Velocity),
			})
		}
	}
	l.sort()
	return l, nil
}

func (l *Line) sort() {
	slices.SortStableFunc(l.Notes, func(a, b LineNote) int {
		switch {
		case a.At != b.At:
			return a.At - b.At
		case a.Voice != b.Voice:
			return a.Voice - b.Voice
		}
		return a.Pitch - b.Pitch
	})
	// notes of one voice, onset and pitch are one note
	l.Notes = slices.CompactFunc(l.Notes, func(a, b LineNote) bool {
		return a.At == b.At && a.Voice == b.Voice && a.Pitch == b.Pitch
	})
}

// Step is the grid step nearest to a tick, with swing removed.
func (l *Line) Step(t Tick) int {
	beat, x := split(float64(t) / float64(l.score.Resolution))
	return int(beat)*Grid + int(straighten(x, l.Swing)*Grid+.5)
}

// Tick is when a grid step sounds, with swing applied.
func (l *Line) Tick(at int) Tick {
	x := swing(float64(at%Grid)/Grid, l.Swing)
	return Tick((float64(at/Grid)+x)*float64(l.score.Resolution) + .5)
}

// straightTick is the tick of a grid step without swing.
func (l *Line) straightTick(at int) Tick { return Tick(at) * Tick(l.score.Resolution) / Grid }

// BarLength is the length in steps of the bar that a step lies in.
func (l *Line) BarLength(at int) int {
	return int(l.score.BarLength(l.score.MeterAt(l.straightTick(at)))) * Grid / l.score.Resolution
}

// place locates a step in its bar: the step within the quarter note, the quarter note
// within the bar (at most 7), and the length of the bar in quarter notes.
func (l *Line) place(at int) (phase, beat int, bar float64) {
	t := l.straightTick(at)
	m := l.score.MeterAt(t)
	into := int(t-m.At) % int(l.score.BarLength(m)) * Grid / l.score.Resolution
	return into % Grid, min(into/Grid, 7), 4 * float64(m.Num) / float64(m.Den)
}

func split(x float64) (whole, part float64) {
	whole = float64(int(x))
	return whole, x - whole
}

// swing maps a position within a straight beat, 0 to 1, to a beat whose middle is at
// r/(1+r).
func swing(x, r float64) float64 {
	mid := r / (1 + r)
	if x < .5 {
		return x * 2 * mid
	}
	return mid + (x-.5)*2*(1-mid)
}

// straighten is the inverse of swing.
func straighten(x, r float64) float64 {
	mid := r / (1 + r)
	if x < mid {
		return x / mid / 2
	}
	return .5 + (x-mid)/(1-mid)/2
}

// measureSwing estimates the ratio of long to short eighths from where most of the
// notes between beats start. Music is called straight if that is the middle, if no
// position prevails, or if there are too few such notes.
func measureSwing(s *Score) float64 {
	const width = .04 // half the width of a cluster, in beats
	var on, all []float64
	for _, t := range s.Tracks {
		for _, n := range t.Notes {
			_, x := split(float64(n.Start) / float64(s.Resolution))
			all = append(all, x)
			if x < .12 {
				on = append(on, x)
			} else if x > .88 {
				on = append(on, x-1)
			}
		}
	}
	late := 0.0 // playing behind the beat is not swing
	if len(on) > 0 {
		slices.Sort(on)
		late = on[len(on)/2]
	}
	var off []float64
	for _, x := range all {
		if x -= late; x > .44 && x < .76 {
			off = append(off, x)
		}
	}
	slices.Sort(off)
	var middle float64 // the median of the largest cluster
	most, end := 0, 0
	for i, x := range off {
		for end < len(off) && off[end] <= x+2*width {
			end++
		}
		if n := end - i; n > most {
			middle, most = off[i+n/2], n
		}
	}
	r := middle / (1 - middle)
	if most < 4 || 2*most < len(off) || r < 1.12 || middle > .73 {
		return 1
	}
	return r
}

// Voice returns the notes of a voice; of a chord only the top note.
func (l *Line) Voice(v int) []LineNote {
	var out []LineNote
	for _, n := range l.Notes {
		if n.Voice != v {
			continue
		}
		if k := len(out); k > 0 && out[k-1].At == n.At {
			out = out[:k-1]
		}
		out = append(out, n)
	}
	return out
}

// velocities returns the velocities of a voice's notes.
func (l *Line) velocities(v int) []int {
	var out []int
	for _, n := range l.Notes {
		if n.Voice == v {
			out = append(out, n.Velocity)
		}
	}
	return out
}

// SoloTick is when a grid step of a jazz solo sounds. Steps at thirds of a beat are
// true triplets and stay where they are, unless they must move to stay in order after
// the swung sixteenth or the swung eighth.
func (l *Line) SoloTick(at int) Tick {
	mid := l.Swing / (1 + l.Swing)
	knots := [...]struct{ step, x float64 }{{0, 0}, {Grid / 4, mid / 2}, {Grid / 3, max(1./3, mid/2+1./48)}, {Grid / 2, mid}, {2 * Grid / 3, max(2./3, mid+(1-mid)/8)}, {Grid, 1}}
	beat, step := at/Grid, float64(at%Grid)
	k := 1
	for knots[k].step < step {
		k++
	}
	a, b := knots[k-1], knots[k]
	x := a.x + (b.x-a.x)*(step-a.step)/(b.step-a.step)
	return Tick((float64(beat)+x)*float64(l.score.Resolution) + .5)
}
