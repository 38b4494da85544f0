package auto

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/neural/weights"
)

var load = sync.OnceValues(func() (*neural.ZeroShot, error) { return neural.LazyZeroShot(weights.Names(), weights.Read) })

// ZeroShot returns the pretrained networks as a method. They are read once and may
// be used by many goroutines.
func ZeroShot() (*neural.ZeroShot, error) { return load() }

// New returns the default method with the pretrained networks.
func New() (Method, error) {
	z, err := load()
	return Method{ZeroShot: z}, err
}

// methods are all methods, as they are listed to people; those with pretrained
// networks lack them.
func methods() []forecast.Method {
	return append([]forecast.Method{Method{}, &neural.ZeroShot{}, neural.LSTM{}}, forecast.ClassicMethods()...)
}

// Description is what people are told about a method.
type Description struct {
	Name, About string
}

// List describes all methods that Lookup finds, the most useful ones first.
func List() []Description {
	var out []Description
	for _, m := range methods() {
		d := Description{Name: m.Name()}
		if a, ok := m.(forecast.Described); ok {
			d.About = a.About()
		}
		out = append(out, d)
	}
	return out
}

// Lookup finds a method by the name that a person gives, in upper or lower case.
// Programs use the values: forecast.Theta, New(), neural.LSTM{}. The error lists the
// names and wraps forecast.ErrUnknown.
func Lookup(name string) (forecast.Method, error) {
	switch strings.ToLower(name) {
	case Method{}.Name():
		return New()
	case (&neural.ZeroShot{}).Name():
		return ZeroShot()
	}
	var names []string
	for _, m := range methods() {
		if strings.EqualFold(m.Name(), name) {
			return m, nil
		}
		names = append(names, m.Name())
	}
	slices.Sort(names)
	return nil, fmt.Errorf("forecast: method %q is none of %s: %w", name, strings.Join(names, ", "), forecast.ErrUnknown)
}
