package jazz

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

// A number out of its range in a model file is refused before anything runs.
func TestModelSettings(t *testing.T) {
	data, err := bassFile()
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		`\"dilations\":[1] -> \"dilations\":[0]`:                           "dilation 0",
		`\"layers\":1, -> \"layers\":-,`:                                   "configuration of network 0",
		`\"layers\":1, -> \"layers\":2,`:                                   "",
		`\"hidden\":96 -> \"hidden\":95`:                                   "shape",
		`\"dropout\":0.35 -> \"dropout\":9.35`:                             "dropout 9.35",
		`\"forget_bias\":1} -> \"skip\":true,\"x\":1}`:                     "", // a byte more
		`\"name\":\"pitch\",\"size\":73 -> \"name\":\"pitch\",\"size\":72`: "",
		`\"name\":\"onset\" -> \"name\":\"pitch\"`:                         "used twice",
		`\"tones\":[[- -> \"tones\":[[1`:                                   "chord statistics",
		`"segue.copies":" -> "segue.copies":"!`:                            "",
	} {
		old, now, _ := strings.Cut(change, " -> ")
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%s is not in the file", old)
		}
		if _, err := Decode(bytes.Replace(data, []byte(old), []byte(now), 1)); !errors.Is(err, music.ErrModel) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", change, err, want)
		}
	}
}
