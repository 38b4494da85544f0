package jazz

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/internal/sample"
	"gonum.org/v1/gonum/stat"
)

// Options describe a continuation. Zero fields mean the default.
type Options struct {
	Bars        int             // length of the continuation; default 8
	Temperature float64         // default 1
	TopP        float64         // default .95; negative is off
	Part        int             // part that plays the solo, counted from 1; 0 means music.SoloPart
	Changes     harmony.Changes // chords of the continuation, repeated from its start; without any those of the seed
	Tags        *Tags           // character of the solo; nil means that of the seed
	// Candidates is the number of continuations that are drawn; the one most similar to
	// the seed is kept. Default 1, the fastest.
	Candidates int
	Combo      *Combo    // bass, chords and drums to accompany it; nil means none
	Tempo      float64   // of the new bars in quarter notes a minute; 0 means that of the seed, see music.Join
	Swing      float64   // ratio of long to short eighths, 1 is straight; 0 means that of the seed
	Feel       band.Feel // of the combo; "" means that of the tags
	Level      int       // mean velocity; 0 means that of the seed
	Seed       uint64

	Ending        Ending // "" means Held
	Intro         int    // bars before the solo that the combo plays alone; default none
	AccompanySeed bool   // the combo plays under the seed too

	// What the new bars have in place of what the seed has; a remark tells what the
	// seed's other parts rule out.
	Key      harmony.Key // the seed's form is transposed; with Changes only the end is in it
	Meter    music.Meter // Num 0 means that of the seed
	Form     string      // one of Forms; "" means that of the seed
	Program  int         // of the solo, General MIDI counted from 1; 0 means that of the seed
	Choruses int         // times that the form is played; 0 means Bars
	Most     int         // bars that Choruses may come to; 0 means 1000
	// Sections is "" to complete the unfinished head AA or AAB of a tune in sections of
	// eight bars, or music.NoSections.
	Sections string
}

func (o Options) withDefaults() Options {
	if o.Bars == 0 {
		o.Bars = 8
	}
	if o.Temperature == 0 {
		o.Temperature = 1
	}
	if o.TopP == 0 {
		o.TopP = .95
	}
	if o.Most == 0 {
		o.Most = 1000
	}
	o.Candidates = max(o.Candidates, 1)
	return o
}

