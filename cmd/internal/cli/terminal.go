package cli

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/term"
)

const (
	narrowest    = 60 // columns that output is made for at least
	defaultWidth = 80
)

// OnTerminal reports whether a person watches standard error on a terminal that can
// redraw a line (TERM=dumb cannot).
func (s *Shell) OnTerminal() bool {
	f, ok := s.Err.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// Colour reports whether what is written on standard error may be coloured: on a
// terminal, unless NO_COLOR is set (no-color.org).
func (s *Shell) Colour() bool { return s.OnTerminal() && os.Getenv("NO_COLOR") == "" }

// Listed is a name and what it means, for lists: on a terminal the text is broken between
// words and indented.
func (s *Shell) Listed(name, text string, indent int) string {
	if s.OnTerminal() {
		text = wrap(text, s.Width(), indent)
	}
	return fmt.Sprintf("%-*s%s\n", indent, name+" ", text)
}

// Width is the number of columns of standard error, 60 or more: those of the
// environment variable COLUMNS, otherwise those of the terminal, otherwise 80.
func (s *Shell) Width() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return max(n, narrowest)
	}
	if f, ok := s.Err.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return max(n, narrowest)
		}
	}
	return defaultWidth
}
