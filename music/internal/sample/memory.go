package sample

import (
	"maps"
	"math"
	"slices"
)

// Memory counts what followed in each of many contexts, older events less than newer
// ones: the cache of a language model (Grave, Joulin and Usunier 2017), with exact
// contexts in place of similar states. The zero value has seen nothing.
type Memory struct {
	now    int // notes so far
	counts map[uint64]tally
}

// tally is what followed in one context, as it stood at a note.
type tally struct {
	at   int
	seen []counted
}

type counted struct {
	value  int
	weight float64
}

const (
	memoryHalf = 300 // notes after which an event counts half
	doubt      = .5  // of an event that nothing was seen at all
)

// Add counts that value followed in a context.
func (m *Memory) Add(context uint64, value int) {
	if m.counts == nil {
		m.counts = map[uint64]tally{}
	}
	t := m.counts[context]
	fade := m.faded(t)
	for i := range t.seen {
		t.seen[i].weight *= fade
	}
	t.at = m.now
	if i := slices.IndexFunc(t.seen, func(c counted) bool { return c.value == value }); i >= 0 {
		t.seen[i].weight++
	} else {
		t.seen = append(t.seen, counted{value, 1})
	}
	m.counts[context] = t
}

// Next goes on by a note.
func (m *Memory) Next() { m.now++ }

// Each calls f with every value that followed in a context and its share, which is
// smaller the less was seen.
func (m *Memory) Each(context uint64, f func(value int, share float64)) {
	t := m.counts[context]
	fade, total := m.faded(t), doubt
	for _, c := range t.seen {
		total += c.weight * fade
	}
	for _, c := range t.seen {
		f(c.value, c.weight*fade/total)
	}
}

func (m *Memory) faded(t tally) float64 { return math.Exp2(-float64(m.now-t.at) / memoryHalf) }

// Clone is a memory that goes on by itself.
func (m *Memory) Clone() *Memory {
	c := &Memory{now: m.now, counts: maps.Clone(m.counts)}
	for k, t := range c.counts {
		t.seen = slices.Clone(t.seen)
		c.counts[k] = t
	}
	return c
}

// Context is the key of a context that is told by numbers.
func Context(numbers ...int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, n := range numbers {
		h = (h ^ uint64(uint32(int32(n)))) * prime
	}
	return h
}
