// Package examples holds programs that use the libraries, for those who write their
// own.
package examples

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

func run(t *testing.T, name, in string) string {
	t.Helper()
	c := exec.Command("go", "run", "./"+name)
	c.Stdin = strings.NewReader(in)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, errs.String())
	}
	return string(out)
}

func TestForecastFrame(t *testing.T) {
	out := run(t, "forecast-frame", "")
	for _, want := range []string{"1961-01", "lo-80", "January 1961: 4", "February 1961: 4"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
}

// The head of the example's own is several times nearer to the truth.
func TestCustomHead(t *testing.T) {
	var squared, robust float64
	out := run(t, "custom-head", "")
	if _, err := fmt.Sscanf(out, "squared error: off the clean sine by %g\nrobust: off the clean sine by %g", &squared, &robust); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if robust > squared/2 {
		t.Errorf("off by %g with the robust head, %g with squared errors", robust, squared)
	}
}

// Both phrases are answered, each from its bar line on.
func TestCallAndResponse(t *testing.T) {
	call := "0 60 90 .4\n.5 62 90 .4\n1 64 80 .4\n1.5 67 90 .4\n2 69 80 .9\n3 67 70 .9\n\n8 65 90 .4\n8.5 69 90 .4\n9 72 90 2.9\n\n"
	answers := strings.Split(run(t, "call-and-response", call), "\n\n")
	if len(answers) != 3 || answers[2] != "" {
		t.Fatalf("%d answers: %q", len(answers)-1, answers)
	}
	for i, from := range []float64{4, 12} {
		notes := strings.Split(answers[i], "\n")
		for _, line := range notes {
			var at, length float64
			var pitch, velocity int
			if _, err := fmt.Sscan(line, &at, &pitch, &velocity, &length); err != nil || at < from || at+length > from+4.01 || length <= 0 {
				t.Errorf("answer %d: %q (%v)", i+1, line, err)
			}
		}
	}
}

// The forecaster's day: regressors help, the model that was loaded takes the new week, and
// two horizons agree where both are; the plan's rows come with their forecasts.
func TestWorkbench(t *testing.T) {
	out := run(t, "workbench", "")
	var seasonal, alone, explained float64
	if _, err := fmt.Sscanf(out, "seasonal naive: MASE %g\ntheta: MASE %g\ntheta with weather and offers: MASE %g", &seasonal, &alone, &explained); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if explained > .7*min(seasonal, alone) {
		t.Errorf("MASE %g with regressors, %g and %g without", explained, alone, seasonal)
	}
	for _, want := range []string{"7 new values, 83 known", "[28x7] DataFrame", "weather", "q0.5", "2024-05-30"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
}
