// Package table reads series from tables as people keep them, and lays forecasts
// out as tables. Start with [Parse]; [NewRows] is the way back.
//
// A table goes through four rooms: source.go finds out what a file is and gives
// its rows; layout.go and its neighbours turn layouts such as months in the header
// into rows of id, time and value; columns.go chooses the columns; builder.go
// and grid.go put the values of every series on its calendar. Package number reads
// the numbers, and package stamp reads and writes the times.
//
// What it reads is hostile until parsed: rows, cells and columns are bounded, and
// errors name the line.
package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// Options describes how a table is read. Zero fields are inferred.
type Options struct {
	Time, Value string // column names
	// ID is the column that tells series apart, or several with commas between
	// them: their cells are then joined with a slash.
	ID string
	// Values names several columns, each of which holds a series of its own;
	// "*" stands for all that hold numbers. Value is not used then.
	Values []string
	// Regressors names columns whose values are known beforehand also for the
	// future: a plan, a price, a calendar. PastRegressors names those that are
	// known for the past only. They hold numbers, true and false, or texts (at most 50
	// different ones), each of which becomes a regressor of ones and zeros but for the
	// one that occurs most often, the reference.
	Regressors, PastRegressors []string
	// Categories names those regressors whose numbers are names, as the code of a shop
	// type: they are taken as texts.
	Categories  []string
	DateFormat  string        // as stamp.ParseLayout reads it
	Freq        forecast.Freq // zero: inferred from the times
	Comma       rune          // separator: one of , ; tab |
	Decimal     rune          // of numbers: a point or a comma; 0: inferred column by column
	Sheet       string        // of a workbook; empty: the first with anything in it
	Duplicates  Duplicates
	Fill        Fill   // what times without a row mean
	Open        string // open days and hours as calendar.ParseOpen reads them; "": inferred
	Cutoff      string // the last time of every series, as the file writes times: later values are cut off, what is missing up to there is forecast too
	DropPartial bool   // leaves an odd last value out: a period that is not over
	// Scenario is a column that says to which of several possible futures a row belongs:
	// rows after the series, without values, that have the regressors of that future.
	// Rows with nothing in it are the history, and what all futures have in common.
	Scenario string

	usual    number.Convention // of decimals, by the separator of the columns
	plan     bool              // the table has regressors and no values: AddFuture
	texts    map[string]*texts // of columns, where another table has set them
	encoding string            // of text that is neither UTF-8 nor Windows-1252, as guessed
	skipped  []int             // lines left out, since they have not as many words as the rows
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
	Time, Value, ID string        // column names; "" if there is no such column
	Layout          *stamp.Layout // how times are written; nil without times
	Decimal         rune          // point or comma of the values; 0 where they leave it open
	Notes           []Note        // what was repaired, in order of first occurrence
	Skipped         []Skipped     // series of a panel that cannot be forecast
	Scenarios       []Scenario    // futures of the regressors; nil where there is one at most

	// Marks are where repairs touched values, of the first few hundred; Notes count all.
	Marks []Mark

	texts map[string]*texts // of the columns of texts, for AddFuture
	lines map[int][]string  // what was repaired on a line, until it is known which step that is
}

// Mark is a repair at a step of a series.
type Mark struct {
	ID   string // of the series
	Step int    // index among its values
	What string // as in Note
}

const mostMarks = 500

// Skip leaves a series out because of an error.
func Skip(id string, err error) Skipped {
	reason := strings.TrimPrefix(err.Error(), "forecast: ")
	reason = strings.TrimPrefix(reason, fmt.Sprintf("series %q: ", id))
	for _, sentinel := range []error{forecast.ErrInput, forecast.ErrTooShort} {
		reason = strings.TrimSuffix(reason, ": "+sentinel.Error())
	}
	return Skipped{ID: id, Reason: reason, Err: err}
}

// Skipped is a series that was left out, and why.
type Skipped struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	Err    error  `json:"-"`
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

