package cli

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// Bar shows the progress of long work: on a terminal one line that is redrawn,
// elsewhere a line after ten seconds, and then at growing intervals. [Bar.Clear] ends it.
type Bar struct {
	w              io.Writer // nil shows nothing
	live           bool
	columns        int
	started, shown time.Time
	drawn          int // columns of the line that is on the terminal
}

// Bar makes a bar on standard error; it shows nothing if the shell is quiet.
func (s *Shell) Bar() *Bar {
	if s.Quiet {
		return &Bar{}
	}
	now := time.Now()
	return &Bar{w: s.Err, live: s.OnTerminal(), columns: s.Width(), started: now, shown: now}
}

// Forecast is a callback that shows the training of forecasts; prefix goes before the
// name of every stage.
func (b *Bar) Forecast(prefix string) func(forecast.Progress) {
	return func(p forecast.Progress) {
		b.Step(prefix+p.Stage, seq.Progress{Step: p.Step, Steps: p.Steps, Loss: p.Loss, GradNorm: p.GradNorm, Elapsed: p.Elapsed})
	}
}

// Step shows a step of a training.
func (b *Bar) Step(stage string, p seq.Progress) {
	if !b.due(time.Now()) && (p.Step < p.Steps || !b.live) {
		return
	}
	const cells = 20
	done := cells * p.Step / max(p.Steps, 1)
	speed := float64(p.Step) / max(p.Elapsed.Seconds(), 1e-3)
	left := time.Duration(float64(p.Steps-p.Step) / max(speed, 1e-9) * float64(time.Second)).Round(time.Second)
	b.show([]string{
		fmt.Sprintf("%s %d/%d", stage, p.Step, p.Steps),
		fmt.Sprintf("%s left", left),
		fmt.Sprintf("loss %.4f", p.Loss),
		fmt.Sprintf("[%s%s]", strings.Repeat("#", done), strings.Repeat("-", cells-done)),
		fmt.Sprintf("%.0f steps/s", speed),
		fmt.Sprintf("gradient %.2f", finite(p.GradNorm)),
	})
}

// Count shows work that is counted, such as bytes, as a percentage with a remark.
func (b *Bar) Count(stage string, done, total int64, remark string) {
	if b.due(time.Now()) {
		b.show([]string{fmt.Sprintf("%s %3.0f%%", stage, 100*float64(done)/float64(max(total, 1))), remark})
	}
}

// due reports whether it is time to show progress again. In a file or a log, the
// intervals grow with the time that has passed.
func (b *Bar) due(now time.Time) bool {
	every := max(10*time.Second, now.Sub(b.started)/4)
	if b.live {
		every = 100 * time.Millisecond
	}
	return b.w != nil && now.Sub(b.shown) >= every
}

// show replaces the line on a terminal, and adds one elsewhere. Parts that do not
// fit are left out, the last first.
func (b *Bar) show(parts []string) {
	if b.w == nil {
		return
	}
	line := fit(parts, b.columns-1) // the last column would wrap
	b.shown = time.Now()
	if !b.live {
		fmt.Fprintln(b.w, line)
		return
	}
	width := len([]rune(line))
	fmt.Fprintf(b.w, "\r%s%s", line, strings.Repeat(" ", max(b.drawn-width, 0)))
	b.drawn = width
}

// fit joins as many parts as fit into columns; the first is cut if it must be.
func fit(parts []string, columns int) string {
	line := []rune(parts[0])
	if len(line) > columns {
		return string(line[:columns])
	}
	for _, p := range parts[1:] {
		if next := append(line, []rune("  "+p)...); len(next) <= columns {
			line = next
		}
	}
	return string(line)
}

// Clear removes the line from a terminal.
func (b *Bar) Clear() {
	if b.w != nil && b.live && b.drawn > 0 {
		fmt.Fprintf(b.w, "\r%s\r", strings.Repeat(" ", b.drawn))
		b.drawn = 0
	}
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
