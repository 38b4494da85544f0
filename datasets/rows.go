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
}

// maxRow bounds the length of a line that we read.
const maxRow = 64 << 20

// ReadRows reads the layout of the forecasting competitions: one series per
// line, `id,v1,v2,...`, without a header. The official M4 files are read too:
// quoted cells, a header line whose second cell is not a number, and rows
// padded with empty cells at the end.
func ReadRows(r io.Reader) ([]Row, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), maxRow)
	var rows []Row
	seen := map[string]int{}
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimPrefix(strings.TrimRight(sc.Text(), "\r "), "\ufeff")
		if text == "" {
			continue
		}
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
					if len(rows) == 0 && line == 1 {
						row.ID = "" // a header
						break
					}
					return nil, fmt.Errorf("datasets: line %d: cell %d: %q is not a number: %w", line, col, cell, ErrInput)
				}
			}
			row.Values = append(row.Values, v)
		}
		if row.ID == "" && line == 1 {
			continue
		}
		for n := len(row.Values); n > 0 && math.IsNaN(row.Values[n-1]); n-- {
			row.Values = row.Values[:n-1]
		}
		if len(row.Values) == 0 {
			return nil, fmt.Errorf("datasets: line %d: series %q has no value: %w", line, row.ID, ErrInput)
		}
		if first, twice := seen[row.ID]; twice {
			return nil, fmt.Errorf("datasets: line %d: series %q stands on line %d too: %w", line, row.ID, first, ErrInput)
		}
		seen[row.ID] = line
		rows = append(rows, row)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("datasets: line %d: %w", len(rows)+1, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("datasets: line 1: no series: %w", ErrInput)
	}
	return rows, nil
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"`) }
