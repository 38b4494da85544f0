package scale

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// plan is what all runs into one folder must agree on.
type plan struct {
	Key    string `json:"key"`
	Input  int64  `json:"input_bytes"`
	Digest string `json:"input_sha256"`
	Parts  int    `json:"parts"`
}

const planFile = "plan.json"

// prepare makes the folder, takes its lock and makes the plan, or finds that the
// folder holds the same plan.
func (r *run) prepare(ctx context.Context, in *input) error {
	if _, err := os.Stat(r.dir); errors.Is(err, fs.ErrNotExist) {
		r.made = append(r.made, r.dir)
	}
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return fmt.Errorf("%s: %w: %w", r.dir, errors.Unwrap(err), ErrFolder)
	}
	if err := r.ours(); err != nil {
		return err
	}
	var err error
	if r.lock, err = lockFolder(r.dir, r.opt.Shard); err != nil {
		return err
	}
	shard := fmt.Sprintf(".work-%d-of-%d-", r.opt.Shard.Index, r.opt.Shard.Of)
	r.work = filepath.Join(r.dir, shard+r.lock.own.Run)
	path := filepath.Join(r.dir, planFile)
	if _, err := os.Stat(path); err == nil && !r.opt.Resume && r.opt.Shard.Of == 1 {
		return fmt.Errorf("%s: holds another run's results: %w", r.dir, ErrFolder)
	}
	if err := r.adopt(shard); err != nil {
		return err
	}
	r.plan = plan{Key: r.opt.Key, Input: in.size, Parts: r.opt.Parts}
	if r.plan.Parts == 0 {
		// a part in memory takes about four times its text, and as many are there as threads
		r.plan.Parts = int(max(16, in.unpacked*4*int64(r.opt.Task.Threads)/r.opt.Memory+1))
	}
	if r.plan.Digest, err = r.digest(ctx, in); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r.plan, "", "  ")
	if err != nil {
		return err
	}
	switch err := publishNew(path, append(text, '\n'), r.lock.own.Run); {
	case err == nil:
		r.made = append(r.made, path)
		return nil
	case !errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w: %w", path, err, ErrFolder)
	}
	return r.agree(path)
}

// ours is an error if the folder holds something else than a run does.
func (r *run) ours() error {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", r.dir, err, ErrFolder)
	}
	foreign := slices.IndexFunc(entries, func(e fs.DirEntry) bool {
		return !slices.ContainsFunc([]string{planFile, lockPrefix, ".work-"}, func(p string) bool { return strings.HasPrefix(e.Name(), p) })
	})
	if _, err := os.Stat(filepath.Join(r.dir, planFile)); foreign >= 0 && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: the folder is not empty: %w", r.dir, ErrFolder)
	}
	return nil
}

// adopt takes over the scattered rows of a run of this shard that was stopped, if they
// are complete and wanted, and removes what else such runs left.
func (r *run) adopt(shard string) error {
	left, err := filepath.Glob(filepath.Join(r.dir, shard+"*"))
	for _, old := range left {
		if _, serr := os.Stat(r.work); serr != nil && r.opt.Resume && err == nil {
			if _, serr := os.Stat(filepath.Join(old, scattered)); serr == nil {
				err = os.Rename(old, r.work)
				continue
			}
		}
		if err == nil && old != r.work {
			err = os.RemoveAll(old)
		}
	}
	return err
}

// digest is the SHA-256 of the input as it lies in the file.
func (r *run) digest(ctx context.Context, in *input) (string, error) {
	h := sha256.New()
	buf := make([]byte, 1<<20)
	for at := int64(0); ; {
		n, err := in.f.ReadAt(buf, at)
		h.Write(buf[:n])
		at += int64(n)
		if err == io.EOF {
			return fmt.Sprintf("%x", h.Sum(nil)), nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return "", fmt.Errorf("%s: %w", in.path, err)
		}
		r.tell("checking", at, in.size)
	}
}

// agree finds out whether the plan that the folder holds is this run's.
func (r *run) agree(path string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", path, err, ErrFolder)
	}
	var p plan
	if err := json.Unmarshal(old, &p); err != nil || p.Parts < 1 || p.Parts > maxParts {
		return fmt.Errorf("%s: is damaged: %w", path, ErrFolder)
	}
	if r.opt.Parts == 0 {
		r.plan.Parts = p.Parts // whatever memory this run has
	}
	if p.Digest != r.plan.Digest {
		return fmt.Errorf("%s: holds the results of another input: %w", r.dir, ErrFolder)
	}
	if p != r.plan {
		return fmt.Errorf("%s: holds the results of another command: %w", r.dir, ErrFolder)
	}
	return nil
}

// maxParts bounds what a plan may ask for.
const maxParts = 1 << 20

// abandon takes back what was made for a run that failed before its first part, so
// that the same command works once its input is fixed. A folder that other shards
// may use already is left alone.
func (r *run) abandon() {
	if r.opt.Shard.Of > 1 || len(r.made) == 0 {
		return
	}
	_ = os.RemoveAll(r.work)
	r.lock.release()
	for _, path := range slices.Backward(r.made) {
		_ = os.Remove(path)
	}
}
