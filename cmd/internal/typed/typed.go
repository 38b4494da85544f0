// Package typed writes tables whose columns have types: [Parquet], and the file format of
// Arrow with [Arrow] (also called Feather, version 2). Numbers are doubles, counts whole
// numbers of 64 bits, times are timestamps, all else is text; no cell is missing.
//
// A time without a zone is a reading of a clock, and is written without one; a time whose
// table says its offset is a moment, and is written in UTC. Reading is not done here.
package typed

import (
	"errors"
	"fmt"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// size is the number of cells of a column.
func size(c *job.Column) int { return max(len(c.Texts), len(c.Numbers), len(c.Times)) }

// check refuses columns that make no table.
func check(columns []job.Column) error {
	if len(columns) == 0 {
		return errors.New("a table without columns")
	}
	names := map[string]bool{}
	for i := range columns {
		c := &columns[i]
		if names[c.Name] {
			return fmt.Errorf("two columns are named %q, which these formats cannot tell apart; rename one in the input", c.Name)
		}
		names[c.Name] = true
		if size(c) != size(&columns[0]) {
			return fmt.Errorf("column %q has %d rows, and %q has %d", c.Name, size(c), columns[0].Name, size(&columns[0]))
		}
	}
	return nil
}

// fine reports whether microseconds are too coarse for a column's times.
func fine(c *job.Column) bool {
	for _, t := range c.Times {
		if t.Nanosecond()%1000 != 0 {
			return true
		}
	}
	return false
}

// stamps are a column's times since 1970, in microseconds, or in nanoseconds if those are
// too coarse. Of readings of a clock the zone is ignored.
func stamps(c *job.Column) []int64 {
	out := make([]int64, len(c.Times))
	nano := fine(c)
	for i, t := range c.Times {
		if !c.Moments {
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		}
		if out[i] = t.UnixMicro(); nano {
			out[i] = t.UnixNano()
		}
	}
	return out
}
