package scale

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Shards that start together make one plan and the files of one run.
func TestShardsTogether(t *testing.T) {
	text, _ := panel(50)
	path := write(t, "p.csv", text)
	opt := options(t)
	opt.Parts = 8
	one, many := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "many")
	mustRun(t, path, one, opt)
	errs := make([]error, opt.Parts)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			o := opt
			o.Shard = Shard{i, len(errs)}
			_, errs[i] = Run(context.Background(), path, many, o)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	same(t, "shards", contents(t, many), contents(t, one))
	if left, _ := filepath.Glob(filepath.Join(many, ".*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Of two runs into one folder at a time one is refused, and so is a run that divides
// the work otherwise.
func TestSecondRun(t *testing.T) {
	text, _ := panel(20)
	path := write(t, "p.csv", text)
	for name, second := range map[string]Shard{"same": {}, "other division": {1, 2}} {
		dir := filepath.Join(t.TempDir(), "out")
		opt := options(t)
		opt.Task.Threads = 1
		asked := false
		opt.Progress = func(Progress) {
			if asked {
				return
			}
			asked = true
			o := options(t)
			o.Resume, o.Shard = true, second
			if _, err := Run(context.Background(), path, dir, o); !errors.Is(err, ErrFolder) || !strings.Contains(err.Error(), "another run works on it (process ") {
				t.Errorf("%s: %v", name, err)
			}
		}
		mustRun(t, path, dir, opt)
		if !asked {
			t.Error("no progress was reported")
		}
	}
}

// The lock of a run that is gone is taken over, that of one that works is not.
func TestOldLocks(t *testing.T) {
	text, _ := panel(5)
	path := write(t, "p.csv", text)
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	now := time.Now()
	for name, c := range map[string]struct {
		o       owner
		touched time.Time
		free    bool
	}{
		"a process that was killed":       {owner{"x", host, 1 << 30, now}, now, true},
		"this process before a restart":   {owner{"x", host, os.Getpid(), now.Add(-time.Hour)}, now, true},
		"another machine":                 {owner{"x", "elsewhere", 1, now}, now, false},
		"another machine, long untouched": {owner{"x", "elsewhere", 1, now}, now.Add(-2 * lockStale), true},
		"a living process":                {owner{"x", host, os.Getppid(), now}, now, false},
	} {
		dir := t.TempDir()
		data, err := json.Marshal(c.o)
		if err != nil {
			t.Fatal(err)
		}
		lock := filepath.Join(dir, ".lock-0-of-1")
		if err := os.WriteFile(lock, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(lock, c.touched, c.touched); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(context.Background(), path, dir, options(t)); (err == nil) != c.free {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A run whose lock another one took publishes nothing more.
func TestOvertaken(t *testing.T) {
	text, _ := panel(20)
	dir := filepath.Join(t.TempDir(), "out")
	opt := options(t)
	opt.Task.Threads = 1
	opt.Progress = func(p Progress) {
		if p.Stage == "forecasting" && p.Done == 1 {
			if err := os.WriteFile(filepath.Join(dir, ".lock-0-of-1"), []byte(`{"run":"other"}`), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := Run(context.Background(), write(t, "p.csv", text), dir, opt); !errors.Is(err, errTaken) {
		t.Errorf("%v", err)
	}
	if parts, _ := filepath.Glob(filepath.Join(dir, "part-*")); len(parts) != 1 {
		t.Errorf("%d parts were published", len(parts))
	}
}

// An input that changed, at the same size, is not resumed.
func TestChangedInput(t *testing.T) {
	text, _ := panel(5)
	path := write(t, "p.csv", text)
	dir := filepath.Join(t.TempDir(), "out")
	opt := options(t)
	mustRun(t, path, dir, opt)
	changed := []byte(text)
	for i, c := range changed {
		if i > len(changed)/2 && c >= '1' && c <= '8' {
			changed[i]++
			break
		}
	}
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	opt.Resume = true
	if _, err := Run(context.Background(), path, dir, opt); !errors.Is(err, ErrFolder) || !strings.Contains(fmt.Sprint(err), "another input") {
		t.Errorf("%v", err)
	}
}
