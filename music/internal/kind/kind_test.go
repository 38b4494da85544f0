package kind

import (
	"strings"
	"testing"

	"github.com/segue-go/segue/seq"
)

// A file of another kind is told by name.
func TestCheck(t *testing.T) {
	cfg := seq.Config{Inputs: 2, Hidden: 3, Factors: []seq.Factor{{Name: "a", Size: 4}}}
	net, err := seq.New(cfg, 1)
	if err != nil {
		t.Fatal(err)
	}
	codec := func(hidden, layers int) seq.Config {
		c := cfg
		c.Hidden, c.Layers = hidden, layers
		return c
	}
	other := func(hidden, layers int) seq.Config {
		c := codec(hidden, layers)
		c.Factors = []seq.Factor{{Name: "a", Size: 5}}
		return c
	}
	for want, check := range map[string]func() error{
		"":                       func() error { return Check([]*seq.Net{net}, map[string]string{Key: Jazz}, Jazz, codec) },
		"inputs and outputs":     func() error { return Check([]*seq.Net{net}, map[string]string{Key: Jazz}, Jazz, other) },
		"2 networks":             func() error { return Check([]*seq.Net{net, net}, map[string]string{Key: Jazz}, Jazz, codec) },
		"network for forecasts":  func() error { return Check(nil, map[string]string{"segue.forecast": "[]"}, Jazz, codec) },
		"network for jazz":       func() error { return Check(nil, map[string]string{Key: Jazz}, Notes, codec) },
		"notes of any style":     func() error { return Check(nil, map[string]string{Key: Notes}, Jazz, codec) },
		`unknown kind "\x1b[2J"`: func() error { return Check(nil, map[string]string{Key: "\x1b[2J"}, Jazz, codec) },
		"no network for music":   func() error { return Check(nil, nil, Jazz, codec) },
	} {
		if err := check(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
