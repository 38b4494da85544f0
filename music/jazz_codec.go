package music

import "github.com/segue-go/segue/seq"

// The jazz network makes one step per note of a solo and knows the changes. It
// hears pitch as the interval from the last note, and chords as they lie around
// that note, so that a phrase is the same in every key.

const (
	maxInterval  = 36                // larger leaps count as this
	intervals    = 2*maxInterval + 1 // classes of the pitch factor
	changesSide  = 12 + 12 + 12 + 1  // tones and root of the chord at the onset, tones of the next, steps to it
	jazzSide     = changesSide + int(qualities) + 3
	noteTokens   = 9 // token streams of the last note and its place
	jazzTokens   = noteTokens + tagCount
	jazzReals    = 2
	tagDrop      = .3 // share of training windows in which a tag is hidden
	unknownToken = -1
)

// jazz factors
const (
	jOnset = iota
	jPitch
	jDuration
	jVelocity
	jFactors
)

func jazzConfig(hidden, layers int, dropout float64) seq.Config {
	c := seq.Config{
		Inputs: jazzReals,
		Tokens: []seq.Token{
			{Name: "onset", Size: maxOnset + 1, Dim: 16}, {Name: "interval", Size: intervals, Dim: 16},
			{Name: "duration", Size: len(durations), Dim: 8}, {Name: "velocity", Size: velocities, Dim: 4},
			{Name: "phase", Size: Grid, Dim: 8}, {Name: "beat", Size: 8, Dim: 4},
			{Name: "root", Size: 12, Dim: 12}, {Name: "quality", Size: int(qualities), Dim: 8}, {Name: "pitch", Size: 128, Dim: 16},
		},
		Hidden: hidden, Layers: layers, ForgetBias: 1, Dropout: dropout, HeadDropout: dropout, InputDropout: dropout / 4,
		Factors: []seq.Factor{
			jOnset:    {Name: "onset", Size: maxOnset + 1, Dim: 16},
			jPitch:    {Name: "pitch", Size: intervals, Dim: 16, Side: placeSide + jazzSide, Hidden: hidden / 2},
			jDuration: {Name: "duration", Size: len(durations), Dim: 8},
			jVelocity: {Name: "velocity", Size: velocities},
		},
	}
	for _, t := range tagSizes {
		c.Tokens = append(c.Tokens, seq.Token{Name: t.name, Size: t.size, Dim: t.dim})
	}
	return c
}

// jazzReader is the codec's memory while it walks along a solo.
type jazzReader struct {
	beats    []Beat // changes; beyond the end they repeat from loop on
	loop     int
	tags     Tags
	shift    int // transposition of everything
	last     LineNote
	interval int
	onset    int
	begun    bool
}

// beat is the beat that a grid step lies in.
func (r *jazzReader) beat(at int) Beat {
	i := at / Grid
	if n := len(r.beats); i >= n {
		if n == 0 {
			return Beat{InBar: i % 4}
		}
		i = r.loop + (i-r.loop)%(n-r.loop)
	}
	return r.beats[i]
}

// next is the first chord after step at that differs, and the beats until it;
// it looks two bars of four ahead.
func (r *jazzReader) next(at int) (Chord, int) {
	now := r.beat(at).Chord
	for k := 1; k <= 8; k++ {
		if c := r.beat(at + k*Grid).Chord; c.Tones != now.Tones || c.Root != now.Root {
			return c, k
		}
	}
	return now, 8
}

// inputs writes what is known before the next note.
func (r *jazzReader) inputs(x []float32, tok *[jazzTokens]int32) {
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
	b := r.beat(r.last.At)
	x[0] = float32(p-64) / 12
	x[1] = float32(min(r.last.Dur, 48)) / 24
	tok[0] = int32(r.onset)
	tok[1] = int32(r.interval)
	tok[2] = int32(durationClass(r.last.Dur))
	if r.last.Velocity > 0 {
		tok[3] = int32(r.last.Velocity * velocities / 128)
	}
	tok[4], tok[5] = int32(r.last.At%Grid), int32(min(b.InBar, 7))
	if b.Chord.Quality != NoChord {
		tok[6] = int32(mod12(b.Chord.Root - r.last.Pitch))
		tok[7] = int32(b.Chord.Quality)
	}
	tok[8] = int32(min(max(p, 0), 127))
}

func mod12(x int) int { return ((x % 12) + 12) % 12 }

// side writes what the new onset makes known: its place and the chords.
func (r *jazzReader) side(s []float32, at int) {
	clear(s[:placeSide+jazzSide])
	b := r.beat(at)
	s[at%Grid] = 1
	s[Grid+min(b.InBar, 7)] = 1
	s = s[placeSide:]
	ref := r.last.Pitch
	for i := range 12 {
		if b.Chord.Has(ref + i) {
			s[i] = 1
		}
	}
	if b.Chord.Quality != NoChord {
		s[12+mod12(b.Chord.Root-ref)] = 1
	}
	next, k := r.next(at)
	for i := range 12 {
		if next.Has(ref + i) {
			s[24+i] = 1
		}
	}
	s[36] = float32(k) / 8
	s[changesSide+int(b.Chord.Quality)] = 1
	s = s[changesSide+int(qualities):]
	p := float32(ref+r.shift-64) / 12
	s[0], s[1] = p, p*p
	s[2] = float32(min(at-r.last.At, maxOnset)) / 24
}

func (r *jazzReader) onsetClass(at int) int {
	if !r.begun {
		return 0
	}
	return min(max(at-r.last.At, 0), maxOnset)
}

func intervalClass(d int) int { return min(max(d, -maxInterval), maxInterval) + maxInterval }

// advance moves past a note.
func (r *jazzReader) advance(n LineNote) {
	r.onset = r.onsetClass(n.At)
	r.interval = maxInterval
	if r.begun {
		r.interval = intervalClass(n.Pitch - r.last.Pitch)
	}
	r.last, r.begun = n, true
}

// fill writes notes from.. of a solo into sequence i of a batch; the first note
// of a solo is given, not learned.
func (r *jazzReader) fill(b *seq.Batch, i int, notes []LineNote, from int) {
	var tok [jazzTokens]int32
	const side = placeSide + jazzSide
	for t := range b.T {
		row := t*b.B + i
		if from+t >= len(notes) {
			break
		}
		n := notes[from+t]
		r.inputs(b.X[row*jazzReals:(row+1)*jazzReals], &tok)
		for k := range tok {
			b.Tokens[k][row] = tok[k]
		}
		b.Labels[jOnset][row] = int32(r.onsetClass(n.At))
		r.side(b.Side[jPitch][row*side:(row+1)*side], n.At)
		b.Labels[jPitch][row] = int32(intervalClass(n.Pitch - r.last.Pitch))
		b.Labels[jDuration][row] = int32(durationClass(n.Dur))
		b.Labels[jVelocity][row] = unknownToken
		if n.Velocity > 0 {
			b.Labels[jVelocity][row] = int32(n.Velocity * velocities / 128)
		}
		if r.begun {
			b.Weight[row] = 1
		}
		r.advance(n)
	}
}
