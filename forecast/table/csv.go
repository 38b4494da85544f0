package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/segue-go/segue/forecast"
)

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

// csvRows reads CSV text row by row; a comma of 0 is inferred from the head. skipped are the
// numbers of lines that are left out.
func csvRows(r io.Reader, head []byte, comma rune) (rows RowReader, used rune, skipped []int) {
	g := &rowGuard{r: r}
	c := csv.NewReader(g)
	if c.Comma = comma; comma == 0 {
		c.Comma = sniffComma(head)
		var n int
		if n, skipped = blankSeparated(head); n > 0 {
			g.r, c.Comma = &blanks{r: bufio.NewReader(r), words: n}, '\t'
		}
	}
	if c.Comma != '\t' && paddedQuotes(head, c.Comma) {
		g.r = &unpadded{r: bufio.NewReader(g.r), comma: byte(c.Comma)}
	}
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	c.LazyQuotes = true
	c.TrimLeadingSpace = c.Comma != '\t'
	last := 1
	return func() ([]string, int, error) {
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
	}, c.Comma, skipped
}

// sniffComma takes the separator that divides the first lines most evenly; a comma
// only if no other does so as well, since labels and decimals have commas too.
func sniffComma(head []byte) rune {
	best, bestScore := ',', 0
	lines := strings.Split(string(head), "\n")
	if len(lines) > 30 {
		lines = lines[:30]
	} else if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut or empty
	}
	for _, sep := range "\t;|," {
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

// blankSeparated is the number of columns of text that only blanks part, and 0 for other
// text: there is no other separator, and all lines have as many words, but for some of the
// first, which are above the table or below its header and begin with no time. skipped are
// the numbers of those lines.
func blankSeparated(head []byte) (words int, skipped []int) {
	type line struct {
		text   []byte
		words  [][]byte
		number int
	}
	var lines []line
	for k, text := range bytes.Split(bytes.TrimRight(head, " \t\r\n"), []byte("\n")) {
		if w := bytes.Fields(text); len(w) > 0 && text[0] != '#' {
			lines = append(lines, line{text, w, k + 1})
		}
	}
	if len(lines) < 3 {
		return 0, nil
	}
	last := min(len(lines), 100) - 1
	if last > mostPreamble+2 {
		last-- // it may be cut
	}
	words = len(lines[last].words)
	for k, l := range lines[:last+1] {
		switch other := len(withUnits(l.words, words)) != words; {
		case other && (k >= mostPreamble || last < 2*mostPreamble || isTime(string(l.words[0]))):
			return 0, nil
		case other:
			skipped = append(skipped, l.number)
		case bytes.ContainsAny(l.text, "\t;|,"):
			return 0, nil
		}
	}
	if words < 2 {
		return 0, nil
	}
	return words, skipped
}

// withUnits are the words of a line where those in brackets, as (units), belong to the words
// before them, if there are then as many as wanted.
func withUnits(words [][]byte, want int) [][]byte {
	if len(words) <= want {
		return words
	}
	var out [][]byte
	for _, w := range words {
		if n := len(out); n > 0 && len(w) > 1 && (w[0] == '(' || w[0] == '[') {
			out[n-1] = bytes.Join([][]byte{out[n-1], w}, []byte(" "))
		} else {
			out = append(out, w)
		}
	}
	if len(out) != want {
		return words
	}
	return out
}

// mostPreamble is the number of lines at the start of such text that may be no rows of it.
const mostPreamble = 12

// blanks turns runs of blanks into tabs, and drops those around a line. Comments, which
// begin with #, are dropped, but for the last one above the rows that has a name for every
// column; so are lines at the start that have another number of words.
type blanks struct {
	r     *bufio.Reader
	words int
	count int      // lines
	names [][]byte // that comment
	begun bool
	line  []byte
}

func (b *blanks) Read(p []byte) (int, error) {
	if len(b.line) == 0 {
		text, err := b.r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return 0, errLongRow
		}
		if len(text) == 0 {
			return 0, err
		}
		words := bytes.Fields(text)
		if comment, ok := bytes.CutPrefix(text, []byte("#")); ok {
			if words = bytes.Fields(bytes.Clone(comment)); len(words) == b.words && !b.begun {
				b.names = words
			}
			b.line = []byte{'\n'}
		} else if b.count, words = b.count+1, withUnits(words, b.words); len(words) > 0 && len(words) != b.words && b.count <= mostPreamble {
			b.line = []byte{'\n'}
		} else {
			if !b.begun && b.names != nil && len(words) > 0 {
				b.line = append(bytes.Join(b.names, []byte("\t")), '\n')
			}
			b.begun = b.begun || len(words) > 0
			b.line = append(append(b.line, bytes.Join(words, []byte("\t"))...), '\n')
		}
	}
	n := copy(p, b.line)
	b.line = b.line[n:]
	return n, nil
}

// Some programs pad the cells of a table with blanks, and put the quotes inside:
// 2024-01-01 , "12,000" . What follows a closing quote must be a separator, or the
// rest of the file becomes part of the cell.

// paddedQuotes reports whether a blank stands between a quote and the end of its cell.
func paddedQuotes(head []byte, comma rune) bool {
	for _, end := range []string{string(comma), "\n", "\r"} {
		if bytes.Contains(head, []byte(`" `+end)) {
			return true
		}
	}
	return false
}

// unpadded drops the blanks between closing quotes and the ends of their cells.
type unpadded struct {
	r      *bufio.Reader
	comma  byte
	state  quoteState
	blanks int // read behind a closing quote and not handed on
	held   []byte
}

type quoteState int

const (
	cellBegins quoteState = iota
	inPlain
	inQuotes
	quoteClosed // or doubled
)

func (u *unpadded) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(u.held) > 0 {
			k := copy(p[n:], u.held)
			n, u.held = n+k, u.held[k:]
			continue
		}
		c, err := u.r.ReadByte()
		if err == io.EOF && n > 0 {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		u.take(c)
	}
	return n, nil
}

// take hands one byte on, or keeps a blank back.
func (u *unpadded) take(c byte) {
	ends := c == u.comma || c == '\n' || c == '\r'
	switch u.state {
	case cellBegins:
		switch {
		case c == '"':
			u.state = inQuotes
		case c != ' ' && !ends:
			u.state = inPlain
		}
	case inPlain:
		if ends {
			u.state = cellBegins
		}
	case inQuotes:
		if c == '"' {
			u.state = quoteClosed
		}
	case quoteClosed:
		if c == ' ' {
			u.blanks++
			return
		}
		if ends {
			u.blanks, u.state = 0, cellBegins
		} else {
			u.state = inQuotes // it was doubled, or stands inside
		}
	}
	for ; u.blanks > 0; u.blanks-- {
		u.held = append(u.held, ' ')
	}
	u.held = append(u.held, c)
}
