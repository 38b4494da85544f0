package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/seq"
)

// On a terminal the line is redrawn in place and never longer than the terminal is
// wide; what is most wanted stays in a narrow one.
func TestBarOnTerminal(t *testing.T) {
	for _, columns := range []int{60, 80, 200} {
		var w bytes.Buffer
		b := &Bar{w: &w, live: true, columns: columns, started: time.Now().Add(-time.Minute)}
		for step := 100; step <= 300; step += 100 {
			b.shown = time.Time{}
			b.Step("network 1 of 2", seq.Progress{Step: step, Steps: 300, Loss: .5, GradNorm: .25, Elapsed: 10 * time.Second})
		}
		b.Clear()
		text := w.String()
		if strings.Contains(text, "\n") {
			t.Errorf("%d columns: a line was added instead of redrawn: %q", columns, text)
		}
		for _, line := range strings.Split(text, "\r") {
			if len(line) >= columns {
				t.Errorf("%d columns: %d are written: %q", columns, len(line), line)
			}
			if shown := strings.TrimSpace(line); shown != "" && (!strings.Contains(shown, "/300") || !strings.Contains(shown, " left")) {
				t.Errorf("%d columns: %q", columns, line)
			}
		}
		if !strings.HasSuffix(text, " \r") {
			t.Errorf("%d columns: the line is left on the terminal: %q", columns, text)
		}
		if wide := strings.Contains(text, "gradient 0.25"); wide != (columns > 80) {
			t.Errorf("%d columns: gradient shown: %v", columns, wide)
		}
	}
}

// In a log an hour of training is a dozen or two lines, without control characters.
func TestBarInLog(t *testing.T) {
	start := time.Now()
	b := &Bar{w: &bytes.Buffer{}, columns: 80, started: start, shown: start}
	lines := 0
	for now := start; now.Sub(start) < time.Hour; now = now.Add(time.Second) {
		if b.due(now) {
			lines++
			b.shown = now
		}
	}
	if lines < 5 || lines > 30 {
		t.Errorf("%d lines in an hour", lines)
	}
	var w bytes.Buffer
	b = &Bar{w: &w, columns: 80, started: start.Add(-time.Minute), shown: start.Add(-time.Minute)}
	b.Count("reading", 1, 4, "17 series")
	b.Clear()
	if got := w.String(); got != "reading  25%  17 series\n" {
		t.Errorf("%q", got)
	}
}

func TestWidth(t *testing.T) {
	s := &Shell{Err: &bytes.Buffer{}}
	for columns, want := range map[string]int{"": 80, "72": 72, "20": 60, "-3": 80, "wide": 80} {
		t.Setenv("COLUMNS", columns)
		if got := s.Width(); got != want {
			t.Errorf("COLUMNS=%s: %d, want %d", columns, got, want)
		}
	}
}
