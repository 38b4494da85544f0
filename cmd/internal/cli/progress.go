package cli

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// Bar shows the progress of long work: on a terminal one line that is redrawn,
// elsewhere a line every ten seconds. [Bar.Clear] ends it.
type Bar struct {
	w     io.Writer
	live  bool
	shown time.Time
	width int
}

// Bar makes a bar on standard error; it shows nothing if the shell is quiet.
func (s *Shell) Bar() *Bar {
	if s.Quiet {
		return &Bar{}
	}
	return &Bar{w: s.Err, shown: time.Now(), live: s.OnTerminal()}
}

// OnTerminal reports whether a person reads standard error.
func (s *Shell) OnTerminal() bool {
	if f, ok := s.Err.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			return info.Mode()&os.ModeCharDevice != 0
		}
	}
	return false
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
	if !b.due() && (p.Step < p.Steps || !b.live || b.w == nil) {
		return
	}
	const cells = 20
	done := cells * p.Step / max(p.Steps, 1)
	speed := float64(p.Step) / max(p.Elapsed.Seconds(), 1e-3)
	left := time.Duration(float64(p.Steps-p.Step) / max(speed, 1e-9) * float64(time.Second)).Round(time.Second)
	b.show(fmt.Sprintf("%s [%s%s] %d/%d  loss %.4f  gradient %.2f  %.0f steps/s  %s left", stage,
		strings.Repeat("#", done), strings.Repeat("-", cells-done), p.Step, p.Steps, p.Loss, finite(p.GradNorm), speed, left))
}

// Count shows work that is counted, such as bytes, as a percentage with a remark.
func (b *Bar) Count(stage string, done, total int64, remark string) {
	if b.due() {
		b.show(fmt.Sprintf("%s %3.0f%%  %s", stage, 100*float64(done)/float64(max(total, 1)), remark))
	}
}

// due reports whether it is time to show something again.
func (b *Bar) due() bool {
	every := 10 * time.Second
	if b.live {
		every = 100 * time.Millisecond
	}
	return b.w != nil && time.Since(b.shown) >= every
}

// show replaces the line on a terminal, and adds one elsewhere.
func (b *Bar) show(line string) {
	b.shown = time.Now()
	if !b.live {
		fmt.Fprintln(b.w, line)
		return
	}
	fmt.Fprintf(b.w, "\r%-*s", b.width, line)
	b.width = len(line)
}

// Clear removes the line from a terminal.
func (b *Bar) Clear() {
	if b.w != nil && b.live && b.width > 0 {
		fmt.Fprintf(b.w, "\r%*s\r", b.width, "")
		b.width = 0
	}
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
