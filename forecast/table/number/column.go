package number

import (
	"math"
	"slices"
)

// Column collects the numbers of one column.
type Column struct {
	values [conventions][]float64 // under each; Comma's only where the two differ
	differ bool
	ruled  [conventions]bool     // out: by the caller, or by a cell
	failed [conventions]Bad      // the first cell that a convention cannot read
	signs  [conventions]evidence // what speaks for each convention
}

// NewColumn makes a column; decimal is a point or a comma, or 0 if it is to be
// inferred.
func NewColumn(decimal rune) *Column {
	c := &Column{}
	for k, d := range [conventions]rune{'.', ','} {
		c.ruled[k] = decimal != 0 && decimal != d
	}
	return c
}

// Decimal is the point or comma that the column has settled on; 0 if both are
// possible.
func (c *Column) Decimal() rune {
	switch {
	case !c.possible(Comma):
		return '.'
	case !c.possible(Point):
		return ','
	}
	return 0
}

// Bad is a cell that a convention cannot read.
type Bad struct {
	Text string
	Line int
}

// evidence counts cells that are usual under a convention.
type evidence struct {
	decimals int // a decimal separator that could not be a separator of thousands
	groups   int // groups of three, which only numbers from 1,000 up have
}

// Add reads the next cell. ok is false if no convention that is still possible
// can read it; it is then taken as missing, and the column goes on.
func (c *Column) Add(cell string, line int) (missing, ok bool) {
	n := Read(cell)
	readable := n.Fits[Point] && c.possible(Point) || n.Fits[Comma] && c.possible(Comma)
	if n.Missing || !readable {
		c.push(math.NaN(), math.NaN())
		return n.Missing, n.Missing
	}
	for k := range conventions {
		if !n.Fits[k] && c.possible(k) {
			c.ruled[k], c.failed[k] = true, Bad{cell, line}
		}
		c.signs[k].decimals += n.signs[k].decimals
		c.signs[k].groups += n.signs[k].groups
	}
	c.push(n.Value[Point], n.Value[Comma])
	return false, true
}

func (c *Column) possible(k Convention) bool { return !c.ruled[k] }

// push appends a value. A convention that has failed is not followed any more.
func (c *Column) push(point, comma float64) {
	point1, comma1 := c.possible(Point), c.possible(Comma)
	switch {
	case point1 && comma1 && !c.differ && !same(point, comma):
		c.differ, c.values[Comma] = true, append(slices.Clone(c.values[Point]), comma)
		c.values[Point] = append(c.values[Point], point)
	case comma1 && c.differ:
		c.values[Comma] = append(c.values[Comma], comma)
		if point1 {
			c.values[Point] = append(c.values[Point], point)
		}
	case comma1 && !point1:
		c.values[Point] = append(c.values[Point], comma)
	default:
		c.values[Point] = append(c.values[Point], point)
	}
}

func same(a, b float64) bool { return a == b || a != a && b != b }

// Mixed reports whether a cell that could not be read is a number all the same,
// under the convention that an earlier cell has ruled out.
func (c *Column) Mixed(cell string) (before Bad, yes bool) {
	n := Read(cell)
	for k := range conventions {
		if n.Fits[k] && c.failed[k].Line > 0 {
			return c.failed[k], true
		}
	}
	return Bad{}, false
}

// Settle chooses the Convention. ambiguous means that both read every cell,
// differ, and nothing in the column speaks for one: the values are then those
// under usual.
func (c *Column) Settle(usual Convention) (values []float64, ambiguous bool) {
	point, comma := c.values[Point], c.values[Comma]
	switch {
	case !c.differ, !c.possible(Comma):
		return point, false
	case !c.possible(Point):
		return comma, false
	}
	switch p, q := c.signs[Point], c.signs[Comma]; {
	case p.decimals > q.decimals:
		return point, false
	case q.decimals > p.decimals:
		return comma, false
	case p.groups > q.groups && c.thousands(point):
		return point, false
	case q.groups > p.groups && c.thousands(comma):
		return comma, false
	}
	if usual == Comma {
		return comma, true
	}
	return point, c.signs[Point].groups > 0 // a point alone is one: 1.234
}

// thousands reports whether numbers that were read as groups of thousands stand
// beside whole numbers under a thousand, as they do in columns that part them.
func (c *Column) thousands(values []float64) bool {
	small := slices.ContainsFunc(values, func(v float64) bool { return v == math.Trunc(v) && math.Abs(v) < 1000 && v != 0 })
	large := slices.ContainsFunc(values, func(v float64) bool { return math.Abs(v) >= 1e6 })
	return small || large
}
