package jazz

import (
	"context"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/sample"
)

// Forms are the sequences of chords that music is composed over where none is given.
var Forms = []string{"blues", "rhythm", "modal", "standard", "ii-v-i"}

// form is the form that the words ask for.
func (p *Prompt) form() string {
	switch {
	case p.Form != "":
		return p.Form
	case p.Tags.Tonality == indexOf(Tonalities, "BLUES"):
		return "blues"
	case p.Tags.Tonality == indexOf(Tonalities, "MODAL"):
		return "modal"
	}
	return "standard"
}

// formOf returns one of Forms in a key and a meter.
func formOf(form string, key harmony.Key, meter music.Meter) (harmony.Changes, error) {
	name := func(semitones int, suffix string) string { return harmony.Name(key.Tonic+semitones) + suffix }
	var bars string
	add := func(chords ...string) {
		for _, c := range chords {
			bars += c + " | "
		}
	}
	i, iv, v, ii, vi := name(0, "7"), name(5, "7"), name(7, "7"), name(2, "-7"), name(9, "7")
	switch {
	case form == "blues" && key.Minor:
		m, s := name(0, "-7"), name(5, "-7")
		add(m, s, m, m, s, s, m, m, name(8, "7"), v, m, name(2, "m7b5")+" "+v)
	case form == "blues":
		add(i, iv, i, i, iv, iv, i, vi, ii, v, i+" "+vi, ii+" "+v)
	case form == "modal":
		m, up := name(0, "-7"), name(1, "-7")
		add(m, m, m, m, m, m, m, m, up, up, up, up, m, m, m, m)
	case form == "rhythm":
		a := []string{name(0, "j7") + " " + vi, ii + " " + v, name(4, "-7") + " " + vi, ii + " " + v, name(7, "-7") + " " + i, name(5, "j7") + " " + name(6, "o7"), name(0, "j7") + " " + v, name(0, "j7")}
		three, two := name(4, "7"), name(2, "7")
		add(a...)
		add(a...)
		add(three, three, vi, vi, two, two, v, v)
		add(a...)
	case form == "ii-v-i" && key.Minor:
		add(name(2, "m7b5"), v, name(0, "-7"), name(0, "-7"))
	case form == "ii-v-i":
		add(ii, v, name(0, "j7"), name(0, "j7"))
	case key.Minor:
		m, s, half := name(0, "-7"), name(5, "-7"), name(2, "m7b5")
		add(m, half+" "+v, m, name(0, "7"), s, name(10, "7"), name(3, "j7"), name(8, "j7"), half, v, m, vi, half, v, m, half+" "+v)
	default:
		add(name(0, "j7"), vi, ii, v, name(4, "-7"), vi, ii, v, name(7, "-7"), i, name(5, "j7"), name(10, "7"), name(4, "-7")+" "+vi, ii+" "+v, name(0, "j7")+" "+vi, ii+" "+v)
	}
	return harmony.ParseChanges(bars, meter)
}

// loopStart is where the seed's form is assumed to start when it repeats before the bar
// line from. The form has twelve bars if the seed does or if its chords repeat after
// twelve, 32 if the seed consists of choruses of 32 bars or its last 32 are AABA or ABAC,
// else the largest power of two of bars before from, at most sixteen.
func loopStart(seed *music.Score, from music.Tick, heard harmony.Changes) music.Tick {
	begin := from
	for _, t := range seed.Tracks {
		for _, n := range t.Notes {
			begin = min(begin, n.Start)
		}
	}
	var bars []music.Tick
	var chords []harmony.Chord // of the bars that sound, without an upbeat
	for at := music.Tick(0); at < from; at += seed.BarLength(seed.MeterAt(at)) {
		bars = append(bars, at)
		step := int(at*music.Grid) / seed.Resolution
		c := heard.At(step).Chord
		upbeat := 2*(begin-at) >= seed.BarLength(seed.MeterAt(at))
		if step < heard.Length() && !upbeat && (len(chords) > 0 || c.Quality != harmony.NoChord) {
			chords = append(chords, c)
		}
	}
	keep := 1
	for keep*2 <= len(bars) && keep < 16 {
		keep *= 2
	}
	switch n := len(chords); {
	case twelveBars(chords):
		keep = 12
	case n >= 32 && (n%32 == 0 || sections(chords[n-32:])):
		keep = 32
	}
	return bars[len(bars)-keep]
}

