package music

import (
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// The network takes one step per note. Its input describes the notes so far; its
// output has five factors, each conditioned on the earlier ones: steps to the next
// onset (0 within a chord), voice, pitch, duration, velocity.

const (
	prevTokens = 7
	pitchSide  = 12 + 11 + 1 // pitch class, octave, known
	placeSide  = Grid + 8    // phase, beat
	perVoice   = 3
	realInputs = 1 + perVoice*maxVoices
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
			{Name: "onset", Size: sample.MaxOnset + 1, Dim: 16}, {Name: "voice", Size: maxVoices, Dim: 4},
			{Name: "pitch", Size: 128, Dim: 32}, {Name: "duration", Size: DurationClasses, Dim: 8},
			{Name: "velocity", Size: sample.Velocities, Dim: 4}, {Name: "phase", Size: Grid, Dim: 8}, {Name: "beat", Size: 8, Dim: 4},
		},
		Hidden: hidden, Layers: layers, ForgetBias: 1, Dropout: dropout, HeadDropout: dropout,
		Factors: []seq.Factor{
			fOnset:    {Name: "onset", Size: sample.MaxOnset + 1, Dim: 16},
			fVoice:    {Name: "voice", Size: maxVoices, Dim: 4, Side: placeSide},
			fPitch:    {Name: "pitch", Size: 128, Dim: 32, Side: pitchSide},
			fDuration: {Name: "duration", Size: DurationClasses, Dim: 8},
			fVelocity: {Name: "velocity", Size: sample.Velocities},
		},
	}
}

// reader is the codec's state while it goes along a line.
type reader struct {
	line  *Line
	last  LineNote
	onset int // class of the step from the note before to last
	begun bool
	voice [maxVoices]struct {
		at, end, pitch int
		begun          bool
	}
	shift int // transposition in semitones; drums are not transposed
}

// pitch is the transposed pitch of a note.
func (r *reader) pitch(n LineNote) int {
	if r.drums(n.Voice) {
		return n.Pitch
	}
	return n.Pitch + r.shift
}

func (r *reader) drums(voice int) bool {
	return voice < len(r.line.Parts) && r.line.Parts[voice].Drums()
}

// inputs writes the inputs of the step that predicts the next note.
func (r *reader) inputs(x []float32, tokens []int32) {
	clear(x[:realInputs])
	for i := range tokens {
		tokens[i] = -1
	}
	if !r.begun {
		return
	}
	phase, beat, bar := r.line.place(r.last.At)
	x[0] = float32(bar / 4)
	for v := range r.voice {
		w := &r.voice[v]
		if !w.begun {
			continue
		}
		y := x[1+v*perVoice:]
		y[0] = float32(w.pitch-60) / 24
		y[1] = float32(min(r.last.At-w.at, sample.MaxOnset)) / 24
		if w.end > r.last.At {
			y[2] = 1
		}
	}
	tokens[0] = int32(r.onset)
	tokens[2] = int32(r.pitch(r.last))
	tokens[1] = int32(r.last.Voice)
	tokens[3] = int32(sample.DurationClass(r.last.Dur))
	tokens[4] = int32(sample.VelocityClass(r.last.Velocity))
	tokens[5], tokens[6] = int32(phase), int32(beat)
}

// onsetClass is the class of the time from the last note to step at.
func (r *reader) onsetClass(at int) int {
	if !r.begun {
		return 0
	}
	return min(at-r.last.At, sample.MaxOnset)
}

// placeFeatures writes the side features of the voice: the place of the onset.
func (r *reader) placeFeatures(side []float32, at int) {
	clear(side[:placeSide])
	phase, beat, _ := r.line.place(at)
	side[phase] = 1
	side[Grid+beat] = 1
}

// pitchFeatures writes the side features of the pitch: the last pitch of the voice.
func (r *reader) pitchFeatures(side []float32, voice int) {
	clear(side[:pitchSide])
	w := &r.voice[voice]
	if !w.begun {
		return
	}
	side[w.pitch%12] = 1
	side[12+w.pitch/12] = 1
	side[pitchSide-1] = 1
}

// advance moves past a note.
func (r *reader) advance(n LineNote) {
	r.onset = r.onsetClass(n.At)
	w := &r.voice[n.Voice]
	w.at, w.end, w.pitch, w.begun = n.At, n.At+n.Dur, r.pitch(n), true
	r.last, r.begun = n, true
}

// fill writes b.T notes of the line, from note from on, into sequence i of a training
// batch; the reader must have advanced past the notes before. Steps beyond the end of
// the line get weight 0.
func (r *reader) fill(b *seq.Batch, i, from int) {
	var tok [prevTokens]int32
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
		r.placeFeatures(b.Side[fVoice][row*placeSide:], n.At)
		r.pitchFeatures(b.Side[fPitch][row*pitchSide:], n.Voice)
		b.Labels[fOnset][row] = int32(onset)
		b.Labels[fVoice][row] = int32(n.Voice)
		b.Labels[fPitch][row] = int32(r.pitch(n))
		b.Labels[fDuration][row] = int32(sample.DurationClass(n.Dur))
		b.Labels[fVelocity][row] = int32(sample.VelocityClass(n.Velocity))
		b.Weight[row] = 1
		r.advance(n)
	}
}
