package job

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/keep"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// FitSpec asks for a fitted model to keep. NewFit makes one with the defaults.
type FitSpec struct {
	SeriesSpec
	Choice
	Causes
	Sums

	Files FitFiles // for doors that name files

	fields field.Set
}

// FitFiles are the names of files that the commands fit and update read and write. The
// jobs themselves open none.
type FitFiles struct{ Future, Output string }

// NewFit makes a specification with the defaults.
func NewFit() *FitSpec {
	s := &FitSpec{}
	f := &s.fields
	s.Bind(f)
	s.Choice.bind(f)
	s.Causes.bind(f, &s.SeriesSpec)
	s.Sums.bind(f)
	const files = "Files"
	f.Text(&s.Files.Output, "", field.Field{Name: "output", Short: "o", Help: "model file to write (required)", Group: files, Doors: field.Command})
	f.Text(&s.Files.Future, "", field.Field{Name: "future", Help: "`FILE` with the regressors' values after the series", Unset: "the rows without a value", Group: files, Doors: field.Command})
	return s
}

// Fields is the list of options.
func (s *FitSpec) Fields() *field.Set { return &s.fields }

// Kept is a model that was kept, with what is needed to read more of its table and to
// lay its forecasts out.
type Kept struct {
	Model *keep.Model
	Spec  *FitSpec
	Table *table.Table // with the histories that the model holds
}

// Run reads the table and fits the method to its series.
func (s *FitSpec) Run(ctx context.Context, in Inputs, l Listener) (*Kept, error) {
	method, err := s.method(in.Events)
	if err != nil {
		return nil, err
	}
	k := &Kept{Spec: s}
	if k.Table, err = s.Read(in.Main, l); err != nil {
		return nil, err
	}
	if len(in.Futures) > 1 {
		return nil, usagef("a model has one future of the regressors; give several to the forecast with it")
	}
	if err := s.futures(k.Table, in.Futures, l); err != nil {
		return nil, err
	}
	if _, err := s.addUp(k.Table); err != nil {
		return nil, in.Main.fail(err)
	}
	task := s.Task().Resolve(k.Table.Series)
	if err := affordForecast(ctx, k.Table.Series, task.Horizon, 1); err != nil {
		return nil, in.Main.fail(err)
	}
	Describe(k.Table, task, l)
	task.Progress = l.Training
	if k.Model, err = keep.Fit(ctx, method, k.Table.Series, task); err != nil {
		return nil, in.Main.fail(err)
	}
	return k, nil
}

// method is the one that is fitted, with what is around it.
func (s *FitSpec) method(events Input) (forecast.Method, error) {
	m, err := s.chosen()
	if err != nil {
		return nil, err
	}
	return s.wrapped(s.inTime(m), &s.SeriesSpec, &s.Causes, events)
}

// Answer runs the job for a request: the model file, which is JSON.
func (s *FitSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	l.step(Step{Stage: "fitting", Steps: 1})
	k, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	file, err := k.Encode()
	return json.RawMessage(file), err
}

// the names of what a model file holds beside the model
const (
	metaSpec  = "segue.spec"  // the options, as a query string
	metaTable = "segue.table" // a tableMeta
)

// tableMeta is how the table was understood.
type tableMeta struct {
	Time   string `json:"time,omitempty"`
	Value  string `json:"value,omitempty"`
	ID     string `json:"id,omitempty"`
	Layout string `json:"layout,omitempty"` // of the times
}

// Encode writes the model file.
func (k *Kept) Encode() ([]byte, error) {
	t := tableMeta{Time: k.Table.Time, Value: k.Table.Value, ID: k.Table.ID}
	if k.Table.Layout != nil {
		t.Layout = k.Table.Layout.String()
	}
	meta, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	k.Model.Meta[metaSpec], k.Model.Meta[metaTable] = k.Spec.fields.Query(), string(meta)
	return k.Model.Encode()
}

// isKept reports whether an input is a model file of package keep. The input that it
// returns is read from the start.
func (in Input) isKept() (Input, bool, error) {
	if !in.given() {
		return in, false, nil
	}
	r, err := in.Open()
	if err != nil {
		return in, false, err
	}
	head := make([]byte, 64)
	n, err := io.ReadFull(r, head)
	if err != nil && n == 0 {
		n = 0 // an empty file, or one that fails: whoever reads on will say so
	}
	head = head[:n]
	again := struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), r), r}
	return Input{in.Name, func() (io.ReadCloser, error) { return again, nil }}, keep.Is(head), nil
}

