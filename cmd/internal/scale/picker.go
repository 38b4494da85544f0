package scale

import (
	"fmt"
	"slices"
	"strings"
)

// picker takes the cells of id, time and value out of rows.
type picker struct {
	columns [3]int
	comma   byte
	text    []byte
}

// newPicker finds the columns in a header; path is for the error.
func (r *run) newPicker(header []string, path string) (*picker, error) {
	p := &picker{comma: r.comma()}
	t := r.opt.Table
	for i, name := range []string{t.ID, t.Time, t.Value} {
		p.columns[i] = slices.IndexFunc(header, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
		if p.columns[i] < 0 {
			return nil, fmt.Errorf("%s: line 1: there is no column %q", path, name)
		}
	}
	return p, nil
}

// row writes the three cells as CSV; the bytes are used again.
func (p *picker) row(cells []string) (id string, text []byte) {
	p.text = p.text[:0]
	for i, c := range p.columns {
		cell := ""
		if c < len(cells) {
			cell = cells[c]
		}
		if i == 0 {
			id = cell
		} else {
			p.text = append(p.text, p.comma)
		}
		p.text = appendCell(p.text, cell, p.comma)
	}
	return id, p.text
}

// appendCell quotes a cell where that is needed.
func appendCell(b []byte, s string, comma byte) []byte {
	if !strings.ContainsAny(s, "\"\n\r") && strings.IndexByte(s, comma) < 0 {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

// rows calls f with the id and the three cells, as CSV, of every row of a long
// table; the bytes are used again.
func (r *run) rows(in *input, f func(id string, text []byte) error) error {
	var p *picker
	return in.records(func(cells []string) (err error) {
		if p == nil {
			p, err = r.newPicker(cells, in.path)
			return err
		}
		return f(p.row(cells))
	})
}

// Keyer takes id, time and value out of rows that somebody else reads.
type Keyer struct{ p *picker }

// NewKeyer makes one for the columns of a header.
func NewKeyer(opt Options, header []string) (*Keyer, error) {
	p, err := (&run{opt: opt}).newPicker(header, "header")
	return &Keyer{p}, err
}

// Row returns the id and the three cells as CSV.
func (k *Keyer) Row(cells []string) (id, text string) {
	id, b := k.p.row(cells)
	return id, string(b)
}

// Rows calls f with the id and the three cells of every row of a file.
func Rows(path string, opt Options, f func(id, text string)) error {
	in, err := openInput(path)
	if err != nil {
		return err
	}
	defer in.Close()
	return (&run{opt: opt}).rows(in, func(id string, text []byte) error {
		f(id, string(text))
		return nil
	})
}
