package cli

import (
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// Files contain text from strangers: ids, column names, metadata. None of it may
// control the terminal that shows it.

// neutral replaces control characters, except line breaks and tabs, and marks that
// change the direction of text.
func neutral(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// oneLine is neutral for a name that stands in a line of its own: line breaks and tabs
// are replaced too, and what is too long for a line is cut.
func oneLine(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, neutral(s))
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}

// neutralWriter is neutral for a stream of text; a character that two writes
// split passes, since its halves have no effect.
type neutralWriter struct{ w io.Writer }

func (n neutralWriter) Write(p []byte) (int, error) {
	text := string(p)
	if clean := neutral(text); clean != text {
		_, err := io.WriteString(n.w, clean)
		return len(p), err
	}
	return n.w.Write(p)
}

// onScreen returns out, neutralised if it is a terminal: files and pipes get the bytes
// as they are.
func onScreen(out io.Writer) io.Writer {
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return neutralWriter{out}
	}
	return out
}
