package cli

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
)

// Sparklines draws the end of every series and its forecast in one line of at most the
// given number of columns; a forecast that has no room is cut.
func Sparklines(w io.Writer, f *job.Forecast, colour bool, columns int) {
	const most, least, name = 8, 10, 20
	width := 60
	on, off := "", ""
	if colour {
		on, off = "\x1b[36m", "\x1b[0m"
	}
	longest := 0 // name, of those that are drawn
	for _, s := range f.Table.Series[:min(most, len(f.Table.Series))] {
		longest = min(name, max(longest, len([]rune(oneLine(s.ID)))))
	}
	for i, fc := range f.Forecasts {
		if i == most {
			break
		}
		id := []rune(oneLine(f.Table.Series[i].ID))
		past, future := f.Table.Series[i].Values, fc.Mean
		room := columns - 2 - longest
		future = future[:min(len(future), room-least)]
		past = past[max(0, len(past)-min(width, room-len(future))):]
		if room = columns - 2 - len(past) - len(future); len(id) > room {
			id = append(id[:room-1], '…')
		}
		fmt.Fprintf(w, "%s%s|%s %s\n", bars(past, past, future), on, bars(future, past, future), off+string(id))
	}
}

// bars draws values as blocks, on the scale of a and b together.
func bars(values, a, b []float64) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range append(append([]float64(nil), a...), b...) {
		if v == v {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	var s strings.Builder
	blocks := []rune("▁▂▃▄▅▆▇█")
	for _, v := range values {
		if v != v {
			s.WriteByte(' ')
			continue
		}
		k := 0
		if hi > lo {
			k = int((v - lo) / (hi - lo) * 7.999)
		}
		s.WriteRune(blocks[k])
	}
	return s.String()
}
