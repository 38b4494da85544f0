package jazz

import (
	"math"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/sample"
)

// features are the measures whose distributions Compare compares.
var features = []struct {
	name string
	of   func(music.Measures) float64
}{
	{"notes per bar", func(m music.Measures) float64 { return m.NotesPerBar }},
	{"range", func(m music.Measures) float64 { return m.Range }},
	{"interval", func(m music.Measures) float64 { return m.Interval }},
	{"entropy", func(m music.Measures) float64 { return m.Entropy }},
	{"chord tones", func(m music.Measures) float64 { return m.ChordTones }},
	{"empty bars", func(m music.Measures) float64 { return m.EmptyBars }},
	{"duration", func(m music.Measures) float64 { return m.Duration }},
	{"ioi", func(m music.Measures) float64 { return m.IOI }},
}

// usualBar is the length of a bar in grid steps; most of the corpus is in 4/4.
const usualBar = 4 * music.Grid

// measure describes the notes whose onsets are in [from, to) grid steps, in bars of a
// length; beat gives the changes.
func measure(notes []music.LineNote, from, to, bar int, beat func(at int) harmony.Beat) music.Measures {
	var in []music.LineNote
	for _, n := range notes {
		if n.At >= from && n.At < to {
			in = append(in, n)
		}
	}
	m := music.Measures{Notes: len(in), Bars: max(1, (to-from+bar-1)/bar)}
	m.NotesPerBar = float64(len(in)) / float64(m.Bars)
	onsets := make([]map[int]bool, m.Bars)
	classes := make([][12]int, m.Bars)
	lo, hi, tones, chords := 127, 0, 0, 0
	var dur, interval, ioi float64
	for i, n := range in {
		k := (n.At - from) / bar
		if onsets[k] == nil {
			onsets[k] = map[int]bool{}
		}
		onsets[k][(n.At-from)%bar] = true
		classes[k][harmony.Class(n.Pitch)]++
		lo, hi = min(lo, n.Pitch), max(hi, n.Pitch)
		dur += float64(n.Dur) / music.Grid
		if c := beat(n.At).Chord; c.Quality != harmony.NoChord {
			chords++
			if c.Has(n.Pitch) {
				tones++
			}
		}
		if i > 0 {
			d := n.Pitch - in[i-1].Pitch
			interval += math.Abs(float64(d))
			ioi += float64(n.At-in[i-1].At) / music.Grid
			if d == 0 {
				m.Repeats++
			}
		}
	}
	n := float64(len(in))
	m.Range = float64(max(0, hi-lo))
	m.Interval, m.IOI, m.Repeats = interval/(n-1), ioi/(n-1), m.Repeats/(n-1)
	m.Duration, m.ChordTones = dur/n, float64(tones)/float64(chords)
	var entropy, groove float64
	sounding, pairs, empty := 0, 0, 0
	for k := range m.Bars {
		count := 0
		for _, c := range classes[k] {
			count += c
		}
		if count == 0 {
			empty++
			continue
		}
		sounding++
		for _, c := range classes[k] {
			if c > 0 {
				p := float64(c) / float64(count)
				entropy -= p * math.Log2(p)
			}
		}
		if k > 0 && onsets[k-1] != nil {
			pairs++
			same := 0
			for i := range bar {
				if onsets[k][i] == onsets[k-1][i] {
					same++
				}
			}
			groove += float64(same) / float64(bar)
		}
	}
	m.Entropy, m.Groove = entropy/float64(sounding), groove/float64(pairs)
	m.EmptyBars = float64(empty) / float64(m.Bars)
	m.Cells = longestCells(in)
	return m
}

// longestCells is the largest number of times in a row that a cell of four notes occurs,
// the same in intervals and onsets.
func longestCells(notes []music.LineNote) int {
	moves := moves(notes)
	best := min(1, len(notes)/4)
	const cell = 4
	run := 0
	for i := cell; i < len(moves); i++ {
		if moves[i] == moves[i-cell] {
			run++
			best = max(best, 1+run/cell)
		} else {
			run = 0
		}
	}
	return best
}

// windows measures a solo in windows of eight bars, leaving out those with fewer than
// four notes.
func windows(s Solo) []music.Measures {
	const size = 8 * 4 * music.Grid
	if len(s.Notes) == 0 {
		return nil
	}
	beat := harmony.Changes{Beats: s.Beats}.At
	first := s.Notes[0].At / (4 * music.Grid) * 4 * music.Grid
	last := s.Notes[len(s.Notes)-1].At
	var out []music.Measures
	for at := first; at+size <= last+4*music.Grid; at += size {
		if m := measure(s.Notes, at, at+size, usualBar, beat); m.Notes >= 4 {
			out = append(out, m)
		}
	}
	return out
}

