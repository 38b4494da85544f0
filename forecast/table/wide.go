package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// wide turns the named columns ("*": all that hold numbers) into series; those of
// a panel are named after their id and their column.
func (t *rawTable) wide(opt Options) (*rawTable, Options, error) {
	c := &chooser{columns: columns{time: -1, value: -1, untimed: -1}, header: t.header, sample: t.sample}
	if err := c.named(Options{Time: opt.Time, ID: opt.ID}); err != nil {
		return nil, opt, err
	}
	for i := range t.header {
		c.kind = append(c.kind, judge(t.sample, i))
	}
	c.findTime()
	if len(c.ids) == 0 {
		if i := c.byName(idNames, func(cellKind) bool { return true }); i >= 0 {
			c.ids = []int{i}
		}
	}
	var cols []int
	var unused []string
	for i, h := range t.header {
		named := slices.ContainsFunc(opt.Values, func(v string) bool { return strings.EqualFold(v, h) })
		all := slices.Contains(opt.Values, "*") && i != c.time && !c.isID(i) && c.kind[i].number
		switch {
		case named || all:
			cols = append(cols, i)
		case i != c.time && !c.isID(i) && h != "":
			unused = append(unused, h)
		}
	}
	if len(cols) == 0 {
		return nil, opt, fmt.Errorf("forecast: line %d: no column holds numbers; the columns are %s: %w", t.line, quoteList(t.header), forecast.ErrInput)
	}
	next := t.rows()
	header := []string{"series", "value"}
	if c.time >= 0 {
		header = []string{"series", t.header[c.time], "value"}
		opt.Time = t.header[c.time]
	}
	out := &rawTable{header: header, line: t.line, notes: t.notes}
	if len(unused) > 0 {
		out.remark("columns that are not used: "+quoteList(unused), 0)
	}
	var cells []string
	at, line := len(cols), 0
	out.rest = func() ([]string, int, error) {
		for at == len(cols) {
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			if filledCells(rec) > 0 {
				cells, line, at = append(cells[:0], rec...), n, 0
			}
		}
		id := t.header[cols[at]]
		for k := len(c.ids) - 1; k >= 0; k-- {
			id = strings.TrimSpace(cell(cells, c.ids[k])) + "/" + id
		}
		row := []string{id, cell(cells, cols[at])}
		if c.time >= 0 {
			row = []string{id, cell(cells, c.time), cell(cells, cols[at])}
		}
		at++
		return row, line, nil
	}
	opt.ID, opt.Value, opt.Values = "series", "value", nil
	return out, opt, nil
}
