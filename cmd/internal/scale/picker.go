package scale

import (
	"fmt"
	"slices"
	"strings"
)

// picker takes the cells of id, time and value out of rows.
type picker struct {
	ids     []int  // joined by slashes if there are several
	columns [2]int // time, value
	comma   byte
	text    []byte
}

// newPicker finds the columns in a header; path is for the error.
func (r *run) newPicker(header []string, path string) (*picker, error) {
	p := &picker{comma: r.comma()}
	t := r.opt.Table
	find := func(name string) int {
		return slices.IndexFunc(header, func(c string) bool { return sameColumn(c, name) })
	}
	names := []string{t.ID}
	if find(t.ID) < 0 {
		names = strings.Split(t.ID, ",")
	}
	for _, name := range names {
		p.ids = append(p.ids, find(name))
	}
	for i, name := range []string{t.Time, t.Value} {
		p.columns[i] = find(name)
	}
	for i, c := range append(slices.Clone(p.ids), p.columns[:]...) {
		if c < 0 {
			return nil, fmt.Errorf("%s: line 1: there is no column %q", path, append(names, t.Time, t.Value)[i])
		}
	}
	return p, nil
}

// row writes the three cells as CSV; the bytes are reused.
func (p *picker) row(cells []string) (id string, text []byte) {
	at := func(c int) string {
		if c < len(cells) {
			return cells[c]
		}
		return ""
	}
	id = strings.TrimSpace(at(p.ids[0]))
	for _, c := range p.ids[1:] {
		id += "/" + strings.TrimSpace(at(c))
	}
	p.text = appendCell(p.text[:0], id, p.comma)
	for _, c := range p.columns {
		p.text = appendCell(append(p.text, p.comma), at(c), p.comma)
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
// table; the bytes are reused.
func (r *run) rows(in *input, f func(id string, text []byte) error) error {
	var p *picker
	t := r.opt.Table
	in.only = append(strings.Split(t.ID, ","), t.ID, t.Time, t.Value)
	return in.records(func(cells []string) (err error) {
		if p == nil {
			p, err = r.newPicker(cells, in.path)
			return err
		}
		return f(p.row(cells))
	})
}

// Keyer takes id, time and value out of rows that the caller reads.
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