// loadKept reads a model file of package keep.
func loadKept(in Input, l Listener) (*Kept, error) {
	data, err := in.read(mostModel)
	if err != nil {
		return nil, err
	}
	k, err := decodeKept(data)
	if err != nil {
		return nil, in.fail(err)
	}
	for _, n := range k.Model.Notes() {
		l.note(Found, "%s", n)
	}
	return k, nil
}

func decodeKept(data []byte) (*Kept, error) {
	meta, err := keep.MetaOf(data)
	if err != nil {
		return nil, err
	}
	k := &Kept{Spec: NewFit()}
	var method forecast.Method
	if query, ok := meta[metaSpec]; ok { // a program's model has none
		if err := k.Spec.fields.Restore(query); err != nil {
			return nil, fmt.Errorf("forecast: model file: %w: %w", err, forecast.ErrNoModel)
		}
		if method, err = k.Spec.method(Input{}); err != nil {
			return nil, fmt.Errorf("forecast: model file: %w: %w", err, forecast.ErrNoModel)
		}
	}
	if k.Model, err = keep.Load(data, method); err != nil {
		return nil, err
	}
	k.Spec.Horizon, k.Spec.Season = k.Model.Task().Horizon, k.Model.Task().Season
	k.Spec.Cutoff, k.Spec.DropPartial = "", false // they were about the rows of that time
	var t tableMeta
	if text, ok := meta[metaTable]; ok {
		if err := json.Unmarshal([]byte(text), &t); err != nil {
			return nil, fmt.Errorf("forecast: model file: %w: %w", err, forecast.ErrNoModel)
		}
	}
	k.Table = &table.Table{Series: k.Model.Panel(), Time: t.Time, Value: t.Value, ID: t.ID}
	timed := k.Table.Series[0].Freq.Unit != forecast.None
	if timed && t.Time == "" {
		k.Table.Time = "time"
	}
	if t.Layout != "" && timed {
		if k.Table.Layout, err = stamp.ParseLayout(t.Layout); err != nil {
			return nil, fmt.Errorf("forecast: model file: %w: %w", err, forecast.ErrNoModel)
		}
	}
	if len(k.Table.Series) > 1 && t.ID == "" {
		k.Table.ID = "id"
	}
	return k, nil
}

// options describe how more rows of the model's table are read: as those that it was
// fitted to were.
func (k *Kept) options() (table.Options, error) {
	opt, err := k.Spec.Options()
	if err != nil {
		return opt, err
	}
	opt.Time = k.Table.Time
	if opt.ID == "" && !k.Spec.Wide && len(k.Spec.Values) < 2 {
		opt.ID = strings.ReplaceAll(k.Table.ID, "/", ",")
	}
	if opt.Value == "" && len(opt.Values) == 0 {
		opt.Value = k.Table.Value
	}
	if f := k.Table.Series[0].Freq; f.Unit != forecast.None && opt.Freq == (calendar.Freq{}) {
		opt.Freq = f
	}
	if opt.DateFormat == "" && k.Table.Layout != nil {
		opt.DateFormat = k.Table.Layout.String()
	}
	return opt, nil
}

// read reads more rows of the model's table.
func (k *Kept) read(in Input, l Listener) (*table.Table, error) {
	opt, err := k.options()
	if err != nil {
		return nil, err
	}
	return k.Spec.readAs(opt.Again(k.Table.Series[0]), in, l)
}

// update appends the rows of a table to the model.
func (k *Kept) update(ctx context.Context, in Input, refit bool, l Listener) (ids []string, err error) {
	t, err := k.read(in, l)
	if err != nil {
		return nil, err
	}
	k.follow(t.Series)
	for _, s := range t.Series {
		ids = append(ids, s.ID)
	}
	c, err := k.append(ctx, t.Series, refit)
	if err != nil {
		return nil, in.fail(err)
	}
	l.note(Found, "%s", changed(c))
	return ids, nil
}

// follow moves series whose times are times of day without dates to the first day on
// which they follow those of the model.
func (k *Kept) follow(panel []forecast.Series) {
	if k.Table.Layout == nil || !k.Table.Layout.Bare() {
		return
	}
	for i, s := range panel {
		for _, old := range k.Table.Series {
			if len(panel) > 1 && s.ID != old.ID {
				continue
			}
			const day = 24 * time.Hour
			if late := old.Time(len(old.Values)).Sub(s.Start); late > 0 {
				panel[i].Start = s.Start.Add((late + day - 1) / day * day)
			}
			break
		}
	}
}

