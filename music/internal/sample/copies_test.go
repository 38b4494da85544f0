package sample

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// A run of twelve notes of a corpus is known, eleven of them or another run are not.
func TestCopies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var pieces [][]Move
	for range 3 {
		var p []Move
		for range 127 {
			p = append(p, Move{r.IntN(9) - 4, 3 * (1 + r.IntN(4))})
		}
		pieces = append(pieces, p)
	}
	known := NewCopies(pieces)
	for _, p := range pieces {
		for i := RunNotes - 1; i <= len(p); i++ {
			if !known.Has(p[:i]) || !known.Would(p[:i-1], p[i-1]) {
				t.Fatalf("the run before move %d is not known", i)
			}
		}
	}
	if known.Has(pieces[0][:RunNotes-2]) {
		t.Error("eleven notes count as a run")
	}
	strange := 0
	for range 2000 {
		var p []Move
		for range RunNotes - 1 {
			p = append(p, Move{r.IntN(9) - 4, 3 * (1 + r.IntN(4))})
		}
		if known.Has(p) {
			strange++
		}
	}
	if strange > 20 {
		t.Errorf("%d of 2000 runs that are not in the corpus are known", strange)
	}
	again, err := DecodeCopies(known.Encode())
	if err != nil || !reflect.DeepEqual(again, known) {
		t.Errorf("the runs changed in a file: %v", err)
	}
	for _, bad := range []string{"?", "AAAA"} {
		if _, err := DecodeCopies(bad); err == nil {
			t.Errorf("%q was read as a list of runs", bad)
		}
	}
	var none *Copies
	if none.Has(pieces[0]) || none.Would(pieces[0], Move{}) {
		t.Error("a model without a list knows runs")
	}
}
