package band

import (
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// touch is how an instrument plays chords.
type touch int

const (
	struck       touch = iota // short and long chords in the rhythms of the feel
	sustained                 // chords that last until the next one
	fourToTheBar              // a short chord on every beat
)

// chordHit is the onset of a chord in a bar and how long it sounds, in steps.
type chordHit struct{ at, dur int }

const (
	short  = music.Grid / 2
	medium = music.Grid
)

// rhythms are what pianists and guitarists play in a bar of four quarter notes, by method
// books; the corpora have no accompaniment to count. A long note lasts until the next one.
// The chances in this file are set by hand.
const long = 1000

var rhythms = map[Feel][][]chordHit{
	Swing: {
		{{0, medium}, {18, short}},  // the Charleston
		{{6, short}, {24, medium}},  // turned round
		{{18, short}, {42, medium}}, // before 3 and before 1
		{{6, short}, {30, short}}, {{12, short}, {36, short}}, {{0, short}, {30, medium}}, {{30, long}}, {{18, long}},
		{{6, short}, {18, short}, {42, medium}}, {{0, long}}, {{12, short}, {30, medium}}, {{42, medium}}, {{6, short}, {18, long}},
	},
	TwoBeat: {{{12, short}, {36, short}}, {{12, short}, {30, short}, {36, short}}, {{0, medium}, {36, short}}, {{6, short}, {12, short}, {36, short}}, {{0, long}}},
	Ballad:  {{{0, long}}, {{0, long}, {24, long}}, {{0, long}, {30, long}}, {{0, 36}, {42, long}}, {{6, long}}, {{12, long}}, {{0, long}, {36, medium}}, {{0, 18}, {18, long}}},
	Shuffle: {{{6, short}, {18, short}, {30, short}, {42, short}}, {{0, short}, {18, medium}}, {{12, short}, {36, short}}, {{6, short}, {30, medium}}, {{18, short}, {42, medium}}},
	Bossa:   {{{0, medium}, {18, medium}, {36, medium}}, {{6, short}, {24, medium}, {42, medium}}, {{0, medium}, {18, long}}, {{0, short}, {12, short}, {30, long}}, {{6, medium}, {30, medium}, {42, medium}}, {{0, 18}, {18, medium}, {30, long}}},
	Samba:   {{{0, short}, {18, short}, {36, short}}, {{6, short}, {18, short}, {30, short}, {42, medium}}, {{0, medium}, {30, medium}}, {{6, short}, {24, short}, {42, medium}}, {{12, short}, {30, short}}},
	Funk:    {{{9, 3}, {21, 3}, {33, 3}}, {{0, 3}, {18, 3}, {42, short}}, {{6, 3}, {15, 3}, {30, short}}, {{12, 3}, {36, 3}}, {{0, long}}, {{3, 3}, {18, medium}, {39, 3}}},
	Rock:    {{{0, long}}, {{0, 24}, {24, long}}, {{0, medium}, {18, medium}, {36, medium}}, {{0, 18}, {18, long}}, {{0, medium}, {12, medium}, {24, medium}, {36, medium}}},
}

// comp plays the chords. A chord on the last half beat before a change anticipates it.
func comp(p *Plan, how touch, r *rand.Rand) []event {
	s := p.style()
	v := voicer{low: compLow}
	var out []event
	bars := p.bars()
	for i := range bars {
		b := &bars[i]
		for _, h := range s.chordHits(p, b, how, r) {
			chord := p.anticipated(b, h.at)
			if chord.Quality == harmony.NoChord {
				continue
			}
			pitches := v.next(chord, b.soundingFrom(h.at), b.ceiling(), r)
			if how == fourToTheBar {
				pitches = pitches[:min(len(pitches), 3)]
			}
			loud := (54 + 10*r.Float64()) * (.3 + .7*b.loud)
			if s.feel == Ballad || how != struck {
				loud *= .88
			}
			for _, pitch := range pitches {
				out = append(out, event{b, h.at, h.dur, pitch, loud + 4*r.Float64()})
			}
		}
	}
	return endBeforeNext(out)
}

// chordHits says when chords sound in a bar.
func (s style) chordHits(p *Plan, b *bar, how touch, r *rand.Rand) []chordHit {
	switch {
	case b.held:
		return []chordHit{{0, b.length}}
	case how == fourToTheBar:
		var out []chordHit
		for _, at := range b.beats {
			out = append(out, chordHit{at, music.Grid * 2 / 3})
		}
		return out
	case how == sustained:
		return s.withChords(p, b, []chordHit{{[]int{0, 0, 0, short}[r.IntN(4)], long}})
	}
	var hits []chordHit
	if list := rhythms[s.feel]; b.length == 4*music.Grid && !compound(s.meter) && s.meter.Den <= 4 {
		hits = mixed(list, r)
	} else {
		hits = s.madeUp(b, r)
	}
	busy := b.density() > 2.2 // a chorus of eighths leaves no room
	hits = slices.DeleteFunc(hits, func(h chordHit) bool {
		drop := .15
		if busy && len(hits) > 1 {
			drop = .35
		}
		return h.at > 0 && h.dur != long && r.Float64() < drop
	})
	for i := range hits { // the same rhythm is not always held as long
		if hits[i].dur == short && r.Float64() < .2 {
			hits[i].dur = medium
		}
	}
	if at := s.answer(b, hits, r); at > 0 {
		hits = append(hits, chordHit{at, short})
	}
	hits = s.withChords(p, b, hits)
	for i := range hits {
		for _, shift := range hits[:i] {
			if shift.at == hits[i].at {
				hits[i].dur = 0
			}
		}
	}
	return slices.DeleteFunc(hits, func(h chordHit) bool { return h.dur == 0 || h.at >= b.length })
}

// answer is an off-beat at which the solo rests and the chords may answer it; 0 is none.
func (s style) answer(b *bar, hits []chordHit, r *rand.Rand) int {
	if s.feel == Ballad || len(b.solo) == 0 || r.Float64() > .3 {
		return 0
	}
	at := b.beats[r.IntN(len(b.beats))] + eighth
	taken := slices.ContainsFunc(hits, func(h chordHit) bool { return h.at > at-music.Grid && h.at < at+music.Grid })
	if taken || b.plays(at, eighth) || at >= b.length {
		return 0
	}
	return at
}

// mixed is one of the rhythms or the first half of one with the second half of another.
// The last chord may come half a beat early or late.
func mixed(list [][]chordHit, r *rand.Rand) []chordHit {
	const half = 2 * music.Grid
	hits := slices.Clone(list[r.IntN(len(list))])
	if r.Float64() < .6 {
		hits = slices.DeleteFunc(hits, func(h chordHit) bool { return h.at >= half })
		for _, h := range list[r.IntN(len(list))] {
			if h.at >= half {
				hits = append(hits, h)
			}
		}
	}
	if k := len(hits) - 1; k > 0 && hits[k].at > hits[k-1].at+short && r.Float64() < .15 {
		hits[k].at -= short
	}
	return hits
}

// madeUp makes a rhythm for a bar of any meter of its beats and the eighths before them.
func (s style) madeUp(b *bar, r *rand.Rand) []chordHit {
	var out []chordHit
	for k, at := range b.beats {
		p := .35
		if k == 0 {
			p = .55
		}
		switch x := r.Float64(); {
		case x < p:
			out = append(out, chordHit{at, []int{short, medium, long}[r.IntN(3)]})
		case x < p+.25 && at+eighth < b.length:
			out = append(out, chordHit{at + eighth, []int{short, medium}[r.IntN(2)]})
		}
	}
	if len(out) == 0 {
		out = append(out, chordHit{0, long})
	}
	return out
}

// withChords makes every chord of the bar heard: a chord that no hit plays gets one at
// its first beat.
func (s style) withChords(p *Plan, b *bar, hits []chordHit) []chordHit {
	for at := p.Changes.Step(); at < b.length; at += p.Changes.Step() {
		now, before := p.chord(b, at), p.chord(b, at-1)
		if now.Symbol == before.Symbol || now.Quality == harmony.NoChord {
			continue
		}
		heard := slices.ContainsFunc(hits, func(h chordHit) bool { return h.at >= at-short && h.at < at+2*music.Grid })
		if !heard {
			hits = append(hits, chordHit{at, medium})
		}
	}
	slices.SortStableFunc(hits, func(a, b chordHit) int { return a.at - b.at })
	return hits
}

// anticipated is the chord that a hit plays: an eighth before a beat, that beat's.
func (p *Plan) anticipated(b *bar, at int) harmony.Chord {
	next := b.length
	for _, beat := range b.beats {
		if beat == at {
			return p.chord(b, at)
		}
		if beat > at {
			next = beat
			break
		}
	}
	if next-at > eighth {
		return p.chord(b, at)
	}
	if next >= b.length && b.index+2 == len(p.Bars)-1 && p.Hold {
		last := bar{index: b.index + 1, start: b.start + b.length, held: true}
		return p.chord(&last, 0)
	}
	if b.start+next >= p.to() {
		return p.chord(b, at)
	}
	return p.Changes.At(b.start + next).Chord
}

// endBeforeNext shortens chords that would sound into the next one.
func endBeforeNext(notes []event) []event {
	next := 1 << 30
	for i := len(notes) - 1; i >= 0; i-- {
		n := &notes[i]
		at := n.bar.start + n.at
		if i+1 < len(notes) {
			if later := notes[i+1].bar.start + notes[i+1].at; later > at {
				next = later
			}
		}
		if n.dur == long {
			n.dur = 2 * n.bar.length
		}
		n.dur = max(1, min(n.dur, next-at))
	}
	return notes
}