// changed describes an update.
func changed(c keep.Change) string {
	parts := []string{count(c.Appended, "new step")}
	if c.Missing > 0 {
		parts[0] += fmt.Sprintf(" (%d without a value, up to the first new row)", c.Missing)
	}
	for _, p := range []struct {
		n    int
		what string
	}{{c.Agreed, "known value%s agreed"}, {c.Filled, "gap%s filled"}, {c.Revised, "value%s revised"}, {c.Earlier, "value%s before the model's first left out"}, {c.New, "new series%s"}} {
		if p.n > 0 {
			s := "s"
			if p.n == 1 || strings.HasPrefix(p.what, "new series") {
				s = ""
			}
			parts = append(parts, fmt.Sprintf("%d "+p.what, p.n, s))
		}
	}
	return strings.Join(parts, ", ")
}

// UpdateSpec asks for a model with more rows of its table. NewUpdate makes one with the
// defaults.
type UpdateSpec struct {
	Refit bool
	Files FitFiles // for doors that name files

	fields field.Set
}

// NewUpdate makes a specification with the defaults.
func NewUpdate() *UpdateSpec {
	s := &UpdateSpec{}
	s.fields.Bool(&s.Refit, field.Field{Name: "refit", Help: "estimate all parameters anew, and take the new values where they differ from the model's"})
	s.fields.Text(&s.Files.Output, "", field.Field{Name: "output", Short: "o", Help: "model file to write", Unset: "the model file itself", Group: "Files", Doors: field.Command})
	return s
}

// Fields is the list of options.
func (s *UpdateSpec) Fields() *field.Set { return &s.fields }

// Run reads the model and the rows, and appends those.
func (s *UpdateSpec) Run(ctx context.Context, in Inputs, l Listener) (*Kept, error) {
	k, err := loadKept(in.Model, l)
	if err != nil {
		return nil, err
	}
	_, err = k.update(ctx, in.Main, s.Refit, l)
	return k, err
}

// Answer runs the job for a request: the model file, which is JSON.
func (s *UpdateSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	k, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	file, err := k.Encode()
	return json.RawMessage(file), err
}

// kept forecasts with a model of package keep: all its series, or with more rows of its
// table those that have some.
func (s *ForecastSpec) kept(ctx context.Context, in Inputs, l Listener) (*Forecast, error) {
	for _, name := range []string{"method", "train", "no-train", "season", "regressors", "past-regressors", "holidays", "calendar", "floor", "cap", "reconcile", "hierarchy", "joint", "temporal", "back"} {
		if s.fields.Changed(name) {
			return nil, usagef("the model was fitted with its own options: leave out {%s}", name)
		}
	}
	k, err := loadKept(in.Model, l)
	if err != nil {
		return nil, err
	}
	f := &Forecast{Spec: s, Table: k.Table, Method: k.Model.Method().Name(), Model: k.Model.Kept()}
	var only []string
	if in.Main.given() {
		if only, err = k.update(ctx, in.Main, false, l); err != nil {
			return nil, err
		}
	}
	asked := s.SeriesSpec
	s.SeriesSpec = k.Spec.SeriesSpec
	s.Engine, s.Seed, s.Scenario, s.Sums, s.Limits = asked.Engine, asked.Seed, asked.Scenario, k.Spec.Sums, k.Spec.Limits
	if asked.Horizon > 0 {
		s.Horizon = asked.Horizon
	}
	sums, err := s.kepts(ctx, k, in.Futures, l)
	if err != nil {
		return nil, err
	}
	f.Task = k.Model.Task()
	f.Task.Horizon = s.Horizon
	if err := affordForecast(ctx, k.Table.Series, s.Horizon, s.columns(k.Table)); err != nil {
		return nil, in.Model.fail(err)
	}
	l.note(Found, "model: %s, fitted for a horizon of %d", f.Method, k.Model.Task().Horizon)
	Describe(k.Table, f.Task, l)
	if f.Forecasts, err = k.Model.Forecast(ctx, s.Horizon); err != nil {
		return nil, in.Model.fail(err)
	}
	if err := f.under(ctx, s.Horizon, true); err != nil {
		return nil, in.Model.fail(err)
	}
	if err := f.reconcileAll(ctx, sums); err != nil {
		return nil, in.Model.fail(err)
	}
	if only != nil && len(k.Table.Series) > 1 && sums == nil {
		for _, one := range f.scenarios() {
			one.only(only)
		}
	}
	return f, f.finish(ctx, Work{Method: k.Model.Method(), Task: f.Task, Point: s.Point, Round: s.Round}, sums, in, l)
}

// only leaves out the series that are not among ids.
func (f *Forecast) only(ids []string) {
	var series []forecast.Series
	var fs []forecast.Forecast
	for i, s := range f.Table.Series {
		if slices.Contains(ids, s.ID) {
			series, fs = append(series, s), append(fs, f.Forecasts[i])
		}
	}
	f.Table.Series, f.Forecasts = series, fs
}
