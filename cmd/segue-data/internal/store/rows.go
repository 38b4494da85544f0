package store

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// column is one of a table that is written.
type column struct {
	name string // in the database
	kind cellKind
}

// cellKind is what the cells of a column are.
type cellKind int

const (
	text cellKind = iota
	number
	boolean
	date
	stamp // date and time
	zoned // with an offset from UTC
)

// rows is a CSV whose columns were understood from its first rows.
type rows struct {
	columns []column
	labels  int
	first   [][]string
	rest    *csv.Reader
}

// sampleRows is the number of rows that tell what the columns hold.
const sampleRows = 1000

// readRows reads the header and the first rows. Labels are texts and times, the other
// columns numbers, if all of their cells are.
func readRows(r io.Reader, labels int) (*rows, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("the table is empty: %w", err)
	}
	if labels == 0 {
		if labels = slices.Index(header, "mean"); labels < 1 {
			return nil, errors.New(`this is no table that segue wrote: it has no column "mean" after the times`)
		}
	}
	out := &rows{labels: labels, rest: in}
	for len(out.first) < sampleRows {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		out.first = append(out.first, cells)
	}
	for i, name := range header {
		c := column{name: name}
		if i < labels {
			c.kind = out.kindOf(i, date, stamp, zoned)
		} else {
			c.name = strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					return r
				}
				return '_'
			}, name)
			c.kind = out.kindOf(i, number, boolean)
		}
		out.columns = append(out.columns, c)
	}
	return out, nil
}

// next gives the cells of a row; io.EOF is the end.
func (r *rows) next() ([]string, error) {
	if len(r.first) > 0 {
		cells := r.first[0]
		r.first = r.first[1:]
		return cells, nil
	}
	return r.rest.Read()
}

var kinds = map[cellKind]func(cell string) bool{
	number:  func(cell string) bool { _, err := strconv.ParseFloat(cell, 64); return err == nil },
	boolean: func(cell string) bool { return cell == "true" || cell == "false" },
	date:    regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString,
	stamp:   regexp.MustCompile(`^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$`).MatchString,
	zoned:   regexp.MustCompile(`^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$`).MatchString,
}

// kindOf is the first of some kinds that all cells of a column have; text if none.
func (r *rows) kindOf(i int, of ...cellKind) cellKind {
	for _, k := range of {
		fits, any := true, false
		for _, cells := range r.first {
			if cells[i] != "" {
				fits, any = fits && kinds[k](cells[i]), true
			}
		}
		if fits && any {
			return k
		}
	}
	return text
}

// names are those of the columns.
func (r *rows) names() []string {
	out := make([]string, len(r.columns))
	for i, c := range r.columns {
		out[i] = c.name
	}
	return out
}

// quoted is a name in SQL; one with a dot has a schema before it.
func quoted(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
	}
	return strings.Join(parts, ".")
}

// quotedOne is a name of a column.
func quotedOne(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
