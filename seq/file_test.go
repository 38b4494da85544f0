package seq_test

import (
	"bytes"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// Saving and loading keeps every bit; half precision keeps three digits.
func TestFiles(t *testing.T) {
	a, b := network(t, configs()["lstm/factors"]), network(t, configs()["gru/plain"])
	a.Meta["note"] = "hello"
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := seq.WriteFile(path, seq.EncodeOptions{Meta: map[string]string{"who": "test"}}, a, b); err != nil {
		t.Fatal(err)
	}
	nets, meta, err := seq.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(nets) != 2 || meta["who"] != "test" || !slices.Equal(nets[0].Flat(), a.Flat()) || !slices.Equal(nets[1].Flat(), b.Flat()) {
		t.Error("the networks changed on their way through a file")
	}
	one, _ := seq.Encode(seq.EncodeOptions{Half: true}, a)
	nets, _, err = seq.Decode(one)
	if err != nil {
		t.Fatal(err)
	}
	if nets[0].Meta["note"] != "hello" {
		t.Error("metadata lost")
	}
	for i, x := range nets[0].Flat() {
		if math.Abs(float64(x-a.Flat()[i])) > 1e-3*math.Abs(float64(x))+1e-7 {
			t.Fatalf("half precision: %v became %v", a.Flat()[i], x)
		}
	}
	again, _ := seq.Encode(seq.EncodeOptions{}, a)
	twice, _ := seq.Encode(seq.EncodeOptions{}, a)
	if !bytes.Equal(again, twice) {
		t.Error("the same network gives different files")
	}
	for cut := range 200 {
		if _, _, err := seq.Decode(one[:len(one)*cut/200]); !errors.Is(err, seq.ErrFormat) {
			t.Fatalf("truncated to %d bytes: error %v", len(one)*cut/200, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	n, _ := seq.New(seq.Config{Inputs: 1, Hidden: 2, Head: seq.HeadSpec{Kind: "mse"}}, 1)
	good, _ := seq.Encode(seq.EncodeOptions{}, n)
	f.Add(good)
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\x7f{}"))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		nets, _, err := seq.Decode(data)
		if err != nil {
			return
		}
		for _, n := range nets {
			again, err := seq.Encode(seq.EncodeOptions{}, n)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := seq.Decode(again); err != nil {
				t.Fatalf("what was read cannot be written and read: %v", err)
			}
		}
	})
}
