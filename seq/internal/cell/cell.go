// Package cell holds the arithmetic of the recurrent cells, a file each: how a
// cell turns its pre-activations and its earlier state into the next state, and
// the gradients of that. The matrix products, the loop over time and all memory
// belong to package layer, which is the same for every cell.
//
// A new cell is a file here, a line in kinds, a function in package ref that
// defines it, and its name in package seq.
//
// Shapes: R rows (sequences), H hidden units, G gates, M memory arrays.
package cell

import "github.com/segue-go/segue/seq/internal/kernel"

// A Cell computes one step of one layer for some rows. It has no state of its
// own, so that one value serves all networks and goroutines.
type Cell interface {
	// Shape describes the cell's buffers; it is constant.
	Shape() Shape
	// Forward reads G (and R), Prev and MemPrev and writes Next, MemNext and
	// Saved. It leaves in G and R what Backward needs. MemNext may be MemPrev.
	Forward(k kernel.Target, s Step)
	// Backward reads what Forward left, DH and DMem. It writes the gradients of
	// the pre-activations to G and R, that of MemPrev to DMemPrev and, if the
	// cell is Direct, the part of Prev's gradient that does not pass through
	// the recurrent product to DH.
	Backward(k kernel.Target, s Step)
}

// Shape describes the buffers of a cell.
type Shape struct {
	Prefix string // of the parameters' names, PyTorch's where it has the cell
	Gates  int    // H-wide blocks in the weight matrices
	Memory int    // H-wide arrays of state in addition to h
	Saved  int    // H-wide arrays that Forward saves for Backward
	Forget int    // block of the forget gate, whose bias Config.ForgetBias raises; 0 means none

	// Split keeps the recurrent product apart from the input product: in R
	// instead of added to G. Each product then has a bias of its own.
	Split bool
	// Direct says that Prev enters Next by a path around the recurrent product.
	Direct bool
}

// Step holds the buffers of one step, each at its first row. A buffer may be
// longer than its shape; one that the cell's Shape does not ask for is nil.
type Step struct {
	Rows, H          int
	G                []float32 // (R,Gates·H) input product, plus the recurrent product unless Split
	R                []float32 // (R,Gates·H) recurrent product if Split
	Prev, Next       []float32 // (R,H) hidden states
	MemPrev, MemNext []float32 // (R,Memory·H)
	Saved            []float32 // (R,Saved·H)

	// for Backward only
	DH             []float32 // (R,H) gradient of Next
	DMem, DMemPrev []float32 // (R,Memory·H) gradients of MemNext and MemPrev
}

// kinds are the cells by the names that package seq gives them.
var kinds = map[string]Cell{"lstm": lstm{}, "gru": gru{}, "elman": elman{}}

// Named returns the cell of that name, nil if there is none.
func Named(name string) Cell { return kinds[name] }