// noteAt is note for a repair of the value on a line, which will be marked.
func (t *Table) noteAt(what string, line int) {
	t.remember(what, line)
	t.note(what, line)
}

// remember keeps what was repaired on a line, once, until its step is known.
func (t *Table) remember(what string, line int) {
	if len(t.lines) >= mostMarks || slices.Contains(t.lines[line], what) {
		return
	}
	if t.lines == nil {
		t.lines = map[int][]string{}
	}
	t.lines[line] = append(t.lines[line], what)
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

// mark says that what was noted on a line is at a step of a series.
func (t *Table) mark(id string, step, line int) {
	for _, what := range t.lines[line] {
		t.markAt(id, step, what)
	}
}

func (t *Table) markAt(id string, step int, what string) {
	if len(t.Marks) < mostMarks {
		t.Marks = append(t.Marks, Mark{id, step, what})
	}
}

// readHead reads the first rows and chooses the columns.
func readHead(next RowReader, opt Options) (t *Table, raw *rawTable, cols columns, used Options, err error) {
	if raw, err = readStart(next); err != nil {
		return nil, nil, cols, opt, err
	}
	if opt.encoding != "" {
		raw.remark("the text is read as "+opt.encoding, 0)
	}
	if n := len(opt.skipped); n > 0 {
		raw.notes = append(raw.notes, Note{"lines with another number of words than the rows, left out", n, opt.skipped[0]})
	}
	if raw, opt, err = raw.relayout(opt); err != nil {
		return nil, nil, cols, opt, err
	}
	if err := raw.resample(); err != nil {
		return nil, nil, cols, opt, err
	}
	if err := raw.readOn(); err != nil {
		return nil, nil, cols, opt, err
	}
	t = &Table{Notes: raw.notes}
	header, sample := raw.header, raw.sample
	if cols, err = chooseColumns(header, sample, opt); err != nil {
		return nil, nil, cols, opt, err
	}
	if cols.time >= 0 && header[cols.time] == "" {
		header[cols.time] = "time" // it has no name
	}
	col := func(i int) string {
		if i < 0 {
			return ""
		}
		return header[i]
	}
	var ids []string
	for _, i := range cols.ids {
		ids = append(ids, header[i])
	}
	t.Time, t.Value, t.ID = col(cols.time), col(cols.value), strings.Join(ids, "/")
	if i := cols.untimed; cols.time < 0 && i >= 0 && i != cols.value && !cols.isID(i) {
		t.note(fmt.Sprintf("column %q holds no times that I know (%q): steps are counted instead", header[i], strings.TrimSpace(cell(sample[0].cells, i))), sample[0].line)
	}
	return t, raw, cols, opt, nil
}

// Read turns rows into series.
func Read(next RowReader, opt Options) (*Table, error) {
	if opt.Scenario != "" {
		return readScenarios(next, opt)
	}
	t, raw, cols, opt, err := readHead(next, opt)
	if err != nil {
		return nil, err
	}
	b := newBuilder(t, cols, opt, raw.header)
	if filledCells(raw.above) == 1 {
		b.sections.title = strings.TrimSpace(strings.Join(raw.above, ""))
	}
	if cols.time >= 0 && opt.DateFormat != "" {
		fixed, err := stamp.ParseLayout(opt.DateFormat)
		if err != nil {
			return nil, fmt.Errorf("forecast: %w: %w", err, forecast.ErrInput)
		}
		b.times = stamp.NewColumn(fixed)
	}
	for rows := raw.rows(); ; {
		rec, line, err := rows()
		if errors.Is(err, io.EOF) {
			return t, b.finish(opt.Freq)
		}
		if err != nil {
			return nil, err
		}
		err = b.add(rec, line)
		if errors.Is(err, errFiner) {
			b = b.again(b.times.First.Line)
			err = b.add(rec, line)
		}
		if err != nil {
			return nil, err
		}
	}
}
