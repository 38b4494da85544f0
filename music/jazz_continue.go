package music

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
)

// JazzOptions says how a solo is continued. Zero fields mean the default.
type JazzOptions struct {
	Bars        int     // length of the continuation; default 8
	Temperature float64 // default 1
	TopP        float64 // default .95; negative is off
	Part        int     // part that plays the solo, counted from 1; 0 means the one most like a solo line
	Changes     []Beat  // chords of the continuation, repeated as needed; nil means those of the seed
	Style       int     // 1 + index into Styles; 0 means unknown
	Seed        uint64
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
		bass := int(pitch)/len(notes) < 48
		if float64(single) >= soloShare*float64(onsets) && !bass && p.Notes > most {
			best, most = i+1, p.Notes
		}
	}
	return best
}

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
	if opt.Bars == 0 {
		opt.Bars = 8
	}
	if opt.Temperature == 0 {
		opt.Temperature = 1
	}
	if opt.TopP == 0 {
		opt.TopP = .95
	}
	if opt.Part == 0 {
		opt.Part = max(1, SoloPart(seed))
	}
	line, err := NewLine(seed, opt.Part-1)
	if err != nil {
		return nil, err
	}
	part := seed.Parts()[opt.Part-1]
	from := seed.NextBar(max(0, seed.End()-Tick(seed.Resolution)/4))
	if from == 0 {
		from = seed.BarLength(seed.MeterAt(0))
	}
	bars := []Tick{from}
	for range opt.Bars {
		last := bars[len(bars)-1]
		bars = append(bars, last+seed.BarLength(seed.MeterAt(last)))
	}
	to := bars[opt.Bars]
	if to > maxTick {
		return nil, fmt.Errorf("music: %d bars are more than a MIDI file can hold", opt.Bars)
	}
	s := newSoloist(m, line, slices.Index(line.Parts, part), opt)
	loop := loopStart(seed, from)
	s.changes(seed, loop, from, opt.Changes)
	s.prime()
	notes, err := s.run(ctx, line.toGrid(from), line.toGrid(to))
	if err != nil {
		return nil, err
	}
	out := seed.Clone()
	track := &out.Tracks[part.Track]
	for i, n := range notes {
		start, end := line.toTick(n.At), min(line.toTick(n.At+n.Dur), to)
		if i+1 < len(notes) {
			end = min(end, line.toTick(notes[i+1].At))
		}
		track.Notes = append(track.Notes, Note{start, max(1, end-start), uint8(n.Pitch), uint8(n.Velocity), part.Channel})
	}
	repeatOthers(out, seed, part, loop, bars)
	for i := range out.Tracks {
		separate(out.Tracks[i].Notes, from)
		sortNotes(out.Tracks[i].Notes)
	}
	return &Continuation{Score: out, From: from, To: to, Notes: len(notes), Parts: []Part{part}}, nil
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

// soloist draws a solo.
type soloist struct {
	drawer
	reader  jazzReader
	line    *Line
	notes   []LineNote // the seed's
	known   *copies
	moves   []move // of all notes so far
	opt     JazzOptions
	lo, hi  int
	volume  volumes
	x       []float32
	tokens  [jazzTokens]int32
	streams [][]int32
	side    []float32
}

func newSoloist(m *JazzModel, line *Line, voice int, opt JazzOptions) *soloist {
	s := &soloist{
		drawer: newDrawer(m.net, opt.Temperature, opt.TopP, rand.New(rand.NewPCG(opt.Seed, 0x6a617a7a))),
		line:   line, opt: opt, known: m.copies,
		x: make([]float32, jazzReals), side: make([]float32, placeSide+jazzSide),
		lo: 127,
	}
	for i := range s.tokens {
		s.streams = append(s.streams, s.tokens[i:i+1])
	}
	for _, n := range line.Notes {
		if n.Voice != voice {
			continue
		}
		if k := len(s.notes); k > 0 && s.notes[k-1].At == n.At {
			s.notes = s.notes[:k-1] // of a chord the top note
		}
		s.notes = append(s.notes, n)
		s.lo, s.hi = min(s.lo, n.Pitch), max(s.hi, n.Pitch)
	}
	// a seed of narrow range may open up to two octaves
	grow := max(rangeMargin, (24-(s.hi-s.lo))/2)
	s.lo, s.hi = max(0, s.lo-grow), min(127, s.hi+grow)
	s.volume = newVolumes(s.notes, voice)
	s.reader.tags = s.tags()
	return s
}

