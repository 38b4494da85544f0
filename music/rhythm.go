package music

import (
	"cmp"
	"slices"

	"github.com/segue-go/segue/music/internal/sample"
)

// Places of the bar where notes begin.
const (
	onBar = iota
	onBeat
	onEighth
	onSixteenth
	onTriplet
	elsewhere
	placeClasses
)

// placeClass is the class of a step.
func (l *Line) placeClass(at int) int {
	phase, beat, _ := l.place(at)
	switch {
	case phase == 0 && beat == 0:
		return onBar
	case phase == 0:
		return onBeat
	case phase == Grid/2:
		return onEighth
	case phase%(Grid/4) == 0:
		return onSixteenth
	case phase%(Grid/3) == 0:
		return onTriplet
	}
	return elsewhere
}

// rhythm keeps the places where a voice begins notes near those of the seed: a walking bass
// does not run in sixteenths, and chords of whole notes stay long.
type rhythm struct {
	share [placeClasses]float64 // of the onsets, at most
	made  [placeClasses]float64 // new ones
	all   float64               // new ones
	last  int                   // the last of them

	shortest, longest int // classes of the seed's durations

	phrase phrase
}

// phrase is how many onsets each of the four bars of a phrase has at most, so that a tune
// comes to rest where the seed's does.
type phrase struct {
	from, bar int // where new bars begin, and their length; 0 if the seed shows no phrases
	most      [phraseBars]int
	at, made  int // the new bar, and its onsets
}

const (
	phraseBars    = 4
	fewestPhrases = 2 // in a seed
	mostPhrases   = 4 // the last ones count
)

// phrase counts the onsets of a voice in the bars before a step, a bar line at which a
// phrase ends.
func (l *Line) phrase(voice, from int) (p phrase) {
	bar := l.BarLength(max(0, from-1))
	seen, last := [phraseBars * mostPhrases]int{}, -1
	first := from
	for _, n := range l.Notes {
		if n.Voice != voice || n.At >= from || n.At == last {
			continue
		}
		last = n.At
		first = min(first, n.At)
		if k := (from - 1 - n.At) / bar; k < len(seen) {
			seen[k]++
		}
	}
	whole := (from - first) / bar
	if whole < fewestPhrases*phraseBars {
		return p
	}
	p.from, p.bar = from, bar
	for k := range min(whole, len(seen)) / phraseBars * phraseBars {
		i := phraseBars - 1 - k%phraseBars
		p.most[i] = max(p.most[i], seen[k])
	}
	return p
}

// full reports whether the bar of a step has all the onsets that it may have.
func (p *phrase) full(at int) bool {
	if p.bar == 0 || at < p.from {
		return false
	}
	k := (at - p.from) / p.bar
	return k == p.at && p.made >= p.most[k%phraseBars]
}

// count adds an onset.
func (p *phrase) count(at int) {
	if p.bar == 0 {
		return
	}
	if k := (at - p.from) / p.bar; k != p.at {
		p.at, p.made = k, 0
	}
	p.made++
}

// fewLengths of notes do not say how short and long a voice's notes may be.
const fewLengths = 8

// lasts reports whether the voice's notes may have a class of durations.
func (r *rhythm) lasts(class int) bool { return class >= r.shortest && class <= r.longest }

// The onsets of a class have at most the seed's share of them, times freedom; unseen are
// onsets that are added to the seed's, for what a short seed does not show. By segue-lab
// bench style, see package style's REPORT.md.
const freedom = 1.25

var unseen = [placeClasses]float64{onBar: 1, onBeat: 2, onEighth: 1, onSixteenth: .25}

// rhythm measures a voice in the last notes of a seed.
func (l *Line) rhythm(notes []LineNote, voice int) rhythm {
	r := rhythm{last: -1, shortest: DurationClasses}
	lengths := 0
	all, last := 0., -1
	for k, n := range unseen {
		r.share[k] = n
		all += n
	}
	for _, n := range notes {
		if n.Voice != voice {
			continue
		}
		d := sample.DurationClass(n.Dur)
		r.shortest, r.longest = min(r.shortest, d), max(r.longest, d)
		lengths++
		if n.At != last {
			last = n.At
			all++
			r.share[l.placeClass(n.At)]++
		}
	}
	if lengths < fewLengths {
		r.shortest, r.longest = 0, DurationClasses-1
	}
	for k := range r.share {
		r.share[k] *= freedom / all
	}
	return r
}

