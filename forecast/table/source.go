package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/internal/charset"
	"github.com/segue-go/segue/forecast/table/internal/xlsx"
	"github.com/segue-go/segue/forecast/table/number"
)

// RowReader returns the next row and its line number, or io.EOF. The row is
// valid until the next call.
type RowReader func() ([]string, int, error)

// limits on a table that we read
const (
	maxColumns = 4096
	maxCell    = 1 << 16
	maxRow     = 512 << 10 // bytes
	sniffBytes = 64 << 10
)

// Parse reads series from a table: a column of times, one of values and
// optionally one of series ids, as CSV text in any usual encoding, as JSON records
// or as an Excel workbook. What it is is told by its content. Rows may come in any
// order. Gaps in the calendar become missing values. Errors name the line and wrap
// forecast.ErrInput.
func Parse(r io.Reader, opt Options) (*Table, error) {
	rows, opt, err := open(r, opt)
	if err != nil {
		return nil, err
	}
	return Read(rows, opt)
}

// ParseColumns reads the first rows of a table only and tells which columns Parse
// would take: the result has no series.
func ParseColumns(r io.Reader, opt Options) (*Table, error) {
	const enough = 5000 // rows
	rows, opt, err := open(r, opt)
	if err != nil {
		return nil, err
	}
	t, raw, cols, opt, err := readHead(rows, opt)
	if err != nil || len(cols.ids) > 0 || len(cols.labels) == 0 {
		return t, err
	}
	b := newBuilder(t, cols, opt, raw.header)
	notes := t.Notes
	for next := raw.rows(); len(b.lines) < enough; {
		rec, line, err := next()
		if err != nil || b.add(rec, line) != nil {
			break
		}
	}
	if _, times, _, err := b.times.Settle(func([]time.Time) float64 { return 1 }); err == nil {
		b.group(times)
	}
	t.Notes = notes
	return t, nil
}

// Header reads the names of a table's columns, as Parse calls them.
func Header(r io.Reader) ([]string, error) {
	rows, opt, err := open(r, Options{})
	if err != nil {
		return nil, err
	}
	raw, err := readStart(rows)
	if err != nil {
		return nil, err
	}
	if raw, _, err = raw.relayout(opt); err != nil {
		return nil, err
	}
	return raw.header, nil
}

// Open finds out by its content what kind of table it is, as Parse does, and gives its
// rows as they are, the first with the names of the columns, and the character between
// the cells of text; 0 if it is no text.
func Open(r io.Reader) (rows RowReader, comma rune, err error) {
	rows, opt, err := open(r, Options{})
	return rows, opt.Comma, err
}

// open finds out what kind of table it is and gives its rows.
func open(r io.Reader, opt Options) (RowReader, Options, error) {
	br := bufio.NewReaderSize(r, sniffBytes)
	head, err := br.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, opt, fmt.Errorf("forecast: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		rows, err := workbook(br, opt.Sheet)
		return rows, opt, err
	}
	for magic, what := range map[string]string{
		"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls): save it as .xlsx or CSV",
		"%PDF":             "a PDF: tables must come as CSV, JSON or .xlsx",
		"MThd":             "a MIDI file: continue it with segue continue",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return nil, opt, fmt.Errorf("forecast: this is %s: %w", what, forecast.ErrInput)
		}
	}
	if start := bytes.ToLower(bytes.TrimLeft(head[:min(len(head), 200)], " \t\r\n\ufeff")); bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) {
		return nil, opt, fmt.Errorf("forecast: this is a web page (HTML) and not a table: download the table itself, as CSV or .xlsx: %w", forecast.ErrInput)
	}
	decoded, encoding := charset.Text(br)
	text := bufio.NewReaderSize(decoded, sniffBytes)
	opt.encoding = encoding
	if head, err = text.Peek(sniffBytes); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, opt, fmt.Errorf("forecast: %w", err)
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, opt, fmt.Errorf("forecast: line 1: the file is empty: %w", forecast.ErrInput)
	}
	if i := bytes.IndexByte(head, 0); i >= 0 {
		return nil, opt, fmt.Errorf("forecast: line %d: a zero byte: this is not a text file: %w", 1+bytes.Count(head[:i], []byte("\n")), forecast.ErrInput)
	}
	if looksLikeJSON(head) && opt.Comma == 0 {
		rows, err := jsonRows(text)
		return rows, opt, err
	}
	rows, comma, skipped := csvRows(text, head, opt.Comma)
	opt.Comma, opt.usual, opt.skipped = comma, number.Point, skipped
	if comma != ',' {
		opt.usual = number.Comma
	}
	return rows, opt, nil
}

// workbook reads one sheet of an Excel workbook: the one named, or the first that
// holds anything.
func workbook(r io.Reader, sheet string) (RowReader, error) {
	fail := func(err error) error {
		return fmt.Errorf("forecast: Excel workbook: %w: %w", err, forecast.ErrInput)
	}
	data, err := io.ReadAll(io.LimitReader(r, xlsx.MaxPacked+1))
	if err != nil {
		return nil, fmt.Errorf("forecast: %w", err)
	}
	if len(data) > xlsx.MaxPacked {
		return nil, fail(fmt.Errorf("more than %d MB; save the sheet as CSV", xlsx.MaxPacked>>20))
	}
	book, err := xlsx.Open(data)
	if errors.Is(err, xlsx.ErrNoWorkbook) {
		return nil, fmt.Errorf("forecast: this is a Zip archive and not an Excel workbook (.xlsx); unpack it first: %w", forecast.ErrInput)
	}
	if err != nil {
		return nil, fail(err)
	}
	names := book.Sheets
	if sheet != "" {
		i := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, sheet) })
		if i < 0 {
			return nil, fail(fmt.Errorf("there is no sheet %q; the sheets are %s", sheet, quoteList(names)))
		}
		names = names[i : i+1]
	}
	for _, name := range names {
		next, _, err := book.Rows(name)
		if err != nil {
			return nil, fail(err)
		}
		cells, row, err := next()
		if errors.Is(err, io.EOF) {
			continue
		}
		first := true
		return func() ([]string, int, error) {
			if !first {
				cells, row, err = next()
			}
			first = false
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, row, fail(fmt.Errorf("sheet %q: %w", name, err))
			}
			return cells, row, err
		}, nil
	}
	return nil, fail(errors.New("no cell has anything in it"))
}
