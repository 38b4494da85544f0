// Package music continues music: it reads a MIDI file, quantises its notes to a
// swing-aware grid, samples the notes that follow from a network of package seq,
// and writes MIDI again.
//
// Start with [ReadMIDI], which returns a [Score], and [Model.Continue], which
// returns the score with more bars. [Train] makes a [Model] from scores of a style.
// Jazz solos over chord changes have a network of their own, in music/jazz.
//
// Ticks are the only stored musical time: [Score.Resolution] of them make a quarter
// note, and seconds are derived from the tempo map. A Score is the music as a file
// has it; a [Line] is the same music on the grid, as the network reads it. Many
// goroutines may use a Score or a Model at once as long as none changes it. The same
// seed gives the same notes. Before version 1.0 the API may change between minor
// versions.
package music

import (
	"context"
	"fmt"
	"slices"
)

// Options describe a continuation. Zero fields mean the default.
type Options struct {
	Bars        int     // length of the continuation; default 8
	Temperature float64 // above 1 is bolder, below 1 safer; default .95
	TopP        float64 // draw from the most likely values that together have this probability; default .95; negative is off
	Style       string  // one of Styles; "" means the likeliest, see Model.StylesOf
	Part        int     // part to continue, counted from 1 in the order of Score.Parts; 0 means all
	Others      bool    // parts that are not continued repeat their last bars; without this they rest
	Tempo       float64 // of the new bars in quarter notes a minute; 0 means that of the seed, see Join
	Seed        uint64  // of the random numbers
	// Sections are the letters of the new sections: those of the seed are A, B and so on, and
	// come back up to a new ending; other letters are new. "" finds the usual ones for songs
	// and rags; NoSections is music without.
	Sections string
	Key      Key // of the seed, if it is known from elsewhere; otherwise its last notes tell
	// Close ends the music: its last bar holds the chord of the tonic. Music of a single bar
	// does not end.
	Close bool
}

// Continuation is the result of Continue.
type Continuation struct {
	*Score        // the seed and, after it, the new notes
	From   Tick   // start of the continuation, a bar line
	To     Tick   // end of the continuation, a bar line
	Notes  int    // number of new notes
	Parts  []Part // parts that were continued

	Remarks  []string  // what was changed in the seed, see Joint
	Measures *Measures // of a solo over changes; nil for other music
	Changes  []string  // the chords of a solo over changes, one string per bar
}

const maxChord = 10 // notes at one onset

// Continue samples the bars that follow a score. The new music starts on the first
// bar line after the seed, keeps its tempo, meter, programs and swing, and every note
// ends by the last bar line.
func (m *Model) Continue(ctx context.Context, seed *Score, opt Options) (*Continuation, error) {
	if opt.Bars == 0 {
		opt.Bars = 8
	}
	if opt.Temperature == 0 {
		opt.Temperature = .95
	}
	if opt.TopP == 0 {
		opt.TopP = .95
	}
	j := Join(seed, opt.Tempo)
	seed, from := j.Seed, j.From
	var err error
	if opt.Part, err = j.Part(opt.Part); err != nil {
		return nil, err
	}
	line, err := newWrittenLine(seed, opt.Part-1)
	if err != nil {
		return nil, err
	}
	voices := make([]bool, maxVoices)
	var chosen []Part
	for v, p := range line.Parts {
		voices[v] = opt.Part == 0 || p == seed.Parts()[opt.Part-1]
		if voices[v] {
			chosen = append(chosen, p)
		}
	}
	to := from
	for range opt.Bars {
		to += seed.BarLength(seed.MeterAt(to))
	}
	if to > MaxTick {
		return nil, fmt.Errorf("music: %d bars more than a MIDI file can hold", opt.Bars)
	}
	s := newSampler(m, line, opt, voices)
	s.prime()
	spans, said := opt.spans(line, line.Step(from), line.Step(to))
	if said != "" {
		j.Remarks = append(j.Remarks, said)
	}
	s.loop(line.Step(from), line.Step(to))
	s.watch(line.Step(from))
	if opt.Close && opt.Bars >= leastClosed {
		s.close(line.Step(from), line.Step(to))
	}
	notes, err := s.draw(ctx, spans)
	if err != nil {
		return nil, err
	}
	s.shorten(notes)
	s.fill(notes, line.Step(to))
	out := seed.Clone()
	line.add(out, notes, to)
	if opt.Others {
		repeatOthers(out, seed, line, chosen, from, to, spans)
	}
	for i := range out.Tracks {
		out.Tracks[i].TrimOverlaps(from)
	}
	return &Continuation{Score: out, From: from, To: to, Notes: len(notes), Parts: chosen, Remarks: j.Remarks}, nil
}