// tags are what the seed tells of its kind.
func (s *soloist) tags() Tags {
	t := Tags{Style: s.opt.Style - 1, Feel: unknownToken, Instrument: unknownToken}
	if s.line.Swing > 1.15 {
		t.Feel = indexOf(Feels, "SWING")
	}
	bpm := s.line.score.TempoAt(s.line.score.End())
	for _, limit := range []float64{80, 110, 140, 180} { // about the database's classes
		if bpm >= limit {
			t.Tempo++
		}
	}
	program := s.line.Parts[max(0, s.notes[0].Voice)].Program
	if name, ok := map[int]string{64: "ss", 65: "as", 66: "ts", 67: "bs", 56: "tp", 59: "tp", 57: "tb", 71: "cl", 11: "vib", 26: "g", 0: "p"}[program]; ok {
		t.Instrument = indexOf(Instruments, name)
	}
	return t
}

// changes lays out the chords: those of the seed, then those given or the
// seed's from loop on again.
func (s *soloist) changes(seed *Score, loop, from Tick, given []Beat) {
	beats := DetectChanges(seed, from)
	n := int(from) / seed.Resolution
	for len(beats) < n {
		beats = append(beats, Beat{InBar: len(beats) % 4})
	}
	s.reader.beats, s.reader.loop = beats[:n:n], min(int(loop)/seed.Resolution, max(0, n-1))
	if len(given) > 0 {
		s.reader.beats = append(s.reader.beats, given...)
		s.reader.loop = n
	}
}

func (s *soloist) prime() {
	for _, n := range s.notes {
		s.read()
		s.advance(n)
	}
}

// advance moves past a note.
func (s *soloist) advance(n LineNote) {
	if s.reader.begun {
		s.moves = append(s.moves, move{n.Pitch - s.reader.last.Pitch, n.At - s.reader.last.At})
	}
	s.reader.advance(n)
}

// copied reports whether pitch p after onset steps would complete a run of the
// corpus.
func (s *soloist) copied(p, onset int) bool {
	s.moves = append(s.moves, move{p - s.reader.last.Pitch, onset})
	found := s.known.has(s.moves)
	s.moves = s.moves[:len(s.moves)-1]
	return found
}

func (s *soloist) read() {
	s.reader.inputs(s.x, &s.tokens)
	s.step.Step(s.state, s.x, s.streams)
}

// run draws notes from grid step from until to.
func (s *soloist) run(ctx context.Context, from, to int) ([]LineNote, error) {
	var notes []LineNote
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.read()
		n, ok := s.note(notes, from, to)
		if !ok {
			return notes, nil
		}
		notes = append(notes, n)
		s.advance(n)
	}
}

// note draws one note; ok is false when the next onset would be at or after to.
func (s *soloist) note(done []LineNote, from, to int) (n LineNote, ok bool) {
	last := s.reader.last.At
	score := s.line.score
	bar := int(score.BarLength(score.MeterAt(s.line.exact(max(last, from))))) * Grid / score.Resolution
	onset := s.draw(jOnset, nil, func(k int) bool {
		if len(done) == 0 {
			return last+k >= from && last+k < from+bar
		}
		return k > 0 && k <= maxRestBars*bar
	})
	if onset < 0 {
		if len(done) > 0 {
			return n, false
		}
		onset = from - last // the seed's last onset is too long ago
	}
	n.At = last + onset
	if n.At >= to {
		return n, false
	}
	s.step.Choose(jOnset, 0, min(onset, maxOnset))

	s.reader.side(s.side, n.At)
	base := s.reader.last.Pitch
	k := s.draw(jPitch, s.side, func(k int) bool {
		p := base + k - maxInterval
		return p >= s.lo && p <= s.hi && !repeats(done, base, p, onset) && !s.copied(p, onset)
	})
	if k < 0 {
		k = maxInterval
	}
	n.Pitch = base + k - maxInterval
	s.step.Choose(jPitch, 0, k)

	d := max(0, s.draw(jDuration, nil, nil))
	s.step.Choose(jDuration, 0, d)
	n.Dur = min(durations[d], to-n.At)
	v := max(0, s.draw(jVelocity, nil, nil))
	n.Velocity = max(1, s.volume[v])
	return n, true
}

// repeats reports whether pitch p after the notes so far would complete a cell
// of up to four notes, intervals and onsets alike, for the fourth time running.
func repeats(done []LineNote, last, p, onset int) bool {
	type step struct{ interval, onset int }
	var steps []step
	steps = append(steps, step{p - last, onset})
	for i := len(done) - 1; i > 0 && len(steps) < 16; i-- {
		steps = append(steps, step{done[i].Pitch - done[i-1].Pitch, done[i].At - done[i-1].At})
	}
	for size := 1; size <= 4; size++ {
		need := 4 * size
		if size == 1 {
			need = 8 // a repeated interval becomes a mannerism later
		}
		if len(steps) < need {
			continue
		}
		same := true
		for i := size; i < need && same; i++ {
			same = steps[i] == steps[i-size]
		}
		if same {
			return true
		}
	}
	return false
}
