package seq_test

import (
	"errors"
	"testing"

	"github.com/segue-go/segue/seq"
)

func TestConfigErrors(t *testing.T) {
	for _, c := range []seq.Config{
		{},
		{Inputs: 1, Hidden: 4},
		{Inputs: 1, Hidden: -1, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Cell: "peephole", Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Head: seq.HeadSpec{Kind: "banana"}},
		{Inputs: 1, Hidden: 4, Head: seq.HeadSpec{Kind: "quantile"}},
		{Inputs: 1, Hidden: 4, Layers: 2, Dilations: []int{1}, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 60000, Layers: 60, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Dropout: 1, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Factors: []seq.Factor{{Name: "a", Size: 2}, {Name: "a", Size: 2}}},
	} {
		if _, err := seq.New(c, 1); !errors.Is(err, seq.ErrConfig) {
			t.Errorf("%+v: error %v", c, err)
		}
	}
}
