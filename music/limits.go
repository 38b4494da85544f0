package music

import (
	"slices"

	"github.com/segue-go/segue/music/internal/sample"
)

// limits are what new notes of a voice keep to, because the seed does.
type limits struct {
	lo, hi   int  // range
	span     int  // widest chord, semitones
	single   bool // one note at a time
	drums    *[128]bool
	apart    bool // one of several single voices that do not cross
	distinct bool // one of several single voices that do not move in parallel fifths and octaves
}

const (
	tenth      = 16  // semitones: what a hand reaches
	singleOf   = .95 // of the onsets have one note: a single voice
	crossOf    = .03 // of the chords have crossed voices, at most: voices do not cross
	sungMargin = 2   // semitones that one of several voices may leave the seed's range by
	parallelOf = .02 // of the moves of two voices are parallels, at most: voices avoid them
)

// limits finds those of a line's voices.
func (l *Line) limits() (out [maxVoices]limits) {
	var chords, more [maxVoices]int
	for v := range out {
		out[v].lo, out[v].hi, out[v].span = 127, 0, tenth
	}
	var low [maxVoices]int
	for i, n := range l.Notes {
		x := &out[n.Voice]
		x.lo, x.hi = min(x.lo, n.Pitch), max(x.hi, n.Pitch)
		if i > 0 && l.Notes[i-1].At == n.At && l.Notes[i-1].Voice == n.Voice {
			more[n.Voice]++
			x.span = max(x.span, n.Pitch-low[n.Voice])
			continue
		}
		chords[n.Voice]++
		low[n.Voice] = n.Pitch
	}
	single := 0
	for v, p := range l.Parts {
		x := &out[v]
		x.single = float64(more[v]) <= (1-singleOf)*float64(chords[v])
		if x.single {
			single++
		}
		if p.Drums() {
			x.drums, x.span, x.single = &[128]bool{}, 127, false
			for _, n := range l.Notes {
				if n.Voice == v {
					x.drums[n.Pitch] = true
				}
			}
			continue
		}
		x.lo, x.hi = max(0, x.lo-sample.RangeMargin), min(127, x.hi+sample.RangeMargin)
	}
	if single == len(l.Parts) && single > 2 {
		crossed, parallel := l.voiceLeading()
		for v := range out {
			out[v].lo, out[v].hi = out[v].lo+sample.RangeMargin-sungMargin, out[v].hi-sample.RangeMargin+sungMargin
			out[v].apart, out[v].distinct = crossed <= crossOf, parallel <= parallelOf
		}
	}
	return out
}

// voiceLeading is the share of onsets at which single voices cross, and the share of the
// moves of two voices that are parallel fifths and octaves.
func (l *Line) voiceLeading() (crossed, parallel float64) {
	var now, was [maxVoices]int // pitches, 0 is none
	chords, moves := 0, 0
	for i, n := range l.Notes {
		if i == 0 || l.Notes[i-1].At != n.At {
			was = now
		}
		now[n.Voice] = n.Pitch
		if i+1 < len(l.Notes) && l.Notes[i+1].At == n.At {
			continue
		}
		chords++
		cross := false
		for a := range now {
			for b := a + 1; b < maxVoices; b++ {
				if now[a] == 0 || now[b] == 0 {
					continue
				}
				cross = cross || now[a] < now[b]
				if was[a] > 0 && was[b] > 0 && was[a] != now[a] && was[b] != now[b] {
					moves++
					if isParallel(was[a], now[a], was[b], now[b]) {
						parallel++
					}
				}
			}
		}
		if cross {
			crossed++
		}
	}
	return crossed / float64(max(chords, 1)), parallel / float64(max(moves, 1))
}

// isParallel reports whether two voices that move stay a fifth or an octave apart.
func isParallel(a0, a1, b0, b1 int) bool {
	before, after := (a0-b0+120)%12, (a1-b1+120)%12
	return before == after && (after == 7 || after == 0) && (a1 > a0) == (b1 > b0)
}

