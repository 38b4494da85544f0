// Package table reads series from CSV text in the layouts that people use, and
// lays forecasts out as tables. Start with [ReadCSV]; [NewRows] is the way back.
//
// What it reads is hostile until parsed: rows, cells and columns are bounded, and
// errors name the line.
package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// Options says how a table is read. Zero fields are found out.
type Options struct {
	Time, Value, ID string // column names
	// Values names several columns, each of which holds a series of its own;
	// "*" stands for all that hold numbers. Value is not used then.
	Values []string
	// Regressors names columns whose values are known beforehand also for the
	// future: a plan, a price, a calendar. PastRegressors names those that are
	// known for the past only. They hold numbers, or true and false.
	Regressors, PastRegressors []string
	DateFormat                 string        // as ParseTimeLayout reads it
	Freq                       forecast.Freq // zero: inferred from the times
	Comma                      rune          // separator: one of , ; tab |
	Duplicates                 Duplicates

	decimalComma bool
}

// Duplicates says what is done with rows of one series for the same time.
type Duplicates string

// The policies. By default a duplicate is an error, but for the hour that the
// end of daylight-saving time repeats, which is averaged.
const (
	DuplicateError Duplicates = ""
	DuplicateMean  Duplicates = "mean"
	DuplicateSum   Duplicates = "sum"
	DuplicateFirst Duplicates = "first"
	DuplicateLast  Duplicates = "last"
)

// Table is a file or frame read as series, and how it was understood.
type Table struct {
	Series          []forecast.Series
	Time, Value, ID string     // column names; "" if there is no such column
	Layout          TimeLayout // how times are written
	Notes           []Note     // what was repaired, in order of first occurrence
}

// Note counts one kind of repair.
type Note struct {
	What  string `json:"what"`
	Count int    `json:"count"`
	Line  int    `json:"line,omitempty"` // of the first occurrence; 0 for a remark about the whole file
}

// String gives a note as a sentence.
func (n Note) String() string {
	if n.Line == 0 {
		return n.What
	}
	return fmt.Sprintf("%s: %d (first on line %d)", n.What, n.Count, n.Line)
}

func (t *Table) note(what string, line int) {
	for i := range t.Notes {
		if t.Notes[i].What == what {
			t.Notes[i].Count++
			return
		}
	}
	t.Notes = append(t.Notes, Note{what, 1, line})
}

// limits on a table that we read
const (
	maxColumns = 4096
	maxCell    = 1 << 16
	maxRow     = 512 << 10 // bytes
	sniffBytes = 64 << 10
)

// ReadCSV reads series from CSV text: a column of times, one of values and
// optionally one of series ids. Rows may come in any order. Gaps in the
// calendar become missing values. Errors name the line and wrap forecast.ErrInput.
func ReadCSV(r io.Reader, opt Options) (*Table, error) {
	rows, opt, err := csvRows(r, opt)
	if err != nil {
		return nil, err
	}
	return Read(rows, opt)
}

// ReadColumns reads the first rows of CSV text only and tells which columns
// ReadCSV would take: the result has no series.
func ReadColumns(r io.Reader, opt Options) (*Table, error) {
	rows, opt, err := csvRows(r, opt)
	if err != nil {
		return nil, err
	}
	t, _, _, _, err := readHead(rows, opt)
	return t, err
}

var errLongRow = errors.New("long row")

// rowGuard ends the reading of a row that would fill the memory.
type rowGuard struct {
	r            io.Reader
	served, done int64 // bytes handed over, and those of complete rows
}

func (g *rowGuard) Read(p []byte) (int, error) {
	if g.served-g.done > maxRow {
		return 0, errLongRow
	}
	n, err := g.r.Read(p)
	g.served += int64(n)
	return n, err
}

