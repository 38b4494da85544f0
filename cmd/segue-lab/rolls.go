package main

import (
	"fmt"
	"os"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music/polyphony"
)

// readRolls reads the parts of a benchmark file.
func readRolls(path string) (map[string][]polyphony.Roll, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cli.Plain(path, err)
	}
	defer f.Close()
	vars, err := datasets.ReadMatlab(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := map[string][]polyphony.Roll{}
	for _, part := range []string{"traindata", "validdata", "testdata"} {
		for i, m := range vars[part] {
			if m.Cols != 88 {
				return nil, fmt.Errorf("%s: %s, matrix %d has %d columns, want 88 keys", path, part, i+1, m.Cols)
			}
			roll := make(polyphony.Roll, m.Rows)
			for t := range roll {
				for k, v := range m.Data[t*88 : (t+1)*88] {
					if v > 0 {
						roll[t] = append(roll[t], uint8(k))
					}
				}
			}
			out[part] = append(out[part], roll)
		}
		if len(out[part]) == 0 {
			return nil, fmt.Errorf("%s: there is no variable %q", path, part)
		}
	}
	return out, nil
}
