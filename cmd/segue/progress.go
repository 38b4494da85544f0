package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
)

// bar shows the progress of a training: on a terminal one line that is
// redrawn, elsewhere a line every ten seconds.
type bar struct {
	w     io.Writer
	live  bool
	shown time.Time
	width int
}

func (a *app) bar() *bar {
	if a.quiet {
		return &bar{}
	}
	return &bar{w: a.err, shown: time.Now(), live: a.onTerminal()}
}

// onTerminal reports whether a person reads standard error.
func (a *app) onTerminal() bool {
	if f, ok := a.err.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			return info.Mode()&os.ModeCharDevice != 0
		}
	}
	return false
}

// trainingProgress is a callback that shows the training of forecasts on b; every
// stage is named after prefix.
func (a *app) trainingProgress(b *bar, prefix string) func(forecast.Progress) {
	return func(p forecast.Progress) {
		b.update(prefix+p.Stage, p.Step, p.Steps, p.Loss, p.GradNorm, p.Elapsed)
	}
}

// update reports a step.
func (b *bar) update(stage string, step, steps int, loss, norm float64, elapsed time.Duration) {
	if !b.due() && (step < steps || !b.live || b.w == nil) {
		return
	}
	const cells = 20
	done := cells * step / max(steps, 1)
	speed := float64(step) / max(elapsed.Seconds(), 1e-3)
	left := time.Duration(float64(steps-step) / max(speed, 1e-9) * float64(time.Second)).Round(time.Second)
	line := fmt.Sprintf("%s [%s%s] %d/%d  loss %.4f  gradient %.2f  %.0f steps/s  %s left", stage,
		strings.Repeat("#", done), strings.Repeat("-", cells-done), step, steps, loss, finite(norm), speed, left)
	b.show(line)
}

// rate reports work that is counted, with a remark.
func (b *bar) rate(stage string, done, total int64, remark string, elapsed time.Duration) {
	if !b.due() {
		return
	}
	share := float64(done) / float64(max(total, 1))
	line := fmt.Sprintf("%s %3.0f%%  %s  %s", stage, 100*share, remark, elapsed.Round(time.Second))
	b.show(line)
}

// due reports whether it is time to show something again.
func (b *bar) due() bool {
	every := 10 * time.Second
	if b.live {
		every = 100 * time.Millisecond
	}
	return b.w != nil && time.Since(b.shown) >= every
}

// show replaces the line on a terminal, and adds one elsewhere.
func (b *bar) show(line string) {
	b.shown = time.Now()
	if !b.live {
		fmt.Fprintln(b.w, line)
		return
	}
	fmt.Fprintf(b.w, "\r%-*s", b.width, line)
	b.width = len(line)
}

// clear removes the line from a terminal.
func (b *bar) clear() {
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
