package music

import "slices"

// closing is how music ends: all parts that play hold the tonic's chord through the last
// bar, the lowest its root. A drum kit ends with its bass drum and a cymbal, other drums
// strike once.
type closing struct {
	at          int            // step of the last bar line; negative: the music does not end
	notes       [maxVoices]int // of the last chord
	lowest      int            // voice, which plays the root; -1: none can
	root        int            // the lowest that this voice can play
	tonic, mode int
}

// leastClosed is the number of bars from which music has room for an ending.
const leastClosed = 2

// close plans the end of new music from one step to another. Drums that go on by themselves
// do not end while others play on.
func (s *sampler) close(from, to int) {
	others, pitched := false, false
	for v, p := range s.line.Parts {
		others = others || !s.voices[v]
		pitched = pitched || s.voices[v] && !p.Drums()
	}
	if others && !pitched {
		return
	}
	bar := s.line.BarLength(max(from, to-1))
	s.end = closing{at: to - bar, lowest: -1, tonic: s.key.tonic, mode: s.key.mode}
	for v := range s.line.Parts {
		if !s.voices[v] || s.seed.share[v] == 0 {
			continue
		}
		if s.end.notes[v] = s.chord(v); s.drones(v, from, to) {
			s.end.notes[v] = 0
		}
		if s.line.Parts[v].Drums() {
			s.crash(v, to-bar, bar)
			continue
		}
		if k := s.end.lowest; k < 0 || s.around[v].mean < s.around[k].mean {
			s.end.lowest = v
		}
	}
	// where the bass loops, its first note is home, but for ii V I
	for _, n := range s.given {
		if n.Voice == s.end.lowest && !s.twoFiveOne(from, bar) {
			s.end.tonic, s.end.mode = n.Pitch%12, 0
			if !inScale(n.Pitch+4, s.key.tonic+3*s.key.mode, 0) { // minor is its relative major here
				s.end.mode = 1
			}
			break
		}
	}
	if k := s.end.lowest; k >= 0 {
		lo := s.limits[k].lo
		if s.end.root = lo + (s.end.tonic-lo+120)%12; s.end.root > s.limits[k].hi {
			s.end.lowest, s.end.root = -1, 0
		}
	}
	s.given = slices.DeleteFunc(s.given, func(n LineNote) bool {
		return n.At > s.end.at || n.At == s.end.at && !s.reader.drums(n.Voice)
	})
}

// twoFiveOne reports whether the first notes of the bars in which the lowest voice loops are
// the second, fifth and first degree of the key.
func (s *sampler) twoFiveOne(from, bar int) bool {
	var degrees [3]int
	next := 0
	for _, n := range s.given {
		if k := (n.At - from) / bar; n.Voice == s.end.lowest && k >= next && k < len(degrees) {
			degrees[k] = (n.Pitch - s.key.tonic + 120) % 12
			next = k + 1
		}
	}
	return degrees == [...]int{2, 7, 0}
}

// drones reports whether a voice holds a note from one step to another.
func (s *sampler) drones(voice, from, to int) bool {
	return slices.ContainsFunc(s.given, func(n LineNote) bool { return n.Voice == voice && n.At == from && n.Dur == to-from })
}

// crash lets a drum kit that has a bass drum end with it and a cymbal, as loud as it was
// at its loudest.
func (s *sampler) crash(v, at, length int) {
	loudest, kick := 0, 0
	for _, n := range s.line.Notes {
		if n.Voice == v {
			loudest = max(loudest, n.Velocity)
			if n.Pitch == acousticBassDrum || n.Pitch == bassDrum {
				kick = n.Pitch
			}
		}
	}
	if kick == 0 {
		return
	}
	s.end.notes[v] = 2
	s.given = slices.DeleteFunc(s.given, func(n LineNote) bool { return n.Voice == v && n.At >= at })
	for _, pitch := range []int{kick, crashCymbal} {
		s.given = append(s.given, LineNote{At: at, Dur: length, Voice: v, Pitch: pitch, Velocity: loudest})
	}
}

// Drums of General MIDI.
const (
	acousticBassDrum = 35
	bassDrum         = 36
	crashCymbal      = 49
)

// chord is the usual number of notes of a voice that begin together; of drums one.
func (s *sampler) chord(voice int) int {
	notes, onsets, last := 0., 0., -1
	for _, n := range s.line.Notes {
		if n.Voice == voice {
			notes++
			if n.At != last {
				onsets++
			}
			last = n.At
		}
	}
	if s.reader.drums(voice) || onsets == 0 {
		return 1
	}
	return int(notes/onsets + .5)
}

// ends reports whether a step is where the music ends.
func (s *sampler) ends(at int) bool { return s.end.at >= 0 && at == s.end.at }

// due is the next voice that must join in the last chord; -1 if there is none.
func (s *sampler) due() int {
	var has [maxVoices]int
	for _, n := range s.reader.began(s.end.at) {
		has[n.Voice]++
	}
	last := -1
	if s.ends(s.reader.last.At) {
		last = s.reader.last.Voice
	}
	for v := max(last, 0); v < maxVoices; v++ {
		if has[v] < s.end.notes[v] && (v > last || s.reader.drums(v) || s.fits(v)) && s.canClose(v) {
			return v
		}
	}
	return -1
}

// canClose reports whether a voice has one more pitch to end on.
func (s *sampler) canClose(voice int) bool {
	if s.reader.drums(voice) {
		return true
	}
	can := s.allowed(LineNote{At: s.end.at, Voice: voice}, s.ends(s.reader.last.At))
	for p := range 128 {
		if can(p) && s.closes(voice, p) {
			return true
		}
	}
	return false
}

// closes reports whether a pitch may end the music in a voice.
func (s *sampler) closes(voice, pitch int) bool {
	degree := (pitch - s.end.tonic + 120) % 12
	bass, others := -1, 127 // the lowest pitches of what ends already
	for _, n := range s.reader.began(s.end.at) {
		switch {
		case n.Voice == s.end.lowest && bass < 0:
			bass = n.Pitch
		case n.Voice != s.end.lowest && !s.reader.drums(n.Voice):
			others = min(others, n.Pitch)
		}
	}
	if voice == s.end.lowest && bass < 0 {
		return degree == 0 && pitch <= others
	}
	return (degree == 0 || degree == 7 || degree == 4-s.end.mode) && pitch >= max(bass, s.end.root)
}
