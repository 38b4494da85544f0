// Package kind tells the files of networks for music apart.
package kind

import (
	"errors"
	"fmt"
	"strings"

	"github.com/segue-go/segue/seq"
)

// Key is where a file's metadata says which network for music it holds.
const Key = "segue.music"

// The kinds; the number changes with what a network is fed.
const (
	Notes = "notes-1"
	Jazz  = "jazz-3"
)

// Check finds out whether a file holds one network of a kind with the inputs and
// outputs of a codec.
func Check(nets []*seq.Net, meta map[string]string, kind string, codec func(hidden, layers int) seq.Config) error {
	if meta[Key] != kind {
		return fmt.Errorf("the file holds %s", describe(meta))
	}
	if len(nets) != 1 {
		return fmt.Errorf("the file holds %d networks, want one", len(nets))
	}
	c := nets[0].Config()
	if !fits(c, codec(c.Hidden, c.Layers)) {
		return errors.New("the network's inputs and outputs are not those of its kind")
	}
	return nil
}

// describe says what a file of another kind holds.
func describe(meta map[string]string) string {
	kind := meta[Key]
	switch {
	case meta["segue.forecast"] != "":
		return "a network for forecasts"
	case kind == "":
		return "no network for music"
	case strings.HasPrefix(kind, "notes-"):
		return "a network for notes of any style (" + kind + ")"
	case strings.HasPrefix(kind, "jazz-"):
		return "a network for jazz (" + kind + ")"
	}
	return fmt.Sprintf("a network of the unknown kind %.20q", kind)
}

func fits(c, codec seq.Config) bool {
	if c.Inputs != codec.Inputs || len(c.Tokens) != len(codec.Tokens) || len(c.Factors) != len(codec.Factors) || c.Head.Kind != "" {
		return false
	}
	for i, t := range codec.Tokens {
		if c.Tokens[i].Size != t.Size {
			return false
		}
	}
	for i, f := range codec.Factors {
		if c.Factors[i].Size != f.Size || c.Factors[i].Side != f.Side {
			return false
		}
	}
	return true
}
