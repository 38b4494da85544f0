package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Rows reads a sheet row by row: next gives the cells of the next row that has
// any and its number, counted from 1 as Excel shows it, or io.EOF. It must be
// read to its end or closed.
func (b *Book) Rows(sheet string) (next func() (cells []string, row int, err error), closer io.Closer, err error) {
	d, closer, err := b.part(b.parts[sheet])
	if err != nil {
		return nil, nil, err
	}
	at := 0
	return func() ([]string, int, error) {
		for {
			t, err := d.Token()
			if errors.Is(err, io.EOF) {
				return nil, at, io.EOF
			}
			if err != nil {
				return nil, at, fmt.Errorf("after row %d: %w", at, err)
			}
			el, ok := t.(xml.StartElement)
			if !ok || el.Name.Local != "row" {
				continue
			}
			at++
			if n, err := strconv.Atoi(attribute(el, "r")); err == nil && n >= at {
				at = n
			}
			cells, err := b.row(d)
			if err != nil {
				return nil, at, fmt.Errorf("row %d: %w", at, err)
			}
			if strings.Join(cells, "") != "" {
				return cells, at, nil
			}
		}
	}, closer, nil
}

func attribute(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// row reads the cells up to the end of a row.
func (b *Book) row(d *xml.Decoder) ([]string, error) {
	var cells []string
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch el := t.(type) {
		case xml.EndElement:
			if el.Name.Local == "row" {
				return cells, nil
			}
		case xml.StartElement:
			if el.Name.Local != "c" {
				continue
			}
			var c struct {
				Reference string    `xml:"r,attr"`
				Type      string    `xml:"t,attr"`
				Style     int       `xml:"s,attr"`
				Value     string    `xml:"v"`
				Inline    *richText `xml:"is"`
			}
			if err := d.DecodeElement(&c, &el); err != nil {
				return nil, err
			}
			at := len(cells)
			if c.Reference != "" {
				if at, err = column(c.Reference); err != nil {
					return nil, err
				}
			}
			for len(cells) <= at {
				cells = append(cells, "")
			}
			text := c.Value
			switch {
			case c.Inline != nil:
				text = c.Inline.String()
			case c.Type == "s":
				i, err := strconv.Atoi(strings.TrimSpace(text))
				if err != nil || i < 0 || i >= len(b.strings) {
					return nil, fmt.Errorf("cell %s: there is no string %q", c.Reference, text)
				}
				text = b.strings[i]
			case c.Type == "" || c.Type == "n":
				text = b.numeric(text, c.Style)
			case c.Type == "b":
				text = map[string]string{"1": "true", "0": "false"}[strings.TrimSpace(text)]
			}
			cells[at] = strings.TrimSpace(text)
		}
	}
}

// column is the column of a reference like AB12, counted from 0.
func column(reference string) (int, error) {
	n := 0
	for _, r := range reference {
		if r >= '0' && r <= '9' {
			break
		}
		if r < 'A' || r > 'Z' || n > maxColumns {
			return 0, fmt.Errorf("cell reference %q", reference)
		}
		n = n*26 + int(r-'A') + 1
	}
	if n < 1 || n > maxColumns {
		return 0, fmt.Errorf("cell reference %q", reference)
	}
	return n - 1, nil
}