// overlap is the area that the densities of two samples share (Yang and Lerch 2020),
// estimated with Gaussian kernels and Scott's bandwidth.
func overlap(a, b []float64) float64 {
	a, b = known(a), known(b)
	if len(a) < 2 || len(b) < 2 {
		return math.NaN()
	}
	ha, hb := bandwidth(a), bandwidth(b)
	lo, hi := min(slices.Min(a)-3*ha, slices.Min(b)-3*hb), max(slices.Max(a)+3*ha, slices.Max(b)+3*hb)
	const points = 400
	dx := (hi - lo) / points
	var area float64
	for i := range points {
		x := lo + (float64(i)+.5)*dx
		area += min(density(a, x, ha), density(b, x, hb)) * dx
	}
	return area
}

func known(x []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(x), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

func bandwidth(x []float64) float64 {
	var mean, v float64
	for _, y := range x {
		mean += y / float64(len(x))
	}
	for _, y := range x {
		v += (y - mean) * (y - mean) / float64(len(x)-1)
	}
	return max(math.Sqrt(v)*math.Pow(float64(len(x)), -.2), 1e-3)
}

func density(x []float64, at, h float64) float64 {
	var s float64
	for _, y := range x {
		z := (at - y) / h
		s += math.Exp(-z * z / 2)
	}
	return s / (float64(len(x)) * h * math.Sqrt(2*math.Pi))
}

// Comparison is the similarity of two sets of solos.
type Comparison struct {
	Windows  int                // number of windows of eight bars in the first set
	Overlap  map[string]float64 // per feature, 0 to 1
	Mean     float64            // mean of Overlap
	Measures music.Measures     // averages over the windows of the first set
	Copied   map[int]float64    // by n: share of the first set's runs of n notes that occur in the corpus
	Reused   map[int]float64    // by n: share of the first set's notes that end a run of n heard before, see reused
	Phrases  float64            // of the first set, in eight bars, see phrases
	Short    float64            // share of those that have one or two notes
}

// Compare compares the distributions of measures, in windows of eight bars, of solos and
// of others, and looks for runs of solos that occur in the corpus.
func Compare(solos, others, corpus []Solo) Comparison {
	var a, b []music.Measures
	for _, s := range solos {
		a = append(a, windows(s)...)
	}
	for _, s := range others {
		b = append(b, windows(s)...)
	}
	c := Comparison{Windows: len(a), Overlap: map[string]float64{}, Copied: map[int]float64{}, Reused: map[int]float64{}}
	column := func(ms []music.Measures, of func(music.Measures) float64) []float64 {
		var out []float64
		for _, m := range ms {
			out = append(out, of(m))
		}
		return out
	}
	for _, f := range features {
		v := overlap(column(a, f.of), column(b, f.of))
		c.Overlap[f.name] = v
		c.Mean += v / float64(len(features))
	}
	c.Measures = averageMeasures(a)
	c.Phrases, c.Short = phrases(solos)
	for _, n := range []int{3, 4, 5} {
		c.Reused[n] = reused(solos, n)
	}
	for _, n := range []int{4, 6, 8, 10, 12} {
		c.Copied[n] = copied(solos, corpus, n)
	}
	return c
}

func averageMeasures(ms []music.Measures) music.Measures {
	var out music.Measures
	mean := func(of func(music.Measures) float64) float64 {
		var s float64
		n := 0
		for _, m := range ms {
			if v := of(m); !math.IsNaN(v) {
				s += v
				n++
			}
		}
		return s / float64(n)
	}
	for _, m := range ms {
		out.Notes += m.Notes
		out.Bars += m.Bars
		out.Cells = max(out.Cells, m.Cells)
	}
	out.NotesPerBar, out.Range, out.Interval, out.Entropy = mean(features[0].of), mean(features[1].of), mean(features[2].of), mean(features[3].of)
	out.ChordTones, out.EmptyBars, out.Duration, out.IOI = mean(features[4].of), mean(features[5].of), mean(features[6].of), mean(features[7].of)
	out.Groove = mean(func(m music.Measures) float64 { return m.Groove })
	out.Repeats = mean(func(m music.Measures) float64 { return m.Repeats })
	return out
}

// reusedBars is the length of the windows in which motifs are looked for.
const reusedBars = 32

// reused is the share of the notes of solos, in windows of 32 bars, that end a run of n
// notes, the same in intervals and onsets as an earlier run of the window that shares at
// most a note with it: how much a solo makes of its own motifs.
func reused(solos []Solo, n int) float64 {
	found, total := 0, 0
	for _, s := range solos {
		notes := s.Notes
		for len(notes) > 0 {
			end := notes[0].At + reusedBars*usualBar
			k := slices.IndexFunc(notes, func(x music.LineNote) bool { return x.At >= end })
			if k < 0 {
				k = len(notes)
			}
			m := moves(notes[:k])
			notes = notes[k:]
			total += k
			for i := n - 1; i <= len(m); i++ {
				run := m[i-(n-1) : i]
				for j := n - 1; j <= i-(n-1); j++ {
					if slices.Equal(run, m[j-(n-1):j]) {
						found++
						break
					}
				}
			}
		}
	}
	return float64(found) / float64(max(total, 1))
}

// phraseRest is the silence that ends a phrase, in grid steps: an eighth.
const phraseRest = music.Grid / 2

// phrases counts the phrases of solos in eight bars, and the share that has one or two notes.
func phrases(solos []Solo) (inEight, short float64) {
	all, few, steps := 0, 0, 0
	for _, s := range solos {
		size := 0
		for i, n := range s.Notes {
			size++
			if i+1 < len(s.Notes) && s.Notes[i+1].At < n.At+n.Dur+phraseRest {
				continue
			}
			all++
			if size <= 2 {
				few++
			}
			size = 0
		}
		if n := len(s.Notes); n > 0 {
			steps += s.Notes[n-1].At - s.Notes[0].At
		}
	}
	return float64(all) * 8 * usualBar / float64(max(steps, 1)), float64(few) / float64(max(all, 1))
}

// copied is the share of the solos' runs of n notes that occur in a corpus, the same in
// intervals and onsets. n is at most 13.
func copied(solos, corpus []Solo, n int) float64 {
	type key [12]sample.Move // the first n-1 are used
	each := func(s Solo, f func(key)) {
		var k key
		for i := 1; i < len(s.Notes); i++ {
			copy(k[:n-2], k[1:n-1])
			k[n-2] = between(s.Notes[i-1], s.Notes[i])
			if i >= n-1 {
				f(k)
			}
		}
	}
	seen := map[key]bool{}
	for _, s := range corpus {
		each(s, func(k key) { seen[k] = true })
	}
	found, total := 0, 0
	for _, s := range solos {
		each(s, func(k key) {
			total++
			if seen[k] {
				found++
			}
		})
	}
	return float64(found) / float64(max(total, 1))
}

// What solos of the Weimar Jazz Database are like in windows of eight bars.
// TestCorpusConstants compares these with the database.
const (
	usualChordTones = .52 // mean share of chord tones

	// units in which differences count, about the standard deviations
	unitDensity    = 2 // notes per bar
	unitInterval   = 1
	unitDuration   = .25
	unitEntropy    = .5
	unitChordTones = .15
	unitPitch      = 5
	unitEmpty      = .15
)

// mostCells is how often a cell of four notes may occur in a row before a candidate is
// marked down.
const mostCells = 4

// similarity is how similar a candidate is to the seed in density, intervals, register
// and rhythm, and how near its share of chord tones is to that of the corpus. Higher is
// better.
func (t *take) similarity(s *soloist, notes []music.LineNote) float64 {
	now := measure(notes, t.from, t.to, usualBar, s.reader.At)
	seed := t.solo.notes
	first := seed[0].At / (4 * music.Grid) * 4 * music.Grid
	before := measure(seed, first, max(t.from, first+4*music.Grid), usualBar, s.reader.At)
	gap := func(a, b, unit float64) float64 {
		if d := math.Abs(a-b) / unit; !math.IsNaN(d) {
			return min(d, 3)
		}
		return 0
	}
	d := gap(now.NotesPerBar, before.NotesPerBar, unitDensity) + gap(now.Interval, before.Interval, unitInterval) +
		gap(now.Duration, before.Duration, unitDuration) + gap(now.Entropy, before.Entropy, unitEntropy) +
		gap(now.ChordTones, usualChordTones, unitChordTones) + gap(meanPitch(notes), meanPitch(seed), unitPitch) +
		gap(now.EmptyBars, before.EmptyBars, unitEmpty)
	return -d + .5*float64(min(0, mostCells-now.Cells))
}

func meanPitch(notes []music.LineNote) float64 {
	var s float64
	for _, n := range notes {
		s += float64(n.Pitch) / float64(len(notes))
	}
	return s
}

// suits is how well a composed solo suits the tags: their levels, the usual share of
// chord tones, no endless repetition, few empty bars. Higher is better.
func (t *take) suits(tags Tags, notes []music.LineNote, at func(step int) harmony.Beat) float64 {
	now := measure(notes, t.from, t.to, max(1, t.solo.bar(t.from)), at)
	return -math.Abs(now.ChordTones-usualChordTones)/unitChordTones + .5*float64(min(0, mostCells-now.Cells)) - 2*now.EmptyBars - tags.distance(notes)
}
