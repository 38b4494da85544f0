package jazz

import (
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// The network takes one step per note of a solo and knows the changes. Pitch is coded
// as the interval from the last note and chords relative to that note, so that a phrase
// looks the same in every key.

const (
	placeSide    = music.Grid + 8    // phase, beat
	maxInterval  = 36                // larger leaps are coded as this
	intervals    = 2*maxInterval + 1 // classes of the pitch factor
	changesSide  = 12 + 12 + 12 + 1  // tones and root of the chord at the onset, tones of the next chord, beats until it
	chordSide    = changesSide + harmony.Qualities + 3
	noteTokens   = 9 // token streams that describe the last note and its place
	tokens       = noteTokens + tagCount
	reals        = 2
	tagDrop      = .3 // probability that a training window hides a tag
	unknownToken = -1
)

// Factors, in the order in which they are drawn.
const (
	fOnset = iota
	fPitch
	fDuration
	fVelocity
	factorCount
)

func config(hidden, layers int, dropout float64) seq.Config {
	c := seq.Config{
		Inputs: reals,
		Tokens: []seq.TokenStream{
			{Name: "onset", Size: sample.MaxOnset + 1, Dim: 16}, {Name: "interval", Size: intervals, Dim: 16},
			{Name: "duration", Size: len(sample.Durations), Dim: 8}, {Name: "velocity", Size: sample.Velocities, Dim: 4},
			{Name: "phase", Size: music.Grid, Dim: 8}, {Name: "beat", Size: 8, Dim: 4},
			{Name: "root", Size: 12, Dim: 12}, {Name: "quality", Size: harmony.Qualities, Dim: 8}, {Name: "pitch", Size: 128, Dim: 16},
		},
		Hidden: hidden, Layers: layers, ForgetBias: 1, Dropout: dropout, HeadDropout: dropout, InputDropout: dropout / 4,
		Factors: []seq.Factor{
			fOnset:    {Name: "onset", Size: sample.MaxOnset + 1, Dim: 16},
			fPitch:    {Name: "pitch", Size: intervals, Dim: 16, Side: placeSide + chordSide, Hidden: hidden / 2},
			fDuration: {Name: "duration", Size: len(sample.Durations), Dim: 8},
			fVelocity: {Name: "velocity", Size: sample.Velocities},
		},
	}
	for _, t := range tagSizes {
		c.Tokens = append(c.Tokens, seq.TokenStream{Name: t.name, Size: t.size, Dim: t.dim})
	}
	return c
}

// reader is the codec's state while it goes along a solo.
type reader struct {
	harmony.Changes
	tags     Tags
	shift    int // transposition of notes and chords in semitones
	last     music.LineNote
	interval int
	onset    int
	begun    bool
}

// inputs writes the inputs of the step that predicts the next note.
func (r *reader) inputs(x []float32, tok []int32) {
	for i := range tok {
		tok[i] = unknownToken
	}
	x[0], x[1] = 0, 0
	for i, p := range r.tags.all() {
		tok[noteTokens+i] = int32(*p)
	}
	if !r.begun {
		return
	}
	p := r.last.Pitch + r.shift
	b := r.At(r.last.At)
	x[0] = float32(p-64) / 12
	x[1] = float32(min(r.last.Dur, 48)) / 24
	tok[0] = int32(r.onset)
	tok[1] = int32(r.interval)
	tok[2] = int32(sample.DurationClass(r.last.Dur))
	if r.last.Velocity > 0 {
		tok[3] = int32(sample.VelocityClass(r.last.Velocity))
	}
	tok[4], tok[5] = int32(r.last.At%music.Grid), int32(min(r.Quarter(r.last.At), 7))
	if b.Chord.Quality != harmony.NoChord {
		tok[6] = int32(harmony.Class(b.Chord.Root - r.last.Pitch))
		tok[7] = int32(b.Chord.Quality)
	}
	tok[8] = int32(min(max(p, 0), 127))
}

// side writes the side features of the pitch: the place of its onset and the chords.
func (r *reader) side(s []float32, at int) {
	clear(s[:placeSide+chordSide])
	b := r.At(at)
	s[at%music.Grid] = 1
	s[music.Grid+min(r.Quarter(at), 7)] = 1
	s = s[placeSide:]
	ref := r.last.Pitch
	for i := range 12 {
		if b.Chord.Has(ref + i) {
			s[i] = 1
		}
	}
	if b.Chord.Quality != harmony.NoChord {
		s[12+harmony.Class(b.Chord.Root-ref)] = 1
	}
	next, k := r.Next(at)
	for i := range 12 {
		if next.Has(ref + i) {
			s[24+i] = 1
		}
	}
	s[36] = float32(k) / 8
	s[changesSide+int(b.Chord.Quality)] = 1
	s = s[changesSide+harmony.Qualities:]
	p := float32(ref+r.shift-64) / 12
	s[0], s[1] = p, p*p
	s[2] = float32(min(at-r.last.At, sample.MaxOnset)) / 24
}

func (r *reader) onsetClass(at int) int {
	if !r.begun {
		return 0
	}
	return min(max(at-r.last.At, 0), sample.MaxOnset)
}

func intervalClass(d int) int { return min(max(d, -maxInterval), maxInterval) + maxInterval }

// advance moves past a note.
func (r *reader) advance(n music.LineNote) {
	r.onset = r.onsetClass(n.At)
	r.interval = maxInterval
	if r.begun {
		r.interval = intervalClass(n.Pitch - r.last.Pitch)
	}
	r.last, r.begun = n, true
}

// fill writes the notes of a solo, from note from on, into sequence i of a batch. The
// first note of a solo has no weight: it is given, not predicted.
func (r *reader) fill(b *seq.Batch, i int, notes []music.LineNote, from int) {
	var tok [tokens]int32
	const side = placeSide + chordSide
	for t := range b.T {
		row := t*b.B + i
		if from+t >= len(notes) {
			break
		}
		n := notes[from+t]
		r.inputs(b.X[row*reals:(row+1)*reals], tok[:])
		for k := range tok {
			b.Tokens[k][row] = tok[k]
		}
		b.Labels[fOnset][row] = int32(r.onsetClass(n.At))
		r.side(b.Side[fPitch][row*side:(row+1)*side], n.At)
		b.Labels[fPitch][row] = int32(intervalClass(n.Pitch - r.last.Pitch))
		b.Labels[fDuration][row] = int32(sample.DurationClass(n.Dur))
		b.Labels[fVelocity][row] = unknownToken
		if n.Velocity > 0 {
			b.Labels[fVelocity][row] = int32(sample.VelocityClass(n.Velocity))
		}
		if r.begun {
			b.Weight[row] = 1
		}
		r.advance(n)
	}
}
