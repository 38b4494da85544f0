package scale

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/table"
)

// Draw reads at most n of the series of a long table of any length: those whose ids
// have the smallest hashes, so that the same file gives the same series. The file is
// read twice; memory holds a number for every series, and the rows of those that
// are drawn.
func Draw(ctx context.Context, path string, opt Options, n int) (*table.Table, error) {
	in, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := &run{opt: opt}
	if err := r.understand(in); err != nil {
		return nil, err
	}
	each := func(f func(id string, hash uint64, text []byte)) error {
		n := 0
		return r.rows(in, func(id string, text []byte) error {
			if n++; n%(1<<17) == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			f(id, hashOf(id), text)
			return nil
		})
	}
	seen := map[uint64]struct{}{}
	if err := each(func(_ string, hash uint64, _ []byte) { seen[hash] = struct{}{} }); err != nil {
		return nil, err
	}
	hashes := make([]uint64, 0, len(seen))
	for h := range seen {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	if len(hashes) == 0 {
		return nil, fmt.Errorf("%s: there are no rows", path)
	}
	last := hashes[min(n, len(hashes))-1]
	var c collection
	err = each(func(id string, hash uint64, text []byte) {
		if hash <= last {
			c.add(id, text, math.MaxInt)
		}
	})
	if err != nil {
		return nil, err
	}
	gs := c.groups
	slices.SortFunc(gs, func(a, b group) int { return cmp.Compare(a.id, b.id) })
	return r.table(gs)
}
