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
	Notes = "notes-2"
	Jazz  = "jazz-3"
)

// Decode reads a file that holds at most most networks of a kind with the inputs and
// outputs of a codec, and its metadata.
func Decode(data []byte, kind string, most int, codec func(hidden, layers int) seq.Config) ([]*seq.Net, map[string]string, error) {
	nets, meta, err := seq.DecodeWith(data, func(_ int, _ seq.Config, meta map[string]string) (seq.Head, error) {
		if meta[Key] != kind {
			return nil, fmt.Errorf("the file holds %s", describe(meta))
		}
		return nil, nil
	})
	if err != nil {
		return nil, nil, err
	}
	if len(nets) > most {
		return nil, nil, fmt.Errorf("the file holds %d networks, want %d", len(nets), most)
	}
	for _, n := range nets {
		if c := n.Config(); !fits(c, codec(c.Hidden, c.Layers)) {
			return nil, nil, errors.New("the network's inputs and outputs are not those of its kind")
		}
	}
	return nets, meta, nil
}

// describe says what a file of another kind holds.
func describe(meta map[string]string) string {
	kind := meta[Key]
	switch {
	case meta["segue.forecast"] != "":
		return "a forecast model"
	case kind == "":
		return "no music model"
	case strings.HasPrefix(kind, "notes-"):
		return "a model of notes in any style (" + kind + ")"
	case strings.HasPrefix(kind, "jazz-"):
		return "a jazz model (" + kind + ")"
	}
	return fmt.Sprintf("a music model of the unknown kind %.20q", kind)
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
