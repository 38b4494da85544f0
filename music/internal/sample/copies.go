package sample

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"iter"
	"strings"
)

// RunNotes is the length of a run that a solo must not share with the solos
// that its network learned from.
const RunNotes = 12

// CopiesKey is where a model file keeps the runs that must not be copied.
const CopiesKey = "segue.copies"

// Copies remembers every run of RunNotes notes of a corpus, as intervals and
// onsets, in a Bloom filter (Bloom 1970): it never forgets one, and takes about
// one strange run in three hundred for known.
type Copies struct {
	bits []uint64
	also *Copies // runs of another corpus; nil means none
}

// Also knows the runs of other, too.
func (c *Copies) Also(other *Copies) *Copies { return &Copies{c.bits, other} }

const (
	bitsPerRun = 12
	hashes     = 7
)

// Move is what tells a note from the one before it.
type Move struct {
	Interval int // semitones
	Onset    int // grid steps from onset to onset
}

// Moves are those of n notes, of which note gives the onset and the pitch.
func Moves(n int, note func(i int) (at, pitch int)) []Move {
	if n < 2 {
		return nil
	}
	out := make([]Move, n-1)
	lastAt, lastPitch := note(0)
	for i := range out {
		at, pitch := note(i + 1)
		out[i] = Move{pitch - lastPitch, at - lastAt}
		lastAt, lastPitch = at, pitch
	}
	return out
}

// NewCopies remembers the runs of pieces, each given by its moves.
func NewCopies(pieces [][]Move) *Copies {
	runs := 0
	for _, p := range pieces {
		runs += max(0, len(p)-(RunNotes-1)+1)
	}
	c := &Copies{bits: make([]uint64, runs*bitsPerRun/64+1)}
	for _, p := range pieces {
		for n := RunNotes - 1; n <= len(p); n++ {
			h := newRun
			for _, m := range p[n-(RunNotes-1) : n] {
				h = h.then(m)
			}
			for word, bit := range c.places(h) {
				c.bits[word] |= 1 << bit
			}
		}
	}
	return c
}

// Would reports whether one more Move after moves would complete a known run.
func (c *Copies) Would(moves []Move, next Move) bool {
	if c == nil || len(moves) < RunNotes-2 {
		return false
	}
	return c.has(before(moves).then(next))
}

// Has reports whether the last RunNotes-1 moves are a known run.
func (c *Copies) Has(moves []Move) bool {
	return len(moves) > 0 && c.Would(moves[:len(moves)-1], moves[len(moves)-1])
}

// run is the hash of some moves (FNV-1a).
type run uint64

const (
	newRun run = 14695981039346656037
	prime  run = 1099511628211
)

// then is the hash of one more move.
func (h run) then(m Move) run {
	h = (h ^ run(uint8(m.Interval))) * prime
	return (h ^ run(uint16(min(max(m.Onset, 0), MaxOnset)))) * prime
}

// before is the hash of the last moves, at least RunNotes-2, before one that completes a run.
func before(moves []Move) run {
	h := newRun
	for _, m := range moves[len(moves)-(RunNotes-2):] {
		h = h.then(m)
	}
	return h
}

// has reports whether c or one of the others knows a run.
func (c *Copies) has(h run) bool {
	for ; c != nil; c = c.also {
		known := true
		for word, bit := range c.places(h) {
			if known = c.bits[word]>>bit&1 == 1; !known {
				break
			}
		}
		if known {
			return true
		}
	}
	return false
}

// places are the words and their bits that stand for a run.
func (c *Copies) places(h run) iter.Seq2[int, int] {
	return func(yield func(word, bit int) bool) {
		step, n := h>>32|1, run(len(c.bits)*64)
		for range hashes {
			at := h % n
			if !yield(int(at/64), int(at%64)) {
				return
			}
			h += step * prime
		}
	}
}

// Encode writes the filters as text, with dots between them.
func (c *Copies) Encode() string {
	b := make([]byte, 0, 8*len(c.bits))
	for _, w := range c.bits {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	text := base64.StdEncoding.EncodeToString(b)
	if c.also != nil {
		text += "." + c.also.Encode()
	}
	return text
}

// DecodeCopies is nil for an empty string.
func DecodeCopies(s string) (*Copies, error) {
	if s == "" {
		return nil, nil
	}
	s, rest, _ := strings.Cut(s, ".")
	also, err := DecodeCopies(rest)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b)%8 != 0 || len(b) == 0 {
		return nil, errors.New("the list of known runs is damaged")
	}
	c := &Copies{make([]uint64, len(b)/8), also}
	for i := range c.bits {
		c.bits[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return c, nil
}
