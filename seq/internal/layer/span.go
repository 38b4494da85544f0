package layer

import "github.com/segue-go/segue/seq/internal/kernel"

// Span is what one worker computes: sequences b0 <= b < b1 of a T×B batch.
type Span struct{ Steps, Batch, B0, B1 int }

// Rows is the number of sequences.
func (s Span) Rows() int { return s.B1 - s.B0 }

// At is the first row of step t.
func (s Span) At(t int) int { return t*s.Batch + s.B0 }

// block is the number of consecutive steps that together have about 128 rows,
// so that the input product of a block stays in the cache.
func (s Span) block() int {
	if s.Rows() < s.Batch {
		return 1
	}
	return blockOf(s.Batch)
}

// blockOf is the number of steps of a whole batch in a block.
func blockOf(batch int) int { return max(1, 128/batch) }

// Each calls f with the row ranges of the span: one for a whole batch.
func (s Span) Each(f func(r0, r1 int)) {
	if s.Rows() == s.Batch {
		f(0, s.Steps*s.Batch)
		return
	}
	for t := range s.Steps {
		f(s.At(t), s.At(t)+s.Rows())
	}
}

// Fit returns s with length n, reallocated if it is too short.
func Fit(s []float32, n int) []float32 {
	if cap(s) < n {
		return kernel.Alloc(n)
	}
	return s[:n]
}
