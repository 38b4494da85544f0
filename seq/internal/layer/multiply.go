package layer

import (
	"github.com/segue-go/segue/seq/internal/crew"
	"github.com/segue-go/segue/seq/internal/kernel"
)

// Matrix is a right factor in the forms that a Multiplier uses.
type Matrix struct {
	whole *kernel.Packed
	half  *kernel.Half
	parts []*kernel.Packed // columns per thread
}

// Multiplier computes the products of a Stepper: whole rows for several
// sequences; for a single one by columns on several threads, or in bfloat16.
type Multiplier struct {
	k    kernel.Target
	bf16 bool
	crew *crew.Crew // nil: one thread
	task func(w int)
	job  struct {
		c, bias, a []float32
		m          *Matrix
	}
}

// NewMultiplier makes one for batch sequences. With one sequence it uses threads
// goroutines, or half the memory.
func NewMultiplier(k kernel.Target, batch, threads int, bfloat16 bool) *Multiplier {
	m := &Multiplier{k: k, bf16: bfloat16 && batch == 1}
	if threads > 1 && batch == 1 && !m.bf16 {
		m.crew = crew.New(threads)
	}
	return m
}

// Matrix prepares a right factor.
func (m *Multiplier) Matrix(p *kernel.Packed) *Matrix {
	x := &Matrix{whole: p}
	if m.bf16 {
		x.half = p.Half()
	}
	if m.crew != nil {
		for w := range m.crew.Size() {
			x.parts = append(x.parts, p.Columns(p.Panels()*w/m.crew.Size(), p.Panels()*(w+1)/m.crew.Size()))
		}
	}
	return x
}

// Apply computes c = bias + a·x for rows rows.
func (m *Multiplier) Apply(c []float32, ldc int, bias, a []float32, lda, rows int, x *Matrix) {
	const threaded = 1 << 18 // weights from which a second thread pays off
	switch {
	case rows > 1:
		m.k.Gemm(c, ldc, bias, 0, a, lda, rows, x.whole)
	case x.half != nil:
		m.k.GemvHalf(c, bias, a, x.half)
	case x.parts != nil && x.whole.K*x.whole.N >= threaded:
		if m.task == nil {
			m.task = m.share
		}
		m.job.c, m.job.bias, m.job.a, m.job.m = c, bias, a, x
		m.crew.Run(m.task)
	default:
		m.k.Gemv(c, bias, a, x.whole)
	}
}

// share computes one thread's columns of the current product.
func (m *Multiplier) share(w int) {
	j := &m.job
	from := 0
	for _, p := range j.m.parts[:w] {
		from += p.N
	}
	m.k.Gemv(j.c[from:], j.bias[from:], j.a, j.m.parts[w])
}
