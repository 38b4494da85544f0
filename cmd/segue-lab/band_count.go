package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
)

// piece is a continuation that is measured.
type piece struct {
	*music.Continuation
	changes harmony.Changes // from the first new bar on
	form    progression
	key     int
}

// ratio counts cases.
type ratio struct{ hits, all float64 }

func (r *ratio) count(hit bool) {
	r.all++
	if hit {
		r.hits++
	}
}

// value is NaN if there was no case.
func (r ratio) value() float64 { return r.hits / r.all }

// tally sums up what is measured.
type tally struct {
	roots, steps, repeats     ratio // bass
	rides, outside            ratio // drums
	drumBars, compBars        ratio // distinct bars, hits of all
	resolved, cutOff, inScale ratio
	clashes, above            ratio
	silent                    ratio
	quiet                     [4]ratio // bars in which solo, bass, piano and drums are silent
	alike                     ratio    // choruses whose last two bars of solo are an earlier one's
	velocity                  ratio    // sum of differences, of pieces
	arc                       [3]ratio
}

// notesOf are the new notes of the part with a name.
func (p *piece) notesOf(name string) []music.Note {
	for _, x := range p.Score.Parts() {
		if x.Name == name {
			return p.PartNotes(x)
		}
	}
	return nil
}

// add measures a piece.
func (t *tally) add(p *piece) {
	q := music.Tick(p.Resolution)
	bars := int((p.To - p.From) / (4 * q))
	var solo []music.Note
	for _, n := range p.PartNotes(p.Parts[0]) {
		if n.Start >= p.From {
			solo = append(solo, n)
		}
	}
	bass, piano, drums := p.notesOf("Bass"), p.notesOf("Piano"), p.notesOf("Drums")
	pitches := map[int]int{}
	for _, n := range bass {
		if at := n.Start - p.From; at%q == 0 {
			pitches[int(at/q)] = int(n.Pitch)
		}
	}
	t.bass(pitches, p.changes, 4*bars-4, p.form.feel == band.Swing)
	t.drums(drums, p.From, q, bars, p.form.feel == band.Swing && p.TempoAt(p.From) > 76)
	t.comp(piano, solo, p.From, q, bars)
	t.solo(p, solo)
	sounding := make([]bool, bars)
	for i, list := range [][]music.Note{solo, bass, piano, drums} {
		for bar, s := range soundingBars(list, p.From, 4*q, bars) {
			t.quiet[i].count(!s)
			sounding[bar] = sounding[bar] || s
		}
	}
	for _, s := range sounding {
		t.silent.count(!s)
	}
	t.choruses(solo, p.From, 4*q, max(4, p.changes.Length()/(4*music.Grid)), bars)
}

// soundingBars reports in which bars a note sounds.
func soundingBars(notes []music.Note, from, bar music.Tick, bars int) []bool {
	out := make([]bool, bars)
	for _, n := range notes {
		for k := max(0, n.Start-from) / bar; k <= (n.End()-1-from)/bar && int(k) < bars; k++ {
			out[k] = true
		}
	}
	return out
}

// choruses compares the last two bars of the choruses of a solo, by onset and pitch.
func (t *tally) choruses(solo []music.Note, from, bar music.Tick, form, bars int) {
	seen := map[string]bool{}
	for end := form; end <= bars; end += form {
		text := ""
		for _, n := range solo {
			if at := n.Start - from - music.Tick(end-2)*bar; at >= 0 && at < 2*bar {
				text += fmt.Sprint(at*12/bar, ":", n.Pitch, " ")
			}
		}
		if end > form {
			t.alike.count(seen[text])
		}
		seen[text] = true
	}
}

// bass measures pitches by beat. Steps and repeats are those of walking basses.
func (t *tally) bass(pitches map[int]int, changes harmony.Changes, beats int, walks bool) {
	for i := range beats {
		now := changes.At(i * music.Grid).Chord
		pitch, ok := pitches[i]
		if now.Quality != harmony.NoChord && (i == 0 || changes.At((i-1)*music.Grid).Chord.Symbol != now.Symbol) {
			t.roots.count(ok && harmony.Class(pitch) == now.Bass)
		}
		if before, both := pitches[i-1]; ok && both && walks {
			d := max(pitch-before, before-pitch)
			t.steps.count(d == 1 || d == 2)
			t.repeats.count(d == 0)
		}
	}
}

// cymbals are rides and hi-hats of General MIDI.
var cymbals = []uint8{42, 44, 46, 51, 53, 59}

func (t *tally) drums(notes []music.Note, from, q music.Tick, bars int, swing bool) {
	content := make([]string, bars)
	for _, n := range notes {
		t.outside.count(n.Pitch < 35 || n.Pitch > 81)
		if swing && n.Pitch != 35 && n.Pitch != 36 {
			t.rides.count(slices.Contains(cymbals, n.Pitch))
		}
		sixteenth := int((n.Start - from + q/8) / (q / 4))
		if bar := sixteenth / 16; bar < bars {
			content[bar] += fmt.Sprint(sixteenth%16, ".", n.Pitch, " ")
		}
	}
	t.drumBars.hits += distinct(content) / float64(bars) * 64
	t.drumBars.all++
}