// allowed is what a voice can play at all.
func (s *sampler) allowed(n LineNote, same bool) func(p int) bool {
	x := s.limits[n.Voice]
	lo, hi := x.lo, x.hi
	if same && s.reader.last.Voice == n.Voice {
		lo = s.reader.last.Pitch + 1
	}
	if x.drums != nil {
		return func(p int) bool { return p >= lo && x.drums[p] }
	}
	s.reader.sounding(n.At, func(o LineNote) {
		if o.Voice == n.Voice && o.At == n.At {
			hi = min(hi, o.Pitch+x.span)
		}
	})
	return func(p int) bool { return p >= lo && p <= hi }
}

// shorten ends the notes of single voices where the next one begins.
func (s *sampler) shorten(notes []LineNote) {
	var last [maxVoices]*LineNote
	for i := range notes {
		n := &notes[i]
		if before := last[n.Voice]; before != nil && s.limits[n.Voice].single {
			before.Dur = max(1, min(before.Dur, n.At-before.At))
		}
		last[n.Voice] = n
	}
}

// leads is what a voice should play among others: no crossing and no parallels.
func (s *sampler) leads(n LineNote) func(p int) bool {
	x := s.limits[n.Voice]
	if !x.apart && !x.distinct {
		return func(int) bool { return true }
	}
	type other struct {
		voice, was, now int // pitches; was is 0 if the voice does not move
	}
	var others []other
	for v := range s.line.Parts {
		w := &s.reader.voice[v]
		if v == n.Voice || !w.begun || w.end <= n.At {
			continue
		}
		o := other{voice: v, now: w.pitch - s.reader.about.shift}
		if w.at == n.At {
			for i := len(s.reader.past) - 1; i >= 0; i-- {
				if q := s.reader.past[i]; q.Voice == v && q.At < n.At {
					o.was = q.Pitch
					break
				}
			}
		}
		others = append(others, o)
	}
	own := &s.reader.voice[n.Voice]
	return func(p int) bool {
		for _, o := range others {
			if x.apart && (o.voice < n.Voice && p > o.now || o.voice > n.Voice && p < o.now && o.was == 0) {
				return false
			}
			if was := own.pitch - s.reader.about.shift; x.distinct && own.begun && o.was > 0 && o.was != o.now && was != p && isParallel(o.was, o.now, was, p) {
				return false
			}
		}
		return true
	}
}

// inKey keeps the share of the notes outside the key near that of the seed.
type inKey struct {
	tonic, mode    int
	share          float64 // of the seed's notes outside
	notes, outside float64 // new ones
}

// beyond is how much more of the new notes may be outside the key than of the seed's.
const beyond = .02

// inKey measures the last notes of a seed, against a key or, if none is known, theirs.
func (l *Line) inKey(notes []LineNote, known Key) inKey {
	var classes [12]float64
	pitched := slices.DeleteFunc(slices.Clone(notes), func(n LineNote) bool { return l.Parts[n.Voice].Drums() })
	for _, n := range pitched {
		classes[n.Pitch%12] += float64(min(n.Dur, 2*Grid))
	}
	var k inKey
	if known.Known {
		k.tonic = (known.Tonic%12 + 12) % 12
		if known.Minor {
			k.mode = 1
		}
	} else {
		k.tonic, k.mode = key(classes)
	}
	for _, n := range pitched {
		if !inScale(n.Pitch, k.tonic, k.mode) {
			k.share += 1 / float64(len(pitched))
		}
	}
	return k
}

func (k *inKey) allows(pitch int) bool {
	return inScale(pitch, k.tonic, k.mode) || k.outside+1 <= (k.share+beyond)*(k.notes+1)
}

func (k *inKey) count(pitch int) {
	k.notes++
	if !inScale(pitch, k.tonic, k.mode) {
		k.outside++
	}
}

// around keeps a voice's pitches near those of the seed: how high they are, and how often
// one is played again.
type around struct {
	mean, again        float64 // of the seed: mean pitch, share of the repetitions
	single             bool
	notes, sum, repeat float64 // of the new notes
	last               int
}