// add writes new notes that end at to into a score, each part with its touch.
func (l *Line) add(out *Score, notes []LineNote, to Tick) {
	for v, p := range l.Parts {
		var chord []Note
		track := &out.Tracks[p.Track]
		play := func() {
			l.touch[v].play(chord, to)
			track.Notes = append(track.Notes, chord...)
			chord = chord[:0]
		}
		for _, n := range notes {
			if n.Voice != v {
				continue
			}
			start, end := l.Tick(n.At), min(l.Tick(n.At+n.Dur), to)
			if len(chord) > 0 && chord[0].Start != start {
				play()
			}
			chord = append(chord, Note{
				Start: start, Dur: max(1, end-start), Pitch: uint8(n.Pitch), Velocity: uint8(n.Velocity), Channel: p.Channel,
			})
		}
		play()
	}
}

// repeated is how many bars parts repeat that are not continued.
const repeated = 8

// repeatOthers repeats bars of the parts of a seed that are not among the chosen ones:
// those of the section that returns, or else the last ones, without those at the end in
// which nothing begins.
func repeatOthers(out, seed *Score, line *Line, chosen []Part, from, to Tick, spans []span) {
	bar := seed.BarLength(seed.MeterAt(max(0, from-1)))
	last := Tick(0)
	for _, t := range seed.Tracks {
		for _, n := range t.Notes {
			last = max(last, n.Start)
		}
	}
	end := from - max(0, from-1-last)/bar*bar
	loop := min(repeated*bar, max(1, end/bar)*bar)
	for _, p := range seed.Parts() {
		if slices.Contains(chosen, p) {
			continue
		}
		all := seed.PartNotes(p)
		add := func(source, until, shift Tick) {
			for _, n := range all {
				if n.Start >= source && n.Start < until {
					n.Start += shift
					n.Dur = min(n.Dur, to-n.Start)
					out.Tracks[p.Track].Notes = append(out.Tracks[p.Track].Notes, n)
				}
			}
		}
		for _, x := range spans {
			a, b, source := line.straightTick(x.from), min(line.straightTick(x.to), to), line.straightTick(max(x.source, 0))
			if x.source >= 0 && source+b-a <= from {
				add(source, source+b-a, a-source)
				continue
			}
			for a < b { // the last bars, in phase
				into := (a - from) % loop
				n := min(loop-into, b-a)
				source := end - loop + into
				add(source, source+n, a-source)
				a += n
			}
		}
	}
}

// TrimOverlaps sorts the notes and shortens every note that is still sounding when
// one of the same pitch and channel starts at or after tick from: MIDI cannot tell
// their ends apart.
func (t *Track) TrimOverlaps(from Tick) {
	notes := t.Notes
	sortNotes(notes)
	var sounding [16][128][]int
	for i, n := range notes {
		var still []int
		for _, k := range sounding[n.Channel][n.Pitch] {
			switch {
			case notes[k].End() <= n.Start:
			case n.Start >= from:
				notes[k].Dur = max(1, n.Start-notes[k].Start)
			default:
				still = append(still, k)
			}
		}
		sounding[n.Channel][n.Pitch] = append(still, i)
	}
	sortNotes(notes)
}

// Only returns the continuation without the seed, moved to tick 0.
func (c *Continuation) Only() *Score { return c.Score.Cut(c.From, c.To) }
