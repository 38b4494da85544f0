// Package job does whole pieces of work on bytes: a CSV file in, a forecast out; a
// MIDI file in, its continuations out. The web server and the page that runs
// without one share it, and the command its choices of networks and its wording of
// errors.
package job

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/seq"
)

// ErrOption is wrapped by errors about options, as against those about the data.
var ErrOption = errors.New("bad option")

// Progress hears how far a job is, from 0 to 1.
type Progress func(stage string, done float64)

func (p Progress) report(stage string, step, steps int) {
	if p != nil {
		p(stage, float64(step)/float64(max(steps, 1)))
	}
}

// options reads a job's options from a query string, strictly: a name that nobody
// asks for is an error, as is a value out of bounds.
type options struct {
	values url.Values
	asked  []string
	err    error
}

func (o *options) fail(name, value, want string) {
	if o.err == nil {
		o.err = fmt.Errorf("%s %q: want %s: %w", name, value, want, ErrOption)
	}
}

func (o *options) text(name string, most int) string {
	o.asked = append(o.asked, name)
	v := o.values.Get(name)
	if len(v) > most {
		o.fail(name, v[:20]+"...", fmt.Sprintf("at most %d characters", most))
		return ""
	}
	return v
}

func (o *options) integer(name string, def, lo, hi int) int {
	v := o.text(name, 100)
	if v == "" {
		return def
	}
	i, err := strconv.Atoi(v)
	if err != nil || i < lo || i > hi {
		o.fail(name, v, fmt.Sprintf("a whole number from %d to %d", lo, hi))
		return def
	}
	return i
}

func (o *options) number(name string, def, lo, hi float64) float64 {
	v := o.text(name, 100)
	if v == "" {
		return def
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || !(x >= lo && x <= hi) {
		o.fail(name, v, fmt.Sprintf("a number from %v to %v", lo, hi))
		return def
	}
	return x
}

func (o *options) boolean(name string) bool {
	switch v := o.text(name, 100); v {
	case "", "false", "0":
		return false
	case "true", "1", "on":
		return true
	default:
		o.fail(name, v, "true or false")
		return false
	}
}

func (o *options) choice(name string, allowed ...string) string {
	v := o.text(name, 100)
	if v != "" && !slices.Contains(allowed, v) {
		o.fail(name, v, strings.Join(allowed, ", "))
	}
	return v
}

// tier is what networks compute with: plain Go with deterministic.
func (o *options) tier() seq.Tier {
	if o.boolean("deterministic") {
		return seq.Portable
	}
	return ""
}

// done returns the first error.
func (o *options) done() error {
	for name := range o.values {
		if !slices.Contains(o.asked, name) {
			o.fail(name, o.values.Get(name), "one of "+strings.Join(o.asked, ", "))
		}
	}
	return o.err
}

// finite makes numbers fit for JSON, which knows no NaN.
func finite(xs []float64) []*float64 {
	out := make([]*float64, len(xs))
	for i := range xs {
		out[i] = Finite(xs[i])
	}
	return out
}

// Finite is x, or nil where JSON could not hold it.
func Finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