// allows reports whether the voice may begin a note at a step. It always may at a bar line.
func (r *rhythm) allows(l *Line, at int) bool {
	k := l.placeClass(at)
	return k == onBar || at == r.last || !r.phrase.full(at) && r.made[k]+.5 <= r.share[k]*(r.all+1)
}

// count adds a new note.
func (r *rhythm) count(l *Line, at int) {
	if at != r.last {
		r.last = at
		r.all++
		r.made[l.placeClass(at)]++
		r.phrase.count(at)
	}
}

// gapless are the voices that hold every note until the next one begins.
func (l *Line) gapless() (out [maxVoices]bool) {
	const most = .05 // of the onsets come after a gap
	var end, begun [maxVoices]int
	var gaps, onsets [maxVoices]float64
	for _, n := range l.Notes {
		v := n.Voice
		if onsets[v] == 0 || n.At > begun[v] {
			if onsets[v] > 0 && n.At > end[v] {
				gaps[v]++
			}
			onsets[v]++
			begun[v] = n.At
		}
		end[v] = max(end[v], n.At+n.Dur)
	}
	for v, p := range l.Parts {
		out[v] = !p.Drums() && onsets[v] > 1 && gaps[v] <= most*onsets[v]
	}
	return out
}

// fill lets the notes of gapless voices last until the next ones begin, the last of them
// until to, but no longer than the seed's longest.
func (s *sampler) fill(notes []LineNote, to int) {
	gapless := s.line.gapless()
	for v := range s.line.Parts {
		if !gapless[v] {
			continue
		}
		longest := 0 // in the seed
		for _, n := range s.line.Notes {
			if n.Voice == v {
				longest = max(longest, n.Dur)
			}
		}
		var chord []*LineNote
		end := 0
		hold := func(until int) {
			if end < until {
				for _, n := range chord {
					n.Dur = max(n.Dur, min(longest, until-n.At))
				}
			}
		}
		for i := range notes {
			n := &notes[i]
			if n.Voice != v {
				continue
			}
			if len(chord) > 0 && n.At > chord[0].At {
				hold(n.At)
				chord = chord[:0]
			}
			chord = append(chord, n)
			end = max(end, n.At+n.Dur)
		}
		if len(chord) > 0 {
			hold(to)
		}
	}
}

// A part that loops (a drummer's groove, a bass under chords that come round again) goes on
// looping; if every part does, one of them, the melody if there is one, does not. The others
// are drawn over it: the network is asked for the next note of any part, and where a note of a loop comes first, that is the next one.

const (
	loopLike = .9 // of the notes of two rounds are the same
	roundMax = 8  // bars of a round, at most
)

// loops are the rounds of the voices, in steps up to the end of the seed; 0 for voices
// without one.
func (l *Line) loops(end int) (out [maxVoices]int) {
	bar := l.BarLength(max(0, end-1))
	for v := range l.Parts {
		for bars := 1; bars <= roundMax && 2*bars*bar <= end; bars *= 2 {
			if l.sameRounds(v, end, bars*bar) {
				out[v] = bars * bar
				break
			}
		}
	}
	return out
}

// sameRounds reports whether a voice's notes in the last steps are those of as many steps
// before.
func (l *Line) sameRounds(voice, end, round int) bool {
	seen := map[[2]int]int{}
	var count [2]int
	same := 0
	for _, n := range l.Notes {
		if n.Voice != voice || n.At < end-2*round || n.At >= end {
			continue
		}
		k := [2]int{(n.At - end + 2*round) % round, n.Pitch}
		if n.At < end-round {
			count[0]++
			seen[k]++
			continue
		}
		count[1]++
		if seen[k] > 0 {
			seen[k]--
			same++
		}
	}
	return count[1] > 0 && float64(same) >= loopLike*float64(max(count[0], count[1]))
}

