package hear

import (
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// texture is an accompaniment that training adds to a melody.
type texture int

const (
	alone       texture = iota // the melody without any
	blocks                     // chords
	broken                     // chords in single notes
	bassOnly                   // a bass
	piano                      // melody and chords in one part
	chordsAlone                // chords without the melody
	lineOfChord                // nothing but broken chords in one part
	hands                      // two hands of a pianist in one part
	textures
)

// tension adds tones to the chords of accompaniments, per family, in semitones above the root.
var tension = [families][]int{major: {2, 9, 11}, minor: {2, 5, 10}, dominant: {2, 9, 10}, halfDiminished: {5}, diminished: {9}, other: {2}}

// voices are pitches of a chord from a lowest one upwards; power is without the third and
// what is above it.
func voices(c harmony.Chord, low int, power bool, r *rand.Rand) []int {
	tones := c.Tones
	if power {
		return []int{low + harmony.Class(c.Root-low), low + harmony.Class(c.Root-low) + 7}
	}
	for _, t := range tension[family(c)] {
		if r.IntN(6) == 0 {
			tones |= 1 << ((c.Root + t) % 12)
		}
	}
	if r.IntN(5) == 0 { // the bass may have it
		tones &^= 1 << c.Root
	}
	if r.IntN(5) == 0 {
		tones &^= 1 << ((c.Root + 7) % 12)
	}
	var out []int
	for p := low; p < low+12; p++ {
		if tones>>(p%12)&1 == 1 {
			out = append(out, p)
		}
	}
	for len(out) > 3+r.IntN(2) {
		k := r.IntN(len(out))
		out = append(out[:k], out[k+1:]...)
	}
	return out
}

// accompany adds a texture to a piece; the score of p is changed.
func (p *Piece) accompany(kind texture, r *rand.Rand) {
	if kind == alone {
		return
	}
	s := p.Score
	if kind == hands {
		s.Tracks[0].Notes = append(p.right(r), p.left(r)...)
		return
	}
	line := s.Tracks[0].Notes
	var chords, bass []music.Note
	low := 43 + r.IntN(18)
	if kind == piano {
		low = 43 + r.IntN(8)
	}
	grid := []int{3, 4, 6, 6, 6, 12}[r.IntN(6)] // of broken chords
	pattern := r.IntN(4)
	rhythm := r.IntN(4)
	power := kind == blocks && r.IntN(6) == 0
	step := p.Changes.Step()
	for at, n := 0, len(p.Changes.Beats); at < n*step; {
		b := p.Changes.At(at)
		to := at + step
		for to < n*step && to-at < 8*music.Grid && p.Changes.At(to).Chord == b.Chord && (p.Changes.At(to).InBar != 0 || rhythm == 3) {
			to += step
		}
		if b.Chord.Quality != harmony.NoChord {
			v := voices(b.Chord, low, power, r)
			if kind == broken || kind == lineOfChord || kind == piano && pattern > 0 {
				if kind == lineOfChord || r.IntN(2) == 0 { // the root below
					v = append([]int{low - 12 + harmony.Class(b.Chord.Bass-low)}, v...)
				}
				chords = append(chords, arpeggio(v, at, to, grid, pattern)...)
			} else {
				chords = append(chords, strikes(v, at, to, rhythm)...)
			}
			bass = append(bass, walk(b.Chord, at, to, rhythm, r)...)
		}
		at = to
	}
	track := func(channel uint8, notes []music.Note) {
		for i := range notes {
			notes[i].Channel = channel
		}
		if len(notes) > 0 {
			s.Tracks = append(s.Tracks, music.Track{Notes: notes})
		}
	}
	withBass := r.IntN(3) > 0
	switch kind {
	case bassOnly:
		track(1, bass)
	case lineOfChord:
		s.Tracks[0].Notes = chords
	case chordsAlone:
		s.Tracks[0].Notes = nil
		track(0, chords)
		if withBass {
			track(1, bass)
		}
	case piano:
		if withBass && pattern == 0 {
			chords = append(chords, bass...)
		}
		s.Tracks[0].Notes = append(line, chords...)
	default:
		track(2, chords)
		if withBass {
			track(1, bass)
		}
	}
}

func gridNote(at, to, pitch int) music.Note {
	const tick = resolution / music.Grid
	return music.Note{Start: music.Tick(at * tick), Dur: max(1, music.Tick((to-at)*tick)), Pitch: uint8(max(0, min(pitch, 127))), Velocity: 70}
}

// strikes plays a chord: once, on every beat, on every other one or off the beats.
func strikes(v []int, at, to, rhythm int) []music.Note {
	var out []music.Note
	each, off := to-at, 0
	switch rhythm {
	case 1:
		each = music.Grid
	case 2:
		each, off = music.Grid, music.Grid/2
	}
	for ; at < to; at += each {
		for _, p := range v {
			if end := min(to, at+each); at+off < end {
				out = append(out, gridNote(at+off, end, p))
			}
		}
	}
	return out
}

// arpeggio plays the tones of a chord one after another: upwards, up and down, as Alberti
// did, or downwards.
func arpeggio(v []int, at, to, grid, pattern int) []music.Note {
	var out []music.Note
	n := len(v)
	if n == 0 {
		return nil
	}
	for i := 0; at < to; i++ {
		k := i % n
		switch {
		case pattern == 1 && n > 1:
			if k = i % (2*n - 2); k >= n {
				k = 2*n - 2 - k
			}
		case pattern == 2 && n > 2:
			k = []int{0, 2, 1, 2}[i%4]
		case pattern == 3:
			k = n - 1 - k
		}
		out = append(out, gridNote(at, min(to, at+grid), v[k]))
		at += grid
	}
	return out
}

// walk plays a bass: held roots, roots and fifths, or a line through the chord's tones.
func walk(c harmony.Chord, at, to, rhythm int, r *rand.Rand) []music.Note {
	root := 28 + harmony.Class(c.Bass-28)
	var out []music.Note
	if rhythm == 0 {
		return append(out, gridNote(at, to, root))
	}
	for i := 0; at < to; i++ {
		p := root
		switch {
		case i == 0:
		case rhythm == 1:
			p = root + 7*(i%2)
		default:
			for range 4 {
				if p = root + r.IntN(13); c.Has(p) {
					break
				}
			}
		}
		out = append(out, gridNote(at, min(to, at+music.Grid), p))
		at += music.Grid
	}
	return out
}

// OnPiano are pieces of which one piano plays melody and chords, in one part.
func OnPiano(pieces []Piece, seed uint64) []Piece { return with(pieces, piano, seed) }

// InHands are pieces that a pianist plays: the melody, tones of the chords below it, and a left
// hand, in one part.
func InHands(pieces []Piece, seed uint64) []Piece { return with(pieces, hands, seed) }

// Broken are the chords of pieces as one line of broken chords.
func Broken(pieces []Piece, seed uint64) []Piece { return with(pieces, lineOfChord, seed) }

func with(pieces []Piece, kind texture, seed uint64) []Piece {
	var out []Piece
	for i := range pieces {
		p := pieces[i].cut(0, pieces[i].end())
		p.accompany(kind, rand.New(rand.NewPCG(seed, uint64(i))))
		out = append(out, p)
	}
	return out
}