// sections reports whether the chords of 32 bars are a song of four sections, of which two
// are the same: AABA or ABAC.
func sections(chords []harmony.Chord) bool {
	like := func(i, j int) bool {
		both := slices.Concat(chords[8*i:8*i+8], chords[8*j:8*j+8])
		return agreement(both, 8) > .7
	}
	aaba := like(0, 1) && like(0, 3) && !like(0, 2)
	abac := like(0, 2) && !like(0, 1) && !like(1, 3)
	return aaba || abac
}

// twelveBars reports whether the chords of bars are choruses of twelve: one of them, or
// several that agree better than choruses of eight or sixteen would.
func twelveBars(chords []harmony.Chord) bool {
	if len(chords) == 0 || len(chords)%12 != 0 {
		return false
	}
	return len(chords) == 12 || agreement(chords, 12) > max(agreement(chords, 8), agreement(chords, 16))
}

// agreement is the share of bars whose chord has the same root and family a number of
// bars later.
func agreement(chords []harmony.Chord, lag int) float64 {
	same, all := 0, 0
	for i := lag; i < len(chords); i++ {
		all++
		if a, b := chords[i-lag], chords[i]; a.Root == b.Root && a.Quality == b.Quality {
			same++
		}
	}
	return float64(same) / float64(max(all, 1))
}

// again is a bar of the seed, counted from where its form begins, that comes again a number
// of semitones higher.
type again struct{ bar, up int }

// A head is a tune in sections of eight bars. The seed is an unfinished one if its melody
// returns after eight bars and then stops, or stops after a bridge.
const (
	section   = 8  // bars
	returning = 6  // of them, the first, that are the same when a section comes again
	likeness  = .5 // share of notes from which bars are the same
)

// unfinished completes a head AA by a bridge, which is A a fourth higher or, over one chord,
// a semitone, and by A, and a head AAB by A. rest is empty if the seed is no such head, or
// if the band plays alone first. first is the bar, counted from the seed's start, where the
// form begins.
func (t *take) unfinished(heard harmony.Changes) (first int, rest []again, name string) {
	m := t.seed.Meters[0]
	if len(t.seed.Meters) > 1 || t.opt.Intro > 0 || t.opt.Sections == music.NoSections {
		return 0, nil, ""
	}
	bar := t.solo.bar(0)
	into := t.solo.notes[0].At % bar
	first = t.solo.notes[0].At / bar
	if 2*into >= bar { // an upbeat
		first++
	}
	n := int(t.bars[0]/t.seed.BarLength(m)) - first
	alike := func(a, b, bars int) bool { return t.likeness(first+a, first+b, bars) >= likeness }
	if n != 2*section && n != 3*section || !alike(0, section, returning) || alike(0, section/2, section/2-1) {
		return 0, nil, ""
	}
	play := func(up int) {
		for k := range section {
			rest = append(rest, again{k, up})
		}
	}
	switch {
	case n == 2*section:
		play(t.bridge(heard, first*bar, (first+section)*bar))
		name = "AA: they go on with a bridge and with A"
	case !alike(0, 2*section, returning):
		name = "AAB: they go on with A"
	default:
		return 0, nil, ""
	}
	play(0)
	return first, rest, name
}

// bridge is how many semitones higher than a section its bridge is.
func (t *take) bridge(heard harmony.Changes, from, to int) int {
	for at := from; at < to; at += heard.Step() {
		if heard.At(at).Chord.Root != heard.At(from).Chord.Root {
			return 5
		}
	}
	return 1
}

