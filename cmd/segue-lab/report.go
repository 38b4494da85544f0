package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/segue-go/segue/cmd/internal/cli"
)

// Numbers of a report with this many decimals.
type (
	f0 float64
	f1 float64
	f2 float64
	f3 float64
	f4 float64
)

func (x f0) String() string { return strconv.FormatFloat(float64(x), 'f', 0, 64) }
func (x f1) String() string { return strconv.FormatFloat(float64(x), 'f', 1, 64) }
func (x f2) String() string { return strconv.FormatFloat(float64(x), 'f', 2, 64) }
func (x f3) String() string { return strconv.FormatFloat(float64(x), 'f', 3, 64) }
func (x f4) String() string { return strconv.FormatFloat(float64(x), 'f', 4, 64) }

// sheet is a table of a report. All reports, printed or committed, are made of sheets.
type sheet struct {
	header []string
	rows   [][]any
}

func newSheet(header ...string) *sheet { return &sheet{header: header} }

func (s *sheet) add(cells ...any) { s.rows = append(s.rows, cells) }

// String is the table in Markdown, in columns that line up.
func (s *sheet) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "| %s\t|\n%s|\n", strings.Join(s.header, "\t| "), strings.Repeat("|---\t", len(s.header)))
	for _, row := range s.rows {
		for _, cell := range row {
			fmt.Fprintf(w, "| %v\t", cell)
		}
		fmt.Fprintln(w, "|")
	}
	_ = w.Flush() // a Builder does not fail
	return b.String()
}

// kilobytes is the size of a file in a report, rounded up.
func kilobytes(file []byte) int { return (len(file) + 1023) / 1024 }

// folder checks a required flag that names a folder to read.
func folder(flag, path, what string) error {
	if path == "" {
		return cli.Usagef("say where %s with %s DIR", what, flag)
	}
	info, err := os.Stat(path)
	if err != nil {
		return cli.Plain(path, err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: is not a folder", path)
	}
	return nil
}

// among checks that all names of a list flag are known.
func among(flag string, names, known []string) error {
	for _, n := range names {
		if !slices.Contains(known, n) {
			return cli.Usagef("%s %q: want some of %s", flag, n, strings.Join(known, ", "))
		}
	}
	return nil
}
