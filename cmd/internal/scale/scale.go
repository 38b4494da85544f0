// Package scale forecasts panels that are larger than memory, on one machine or on
// several that share nothing but a folder.
//
// A run has two stages. Rows are first scattered over parts by a stable hash of
// their series' id, so that one part holds the whole series. Then every part is
// read, its series are forecast, and the result is written as one file. A part's
// file appears when it is complete, so that a run that was killed continues with the
// missing parts; shards of a run are those parts whose number leaves the
// shard's own when divided by the number of shards.
package scale

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

// ErrFolder is wrapped by errors about the folder to write to.
var ErrFolder = errors.New("not a folder to write to")

// Options describe what is forecast and how. Method or Model is required.
type Options struct {
	Table  table.Options   // names of the columns; empty ones are inferred
	Rows   bool            // the input has a series per line: id,v1,v2,...
	Method forecast.Method // one for which forecast.Independent is true
	Model  forecast.Model  // or a model, whose horizon and season Task has
	Task   forecast.Task   // Threads are the parts that are worked on at a time

	Levels, Quantiles []float64
	Point             string // of the distributions: mean or median; "" is the mean
	Round             bool
	Guard             bool // of text that a spreadsheet would take for a formula: see job.CSV

	Memory int64 // bytes that the run may take, about; default 1 GiB
	Parts  int   // default: as many as Memory asks for, at least 16
	Shard  Shard // which of the parts; the zero value is all

	Resume bool   // go on with what another run left
	Key    string // of everything in the command that changes the result: a run resumes only one with the same key

	Progress func(Progress) // called once in a while if not nil, by one goroutine at a time
}

// Shard is one of several runs that share the work.
type Shard struct {
	Index, Of int // 0 ≤ Index < Of; the zero value is everything
}

func (s Shard) has(part int) bool { return s.Of <= 1 || part%s.Of == s.Index }

// Progress is how far a run is.
type Progress struct {
	Stage       string // "checking" (the input's digest), "reading" or "forecasting"
	Done, Total int64  // bytes while checking and reading, parts while forecasting
	Series      int64  // forecast so far
	Elapsed     time.Duration
}

// Report describes what a run did.
type Report struct {
	Parts, Skipped int   // of the shard; Skipped were there already
	Rows           int64 // read
	Series, Dead   int64 // forecast, and written as dead letters
	// Repairs are the repairs to the series that were forecast, the commonest
	// first.
	Repairs []table.Note
}

// hashOf is FNV-1a of a series' id, the same everywhere and always.
func hashOf(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return h.Sum64()
}

// PartOf is the part of a series.
func PartOf(id string, parts int) int { return int(hashOf(id) % uint64(parts)) }

// run is the state of one run.
type run struct {
	opt    Options
	dir    string
	work   string // where the scattered rows lie; no other run has a folder of this name
	lock   *lock
	start  time.Time
	plan   plan
	made   []string // what this run made before its first part: the folder, the plan
	report Report
	series atomic.Int64
	dead   atomic.Int64
	mu     sync.Mutex // of Progress and repairs

	repairs map[string]int // how often each was made; nil until the first
}

// Run forecasts the series of the file at path and writes the folder dir:
// part-00000-of-00016.csv and so on, for each a dead-00000-of-00016.csv with the
// series that could not be forecast and why, and plan.json.
func Run(ctx context.Context, path, dir string, opt Options) (Report, error) {
	if opt.Memory == 0 {
		opt.Memory = 1 << 30
	}
	if opt.Task.Threads == 0 {
		opt.Task.Threads = runtime.GOMAXPROCS(0)
	}
	if opt.Shard.Of == 0 {
		opt.Shard.Of = 1
	}
	r := &run{opt: opt, dir: dir, start: time.Now()}
	in, err := openInput(path)
	if err != nil {
		return r.report, err
	}
	defer in.Close()
	if err := r.understand(in); err != nil {
		return r.report, err
	}
	err = r.prepare(ctx, in)
	if r.lock != nil {
		defer r.lock.release()
	}
	if err != nil {
		return r.report, err
	}
	missing := r.missing()
	if len(missing) == 0 {
		return r.report, os.RemoveAll(r.work)
	}
	if err := r.scatter(ctx, in, missing); err != nil {
		r.abandon()
		return r.report, err
	}
	if err := r.calendar(); err != nil {
		r.abandon()
		return r.report, err
	}
	err = r.all(ctx, missing)
	r.report.Series, r.report.Dead = r.series.Load(), r.dead.Load()
	for what, n := range r.repairs {
		r.report.Repairs = append(r.report.Repairs, table.Note{What: what, Count: n})
	}
	slices.SortFunc(r.report.Repairs, func(a, b table.Note) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.What, b.What))
	})
	if err != nil {
		return r.report, err
	}
	return r.report, os.RemoveAll(r.work)
}

// missing lists the shard's parts that have no file yet.
func (r *run) missing() []int {
	var out []int
	for k := range r.plan.Parts {
		if !r.opt.Shard.has(k) {
			continue
		}
		r.report.Parts++
		if _, err := os.Stat(r.file("part", k)); err == nil {
			r.report.Skipped++
			continue
		}
		out = append(out, k)
	}
	return out
}

// file is the name of a part's file.
func (r *run) file(kind string, part int) string {
	return filepath.Join(r.dir, fmt.Sprintf("%s-%05d-of-%05d.csv", kind, part, r.plan.Parts))
}

func (r *run) tell(stage string, done, total int64) {
	if r.opt.Progress != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.opt.Progress(Progress{stage, done, total, r.series.Load(), time.Since(r.start)})
	}
}

// all forecasts parts, several at a time.
func (r *run) all(ctx context.Context, parts []int) error {
	var next, done atomic.Int64
	errs := make([]error, min(r.opt.Task.Threads, len(parts)))
	var failed atomic.Bool
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(parts) {
					return
				}
				if errs[w] = r.part(ctx, parts[i]); errs[w] != nil {
					failed.Store(true)
					return
				}
				r.tell("forecasting", done.Add(1), int64(len(parts)))
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
