package kind

import (
	"strings"
	"testing"

	"github.com/segue-go/segue/seq"
)

// A file of another kind is told by name.
func TestDecode(t *testing.T) {
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
	file := func(meta map[string]string, nets ...*seq.Net) []byte {
		data, err := seq.Encode(seq.EncodeOptions{Meta: meta}, nets...)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	jazz := map[string]string{Key: Jazz}
	for want, c := range map[string]struct {
		data  []byte
		codec func(hidden, layers int) seq.Config
	}{
		"":                       {file(jazz, net), codec},
		"inputs and outputs":     {file(jazz, net), other},
		"3 networks, want 2":     {file(jazz, net, net, net), codec},
		"a forecast model":       {file(map[string]string{"segue.forecast": "[]"}, net), codec},
		"notes in any style":     {file(map[string]string{Key: Notes}, net), codec},
		`unknown kind "\x1b[2J"`: {file(map[string]string{Key: "\x1b[2J"}, net), codec},
		"no music model":         {file(nil, net), codec},
		"too few":                {nil, codec},
	} {
		if _, _, err := Decode(c.data, Jazz, 2, c.codec); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