// Continue improvises the bars that follow a seed. One part plays a solo over the
// changes, which are those of the seed again unless the options give others, and the
// other parts of the seed repeat what they played. The new music starts on the bar line
// after the seed and keeps its tempo, meter, program and swing; every note ends by the
// last bar line, and the last bar holds the tonic unless the options say otherwise.
func (m *Model) Continue(ctx context.Context, seed *music.Score, opt Options) (*music.Continuation, error) {
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

// take is everything about one continuation except its notes.
type take struct {
	model    *Model
	opt      Options
	seed     *music.Score
	part     music.Part
	line     *music.Line
	solo     soloLine
	loop     music.Tick   // where the form that repeats starts
	rest     []again      // what completes the form before it repeats
	bars     []music.Tick // the new bar lines, including the last one
	from, to int          // grid steps
	remarks  []string     // about the seed
	hears    hear.Heard   // in the seed
	key      harmony.Key  // in which the music ends
	last     harmony.Chord
	held     bool // the last bar holds the last chord
	shift    int  // semitones by which the key of the new bars is higher
}

// take prepares a continuation.
func (m *Model) take(seed *music.Score, opt Options) (*take, error) {
	opt = opt.withDefaults()
	j := music.Join(seed, opt.Tempo)
	seed, from := j.Seed, j.From
	var err error
	if opt.Part, err = j.Part(opt.Part); err != nil {
		return nil, err
	}
	if opt.Part == 0 {
		if opt.Part = music.SoloPart(seed); opt.Part == 0 { // the first part that has pitches
			opt.Part = max(1, 1+slices.IndexFunc(seed.Parts(), func(p music.Part) bool { return !p.Drums() }))
		}
	}
	t := &take{model: m, opt: opt, seed: seed, key: opt.Key, remarks: j.Remarks}
	if opt.Part > len(seed.Parts()) {
		return nil, fmt.Errorf("music: %w", music.ErrNoNotes)
	}
	t.turn(from)
	line, err := music.NewLine(seed, opt.Part-1)
	if err != nil {
		return nil, err
	}
	t.line, t.part = line, seed.Parts()[opt.Part-1]
	if t.part.Drums() {
		return nil, fmt.Errorf("music: part %d is drums and a jazz solo needs pitches: choose another part, or a style that goes on with drums, such as song", opt.Part)
	}
	t.solo = soloLine{notes: line.Voice(slices.Index(line.Parts, t.part)), bar: line.BarLength}
	t.bars = []music.Tick{from}
	heard, err := t.heard()
	if err != nil {
		return nil, err
	}
	given := t.given(heard)
	if opt.Choruses > 0 {
		form := given
		if len(form.Beats) == 0 {
			form.Unit, form.Beats = heard.Unit, heard.Beats[heard.Loop:]
		}
		bar := max(1, t.straight(seed.BarLength(seed.MeterAt(from))))
		t.opt.Bars = max(1, min(opt.Choruses*form.Length()/bar, opt.Most))
	}
	for range t.length() {
		last := t.bars[len(t.bars)-1]
		t.bars = append(t.bars, last+seed.BarLength(seed.MeterAt(last)))
	}
	if t.bars[t.length()] > music.MaxTick {
		return nil, fmt.Errorf("music: %d bars are more than a MIDI file can hold", opt.Bars)
	}
	t.from, t.to = t.straight(t.bars[opt.Intro]), t.straight(t.bars[t.length()])
	t.changes(heard, given)
	t.solo.tags = t.tags()
	t.solo.level = opt.Level
	if opt.Swing == 1 { // straight eighths are asked for: no triplets, and no sixteenths unless there is time
		t.solo.step = music.Grid / 2
		if seed.TempoAt(from) < 76 {
			t.solo.step = music.Grid / 4
		}
	}
	t.line.Swing = t.swing()
	return t, t.hold()
}

// swing is the ratio of long to short eighths of the new bars: that of the seed unless the
// options ask for another or for a feel that does not go with it. Where eighths are counted
// they are even.
func (t *take) swing() float64 {
	feel := t.opt.Feel
	if feel == "" && t.opt.Tags != nil {
		feel = t.opt.Tags.feel()
	}
	now, tempo := t.line.Swing, t.seed.TempoAt(t.bars[0])
	switch {
	case t.seed.MeterAt(t.bars[0]).Den > 4:
		return 1
	case t.opt.Swing > 0:
		return t.opt.Swing
	case feel.Even() && now > 1.4:
		return swingFor(2, tempo)
	case (feel == band.Swing || feel == band.Shuffle || feel == band.TwoBeat) && now <= 1.15:
		return swingFor(0, tempo)
	}
	return now
}

// length is the number of new bars.
func (t *take) length() int {
	n := t.opt.Intro + t.opt.Bars
	if t.opt.Ending == Tag {
		n += tagBars
	}
	return n
}

// tags are those of the options and, where they say nothing, those of the seed.
func (t *take) tags() Tags {
	tags := NoTags()
	if t.line.Swing > 1.15 {
		tags.Feel = indexOf(Feels, "SWING")
	}
	tags.Tempo = tempoClass(t.seed.TempoAt(t.bars[0]))
	tags.level(t.solo.notes)
	if i, ok := withProgram(t.part.Program); ok {
		tags.Instrument = indexOf(Instruments, i.tag)
	}
	if t.opt.Tags != nil {
		return t.opt.Tags.Or(tags)
	}
	return tags
}

// tempoClass approximates the database's class of a tempo in quarter notes a minute.
func tempoClass(bpm float64) int { return levelOf([]float64{80, 110, 140, 180}, bpm) }

// heard are the chords of the seed, which repeat from the start of its form on.
func (t *take) heard() (harmony.Changes, error) {
	m, err := hear.Pretrained()
	if err != nil {
		return harmony.Changes{}, err
	}
	from := t.bars[0]
	t.hears = m.Hear(t.seed, from)
	heard := t.hears.Changes.Until(t.straight(from))
	t.loop = loopStart(t.seed, from, heard)
	heard.Loop = min(t.straight(t.loop)/heard.Step(), max(0, len(heard.Beats)-1))
	return heard, nil
}

// changes sets the chords: those of the seed, followed by those that are given or by the
// seed's own from the loop on.
func (t *take) changes(heard, given harmony.Changes) {
	if len(given.Beats) == 0 {
		t.solo.changes = t.complete(heard)
	} else {
		lead := given
		lead.Beats = lead.Beats[max(0, len(lead.Beats)-t.straight(t.bars[t.opt.Intro]-t.bars[0])/given.Step()):]
		c := heard.Then(lead)
		loop := c.Length()
		c = c.Then(given)
		c.Loop = loop / c.Step()
		t.solo.changes = c
	}
}

// straight is the grid step of a tick without swing.
func (t *take) straight(at music.Tick) int {
	return int((at*music.Grid + music.Tick(t.seed.Resolution)/2) / music.Tick(t.seed.Resolution))
}

// soloist returns a soloist that has heard the seed and draws as candidate 0.
func (t *take) soloist() *soloist {
	s := newSoloist(t.model, t.solo, t.opt.Temperature, t.opt.TopP, t.random(0))
	s.arc = t.arc()
	up := t.octaves()
	s.lo, s.hi = max(0, s.lo+up), min(127, s.hi+up)
	return s
}

// random returns the random numbers of candidate i.
func (t *take) random(i int) *rand.Rand {
	return rand.New(rand.NewPCG(t.opt.Seed, 0x6a617a7a+uint64(i)<<32))
}

// best draws the candidates together and returns the one with the highest score; nil
// scores by similarity to the seed.
func (t *take) best(ctx context.Context, score func(s *soloist, notes []music.LineNote) float64) ([]music.LineNote, error) {
	heard := t.soloist()
	if score == nil {
		if t.opt.Candidates == 1 {
			return t.draw(ctx, heard)
		}
		score = t.similarity
	}
	all := make([][]music.LineNote, t.opt.Candidates)
	scores := make([]float64, t.opt.Candidates)
	errs := make([]error, t.opt.Candidates)
	heard.Together(len(all), t.random, func(i int, p *sample.Player) {
		s := heard.with(p)
		if all[i], errs[i] = t.draw(ctx, s); errs[i] == nil {
			scores[i] = score(s, all[i]) - t.loose(all[i])
		}
	})
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

// finish writes the notes, the other parts and the accompaniment into a score.
func (t *take) finish(notes []music.LineNote) *music.Continuation {
	notes = t.resolve(notes)
	to := t.bars[len(t.bars)-1]
	out := t.seed.Clone()
	track := &out.Tracks[t.part.Track]
	starts := t.timing(notes)
	for i, n := range notes {
		start := starts[i]
		end := min(t.line.SoloTick(n.At+n.Dur)+start-t.line.SoloTick(n.At), to)
		if i+1 < len(notes) {
			end = min(end, starts[i+1])
		}
		track.Notes = append(track.Notes, music.Note{Start: start, Dur: max(1, end-start), Pitch: uint8(n.Pitch), Velocity: uint8(n.Velocity), Channel: t.part.Channel})
	}
	if again := t.bars; t.held {
		t.repeatOthers(out, again[:len(again)-1])
		t.holdOthers(out)
	} else {
		t.repeatOthers(out, again)
	}
	c := &music.Continuation{Score: out, From: t.bars[0], To: to, Notes: len(notes), Parts: []music.Part{t.part}, Remarks: t.remarks}
	if t.opt.Combo != nil {
		t.opt.Combo.Band(t.solo.tags).Accompany(c, t.plan(notes))
	}
	for i := range out.Tracks {
		out.Tracks[i].TrimOverlaps(t.bars[0])
	}
	end := t.straight(to)
	m := measure(notes, t.from, end, max(1, t.solo.bar(t.from)), t.solo.changes.At)
	c.Measures = &m
	c.Changes = t.solo.changes.Bars(t.straight(t.bars[0]), end)
	return c
}

// plan describes the music to the band: the new bars, and those of the seed if asked.
func (t *take) plan(notes []music.LineNote) *band.Plan {
	p := &band.Plan{
		Seed: t.seed, Solo: t.part, Line: t.line, Notes: notes, Bars: t.bars, Changes: t.solo.changes,
		Feel: t.opt.Feel, Form: t.form(), Hold: t.held, Last: t.last, Random: t.opt.Seed,
	}
	if p.Feel == "" {
		p.Feel = t.solo.tags.feel()
	}
	if t.opt.AccompanySeed {
		var bars []music.Tick
		for at := music.Tick(0); at < t.bars[0]; at += t.seed.BarLength(t.seed.MeterAt(at)) {
			bars = append(bars, at)
		}
		p.Bars = append(bars, t.bars...)
		p.Notes = append(slices.Clone(t.solo.notes), notes...)
	}
	return p
}

// form is the number of bars after which the changes repeat.
func (t *take) form() int {
	c := t.solo.changes
	return (len(c.Beats) - c.Loop) * c.Step() / max(1, t.straight(t.bars[1])-t.straight(t.bars[0]))
}

// timing is when the notes start: as early or late against the grid, and as unevenly, as
// in the seed. A quantised seed gets a quantised continuation.
func (t *take) timing(notes []music.LineNote) []music.Tick {
	var off []float64
	limit := float64(t.seed.Resolution) / music.Grid / 2 // the largest rounding error of the grid
	for _, n := range t.seed.PartNotes(t.part) {
		d := float64(n.Start - t.line.SoloTick(t.line.Step(n.Start)))
		off = append(off, max(-limit, min(limit, d)))
	}
	mean, sd := stat.MeanStdDev(off, nil)
	if len(off) < 2 {
		mean, sd = 0, 0
	}
	r := rand.New(rand.NewPCG(t.opt.Seed, 0x74696d65))
	out := make([]music.Tick, len(notes))
	for i, n := range notes {
		d := mean + sd*max(-1.5, min(1.5, r.NormFloat64()))
		out[i] = max(t.bars[t.opt.Intro], t.line.SoloTick(n.At)+music.Tick(math.Round(d)))
		if i > 0 {
			out[i] = max(out[i], out[i-1]+1)
		}
		out[i] = min(out[i], t.bars[len(t.bars)-1]-1)
	}
	return out
}

// repeatOthers repeats the bars of the loop, or those that complete the form, in the
// continuation for every part except the soloist's.
func (t *take) repeatOthers(out *music.Score, bars []music.Tick) {
	src := t.loop
	for i := range bars[:len(bars)-1] {
		if src >= bars[0] {
			src = t.loop
		}
		length := bars[i+1] - bars[i]
		from, up := src, 0
		if len(t.rest) > 0 {
			from, up = t.source(i, length)
		}
		for _, p := range t.seed.Parts() {
			if p == t.part {
				continue
			}
			for _, n := range t.seed.PartNotes(p) {
				if n.Start >= from && n.Start < from+length {
					n.Start += bars[i] - from
					n.Dur = min(n.Dur, bars[len(bars)-1]-n.Start)
					out.Tracks[p.Track].Notes = append(out.Tracks[p.Track].Notes, t.moved(p, n, up))
				}
			}
		}
		src += length
	}
}