// How far a voice may leave the seed's register before it must come back: its mean, in
// semitones, and the notes that have one. Both, and how many more repetitions there may be,
// by segue-lab bench style.
const (
	astray      = 4
	fewestNotes = 4
	moreAgain   = .08
)

// around measures a voice in the last notes of a seed.
func (l *Line) around(notes []LineNote, voice int, single bool) around {
	a := around{last: -1, single: single}
	n := 0.
	for _, x := range notes {
		if x.Voice != voice {
			continue
		}
		n++
		a.mean += float64(x.Pitch)
		if x.Pitch == a.last {
			a.again++
		}
		a.last = x.Pitch
	}
	a.mean /= max(n, 1)
	a.again /= max(n-1, 1)
	return a
}

// allows reports whether the voice may play a pitch: one that leads it back, if it has left
// the seed's register, and not the same all the time.
func (a *around) allows(pitch int) bool {
	if a.single && pitch == a.last && a.repeat+1 > (a.again+moreAgain)*(a.notes+2) {
		return false
	}
	if a.notes < fewestNotes {
		return true
	}
	switch mean := a.sum / a.notes; {
	case mean > a.mean+astray:
		return float64(pitch) < mean
	case mean < a.mean-astray:
		return float64(pitch) > mean
	}
	return true
}

// count adds a new note.
func (a *around) count(pitch int) {
	if pitch == a.last {
		a.repeat++
	}
	a.last = pitch
	a.notes++
	a.sum += float64(pitch)
}

// monotony keeps a voice from playing one bar more often in a row than the seed does.
type monotony struct {
	from, bar int // where the new bars begin, and their length; 0 if nothing is kept
	most      int // bars in a row
	at, run   int // the new bar, and how many before it are alike
	last, now []int
}

// leastAlike bars in a row are no monotony.
const leastAlike = 2

// monotony counts the bars of a voice that are alike, up to a step.
func (l *Line) monotony(voice, from int) monotony {
	m := monotony{bar: l.BarLength(max(0, from-1)), at: -1, most: leastAlike}
	shift := (m.bar - from%m.bar) % m.bar // bars end at from
	for _, n := range l.Notes {
		if n.Voice == voice && n.At < from {
			m.reach(n.At + shift)
			m.count(n.At+shift, n.Pitch)
			m.most = max(m.most, m.run)
		}
	}
	m.reach(from + shift)
	m.most = max(m.most, m.run)
	return monotony{from: from, bar: m.bar, at: -1, most: m.most}
}

// watch begins to keep the voices that have pitches from monotony.
func (s *sampler) watch(from int) {
	for v, p := range s.line.Parts {
		if s.voices[v] && !p.Drums() {
			s.same[v] = s.line.monotony(v, from)
		}
	}
}

// reach goes on to the bar of a step.
func (m *monotony) reach(at int) {
	if m.bar == 0 || (at-m.from)/m.bar == m.at {
		return
	}
	if len(m.now) > 0 && slices.Equal(m.now, m.last) {
		m.run++
	} else {
		m.run = 1
	}
	m.at, m.last, m.now = (at-m.from)/m.bar, m.now, nil
}

// place is a pitch at a place of the bar.
func (m *monotony) place(at, pitch int) int { return (at-m.from)%m.bar*128 + pitch }

// allows reports whether a pitch begins a new bar or lets it differ from those before, in its
// second half at the latest.
func (m *monotony) allows(at, pitch int) bool {
	i := len(m.now)
	return m.bar == 0 || m.run < m.most || i >= len(m.last) || 2*(i+1) < len(m.last) ||
		!slices.Equal(m.now, m.last[:i]) || m.last[i] != m.place(at, pitch)
}

// count adds a new note.
func (m *monotony) count(at, pitch int) {
	if m.bar > 0 {
		m.now = append(m.now, m.place(at, pitch))
	}
}