// loop finds the parts that go on looping and takes what they play, up to step to. Where
// the seed ends with nothing but held notes or the tune, the rounds end before that.
func (s *sampler) loop(from, to int) {
	for v := range s.line.Parts {
		if x := s.limits[v]; s.voices[v] && x.single && !x.apart && !x.distinct {
			s.rhythm[v].phrase = s.line.phrase(v, from)
		}
	}
	solo := s.solo()
	rounds, end := s.line.loops(from), from
	for _, but := range []int{-1, solo} {
		if rounds == [maxVoices]int{} {
			end = s.line.rests(from, but)
			rounds = s.line.loops(end)
		}
	}
	s.findFigures(rounds[:], solo, from)
	free, figures := 0, true
	for v := range s.line.Parts {
		if s.voices[v] && rounds[v] == 0 && s.figures[v] == nil {
			free++
		}
		figures = figures && (s.figures[v] != nil || !s.voices[v])
	}
	if free == 0 && !(figures && s.figuration()) {
		if v := s.freed(solo); v >= 0 {
			rounds[v], s.figures[v] = 0, nil
		}
	}
	s.resound(solo, from, to)
	for v := range s.line.Parts {
		s.looped[v] = s.looped[v] || s.figures[v] != nil || rounds[v] > 0 && s.voices[v]
		if rounds[v] == 0 || !s.voices[v] {
			continue
		}
		for _, n := range s.line.Notes {
			if n.Voice != v || n.At < end-rounds[v] || n.At >= end {
				continue
			}
			for n.At += from - end + rounds[v]; n.At < to; n.At += rounds[v] {
				x := n
				x.Dur = min(x.Dur, to-x.At)
				s.given = append(s.given, x)
			}
		}
	}
	slices.SortFunc(s.given, func(a, b LineNote) int {
		return cmp.Or(a.At-b.At, a.Voice-b.Voice, a.Pitch-b.Pitch)
	})
}

// drone is the number of bars that a note is held for at the end of a seed to be a drone.
const drone = 4

// resound lets voices that hold drones begin them again.
func (s *sampler) resound(solo, from, to int) {
	long := drone * s.line.BarLength(max(0, from-1))
	for v := range s.line.Parts {
		i := slices.IndexFunc(s.line.Notes, func(n LineNote) bool { return n.Voice == v && n.At > from-long })
		if i >= 0 || !s.voices[v] || v == solo || len(s.line.Parts) == 1 {
			continue
		}
		for _, n := range s.line.Notes {
			if n.Voice == v && n.At+n.Dur >= from-Grid {
				n.At, n.Dur = from, to-from
				s.given = append(s.given, n)
				s.looped[v] = true
			}
		}
	}
}

// rests is the bar line after the last onset up to step end, which is a bar line, of all
// voices but one.
func (l *Line) rests(end, but int) int {
	bar := l.BarLength(max(0, end-1))
	for i := len(l.Notes) - 1; i >= 0; i-- {
		if n := l.Notes[i]; n.Voice != but && n.At < end {
			return end - (end-1-n.At)/bar*bar
		}
	}
	return end
}

// solo is the voice of the tune; -1 if there is none.
func (s *sampler) solo() int {
	k := SoloPart(s.line.score)
	if k == 0 {
		return -1
	}
	return s.line.score.Parts()[k-1].among(s.line.Parts)
}

// freed is the voice that does not loop where all could: the tune or else the highest, but
// no drums, and no bass that plays with drums; -1 if there is none.
func (s *sampler) freed(solo int) int {
	if solo >= 0 && s.voices[solo] {
		return solo
	}
	best, drums := -1, false
	for v, p := range s.line.Parts {
		switch {
		case !s.voices[v]:
		case p.Drums():
			drums = true
		case best < 0 || s.around[v].mean > s.around[best].mean:
			best = v
		}
	}
	if best >= 0 && drums && s.around[best].mean < lowestSolo {
		return -1
	}
	return best
}

// upcoming is the next note of a loop or a figure at or after the last note and before step
// to; nil if there is none. The pitch of a figure's is not known yet.
func (s *sampler) upcoming(from, to int) *LineNote {
	last := s.reader.last
	past := func(n *LineNote) bool {
		return n.At < from || s.reader.begun && (n.At < last.At || n.At == last.At && (n.Voice < last.Voice || n.Voice == last.Voice && n.Pitch <= last.Pitch))
	}
	for len(s.given) > 0 && past(&s.given[0]) {
		s.given = s.given[1:]
	}
	var next *LineNote
	if len(s.given) > 0 && s.given[0].At < to {
		next = &s.given[0]
	}
	for v, f := range s.figures {
		if f == nil {
			continue
		}
		at := f.next(max(from, last.At))
		if at == last.At && v < last.Voice {
			at = f.next(at + 1)
		}
		if at < to && (s.end.at < 0 || at < s.end.at) && (next == nil || at < next.At || at == next.At && v < next.Voice) {
			next = &LineNote{At: at, Voice: v}
		}
	}
	return next
}
