package hear

import (
	"math"
	"slices"
	"sort"

	"github.com/segue-go/segue/music"
)

// mostBars is how many bars before the end are listened to: no form is longer, and a file
// may claim bars of one tick.
const mostBars = 512

// span is half a bar, or a whole bar with an odd number of beats, and what sounds in it.
type span struct {
	from, to music.Tick
	bar      int  // counted from the first one that is listened to
	second   bool // the second half of its bar
	whole    bool
	line     [12]float64 // quarter notes for which the melody sounds, per pitch class
	strong   [12]float64 // the same of its notes that begin on a beat
	rest     [12]float64 // of everything else
	bass     [12]float64 // of the lowest notes of everything else
	first    int         // pitch class of the first note of the melody that begins here; -1 is none
	onsets   int
	sounds   bool
	echo     echo
}

// length is that of a span in quarter notes.
func (sp *span) length(s *music.Score) float64 { return float64(sp.to-sp.from) / float64(s.Resolution) }

// layout divides the bars before a tick into spans; skipped is where the first of them begins.
func layout(s *music.Score, end music.Tick) []span {
	var bars []music.Tick
	for at := music.Tick(0); at < end && len(bars) < 2*mostBars; at += s.BarLength(s.MeterAt(at)) {
		bars = append(bars, at)
	}
	bars = bars[max(0, len(bars)-mostBars):]
	var out []span
	for i, at := range bars {
		m := s.MeterAt(at)
		l := s.BarLength(m)
		if m.Num%2 == 0 && l >= 2 {
			out = append(out, span{from: at, to: at + l/2, bar: i, first: -1}, span{from: at + l/2, to: at + l, bar: i, second: true, first: -1})
		} else {
			out = append(out, span{from: at, to: at + l, bar: i, whole: true, first: -1})
		}
	}
	return out
}

// listen collects what sounds before a tick. The melody is the solo part or, where there
// is none, the highest notes.
func listen(s *music.Score, end music.Tick) []span {
	spans := layout(s, end)
	if len(spans) == 0 {
		return nil
	}
	var line, rest []music.Note
	solo := music.SoloPart(s)
	for i, p := range s.Parts() {
		switch {
		case p.Drums():
		case i+1 == solo:
			line = append(line, s.PartNotes(p)...)
		default:
			rest = append(rest, s.PartNotes(p)...)
		}
	}
	byStart := func(a, b music.Note) int { return int(a.Start - b.Start) }
	slices.SortStableFunc(line, byStart)
	slices.SortStableFunc(rest, byStart)
	if solo == 0 {
		line = outer(rest, 1)
	}
	for _, n := range line {
		place(spans, s, n, func(sp *span, d float64, begins bool) {
			sp.line[n.Pitch%12] += d
			if begins {
				sp.onsets++
				if sp.first < 0 {
					sp.first = int(n.Pitch % 12)
				}
				beat := music.Tick(s.Resolution)
				if off := (n.Start - sp.from + beat/8) % beat; off <= beat/4 {
					sp.strong[n.Pitch%12] += d
				}
			}
		})
	}
	for _, n := range rest {
		place(spans, s, n, func(sp *span, d float64, _ bool) { sp.rest[n.Pitch%12] += d })
	}
	for _, n := range outer(rest, -1) {
		place(spans, s, n, func(sp *span, d float64, _ bool) { sp.bass[n.Pitch%12] += d })
	}
	recall(spans)
	return spans
}

// place tells in which spans a note sounds, for how many quarter notes, and where it
// begins. A note that begins up to a sixteenth early belongs to the next span.
func place(spans []span, s *music.Score, n music.Note, add func(sp *span, quarters float64, begins bool)) {
	early := music.Tick(s.Resolution) / 8
	start := n.Start
	k := sort.Search(len(spans), func(k int) bool { return spans[k].to > start })
	if k < len(spans) && spans[k].to-start <= early && n.End() > spans[k].to {
		k++
	}
	for first := true; k < len(spans) && n.End() > spans[k].from; k++ {
		sp := &spans[k]
		d := min(n.End(), sp.to) - max(start, sp.from)
		if d > 0 {
			sp.sounds = true
			add(sp, float64(d)/float64(s.Resolution), first)
		}
		first = false
	}
}

