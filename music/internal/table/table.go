// Package table reads the CSV files that come with corpora of music.
package table

import (
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Read reads a CSV file with a header and calls row for every line; get is the
// trimmed cell of a column, "" where there is none. Errors name the file and the
// line.
func Read(fsys fs.FS, name string, row func(line int, get func(col string) string) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("music: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("music: %s: line 1: %w", name, err)
	}
	cols := map[string]int{}
	for i, h := range head {
		cols[h] = i
	}
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("music: %s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		err = row(line, func(col string) string {
			if i, ok := cols[col]; ok && i < len(rec) {
				return strings.TrimSpace(rec[i])
			}
			return ""
		})
		if err != nil {
			return fmt.Errorf("music: %s: line %d: %w", name, line, err)
		}
	}
}