// likeness is the share of the solo's notes in some bars from bar a and from bar b on that
// are in both, at the same place.
func (t *take) likeness(a, b, bars int) float64 {
	bar := t.solo.bar(0)
	places := map[[2]int]int{}
	same, all := 0, 0
	for _, n := range t.solo.notes {
		for k, first := range [...]int{a * bar, b * bar} {
			if n.At < first || n.At >= first+bars*bar {
				continue
			}
			all++
			place := [2]int{n.At - first, n.Pitch}
			if places[place] |= 1 << k; places[place] == 3 {
				same += 2
			}
		}
	}
	return float64(same) / float64(max(all, 1))
}

// complete adds to the chords that were heard those of what completes the seed's head.
func (t *take) complete(heard harmony.Changes) harmony.Changes {
	first, rest, name := t.unfinished(heard)
	if len(rest) == 0 {
		return heard
	}
	bar := t.solo.bar(0) / heard.Step()
	heard.Loop, heard.Beats = first*bar, slices.Clone(heard.Beats)
	for _, r := range rest {
		at := (first + r.bar) * bar
		for _, b := range heard.Beats[at : at+bar] {
			b.Chord = b.Chord.Transposed(r.up)
			heard.Beats = append(heard.Beats, b)
		}
	}
	t.rest, t.loop = rest, music.Tick(first)*t.seed.BarLength(t.seed.Meters[0])
	t.remark("the seed's sections are %s, then the solo goes over the whole", name)
	return heard
}

// source is where the seed has what its other parts play again in new bar i of a length,
// and how many semitones higher they play it.
func (t *take) source(i int, length music.Tick) (at music.Tick, up int) {
	n := int((t.bars[0] - t.loop) / length)
	p := (n + i) % (n + len(t.rest))
	if p >= n {
		r := t.rest[p-n]
		p, up = r.bar, r.up
	}
	return t.loop + music.Tick(p)*length, up
}

// draw improvises. Where a head comes back to its first section, the tune itself does, up
// to a new ending.
func (t *take) draw(ctx context.Context, s *soloist) ([]music.LineNote, error) {
	k := slices.IndexFunc(t.rest, func(r again) bool { return r.up == 0 })
	bar := t.solo.bar(0)
	start := t.from + k*bar
	if k < 0 || start >= t.to || t.octaves() != 0 {
		return sample.Continue(ctx, s, t.from, t.to)
	}
	var notes []music.LineNote
	if start > t.from {
		var err error
		if notes, err = sample.Continue(ctx, s, t.from, start); err != nil {
			return nil, err
		}
	}
	tune, end := t.straight(t.loop), min(start+returning*bar, t.to)
	for _, n := range t.solo.notes {
		if n.At < tune || n.At >= tune+end-start {
			continue
		}
		n.At += start - tune
		n.Dur = min(n.Dur, t.to-n.At)
		s.Read()
		s.Advance(n)
		notes = append(notes, n)
	}
	more, err := sample.Continue(ctx, s, end, t.to)
	return append(notes, more...), err
}

// arcBars is the length from which a solo has an arc.
const arcBars = 16

// arc is the tags of a soloist over a solo: it starts with fewer notes and lower than it
// will, is densest and highest after two thirds, and ends where it started. The bounds are a
// choice, not measured; segue-lab bench band prints the mean pitches that follow.
func (t *take) arc() func(at int) Tags {
	if len(t.bars)-1 < arcBars || t.line == nil {
		return nil
	}
	tags := t.solo.tags
	return func(at int) Tags {
		x := float64(at-t.from) / float64(max(t.to-t.from, 1))
		shift := 0
		switch {
		case x < 0:
			return tags
		case x < .2:
			shift = -1
		case x >= .5 && x < .85:
			shift = 1
		}
		out := tags
		for _, level := range []*int{&out.Density, &out.Register} {
			if *level < 0 {
				*level = levels / 2
			}
			*level = max(0, min(*level+shift, levels-1))
		}
		return out
	}
}