// csvRows reads CSV text row by row.
func csvRows(r io.Reader, opt Options) (RowReader, Options, error) {
	br := bufio.NewReaderSize(r, sniffBytes)
	head, err := br.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, opt, fmt.Errorf("forecast: %w", err)
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3)
		head = head[3:]
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, opt, fmt.Errorf("forecast: line 1: the file is empty: %w", forecast.ErrInput)
	}
	if i := bytes.IndexByte(head, 0); i >= 0 {
		return nil, opt, fmt.Errorf("forecast: line %d: a zero byte: this is not a text file: %w", 1+bytes.Count(head[:i], []byte("\n")), forecast.ErrInput)
	}
	g := &rowGuard{r: br}
	c := csv.NewReader(g)
	c.Comma = opt.Comma
	if c.Comma == 0 {
		c.Comma = sniffComma(head)
	}
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	c.LazyQuotes = true
	c.TrimLeadingSpace = c.Comma != '\t'
	last := 1
	rows := func() ([]string, int, error) {
		g.done = c.InputOffset()
		rec, err := c.Read()
		if errors.Is(err, errLongRow) {
			return nil, last + 1, fmt.Errorf("forecast: a row after line %d has more than %d bytes (is a quote missing?): %w", last, maxRow, forecast.ErrInput)
		}
		if err != nil {
			if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
				return nil, pe.Line, fmt.Errorf("forecast: line %d: %v: %w", pe.Line, pe.Err, forecast.ErrInput)
			}
			return nil, 0, err
		}
		line, _ := c.FieldPos(0)
		last = line
		if len(rec) > maxColumns {
			return nil, line, fmt.Errorf("forecast: line %d: %d columns, more than %d: %w", line, len(rec), maxColumns, forecast.ErrInput)
		}
		for i, cell := range rec {
			if len(cell) > maxCell {
				return nil, line, fmt.Errorf("forecast: line %d: column %d holds %d bytes (is a quote missing?): %w", line, i+1, len(cell), forecast.ErrInput)
			}
		}
		return rec, line, nil
	}
	opt.decimalComma = c.Comma != ','
	return rows, opt, nil
}

// AddFuture reads values of regressors for the time after the series from CSV
// text in the layout of the table itself, without the column of values. opt must
// be the options that the table was read with.
func (t *Table) AddFuture(r io.Reader, opt Options) error {
	names := opt.Regressors
	if len(names) == 0 {
		return fmt.Errorf("forecast: there are values for the future, and no regressors are named: %w", forecast.ErrInput)
	}
	// the first regressor takes the place of the values
	f, err := ReadCSV(r, Options{Time: t.Time, ID: t.ID, Value: names[0], Regressors: names[1:], DateFormat: opt.DateFormat, Freq: t.Series[0].Freq, Comma: opt.Comma, Duplicates: opt.Duplicates})
	if err != nil {
		return err
	}
	byID := map[string]forecast.Series{}
	for _, s := range f.Series {
		s.Regressors = append([]forecast.Regressor{{Name: names[0], Values: s.Values}}, s.Regressors...)
		byID[s.ID] = s
	}
	for i := range t.Series {
		s := &t.Series[i]
		more, ok := byID[s.ID]
		if !ok {
			return fmt.Errorf("forecast: series %q has no values of regressors for the future: %w", s.ID, forecast.ErrInput)
		}
		at := len(s.Values)
		if s.Freq.Unit != forecast.None {
			if at, ok = s.Freq.Steps(s.Start, more.Start); !ok {
				return fmt.Errorf("forecast: series %q: the future starts at %s, which is not on the series' grid: %w", s.ID, t.Layout.Format(more.Start), forecast.ErrInput)
			}
		}
		s.Regressors = slices.Clone(s.Regressors)
		for k, r := range s.Regressors {
			for _, m := range more.Regressors {
				if strings.EqualFold(m.Name, r.Name) {
					s.Regressors[k].Values = overlay(r.Values, m.Values, at)
				}
			}
		}
	}
	return nil
}

// overlay puts more over values from place at on; places between are missing.
func overlay(values, more []float64, at int) []float64 {
	out := slices.Clone(values)
	for i, v := range more {
		if j := at + i; j >= 0 && v == v {
			for len(out) <= j {
				out = append(out, math.NaN())
			}
			out[j] = v
		}
	}
	return out
}

// sniffComma takes the separator that divides the first lines most evenly.
func sniffComma(head []byte) rune {
	best, bestScore := ',', 0
	lines := strings.Split(string(head), "\n")
	if len(lines) > 30 {
		lines = lines[:30]
	} else if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut or empty
	}
	for _, sep := range ",;\t|" {
		counts := map[int]int{}
		for _, l := range lines {
			if n := strings.Count(l, string(sep)); n > 0 {
				counts[n]++
			}
		}
		for _, n := range counts {
			if n > bestScore {
				best, bestScore = sep, n
			}
		}
	}
	return best
}
