package auto

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/neural/weights"
)

var load = sync.OnceValues(func() (*neural.ZeroShot, error) { return neural.NewZeroShot(weights.Files()) })

// ZeroShot returns the networks that ship as a method; they are read once and may
// be used by many goroutines.
func ZeroShot() (*neural.ZeroShot, error) { return load() }

// New returns the default method with the networks that ship.
func New() (Method, error) {
	z, err := load()
	return Method{ZeroShot: z}, err
}

// Lookup finds a method by the name that a person gives: auto, zeroshot, lstm or
// one of forecast.ClassicMethods. Case doesn't matter. The error wraps
// forecast.ErrUnknown.
func Lookup(name string) (forecast.Method, error) {
	switch strings.ToLower(name) {
	case "auto":
		return New()
	case "zeroshot":
		return ZeroShot()
	}
	var names []string
	for _, m := range append(forecast.ClassicMethods(), neural.LSTM{}) {
		if strings.EqualFold(m.Name(), name) {
			return m, nil
		}
		names = append(names, m.Name())
	}
	names = append(names, "auto", "zeroshot")
	sort.Strings(names)
	return nil, fmt.Errorf("forecast: method %q is none of %s: %w", name, strings.Join(names, ", "), forecast.ErrUnknown)
}