// outer are the highest (sign 1) or the lowest (-1) of notes that are sorted by start: those
// that no sounding note exceeds when they begin.
func outer(notes []music.Note, sign int) []music.Note {
	var out, active []music.Note
	for i := 0; i < len(notes); {
		j := i
		for j < len(notes) && notes[j].Start == notes[i].Start {
			j++
		}
		active = slices.DeleteFunc(active, func(n music.Note) bool { return n.End() <= notes[i].Start })
		active = append(active, notes[i:j]...)
		if len(active) > 64 { // a note off is missing everywhere
			active = active[len(active)-64:]
		}
		best := notes[i]
		for _, n := range notes[i:j] {
			if sign*(int(n.Pitch)-int(best.Pitch)) > 0 {
				best = n
			}
		}
		if !slices.ContainsFunc(active, func(n music.Note) bool { return sign*(int(n.Pitch)-int(best.Pitch)) > 0 }) {
			out = append(out, best)
		}
		i = j
	}
	return out
}

const (
	profiles = 8  // of twelve pitch classes each
	plain    = 15 // features that are the same in every key
	inputs   = 12*profiles + plain
)

// sense are the features of a span before they are seen from a root.
type sense struct {
	profile [profiles][12]float32
	plain   [plain]float32
}

// senses are the features of spans.
func senses(s *music.Score, spans []span) []sense {
	out := make([]sense, len(spans))
	var all [12]float64
	accompanied := float32(0)
	for _, sp := range spans {
		for p := range 12 {
			all[p] += sp.line[p] + sp.rest[p]
			if sp.rest[p] > 0 {
				accompanied = 1
			}
		}
	}
	whole := normal(all, 1)
	for k := range spans {
		sp := &spans[k]
		x, l := &out[k], sp.length(s)
		x.profile = [profiles][12]float32{normal(sp.line, l/4), normal(sp.strong, l/4), normal(sp.rest, l/4), normal(sp.bass, l/4), whole, {}, normal(sp.echo.line, l/4), normal(sp.echo.strong, l/4)}
		if sp.first >= 0 {
			x.profile[5][sp.first] = 1
		}
		is := func(b bool) float32 {
			if b {
				return 1
			}
			return 0
		}
		bar := 2 * math.Pi * float64(sp.bar)
		x.plain = [plain]float32{
			float32(min(1.5, sum(sp.line)/l)), float32(min(2, sum(sp.rest)/l/3)), float32(min(1.5, sum(sp.bass)/l)), float32(min(2, float64(sp.onsets)/l/2)), accompanied,
			is(sp.second), is(sp.whole), float32(min(2, l/2)),
			float32(math.Cos(bar / 2)), float32(math.Cos(bar / 4)), float32(math.Sin(bar / 4)), float32(math.Cos(bar / 8)), float32(math.Sin(bar / 8)),
			float32(math.Log1p(float64(sp.echo.times)) / 2), float32(max(-1, min(2, sp.echo.alike/3))),
		}
	}
	return out
}

func sum(x [12]float64) (v float64) {
	for _, a := range x {
		v += a
	}
	return v
}

// normal are shares of a profile; a profile of less than least in all counts less.
func normal(x [12]float64, least float64) (out [12]float32) {
	all := max(sum(x), least, 1e-9)
	for p := range x {
		out[p] = float32(math.Sqrt(x[p] / all))
	}
	return out
}

// from writes the features as seen from a root to x (inputs).
func (s *sense) from(root int, x []float32) {
	for i := range s.profile {
		for p := range 12 {
			x[12*i+p] = s.profile[i][(p+root)%12]
		}
	}
	copy(x[12*profiles:], s.plain[:])
}