// distinct counts different strings.
func distinct(list []string) float64 {
	seen := map[string]bool{}
	for _, s := range list {
		seen[s] = true
	}
	return float64(len(seen))
}

func (t *tally) comp(piano, solo []music.Note, from, q music.Tick, bars int) {
	rhythm := make([]string, bars)
	last := music.Tick(-1)
	k := 0
	for _, n := range piano {
		if bar := int((n.Start - from) / (4 * q)); n.Start != last && bar < bars {
			rhythm[bar] += fmt.Sprint((n.Start-from)%(4*q), " ")
			last = n.Start
		}
		for k < len(solo) && solo[k].End() <= n.Start {
			k++
		}
		clash, higher := false, false
		for _, s := range solo[k:] {
			if s.Start >= n.End() {
				break
			}
			overlap := min(s.End(), n.End()) - max(s.Start, n.Start)
			d := int(n.Pitch) - int(s.Pitch)
			clash = clash || overlap >= q/2 && (d == 1 || d == -1)
			higher = higher || overlap >= q/4 && d > 0
		}
		t.clashes.count(clash)
		t.above.count(higher)
	}
	t.compBars.hits += distinct(rhythm) / float64(bars) * 64
	t.compBars.all++
}

// solo measures the line itself.
func (t *tally) solo(p *piece, notes []music.Note) {
	if len(notes) == 0 {
		return
	}
	q := music.Tick(p.Resolution)
	var before, after float64
	seeds := p.PartNotes(p.Parts[0])[:len(p.PartNotes(p.Parts[0]))-len(notes)]
	for _, n := range seeds {
		before += float64(n.Velocity) / float64(len(seeds))
	}
	for _, n := range notes {
		after += float64(n.Velocity) / float64(len(notes))
		t.inScale.count(inScale(p.changes.At(int((n.Start-p.From)*music.Grid/q)).Chord, int(n.Pitch)))
		third := min(int(3*(n.Start-p.From)/(p.To-p.From)), 2)
		t.arc[third].hits += float64(n.Pitch)
		t.arc[third].all++
	}
	t.velocity.hits += math.Abs(after - before)
	t.velocity.all++
	last := notes[len(notes)-1]
	tonic := map[int]bool{}
	for _, k := range homes(p.form, p.key) {
		tonic[k] = true
	}
	t.resolved.count(tonic[harmony.Class(int(last.Pitch))] && last.Dur >= 2*q)
	t.cutOff.count(last.End() >= p.To && last.Dur < q)
}

// homes are the pitch classes of the triads on which a form may end: C major, A minor,
// or D minor for the modal one, transposed.
func homes(p progression, key int) []int {
	triad := []int{0, 4, 7}
	switch {
	case p.name == "modal":
		triad = []int{2, 5, 9}
	case slices.Contains([]string{"minor blues", "two five one in minor", "major and relative minor", "bossa in minor", "ballad in minor"}, p.name):
		triad = []int{9, 0, 4}
	case p.name == "cycle of major sevenths":
		triad = []int{4, 7, 11}
	case p.name == "dominants round the circle":
		triad = []int{0, 4, 7, 9, 1, 2, 6, 11} // no key: a tone of any of them
	}
	for i := range triad {
		triad[i] = harmony.Class(triad[i] + key)
	}
	return triad
}

// inScale reports whether a pitch belongs to a chord or the scale of its family.
func inScale(c harmony.Chord, pitch int) bool {
	return c.Quality == harmony.NoChord || band.InScale(c, pitch)
}

// readSolos measures bass players and soloists.
func (t *tally) readSolos(solos []jazz.Solo) {
	for _, s := range solos {
		changes := harmony.Changes{Beats: s.Beats}
		pitches := map[int]int{}
		for i, p := range s.Bass {
			if p > 0 {
				pitches[i] = p
			}
		}
		if len(pitches) > 32 {
			t.bass(pitches, changes, len(s.Beats), s.Tags.Feel == 0)
		}
		if len(s.Notes) < 40 {
			continue
		}
		for _, n := range s.Notes {
			if n.At < len(s.Beats)*music.Grid {
				t.inScale.count(inScale(changes.At(n.At).Chord, n.Pitch))
			}
		}
		var silent []bool
		for i, b := range s.Beats {
			if b.InBar == 0 || len(silent) == 0 {
				silent = append(silent, true)
			}
			for _, n := range s.Notes {
				if n.At < (i+1)*music.Grid && n.At+n.Dur > i*music.Grid {
					silent[len(silent)-1] = false
				}
			}
		}
		for _, q := range silent {
			t.quiet[0].count(q)
		}
		last := s.Notes[len(s.Notes)-1]
		t.resolved.count(changes.At(last.At).Chord.Has(last.Pitch) && last.Dur >= music.Grid)
	}
}
