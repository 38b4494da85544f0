package music

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat"
)

// JazzOptions says how a solo is continued. Zero fields mean the default.
type JazzOptions struct {
	Bars        int     // length of the continuation; default 8
	Temperature float64 // default 1
	TopP        float64 // default .95; negative is off
	Part        int     // part that plays the solo, counted from 1; 0 means the one most like a solo line
	Changes     []Beat  // chords of the continuation, repeated as needed; nil means those of the seed
	Tags        *Tags   // what the solo is to be like; nil means like the seed
	// Candidates are drawn, and the one is kept that is likely and most like the
	// seed; default 1, the fastest.
	Candidates int
	Combo      *Combo // bass, chords and drums to accompany it; nil means none
	Seed       uint64
}

func (o JazzOptions) withDefaults() JazzOptions {
	if o.Bars == 0 {
		o.Bars = 8
	}
	if o.Temperature == 0 {
		o.Temperature = 1
	}
	if o.TopP == 0 {
		o.TopP = .95
	}
	o.Candidates = max(o.Candidates, 1)
	return o
}

// soloShare is the share of onsets with a single note from which a part counts
// as a solo line.
const soloShare = .8

// SoloPart finds the part most like a solo line, counted from 1; 0 if there is
// none.
func SoloPart(s *Score) int {
	best, most := 0, 0
	for i, p := range s.Parts() {
		if p.Drums() || p.Notes < 4 {
			continue
		}
		single, onsets := 0, 0
		var pitch, last Tick = 0, -1
		notes := partNotes(s, p)
		for k, n := range notes {
			pitch += Tick(n.Pitch)
			if n.Start-last > Tick(s.Resolution)/16 || last < 0 {
				onsets++
				if k+1 == len(notes) || notes[k+1].Start-n.Start > Tick(s.Resolution)/16 {
					single++
				}
			}
			last = n.Start
		}
		bass := int(pitch)/len(notes) < lowestSolo
		if float64(single) >= soloShare*float64(onsets) && !bass && p.Notes > most {
			best, most = i+1, p.Notes
		}
	}
	return best
}

const lowestSolo = 48 // mean pitch under which a part is a bass

func partNotes(s *Score, p Part) []Note {
	var out []Note
	for _, n := range s.Tracks[p.Track].Notes {
		if n.Channel == p.Channel {
			out = append(out, n)
		}
	}
	return out
}

// Continue improvises the bars that follow a seed: one part plays a solo over
// the changes, which are those of the seed again unless the options give
// others, and the seed's other parts repeat what they played. The new music
// starts on the bar line after the seed and keeps its tempo, meter, program and
// swing; every note ends.
func (m *JazzModel) Continue(ctx context.Context, seed *Score, opt JazzOptions) (*Continuation, error) {
	t, err := m.take(seed, opt)
	if err != nil {
		return nil, err
	}
	notes, err := t.best(ctx, nil)
	if err != nil {
		return nil, err
	}
	return t.finish(notes), nil
}

// take is everything about one continuation but the notes.
type take struct {
	model    *JazzModel
	opt      JazzOptions
	seed     *Score
	part     Part
	line     *Line
	solo     soloLine
	loop     Tick
	bars     []Tick // the new bar lines, the last one included
	from, to int    // grid steps
}

// take prepares a continuation.
func (m *JazzModel) take(seed *Score, opt JazzOptions) (*take, error) {
	opt = opt.withDefaults()
	if opt.Part == 0 {
		opt.Part = max(1, SoloPart(seed))
	}
	line, err := NewLine(seed, opt.Part-1)
	if err != nil {
		return nil, err
	}
	t := &take{model: m, opt: opt, seed: seed, line: line, part: seed.Parts()[opt.Part-1]}
	from := seed.NextBar(max(0, seed.End()-Tick(seed.Resolution)/4))
	if from == 0 {
		from = seed.BarLength(seed.MeterAt(0))
	}
	t.bars = []Tick{from}
	for range opt.Bars {
		last := t.bars[len(t.bars)-1]
		t.bars = append(t.bars, last+seed.BarLength(seed.MeterAt(last)))
	}
	if t.bars[opt.Bars] > maxTick {
		return nil, fmt.Errorf("music: %d bars are more than a MIDI file can hold", opt.Bars)
	}
	t.loop = loopStart(seed, from)
	t.from, t.to = line.toGrid(from), line.toGrid(t.bars[opt.Bars])
	t.solo = soloLine{notes: line.voice(slices.Index(line.Parts, t.part)), bar: t.barAt}
	t.solo.tags = t.tags()
	t.changes()
	return t, nil
}

