package music

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// runNotes is the length of a run that a solo must not share with the solos
// that its network learned from.
const runNotes = 12

// copies remembers every run of runNotes notes of a corpus, as intervals and
// onsets, in a Bloom filter (Bloom 1970): it never forgets one, and takes about
// one strange run in three hundred for known.
type copies struct{ bits []uint64 }

const (
	bitsPerRun = 12
	hashes     = 7
)

// move is what tells a note from the one before it.
type move struct{ interval, onset int }

// newCopies remembers the runs of solos.
func newCopies(solos []Solo) *copies {
	runs := 0
	for _, s := range solos {
		runs += max(0, len(s.Notes)-runNotes+1)
	}
	c := &copies{make([]uint64, runs*bitsPerRun/64+1)}
	for _, s := range solos {
		var moves []move
		for i := 1; i < len(s.Notes); i++ {
			a, b := s.Notes[i-1], s.Notes[i]
			moves = append(moves, move{b.Pitch - a.Pitch, b.At - a.At})
			if n := len(moves) - (runNotes - 1); n >= 0 {
				c.each(moves[n:], func(word, bit int) bool {
					c.bits[word] |= 1 << bit
					return true
				})
			}
		}
	}
	return c
}

// would reports whether one more move after moves would complete a known run.
func (c *copies) would(moves []move, next move) bool {
	if c == nil {
		return false
	}
	return c.has(append(moves[max(0, len(moves)-runNotes):len(moves):len(moves)], next))
}

// has reports whether the last runNotes-1 moves are a known run.
func (c *copies) has(moves []move) bool {
	if c == nil || len(moves) < runNotes-1 {
		return false
	}
	return c.each(moves[len(moves)-(runNotes-1):], func(word, bit int) bool { return c.bits[word]>>bit&1 == 1 })
}

// each calls f with the places of a run until it returns false.
func (c *copies) each(run []move, f func(word, bit int) bool) bool {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, m := range run {
		h = (h ^ uint64(uint8(m.interval))) * prime
		h = (h ^ uint64(uint16(min(max(m.onset, 0), maxOnset)))) * prime
	}
	step := h>>32 | 1
	n := uint64(len(c.bits) * 64)
	for range hashes {
		at := h % n
		if !f(int(at/64), int(at%64)) {
			return false
		}
		h += step * prime
	}
	return true
}

func (c *copies) encode() string {
	b := make([]byte, 0, 8*len(c.bits))
	for _, w := range c.bits {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return base64.StdEncoding.EncodeToString(b)
}

// decodeCopies is nil for an empty string.
func decodeCopies(s string) (*copies, error) {
	if s == "" {
		return nil, nil
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b)%8 != 0 || len(b) == 0 {
		return nil, errors.New("the list of known runs is damaged")
	}
	c := &copies{make([]uint64, len(b)/8)}
	for i := range c.bits {
		c.bits[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return c, nil
}
