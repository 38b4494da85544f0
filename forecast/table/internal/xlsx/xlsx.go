// Package xlsx reads the cells of a sheet of an Excel workbook (.xlsx) as text.
//
// It reads what tables need and nothing else: shared and inline strings, numbers,
// booleans, and the dates that number formats tell from numbers. Formulas give the
// value that was last computed. The libraries for it were tried: one panics in a
// goroutine of its own on a negative index of a string, which nobody can recover
// from, the other adds 5 MB. A workbook is hostile until read: parts are bounded
// before they are unpacked.
//
// Source: ECMA-376, Office Open XML, part 1, chapter 18 (SpreadsheetML).
package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// limits on a workbook
const (
	MaxPacked   = 64 << 20  // bytes of a file
	maxUnpacked = 256 << 20 // bytes of all parts that are read,
	perPacked   = 100       // and for each byte of the file; sheets pack to a tenth, and zeros to a thousandth
	always      = 4 << 20   // bytes that a small file may have in any case
	maxStrings  = 8 << 20   // shared strings
	maxColumns  = 1 << 14   // what Excel allows
)

// ErrNoWorkbook is wrapped by errors about archives that are no workbooks.
var ErrNoWorkbook = errors.New("not an Excel workbook")

// A Book is a workbook whose sheets can be read.
type Book struct {
	Sheets  []string // names, in the order of the tabs
	files   map[string]*zip.File
	parts   map[string]string // name of a sheet: its part of the archive
	strings []string
	dates   []dateKind // by number of a cell's style
	from04  bool       // days are counted from 1904
	budget  int64      // bytes that may still be unpacked
}

// Open reads what all sheets share.
func Open(data []byte) (*Book, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("the archive is damaged: %w", err)
	}
	b := &Book{files: map[string]*zip.File{}, parts: map[string]string{}, budget: min(maxUnpacked, always+perPacked*int64(len(data)))}
	for _, f := range z.File {
		b.files[strings.TrimPrefix(f.Name, "/")] = f
	}
	if b.files["xl/workbook.xml"] == nil {
		return nil, ErrNoWorkbook
	}
	if err := b.readContents(); err != nil {
		return nil, err
	}
	if err := b.readStrings(); err != nil {
		return nil, err
	}
	return b, b.readStyles()
}

// part opens a part of the archive for parsing, within the budget.
func (b *Book) part(name string) (*xml.Decoder, io.Closer, error) {
	f := b.files[name]
	if f == nil {
		return nil, nil, fmt.Errorf("the part %s is missing", name)
	}
	if f.UncompressedSize64 > uint64(max(0, b.budget)) { // before any of it is read
		return nil, nil, fmt.Errorf("%s: %w", name, errTooMuch)
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return xml.NewDecoder(&bounded{r, b}), r, nil
}

var errTooMuch = errors.New("it unpacks to more than a workbook of this size holds")

// bounded ends the reading of parts that unpack to too much.
type bounded struct {
	r    io.Reader
	book *Book
}

func (l *bounded) Read(p []byte) (int, error) {
	if l.book.budget <= 0 {
		return 0, errTooMuch
	}
	n, err := l.r.Read(p)
	l.book.budget -= int64(n)
	return n, err
}

// decode reads a small part whole.
func (b *Book) decode(name string, into any) error {
	d, closer, err := b.part(name)
	if err != nil {
		return err
	}
	defer closer.Close()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readContents finds the sheets and the parts that hold them.
func (b *Book) readContents() error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relation []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode("xl/workbook.xml", &book); err != nil {
		return err
	}
	if err := b.decode("xl/_rels/workbook.xml.rels", &relations); err != nil {
		return err
	}
	b.from04 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	targets := map[string]string{}
	for _, r := range relations.Relation {
		if strings.HasPrefix(r.Target, "/") {
			targets[r.ID] = strings.TrimPrefix(r.Target, "/")
		} else {
			targets[r.ID] = path.Join("xl", r.Target)
		}
	}
	for i, s := range book.Sheets {
		target := targets[s.ID]
		if target == "" {
			target = fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
		}
		if !strings.Contains(target, "worksheet") {
			continue // a sheet that is a chart
		}
		b.Sheets = append(b.Sheets, s.Name)
		b.parts[s.Name] = target
	}
	return nil
}

// readStrings reads the strings that cells share; a workbook may have none.
func (b *Book) readStrings() error {
	const name = "xl/sharedStrings.xml"
	if b.files[name] == nil {
		return nil
	}
	d, closer, err := b.part(name)
	if err != nil {
		return err
	}
	defer closer.Close()
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if el, ok := t.(xml.StartElement); ok && el.Name.Local == "si" {
			var s richText
			if err := d.DecodeElement(&s, &el); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if len(b.strings) == maxStrings {
				return fmt.Errorf("%s: more than %d strings", name, maxStrings)
			}
			b.strings = append(b.strings, s.String())
		}
	}
}

// richText is a string, perhaps in runs of different looks.
type richText struct {
	Text string   `xml:"t"`
	Runs []string `xml:"r>t"`
}

func (r richText) String() string { return r.Text + strings.Join(r.Runs, "") }
