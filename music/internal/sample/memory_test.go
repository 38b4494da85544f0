package sample

import (
	"math"
	"testing"
)

// shares are those of the values that followed in a context.
func shares(m *Memory, context uint64) map[int]float64 {
	out := map[int]float64{}
	m.Each(context, func(v int, s float64) { out[v] = s })
	return out
}

// What followed often and lately has the larger share; with little evidence all shares
// are small, and other contexts know nothing.
func TestMemory(t *testing.T) {
	var m Memory
	here, elsewhere := Context(1, -2, 3), Context(1, 2, 3)
	if here == elsewhere {
		t.Fatal("two contexts have one key")
	}
	m.Add(here, 7)
	once := shares(&m, here)[7]
	m.Next()
	for range 3 {
		m.Add(here, 7)
		m.Next()
	}
	m.Add(here, -4)
	s := shares(&m, here)
	if once <= 0 || once >= s[7] || s[7] <= s[-4] || s[-4] <= 0 || s[7]+s[-4] >= 1 {
		t.Errorf("shares %v, after one event %v", s, once)
	}
	if len(shares(&m, elsewhere)) != 0 {
		t.Error("another context knows what followed")
	}
	for range 4 * memoryHalf {
		m.Next()
	}
	for range 2 {
		m.Add(here, -4)
	}
	if s := shares(&m, here); s[-4] <= s[7] || math.IsNaN(s[7]) {
		t.Errorf("what is long ago has not faded: %v", s)
	}
	c := m.Clone()
	before := shares(&m, here)[-4]
	c.Add(here, 9)
	c.Add(elsewhere, 1)
	if got := shares(&m, here); got[-4] != before || got[9] != 0 || len(shares(&m, elsewhere)) != 0 {
		t.Error("a clone changes what it was made from")
	}
}
