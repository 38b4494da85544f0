package jazz

import (
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
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
// twelve, else the largest power of two of bars before from, at most sixteen.
func loopStart(seed *music.Score, from music.Tick, heard harmony.Changes) music.Tick {
	var bars []music.Tick
	var chords []harmony.Chord // of the bars that sound
	for at := music.Tick(0); at < from; at += seed.BarLength(seed.MeterAt(at)) {
		bars = append(bars, at)
		step := int(at*music.Grid) / seed.Resolution
		if c := heard.At(step).Chord; step < heard.Length() && (len(chords) > 0 || c.Quality != harmony.NoChord) {
			chords = append(chords, c)
		}
	}
	keep := 1
	for keep*2 <= len(bars) && keep < 16 {
		keep *= 2
	}
	if twelveBars(chords) {
		keep = 12
	}
	return bars[len(bars)-keep]
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
