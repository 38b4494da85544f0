package scale

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// calendar finds out from the first series how times are written, how far apart
// they are and what the task is, so that every part and every shard decides alike.
func (r *run) calendar() error {
	gs, err := r.groups(r.referenceFile())
	if err != nil {
		return err
	}
	return r.decide(gs)
}

// decide learns the calendar from series, of which some may be bad.
func (r *run) decide(gs []group) error {
	panel, t, err := r.read(gs)
	if err != nil {
		for i := range gs {
			var one []forecast.Series
			if one, t, err = r.read(gs[i : i+1]); err == nil {
				panel = one
				break
			}
		}
	}
	if err != nil && len(gs) > 0 {
		return fmt.Errorf("none of the first %d series can be read; the last, %q, with lines counted in it alone: %w", len(gs), gs[len(gs)-1].id, err)
	}
	if err != nil {
		return err
	}
	if t != nil {
		r.opt.Table.Freq, r.opt.Table.Decimal = t.Series[0].Freq, t.Decimal
		if t.Layout != nil {
			r.opt.Table.DateFormat = t.Layout.String()
		}
	}
	r.opt.Task = r.opt.Task.Resolve(panel)
	return nil
}

// read reads groups; the table is nil where the input has a series per line.
func (r *run) read(gs []group) ([]forecast.Series, *table.Table, error) {
	if !r.opt.Rows {
		t, err := r.table(gs)
		if err == nil && len(t.Series) == 0 && len(t.Skipped) > 0 {
			err = t.Skipped[0].Err
		}
		if err != nil {
			return nil, nil, err
		}
		return t.Series, t, nil
	}
	var panel []forecast.Series
	for _, g := range gs {
		rows, err := datasets.ReadRows(bytes.NewReader(g.text))
		if err != nil {
			return nil, nil, err
		}
		panel = append(panel, forecast.Series{ID: rows[0].ID, Values: rows[0].Values})
	}
	return panel, nil, nil
}

// table reads groups.
func (r *run) table(gs []group) (*table.Table, error) {
	opt := r.opt.Table
	head := &bytes.Buffer{}
	w := csv.NewWriter(head)
	w.Comma = rune(r.comma())
	_ = w.Write([]string{opt.ID, opt.Time, opt.Value}) // a buffer takes everything
	w.Flush()
	readers := []io.Reader{head}
	for _, g := range gs {
		readers = append(readers, bytes.NewReader(g.text))
	}
	return table.Parse(io.MultiReader(readers...), opt)
}

// part forecasts one part and writes its files, the dead letters first.
func (r *run) part(ctx context.Context, k int) error {
	gs, err := r.groups(r.scatteredFile(k))
	if err != nil {
		return err
	}
	var out, dead bytes.Buffer
	letters := job.NewCSV(&dead, r.opt.Guard)
	_ = letters.Write([]string{"id", "reason"})
	w := job.NewCSV(&out, r.opt.Guard)
	rows := r.printed()
	_ = w.Write(rows.Header())
	const chunk = 2000 // series that are read and forecast together
	for at := 0; at < len(gs); at += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		some := gs[at:min(len(gs), at+chunk)]
		fs, bad := r.answer(ctx, some)
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, b := range bad {
			_ = letters.Write([]string{b.id, b.reason})
		}
		if err := job.WriteForecasts(w, rows, fs, nil); err != nil {
			return err
		}
		r.series.Add(int64(len(fs)))
		r.dead.Add(int64(len(bad)))
	}
	w.Flush()
	letters.Flush()
	if err := r.put(r.file("dead", k), dead.Bytes()); err != nil {
		return err
	}
	return r.put(r.file("part", k), out.Bytes())
}

// put writes a file in one piece. What a kill leaves lies in the work folder, which
// the next run empties, not among the results.
func (r *run) put(path string, data []byte) error {
	f, err := os.Create(filepath.Join(r.work, filepath.Base(path)))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = r.lock.held()
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// layout is a table without series, which tells how rows are laid out.
func (r *run) layout() *table.Table {
	if r.opt.Rows {
		return &table.Table{ID: "id"}
	}
	l, err := stamp.ParseLayout(r.opt.Table.DateFormat)
	if err != nil { // the format is a user's and was refused before
		l = nil
	}
	return &table.Table{ID: r.opt.Table.ID, Time: r.opt.Table.Time, Value: r.opt.Table.Value, Layout: l}
}

// letter is a series that could not be forecast.
type letter struct{ id, reason string }

// answer reads and forecasts groups. Where reading fails, pieces of about the root of
// their number are read by themselves, so that few bad series among many cost little.
func (r *run) answer(ctx context.Context, gs []group) (fs []forecast.Forecast, bad []letter) {
	panel, t, err := r.read(gs)
	switch {
	case ctx.Err() != nil:
		return nil, nil
	case err != nil && len(gs) == 1:
		return nil, []letter{newLetter(gs[0].id, err)}
	case err != nil:
		for piece := range slices.Chunk(gs, int(math.Sqrt(float64(len(gs))))) {
			some, letters := r.answer(ctx, piece)
			fs, bad = append(fs, some...), append(bad, letters...)
		}
		return fs, bad
	}
	if t != nil {
		for _, s := range t.Skipped {
			bad = append(bad, newLetter(s.ID, s.Err))
		}
	}
	r.repaired(t)
	fs, letters := r.forecasts(ctx, panel)
	return fs, append(bad, letters...)
}

// newLetter words an error.
func newLetter(id string, err error) letter {
	return letter{id, strings.TrimSpace(job.Message(err, job.Request))}
}

// forecasts forecasts series; those that cannot be are found in pieces, as by answer. A
// cancelled run gives up.
func (r *run) forecasts(ctx context.Context, panel []forecast.Series) (fs []forecast.Forecast, bad []letter) {
	fs, err := r.try(ctx, panel)
	switch {
	case err == nil || ctx.Err() != nil:
		return fs, nil
	case len(panel) == 1:
		return nil, []letter{newLetter(panel[0].ID, err)}
	}
	for piece := range slices.Chunk(panel, int(math.Sqrt(float64(len(panel))))) {
		some, letters := r.forecasts(ctx, piece)
		fs, bad = append(fs, some...), append(bad, letters...)
	}
	return fs, bad
}

// try forecasts series, all or none.
func (r *run) try(ctx context.Context, panel []forecast.Series) (fs []forecast.Forecast, err error) {
	defer func() {
		if p := recover(); p != nil { // one bad series must not end a run of millions
			fs, err = nil, fmt.Errorf("internal error: %v", p)
		}
	}()
	if len(panel) == 0 {
		return nil, nil
	}
	task := r.opt.Task
	task.Threads = 1
	w := job.Work{Method: r.opt.Method, Model: r.opt.Model, Task: task, Point: r.opt.Point, Round: r.opt.Round}
	if fs, err = w.Forecasts(ctx, panel); err != nil {
		return nil, err
	}
	for _, f := range fs {
		for _, v := range f.Mean {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("series %q: the forecast is not a number", f.ID)
			}
		}
	}
	return fs, nil
}

// repaired counts what was repaired in a table; nil is none. Lines mean nothing here,
// and remarks about the whole are those about a piece.
func (r *run) repaired(t *table.Table) {
	if t == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.repairs == nil {
		r.repairs = map[string]int{}
	}
	for _, n := range t.Notes {
		if n.Line > 0 {
			r.repairs[n.What] += n.Count
		}
	}
}
