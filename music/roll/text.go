package roll

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/segue-go/segue/music"
)

// Text writes bars of a score from one tick to another as a piano roll of
// characters, a column for a sixteenth and a character for two semitones, with the
// bars' numbers and the names of the Cs. Systems are at most columns wide.
func Text(w io.Writer, s *music.Score, from, to music.Tick, columns int) error {
	out := bufio.NewWriter(w)
	p, err := newPage(s, Options{To: to})
	if err != nil {
		return err
	}
	step := max(1, music.Tick(s.Resolution)/4)
	const margin = 4
	for i := 0; i+1 < len(p.bars); {
		if p.bars[i+1] <= from {
			i++
			continue
		}
		first := i
		for i++; i+1 < len(p.bars) && int((p.bars[i+1]-p.bars[first])/step)+i-first+margin < columns; i++ {
		}
		p.textRow(out, first, i, step)
	}
	return out.Flush()
}

// textRow writes bars first to last-1.
func (p *page) textRow(w io.Writer, first, last int, step music.Tick) {
	lo, hi := 127, 0
	for _, v := range p.voices {
		for _, n := range v.notes {
			if !v.Drums() && n.Start < p.bars[last] && n.End() > p.bars[first] {
				lo, hi = min(lo, int(n.Pitch)), max(hi, int(n.Pitch))
			}
		}
	}
	if lo > hi {
		return
	}
	lo -= lo % 2
	head := "    "
	var columns []music.Tick // starts of the columns; -1 is a bar line
	for i := first; i < last; i++ {
		columns = append(columns, -1)
		head += fmt.Sprintf("%-*d", 1+int((p.bars[i+1]-p.bars[i]+step-1)/step), i+1)
		for at := p.bars[i]; at < p.bars[i+1]; at += step {
			columns = append(columns, at)
		}
	}
	fmt.Fprintln(w, strings.TrimRight(head, " "))
	for k := hi - hi%2; k >= lo; k -= 2 {
		name := ""
		if k%12 == 0 {
			name = fmt.Sprintf("C%d", k/12-1)
		}
		var line strings.Builder
		fmt.Fprintf(&line, "%3s ", name)
		for _, at := range columns {
			if at < 0 {
				line.WriteString("│")
				continue
			}
			upper, lower := p.sounds(k+1, at, step), p.sounds(k, at, step)
			line.WriteString([]string{"·", "▄", "▀", "█"}[lower+2*upper])
		}
		line.WriteString("│")
		fmt.Fprintln(w, line.String())
	}
}

// sounds is 1 if a pitch sounds in the middle of a column, or begins in it.
func (p *page) sounds(pitch int, at, step music.Tick) int {
	for _, v := range p.voices {
		for _, n := range v.notes {
			if !v.Drums() && int(n.Pitch) == pitch && n.Start < at+step && n.End() > at && (n.Start >= at || n.End() > at+step/2) {
				return 1
			}
		}
	}
	return 0
}
