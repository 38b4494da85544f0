package scale

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/natefinch/atomic"
)

// plan is what all runs into one folder must agree on.
type plan struct {
	Key   string `json:"key"`
	Input int64  `json:"input_bytes"`
	Parts int    `json:"parts"`
}

const planFile = "plan.json"

// prepare makes the folder and its plan, or finds that it holds the same plan.
func (r *run) prepare(in *input) error {
	if _, err := os.Stat(r.dir); errors.Is(err, fs.ErrNotExist) {
		r.made = append(r.made, r.dir)
	}
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return fmt.Errorf("%s: %w: %w", r.dir, errors.Unwrap(err), ErrFolder)
	}
	r.plan = plan{Key: r.opt.Key, Input: in.size, Parts: r.opt.Parts}
	if r.plan.Parts == 0 {
		// a part in memory takes about four times its text, and as many are there as threads
		r.plan.Parts = int(max(16, in.unpacked*4*int64(r.opt.Task.Threads)/r.opt.Memory+1))
	}
	path := filepath.Join(r.dir, planFile)
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		entries, err := os.ReadDir(r.dir)
		if err != nil {
			return fmt.Errorf("%s: %w: %w", r.dir, err, ErrFolder)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), planFile) { // a kill left it half-written
				_ = os.Remove(filepath.Join(r.dir, e.Name()))
				continue
			}
			return fmt.Errorf("%s: the folder is not empty: %w", r.dir, ErrFolder)
		}
		text, err := json.MarshalIndent(r.plan, "", "  ")
		if err != nil {
			return err
		}
		r.made = append(r.made, path)
		return atomic.WriteFile(path, bytes.NewReader(append(text, '\n')))
	case err != nil:
		return fmt.Errorf("%s: %w: %w", path, err, ErrFolder)
	}
	var p plan
	if err := json.Unmarshal(old, &p); err != nil {
		return fmt.Errorf("%s: is damaged: %w", path, ErrFolder)
	}
	if !r.opt.Resume && r.opt.Shard.Of == 1 {
		return fmt.Errorf("%s: holds another run's results: %w", r.dir, ErrFolder)
	}
	if r.opt.Parts == 0 {
		r.plan.Parts = p.Parts // whatever memory this run has
	}
	if p != r.plan {
		return fmt.Errorf("%s: holds the results of another command or input: %w", r.dir, ErrFolder)
	}
	return nil
}

// abandon takes back what was made for a run that failed before its first part, so
// that the same command works once its input is mended. A folder that other shards
// may use already is left alone.
func (r *run) abandon() {
	if r.opt.Shard.Of > 1 || len(r.made) == 0 {
		return
	}
	_ = os.RemoveAll(r.work)
	for _, path := range slices.Backward(r.made) {
		_ = os.Remove(path)
	}
}
