package seq

import "fmt"

// Batch is B sequences of T steps. Fields that a network does not use stay
// nil. The sequences may be shorter than T: see Lengths.
type Batch struct {
	T, B   int
	X      []float32   // (T,B,Inputs) real features
	Tokens [][]int32   // per token stream (T,B); negative = unknown
	Target []float32   // (T,B,D) for the real-valued head; NaN = not scored
	Labels [][]int32   // per factor (T,B); negative = not scored
	Side   [][]float32 // per factor (T,B,Side)
	Weight []float32   // (T,B) weight of a step in the loss; nil = 1 each
	// Lengths are the sequences' true lengths; nil = T each. Later steps have
	// no weight, and the state carried over is the one at the true end.
	Lengths []int
	// Reset marks the sequences that start from a zero state even if a state is
	// carried over from the previous batch; nil = none.
	Reset []bool
}

// check panics if a buffer does not fit the network: a programming fault.
func (b *Batch) check(n *Net) {
	rows := b.T * b.B
	want := func(what, name string, got, size int) {
		if got != size {
			panic(fmt.Sprintf("seq: batch: %s %s has %d elements, want %d (T=%d B=%d)", what, name, got, size, b.T, b.B))
		}
	}
	if b.T < 1 || b.B < 1 {
		panic(fmt.Sprintf("seq: batch: T=%d B=%d", b.T, b.B))
	}
	c := n.cfg
	want("X", "", len(b.X), rows*c.Inputs)
	want("Tokens", "", len(b.Tokens), len(c.Tokens))
	for i, t := range b.Tokens {
		want("Tokens", c.Tokens[i].Name, len(t), rows)
	}
	if b.Weight != nil {
		want("Weight", "", len(b.Weight), rows)
	}
	if b.Lengths != nil {
		want("Lengths", "", len(b.Lengths), b.B)
	}
	if b.Reset != nil {
		want("Reset", "", len(b.Reset), b.B)
	}
	for k, f := range c.Factors {
		if f.Side > 0 {
			want("Side", "", len(b.Side), len(c.Factors))
			want("Side", f.Name, len(b.Side[k]), rows*f.Side)
		}
	}
}

// checkTargets panics if what Loss needs is missing.
func (b *Batch) checkTargets(n *Net) {
	rows := b.T * b.B
	if n.head != nil && len(b.Target) != rows*n.head.Targets() {
		panic(fmt.Sprintf("seq: batch: Target has %d elements, want %d", len(b.Target), rows*n.head.Targets()))
	}
	if len(b.Labels) != len(n.cfg.Factors) {
		panic(fmt.Sprintf("seq: batch: %d label streams, want %d", len(b.Labels), len(n.cfg.Factors)))
	}
	for k, f := range n.cfg.Factors {
		if len(b.Labels[k]) != rows {
			panic(fmt.Sprintf("seq: batch: Labels[%s] has %d elements, want %d", f.Name, len(b.Labels[k]), rows))
		}
	}
}

// length of sequence i.
func (b *Batch) length(i int) int {
	if b.Lengths == nil {
		return b.T
	}
	return b.Lengths[i]
}

// weight of row r = t*B+b.
func (b *Batch) weight(r int) float32 {
	if b.Lengths != nil && r/b.B >= b.Lengths[r%b.B] {
		return 0
	}
	if b.Weight == nil {
		return 1
	}
	return b.Weight[r]
}

// Resize sets T and B and gives every buffer that net needs its length,
// reusing memory; contents are zeroed. Weight is allocated and zero; Lengths
// and Reset are kept only if their length fits.
func (b *Batch) Resize(n *Net, steps, sequences int) {
	b.T, b.B = steps, sequences
	rows := steps * sequences
	c := n.cfg
	b.X = zeroed(b.X, rows*c.Inputs)
	b.Weight = zeroed(b.Weight, rows)
	if n.head != nil {
		b.Target = zeroed(b.Target, rows*n.head.Targets())
	}
	grow := func(s [][]int32, count int) [][]int32 {
		for len(s) < count {
			s = append(s, nil)
		}
		for i := range s[:count] {
			s[i] = zeroed(s[i], rows)
		}
		return s[:count]
	}
	b.Tokens = grow(b.Tokens, len(c.Tokens))
	b.Labels = grow(b.Labels, len(c.Factors))
	for len(b.Side) < len(c.Factors) {
		b.Side = append(b.Side, nil)
	}
	for k, f := range c.Factors {
		b.Side[k] = zeroed(b.Side[k], rows*f.Side)
	}
	if len(b.Lengths) != sequences {
		b.Lengths = nil
	}
	if len(b.Reset) != sequences {
		b.Reset = nil
	}
}

func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