// voice gives the notes of a voice, of a chord the top one.
func (l *Line) voice(v int) []LineNote {
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

// barAt is the length of the bar that a step lies in.
func (t *take) barAt(at int) int {
	return int(t.seed.BarLength(t.seed.MeterAt(t.line.exact(at)))) * Grid / t.seed.Resolution
}

// tags are what the options say and, beyond that, what the seed tells of its
// kind.
func (t *take) tags() Tags {
	tags := NoTags()
	if t.line.Swing > 1.15 {
		tags.Feel = indexOf(Feels, "SWING")
	}
	tags.Tempo = tempoClass(t.seed.TempoAt(t.seed.End()))
	tags.level(t.solo.notes)
	if name, ok := soloPrograms[t.part.Program]; ok {
		tags.Instrument = indexOf(Instruments, name)
	}
	if t.opt.Tags != nil {
		return t.opt.Tags.Or(tags)
	}
	return tags
}

// soloPrograms are the database's instruments by General MIDI program.
var soloPrograms = map[int]string{64: "ss", 65: "as", 66: "ts", 67: "bs", 56: "tp", 59: "tp", 57: "tb", 71: "cl", 11: "vib", 26: "g", 0: "p"}

// tempoClass is about the database's class of a tempo in quarter notes a minute.
func tempoClass(bpm float64) int { return levelOf([]float64{80, 110, 140, 180}, bpm) }

// changes lays out the chords: those of the seed, then those given or the
// seed's from the loop on again.
func (t *take) changes() {
	from := t.bars[0]
	beats := t.model.harmony().detect(t.seed, from)
	n := int(from) / t.seed.Resolution
	for len(beats) < n {
		beats = append(beats, Beat{InBar: len(beats) % 4})
	}
	t.solo.beats, t.solo.loop = beats[:n:n], min(int(t.loop)/t.seed.Resolution, max(0, n-1))
	if len(t.opt.Changes) > 0 {
		t.solo.beats = append(t.solo.beats, t.opt.Changes...)
		t.solo.loop = n
	}
}

// soloist makes one for candidate i.
func (t *take) soloist(i int) *soloist {
	return newSoloist(t.model, t.solo, t.opt.Temperature, t.opt.TopP, rand.New(rand.NewPCG(t.opt.Seed, 0x6a617a7a+uint64(i)<<32)))
}

// best draws the candidates, side by side, and returns the one that score, or
// where it is nil the likeness to the seed, puts first.
func (t *take) best(ctx context.Context, score func(s *soloist, notes []LineNote) float64) ([]LineNote, error) {
	if score == nil {
		if t.opt.Candidates == 1 {
			return t.soloist(0).run(ctx, t.from, t.to)
		}
		score = t.likeness
	}
	all := make([][]LineNote, t.opt.Candidates)
	scores := make([]float64, t.opt.Candidates)
	errs := make([]error, t.opt.Candidates)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			s := t.soloist(i)
			if all[i], errs[i] = s.run(ctx, t.from, t.to); errs[i] == nil {
				scores[i] = score(s, all[i])
			}
		})
	}
	wg.Wait()
	best := 0
	for i := range all {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if scores[i] > scores[best] {
			best = i
		}
	}
	return all[best], nil
}

// likeness is how much a candidate is like the seed in density, intervals,
// register and rhythm, and how near its chord tones are to what soloists play;
// higher is better.
func (t *take) likeness(s *soloist, notes []LineNote) float64 {
	beat := s.reader.beat
	now := measure(notes, t.from, t.to, beat)
	seed := t.solo.notes
	first := seed[0].At / (4 * Grid) * 4 * Grid
	before := measure(seed, first, max(t.from, first+4*Grid), beat)
	gap := func(a, b, unit float64) float64 {
		if d := math.Abs(a-b) / unit; !math.IsNaN(d) {
			return min(d, 3)
		}
		return 0
	}
	const usual = .52 // share of chord tones in the corpus
	mean := func(ns []LineNote) float64 {
		var s float64
		for _, n := range ns {
			s += float64(n.Pitch) / float64(len(ns))
		}
		return s
	}
	d := gap(now.NotesPerBar, before.NotesPerBar, 2) + gap(now.Interval, before.Interval, 1) + gap(now.Duration, before.Duration, .25) +
		gap(now.Entropy, before.Entropy, .5) + gap(now.ChordTones, usual, .15) + gap(mean(notes), mean(seed), 5) + gap(now.EmptyBars, before.EmptyBars, .15)
	return -d + .5*float64(min(0, 4-now.Cells))
}

