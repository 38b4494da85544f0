package datasets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// ErrInput is wrapped by errors about the contents of a file.
var ErrInput = errors.New("bad input")

// Row is one line of a benchmark file.
type Row struct {
	ID     string
	Values []float64 // NaN = missing inside the row
	Line   int
	Err    error // of EachRow: why the row cannot be used
}

// maxRow bounds the length of a line that we read.
const maxRow = 64 << 20

// ReadRows reads the layout of the forecasting competitions: one series per
// line, `id,v1,v2,...`, without a header. The official M4 files are read too:
// quoted cells, a header line whose second cell is not a number, and rows
// padded with empty cells at the end.
func ReadRows(r io.Reader) ([]Row, error) {
	var rows []Row
	err := EachRow(r, func(row Row) error {
		rows = append(rows, row)
		return row.Err
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// EachRow calls f with every row, without keeping them, also with those that cannot be
// used, and stops at the first error of f.
func EachRow(r io.Reader, f func(Row) error) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), maxRow)
	rows := 0
	seen := map[string]int{}
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimPrefix(strings.TrimRight(sc.Text(), "\r "), "\ufeff")
		if text == "" {
			continue
		}
		row := parseRow(text, line)
		if line == 1 && (row.ID == "" || row.Err != nil && len(row.Values) == 0) {
			continue // a header
		}
		first, twice := seen[row.ID]
		switch {
		case row.Err != nil:
		case len(row.Values) == 0:
			row.Err = fmt.Errorf("datasets: line %d: series %q has no value: %w", line, row.ID, ErrInput)
		case twice:
			row.Err = fmt.Errorf("datasets: line %d: series %q stands on line %d too: %w", line, row.ID, first, ErrInput)
		default:
			seen[row.ID] = line
		}
		rows++
		if err := f(row); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("datasets: line %d: %w", rows+1, err)
	}
	if rows == 0 {
		return fmt.Errorf("datasets: line 1: no series: %w", ErrInput)
	}
	return nil
}

// parseRow reads a line.
func parseRow(text string, line int) Row {
	id, rest, _ := strings.Cut(text, ",")
	row := Row{ID: unquote(id), Line: line}
	for col := 2; rest != ""; col++ {
		var cell string
		cell, rest, _ = strings.Cut(rest, ",")
		cell = unquote(cell)
		v := math.NaN()
		if cell != "" && cell != "NA" {
			var err error
			if v, err = strconv.ParseFloat(cell, 64); err != nil || math.IsInf(v, 0) {
				row.Err = fmt.Errorf("datasets: line %d: cell %d: %q is not a number: %w", line, col, cell, ErrInput)
				return row
			}
		}
		row.Values = append(row.Values, v)
	}
	for n := len(row.Values); n > 0 && math.IsNaN(row.Values[n-1]); n-- {
		row.Values = row.Values[:n-1]
	}
	return row
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"`) }
