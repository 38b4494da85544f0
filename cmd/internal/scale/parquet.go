package scale

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// parquetColumn reads one column of a Parquet file, a value a row.
type parquetColumn struct {
	name string
	cell int // its place in a row
	leaf int // its place among the columns that hold values
	text func(parquet.Value) string
	null bool // it may hold nothing, and then has definition levels

	walk   *pageWalk // checks a page before the library reads it
	pages  parquet.Pages
	page   parquet.Page        // the one that buf comes from
	values parquet.ValueReader // what is left of it; nil if nothing is
	buf    []parquet.Value
	at, n  int
}

// parquetRecords calls f with the rows of a Parquet file as text, dates and times as
// ISO 8601 in UTC. Where in.only is set, the other columns are not read and their
// cells are empty.
func (in *input) parquetRecords(f func(cells []string) error) (err error) {
	var columns []*parquetColumn
	defer func() { // the library trusts what it reads
		if p := recover(); p != nil {
			err = fmt.Errorf("%w (%v)", errParquet, p)
		}
		for _, c := range columns {
			c.close()
		}
	}()
	file, err := openParquet(in.f, in.size)
	if err != nil {
		return err
	}
	names, columns, err := in.parquetColumns(file.Metadata())
	if err != nil {
		return err
	}
	if err := f(slices.Clone(names)); err != nil {
		return err
	}
	cells := make([]string, len(names))
	done, rows := int64(0), max(file.NumRows(), 1)
	for g, group := range file.RowGroups() {
		chunks := group.ColumnChunks()
		for _, c := range columns {
			c.close()
			if c.walk, err = walkPages(in.f, in.size, file.Metadata(), g, c.leaf, c.null); err != nil {
				return err
			}
			c.pages = chunks[c.leaf].Pages()
		}
		for range group.NumRows() {
			for _, c := range columns {
				v, err := c.next()
				if err != nil {
					return fmt.Errorf("column %q: %w", c.name, err)
				}
				if cells[c.cell] = ""; !v.IsNull() {
					cells[c.cell] = c.text(v)
				}
			}
			if err := f(cells); err != nil {
				return err
			}
			if done++; done%1024 == 0 {
				in.read.Store(int64(float64(in.size) * float64(done) / float64(rows)))
			}
		}
	}
	return nil
}

// parquetColumns lists the names of all columns, and the columns to read.
func (in *input) parquetColumns(m *format.FileMetaData) (names []string, columns []*parquetColumn, err error) {
	wanted := func(name string) bool {
		return len(in.only) == 0 || slices.ContainsFunc(in.only, func(o string) bool { return sameColumn(name, o) })
	}
	room := int64(maxPage)
	leaf := 0
	for at := 1; at < len(m.Schema); { // the first element is the root
		e := &m.Schema[at]
		next, leaves := subtree(m.Schema, at)
		if wanted(e.Name) {
			if next != at+1 || !e.Type.Valid || e.RepetitionType.V == format.Repeated {
				return nil, nil, fmt.Errorf("column %q holds more than one value a row; flatten the table first", e.Name)
			}
			c := &parquetColumn{name: e.Name, cell: len(names), leaf: leaf, text: parquetText(e), null: e.RepetitionType.V == format.Optional, buf: make([]parquet.Value, 256)}
			columns = append(columns, c)
			most, err := largestPage(in.f, in.size, m, leaf)
			if err != nil {
				return nil, nil, err
			}
			if room -= most; room < 0 {
				return nil, nil, fmt.Errorf("the pages of its columns take more than %d MB at a time (name the columns to read, or write smaller pages)", maxPage>>20)
			}
		}
		names = append(names, e.Name)
		at, leaf = next, leaf+leaves
	}
	return names, columns, nil
}

// sameColumn reports whether a column of a file is the one that was asked for.
func sameColumn(name, want string) bool {
	return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(want))
}

// subtree returns the place after an element of a schema and all below it, and how
// many of them hold values.
func subtree(schema []format.SchemaElement, at int) (next, leaves int) {
	next = at
	for open := 1; open > 0 && next < len(schema); next++ {
		open--
		if e := &schema[next]; e.Type.Valid {
			leaves++
		} else {
			open += int(max(e.NumChildren.V, 0))
		}
	}
	return next, leaves
}

// next returns the value of the next row; it is valid until the next call.
func (c *parquetColumn) next() (parquet.Value, error) {
	for c.at == c.n {
		if c.values == nil {
			parquet.Release(c.page)
			if err := c.walk.check(); err != nil {
				return parquet.Value{}, err
			}
			var err error
			if c.page, err = c.pages.ReadPage(); errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: it has fewer values than rows", errParquet)
			}
			if err != nil {
				return parquet.Value{}, err
			}
			c.values = c.page.Values()
		}
		n, err := c.values.ReadValues(c.buf)
		c.at, c.n = 0, n
		switch {
		case errors.Is(err, io.EOF):
			c.values = nil
		case err != nil:
			return parquet.Value{}, err
		case n == 0:
			return parquet.Value{}, fmt.Errorf("%w: it says that there are values and gives none", errParquet)
		}
	}
	c.at++
	return c.buf[c.at-1], nil
}

// close releases the pages of a group of rows.
func (c *parquetColumn) close() {
	if c.pages != nil {
		parquet.Release(c.page)
		_ = c.pages.Close() // only read from
		c.pages, c.page, c.values, c.at, c.n = nil, nil, nil, 0, 0
	}
}
