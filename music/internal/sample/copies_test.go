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

// A corpus that is learned after another is known with it, in files too.
func TestCopiesAlso(t *testing.T) {
	var runs [2][]Move
	for k := range runs {
		for i := range RunNotes - 1 {
			runs[k] = append(runs[k], Move{i%3 - k, 3 + i*k})
		}
	}
	both := NewCopies(runs[:1]).Also(NewCopies(runs[1:]))
	again, err := DecodeCopies(both.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for k := range runs {
		if !both.Has(runs[k]) || !again.Has(runs[k]) {
			t.Errorf("a run of corpus %d is not known", k)
		}
	}
	if _, err := DecodeCopies("AAAAAAAAAAA=.x"); err == nil {
		t.Error("a damaged second list was read")
	}
}
