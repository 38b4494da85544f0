package cli

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
)

// Sparklines draws the end of every series and its forecast in one line.
func Sparklines(w io.Writer, f *job.Forecast, colour bool) {
	const most, width = 8, 60
	on, off := "", ""
	if colour {
		on, off = "\x1b[36m", "\x1b[0m"
	}
	for i, fc := range f.Forecasts {
		if i == most {
			break
		}
		values := f.Table.Series[i].Values
		values = values[max(0, len(values)-width):]
		fmt.Fprintf(w, "%s%s|%s %s\n", bars(values, values, fc.Mean), on, bars(fc.Mean, values, fc.Mean), off+oneLine(f.Table.Series[i].ID))
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
