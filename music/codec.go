package music

import (
	"slices"

	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// The network takes one step per note. Its input describes the notes so far; its
// output has five factors, each conditioned on the earlier ones: steps to the next
// onset (0 within a chord), voice, pitch, duration, velocity. Pitches are transposed so
// that the key has no signature, see Line.about, and the network is told the style, the
// meter, the density and the register that the music has had. Recalls say what
// followed when the last notes were heard before: a motif can go on without being
// remembered by the network itself.

const (
	pitchOneHot = 12 + 11 // pitch class, octave
	placeSide   = Grid + 8
	voiceSide   = placeSide + 2*maxVoices // place; voices that began a note one bar ago; voices that sound
	pitchSide   = pitchOneHot + 1 +       // last pitch of the voice
		12 + // pitch classes that sound
		12 + // pitch classes that the voice began one bar ago
		pitchOneHot + orderCount // what the voice recalls, and on how many notes
	perVoice   = 5
	realInputs = 4 + perVoice*maxVoices
)

// Streams of tokens.
const (
	tOnset = iota
	tVoice
	tPitch
	tDuration
	tVelocity
	tPhase
	tBeat
	tMeter
	tStyle
	tNextOnset // as recalled
	tNextVoice
	tNextPitch
	tBarOnset // time to the next onset at the same place one bar ago
	tokenCount
)

// Factors, in the order in which they are drawn.
const (
	fOnset = iota
	fVoice
	fPitch
	fDuration
	fVelocity
	factorCount
)

// DurationClasses is the number of note lengths that the networks tell apart.
const DurationClasses = len(sample.Durations)

// config describes a network for this codec.
func config(hidden, layers int, dropout float64) seq.Config {
	return seq.Config{
		Inputs: realInputs,
		Tokens: []seq.TokenStream{
			tOnset:     {Name: "onset", Size: sample.MaxOnset + 1, Dim: 16},
			tVoice:     {Name: "voice", Size: maxVoices, Dim: 4},
			tPitch:     {Name: "pitch", Size: 128, Dim: 32},
			tDuration:  {Name: "duration", Size: DurationClasses, Dim: 8},
			tVelocity:  {Name: "velocity", Size: sample.Velocities, Dim: 4},
			tPhase:     {Name: "phase", Size: Grid, Dim: 8},
			tBeat:      {Name: "beat", Size: 8, Dim: 4},
			tMeter:     {Name: "meter", Size: meterClasses, Dim: 4},
			tStyle:     {Name: "style", Size: styleClasses, Dim: 8},
			tNextOnset: {Name: "next onset", Size: sample.MaxOnset + 1, Dim: 8},
			tNextVoice: {Name: "next voice", Size: maxVoices, Dim: 4},
			tNextPitch: {Name: "next pitch", Size: 128, Dim: 16},
			tBarOnset:  {Name: "bar onset", Size: sample.MaxOnset + 1, Dim: 8},
		},
		Hidden: hidden, Layers: layers, ForgetBias: 1, Dropout: dropout, HeadDropout: dropout, InputDropout: dropout / 4,
		Factors: []seq.Factor{
			fOnset:    {Name: "onset", Size: sample.MaxOnset + 1, Dim: 16},
			fVoice:    {Name: "voice", Size: maxVoices, Dim: 4, Side: voiceSide},
			fPitch:    {Name: "pitch", Size: 128, Dim: 32, Side: pitchSide, Hidden: hidden / 2},
			fDuration: {Name: "duration", Size: DurationClasses, Dim: 8},
			fVelocity: {Name: "velocity", Size: sample.Velocities},
		},
	}
}

// reader is the codec's state while it goes along a line.
type reader struct {
	line  *Line
	about about
	style int // index of Styles; -1 is unknown
	touch int // added to velocities

	last  LineNote
	onset int // class of the step from the note before to last
	begun bool
	past  []LineNote
	voice [maxVoices]struct {
		at, end, pitch int
		begun          bool
		recall         recall
	}
	recall recall // of all voices
}

func newReader(l *Line, a about, style int) *reader { return &reader{line: l, about: a, style: style} }

// pitch is the transposed pitch of a note.
func (r *reader) pitch(n LineNote) int {
	if r.drums(n.Voice) {
		return n.Pitch
	}
	return n.Pitch + r.about.shift
}

func (r *reader) drums(voice int) bool {
	return voice < len(r.line.Parts) && r.line.Parts[voice].Drums()
}

// velocity is the class of a note's velocity.
func (r *reader) velocity(n LineNote) int {
	return sample.VelocityClass(min(max(n.Velocity+r.touch, 1), 127))
}

// inputs writes the inputs of the step that predicts the next note.
func (r *reader) inputs(x []float32, tokens []int32) {
	clear(x[:realInputs])
	for i := range tokens {
		tokens[i] = -1
	}
	tokens[tStyle] = int32(r.style)
	x[0], x[1] = r.about.density, r.about.chords
	for v := range r.voice {
		y := x[4+v*perVoice:]
		y[0], y[1] = r.about.register[v], r.about.share[v]
	}
	if !r.begun {
		return
	}
	phase, beat, bar := r.line.place(r.last.At)
	x[2] = float32(bar / 4)
	for v := range r.voice {
		w := &r.voice[v]
		if !w.begun {
			continue
		}
		y := x[4+v*perVoice:]
		y[2] = float32(w.pitch-60) / 24
		y[3] = float32(min(r.last.At-w.at, sample.MaxOnset)) / 24
		if w.end > r.last.At {
			y[4] = 1
		}
	}
	tokens[tOnset] = int32(r.onset)
	tokens[tPitch] = int32(r.pitch(r.last))
	tokens[tVoice] = int32(r.last.Voice)
	tokens[tDuration] = int32(sample.DurationClass(r.last.Dur))
	tokens[tVelocity] = int32(r.velocity(r.last))
	tokens[tPhase], tokens[tBeat] = int32(phase), int32(beat)
	tokens[tMeter] = int32(r.line.meterClass(r.last.At))
	before := r.last.At - r.line.BarLength(r.last.At)
	if i, _ := slices.BinarySearchFunc(r.past, before+1, func(n LineNote, at int) int { return n.At - at }); i < len(r.past) && r.past[i].At < r.last.At {
		tokens[tBarOnset] = int32(min(r.past[i].At-before, sample.MaxOnset))
	}
	if next, order := r.recall.next(); order > 0 {
		x[3] = float32(order) / orderCount
		tokens[tNextOnset], tokens[tNextVoice] = int32(next.onset), int32(next.voice)
		if p := r.pitch(r.last) + int(next.interval); p >= 0 && p < 128 {
			tokens[tNextPitch] = int32(p)
		}
	}
}

// onsetClass is the class of the time from the last note to step at.
func (r *reader) onsetClass(at int) int {
	if !r.begun {
		return 0
	}
	return min(at-r.last.At, sample.MaxOnset)
}

// began returns the notes that began at a step.
func (r *reader) began(at int) []LineNote {
	from, _ := slices.BinarySearchFunc(r.past, at, func(n LineNote, at int) int { return n.At - at })
	to := from
	for to < len(r.past) && r.past[to].At == at {
		to++
	}
	return r.past[from:to]
}

// longest is the furthest that a sounding note is looked for, in notes.
const longest = 48

// sounding calls f with the notes that sound at a step.
func (r *reader) sounding(at int, f func(LineNote)) {
	for i := len(r.past) - 1; i >= 0 && i >= len(r.past)-longest; i-- {
		if n := r.past[i]; n.At == at || n.At+n.Dur > at {
			f(n)
		}
	}
}

// placeFeatures writes the side features of the voice: the place of the onset, and what
// the voices do there and did one bar before.
func (r *reader) placeFeatures(side []float32, at int) {
	clear(side[:voiceSide])
	phase, beat, _ := r.line.place(at)
	side[phase] = 1
	side[Grid+beat] = 1
	for _, n := range r.began(at - r.line.BarLength(at)) {
		side[placeSide+n.Voice] = 1
	}
	r.sounding(at, func(n LineNote) { side[placeSide+maxVoices+n.Voice] = 1 })
}

// pitchFeatures writes the side features of the pitch of a voice's note at a step.
func (r *reader) pitchFeatures(side []float32, voice, at int) {
	clear(side[:pitchSide])
	w := &r.voice[voice]
	if w.begun {
		side[w.pitch%12] = 1
		side[12+w.pitch/12] = 1
		side[pitchOneHot] = 1
	}
	side = side[pitchOneHot+1:]
	r.sounding(at, func(n LineNote) {
		if !r.drums(n.Voice) {
			side[r.pitch(n)%12] = 1
		}
	})
	side = side[12:]
	for _, n := range r.began(at - r.line.BarLength(at)) {
		if n.Voice == voice {
			side[r.pitch(n)%12] = 1
		}
	}
	side = side[12:]
	if next, order := w.recall.next(); order > 0 {
		if p := w.pitch + int(next.interval); p >= 0 && p < 128 {
			side[p%12] = 1
			side[12+p/12] = 1
			side[pitchOneHot+order-1] = 1
		}
	}
}

// advance moves past a note.
func (r *reader) advance(n LineNote) {
	r.onset = r.onsetClass(n.At)
	p := r.pitch(n)
	w := &r.voice[n.Voice]
	if w.begun {
		w.recall.add(event{onset: min(n.At-w.at, sample.MaxOnset), interval: int8(p - w.pitch)})
	}
	if r.begun {
		r.recall.add(event{onset: r.onset, voice: int8(n.Voice), interval: int8(p - r.pitch(r.last))})
	}
	w.at, w.end, w.pitch, w.begun = n.At, n.At+n.Dur, p, true
	r.last, r.begun = n, true
	r.past = append(r.past, n)
}

// forget drops what the recalls know, so that a new section is not the old one again.
func (r *reader) forget() {
	r.recall = recall{}
	for v := range r.voice {
		r.voice[v].recall = recall{}
	}
}

// fill writes b.T notes of the line, from note from on, into sequence i of a training
// batch; the reader must have advanced past the notes before. Steps beyond the end of
// the line get weight 0.
func (r *reader) fill(b *seq.Batch, i, from int) {
	var tok [tokenCount]int32
	for t := range b.T {
		row := t*b.B + i
		if from+t >= len(r.line.Notes) {
			b.Weight[row] = 0
			continue
		}
		n := r.line.Notes[from+t]
		onset := r.onsetClass(n.At)
		r.inputs(b.X[row*realInputs:(row+1)*realInputs], tok[:])
		for k := range tok {
			b.Tokens[k][row] = tok[k]
		}
		r.placeFeatures(b.Side[fVoice][row*voiceSide:], n.At)
		r.pitchFeatures(b.Side[fPitch][row*pitchSide:], n.Voice, n.At)
		b.Labels[fOnset][row] = int32(onset)
		b.Labels[fVoice][row] = int32(n.Voice)
		b.Labels[fPitch][row] = int32(r.pitch(n))
		b.Labels[fDuration][row] = int32(sample.DurationClass(n.Dur))
		b.Labels[fVelocity][row] = int32(r.velocity(n))
		b.Weight[row] = 1
		r.advance(n)
	}
}

// orders are the numbers of last events that a recall looks for, the longest first: what
// followed the longest match comes next.
var orders = [orderCount]int{8, 4, 2}

const orderCount = 3

// event is what tells a note from the one before it.
type event struct {
	onset    int // steps from onset to onset
	voice    int8
	interval int8 // semitones
}

// recall remembers what followed the last time that the same two, four or eight events
// were heard, in whatever key.
type recall struct {
	events []event
	after  map[uint64]int32 // index of the event that followed, by a hash of the events before
	found  int32            // the event recalled now
	order  int              // 0 nothing is recalled, else the place of the match in orders, from the end
}

// add moves past an event.
func (r *recall) add(e event) {
	if r.after == nil {
		r.after = map[uint64]int32{}
	}
	r.events = append(r.events, e)
	r.order = 0
	n := len(r.events)
	for i, k := range orders {
		if n < k {
			continue
		}
		h := hashEvents(r.events[n-k:])
		if at, ok := r.after[h]; ok && r.order == 0 {
			r.order, r.found = orderCount-i, at
		}
		r.after[h] = int32(n)
	}
}

// next is the event recalled, and on how good a match: 0 is none, 3 the longest.
func (r *recall) next() (e event, order int) {
	if r.order == 0 {
		return event{}, 0
	}
	return r.events[r.found], r.order
}

// hashEvents is FNV-1a, with the number of events first.
func hashEvents(list []event) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset) ^ uint64(len(list))
	for _, e := range list {
		h = (h ^ uint64(e.onset)) * prime
		h = (h ^ uint64(uint8(e.voice))<<8 ^ uint64(uint8(e.interval))) * prime
	}
	return h
}
