package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
)

// numbers of a table with so many digits
type (
	f0 float64
	f1 float64
	f3 float64
	f4 float64
)

func (x f0) String() string { return strconv.FormatFloat(float64(x), 'f', 0, 64) }
func (x f1) String() string { return strconv.FormatFloat(float64(x), 'f', 1, 64) }
func (x f3) String() string { return strconv.FormatFloat(float64(x), 'f', 3, 64) }
func (x f4) String() string { return strconv.FormatFloat(float64(x), 'f', 4, 64) }

// markdown prints a table in columns that line up.
func (a *lab) markdown(header []string, rows [][]any) error {
	var buf bytes.Buffer
	w := tabwriter.NewWriter(&buf, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "| %s\t|\n%s|\n", strings.Join(header, "\t| "), strings.Repeat("|---\t", len(header)))
	for _, row := range rows {
		for _, cell := range row {
			fmt.Fprintf(w, "| %v\t", cell)
		}
		fmt.Fprintln(w, "|")
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return a.Write("", buf.Bytes())
}