// finish writes the notes into a score.
func (t *take) finish(notes []LineNote) *Continuation {
	to := t.bars[len(t.bars)-1]
	out := t.seed.Clone()
	track := &out.Tracks[t.part.Track]
	starts := t.timing(notes)
	for i, n := range notes {
		start := starts[i]
		end := min(t.line.soloTick(n.At+n.Dur)+start-t.line.soloTick(n.At), to)
		if i+1 < len(notes) {
			end = min(end, starts[i+1])
		}
		track.Notes = append(track.Notes, Note{start, max(1, end-start), uint8(n.Pitch), uint8(n.Velocity), t.part.Channel})
	}
	repeatOthers(out, t.seed, t.part, t.loop, t.bars)
	c := &Continuation{Score: out, From: t.bars[0], To: to, Notes: len(notes), Parts: []Part{t.part}}
	if t.opt.Combo != nil {
		t.opt.Combo.accompany(c, t)
	}
	for i := range out.Tracks {
		separate(out.Tracks[i].Notes, t.bars[0])
		sortNotes(out.Tracks[i].Notes)
	}
	reader := jazzReader{beats: t.solo.beats, loop: t.solo.loop}
	m := measure(notes, t.from, t.to, reader.beat)
	c.Measures = &m
	c.Changes = chordNames(reader.beat, t.from, t.to)
	return c
}

// timing is where the notes start: as far behind or before the grid as the seed's
// player is, and as unevenly. A seed that lies on the grid is continued on it.
func (t *take) timing(notes []LineNote) []Tick {
	var off []float64
	limit := float64(t.seed.Resolution) / Grid / 2 // what rounding to the grid leaves
	for _, n := range partNotes(t.seed, t.part) {
		d := float64(n.Start - t.line.soloTick(t.line.toGrid(n.Start)))
		off = append(off, max(-limit, min(limit, d)))
	}
	mean, sd := stat.MeanStdDev(off, nil)
	if len(off) < 2 {
		mean, sd = 0, 0
	}
	r := rand.New(rand.NewPCG(t.opt.Seed, 0x74696d65))
	out := make([]Tick, len(notes))
	for i, n := range notes {
		d := mean + sd*max(-1.5, min(1.5, r.NormFloat64()))
		out[i] = max(t.bars[0], t.line.soloTick(n.At)+Tick(math.Round(d)))
		if i > 0 {
			out[i] = max(out[i], out[i-1]+1)
		}
		out[i] = min(out[i], t.bars[len(t.bars)-1]-1)
	}
	return out
}

// soloTick is where a grid step sounds. Thirds of a beat are real triplets, see
// unswing: they are not swung, but for what keeps them behind the swung
// sixteenth and the swung middle.
func (l *Line) soloTick(at int) Tick {
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

// chordNames lists the chords from step from to step to, a bar a string.
func chordNames(beat func(at int) Beat, from, to int) []string {
	var out []string
	last := ""
	for at := from; at < to; at += Grid {
		b := beat(at)
		name := b.Chord.Symbol
		if name == "" {
			name = "NC"
		}
		if b.InBar == 0 || len(out) == 0 {
			out = append(out, name)
		} else if name != last {
			out[len(out)-1] += " " + name
		}
		last = name
	}
	return out
}

// loopStart is where the seed's form is taken to begin when it repeats: at most
// sixteen bars before from, a power of two of them.
func loopStart(seed *Score, from Tick) Tick {
	n := 0
	for at := Tick(0); at < from; at += seed.BarLength(seed.MeterAt(at)) {
		n++
	}
	keep := 1
	for keep*2 <= n && keep < 16 {
		keep *= 2
	}
	at := Tick(0)
	for range n - keep {
		at += seed.BarLength(seed.MeterAt(at))
	}
	return at
}

// repeatOthers copies the bars of the loop to the continuation for every part
// but the soloist's.
func repeatOthers(out, seed *Score, solo Part, loop Tick, bars []Tick) {
	src := loop
	for i := range bars[:len(bars)-1] {
		if src >= bars[0] {
			src = loop
		}
		length := bars[i+1] - bars[i]
		for _, p := range seed.Parts() {
			if p == solo {
				continue
			}
			for _, n := range partNotes(seed, p) {
				if n.Start >= src && n.Start < src+length {
					n.Start += bars[i] - src
					n.Dur = min(n.Dur, bars[len(bars)-1]-n.Start)
					out.Tracks[p.Track].Notes = append(out.Tracks[p.Track].Notes, n)
				}
			}
		}
		src += length
	}
}
