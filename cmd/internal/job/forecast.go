package job

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/chart"
	"github.com/segue-go/segue/forecast/hierarchy"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// Forecast is the result of a ForecastSpec.
type Forecast struct {
	Spec      *ForecastSpec
	Table     *table.Table
	Task      forecast.Task       // as it was resolved
	Method    string              // name; "model" if a model from a file was used
	Model     any                 // what was fitted: a forecast.Model or a forecast.Kept
	Forecasts []forecast.Forecast // of Table.Series
	Backtest  []forecast.Result   // nil if nobody asked
	Past      [][]chart.Past      // per series: what would have been forecast at the backtest's origins

	Scenario string      // the future of the regressors; empty: there is one
	Remarks  []string    // what its reader must know of the forecasts
	Others   []*Forecast // under the other futures, with the same model

	paths [][][]float64 // futures that add up; nil: every series has its own
}

// scenarios are the forecasts under all futures.
func (f *Forecast) scenarios() []*Forecast { return append([]*Forecast{f}, f.Others...) }

// Run reads the table, forecasts its series, and scores the past if asked to. A model of
// package keep, as the model or in the table's place, needs no table.
func (s *ForecastSpec) Run(ctx context.Context, in Inputs, l Listener) (*Forecast, error) {
	model, kept, err := in.Model.isKept()
	if in.Model = model; err != nil {
		return nil, err
	}
	if kept {
		return s.kept(ctx, in, l)
	}
	w, err := s.Work(in.Model, in.Events)
	if err != nil {
		return nil, err
	}
	if _, err := s.Options(); err != nil {
		return nil, err
	}
	if !in.Main.given() {
		return nil, usagef("there is no table, and {model} is none that segue fit made")
	}
	if in.Main, kept, err = in.Main.isKept(); err != nil {
		return nil, err
	}
	if kept {
		in.Model, in.Main = in.Main, Input{}
		return s.kept(ctx, in, l)
	}
	f := &Forecast{Spec: s, Method: "model"}
	if w.Method != nil {
		f.Method = w.Method.Name()
	}
	main := s.SeriesSpec
	if len(in.Futures) > 0 {
		main.Scenario = "" // it is a column of the future's table
	}
	if f.Table, err = main.Read(in.Main, l); err != nil {
		return nil, err
	}
	if err := s.futures(f.Table, in.Futures, l); err != nil {
		return nil, err
	}
	if err := s.rewind(f.Table, l); err != nil {
		return nil, in.Main.fail(err)
	}
	sums, err := s.sums(f.Table)
	if err != nil {
		return nil, in.Main.fail(err)
	}
	w.Task = w.Task.Resolve(f.Table.Series)
	f.Task = w.Task
	if err = affordForecast(ctx, f.Table.Series, f.Task.Horizon, s.columns(f.Table)); err == nil {
		err = affordSums(ctx, sums, s.how())
	}
	if err != nil {
		return nil, in.Main.fail(err)
	}
	Describe(f.Table, f.Task, l)
	if m, ok := w.Method.(forecast.Trainer); ok && s.Method == "auto" && m.Trains(f.Table.Series) {
		l.note(Found, "training a network on these series, too; without {train} the answer comes at once")
	}
	w.Task.Progress = l.Training
	if f.Model, f.Forecasts, err = w.fit(ctx, f.Table.Series); err != nil {
		return nil, in.Main.fail(err)
	}
	if err := f.under(ctx, w.Task.Horizon, w.Model == nil); err != nil {
		return nil, in.Main.fail(err)
	}
	if err := f.reconcileAll(ctx, sums); err != nil {
		return nil, in.Main.fail(err)
	}
	return f, f.finish(ctx, w, sums, in, l)
}

// columns counts the numbers of a step that is forecast, all scenarios together.
func (s *ForecastSpec) columns(t *table.Table) int {
	return max(1, len(t.Scenarios)) * (1 + 2*len(s.Levels) + len(s.Quantiles) + s.Paths)
}

// under forecasts under the other futures of the regressors, if there are several. The
// forecasts that there are belong to the first.
func (f *Forecast) under(ctx context.Context, horizon int, fitted bool) error {
	all := f.Table.Scenarios
	if len(all) == 0 {
		return nil
	}
	f.Scenario = all[0].Name
	m, ok := f.Model.(forecast.Model)
	if k, kept := f.Model.(forecast.Kept); kept && !ok {
		m, ok = forecast.Continuing(k, horizon), true
	}
	if !ok || !fitted {
		return usagef("a model from a file cannot be used with {scenario}")
	}
	var futures []regress.Scenario
	for _, s := range all {
		futures = append(futures, regress.Scenario{Name: s.Name, Panel: s.Series})
	}
	fs, err := regress.Scenarios(ctx, m, f.Task.Threads, futures[1:]...)
	for i := range fs {
		one, t := *f, *f.Table
		t.Series = futures[1+i].Panel
		one.Scenario, one.Table, one.Forecasts = futures[1+i].Name, &t, fs[i]
		f.Others = append(f.Others, &one)
	}
	return err
}

// even cuts forecasts to the shortest: what ends earlier cannot be added up.
func even(fs []forecast.Forecast) {
	n := fs[0].Horizon()
	for _, f := range fs {
		n = min(n, f.Horizon())
	}
	for i := range fs {
		fs[i] = fs[i].Head(n)
	}
}

// finish explains the forecasts, looks back and rounds.
func (f *Forecast) finish(ctx context.Context, w Work, sums *hierarchy.Hierarchy, in Inputs, l Listener) error {
	for _, line := range f.Explanation() {
		l.note(Found, "%s", line)
	}
	if f.Spec.Explain {
		for _, line := range append(f.Components(), f.Comparison()...) {
			l.note(Found, "%s", line)
		}
	}
	for _, line := range f.bounds() {
		l.note(Found, "%s", line)
	}
	remark := func(text string) {
		f.Remarks = append(f.Remarks, text)
		l.note(Found, "%s", text)
	}
	if f.alike() {
		remark("the scenarios have the same forecasts: no regressor that differs between them has an effect that is sure enough")
	}
	if err := f.lookBack(ctx, w, l); err != nil {
		return in.Main.fail(fmt.Errorf("backtest: %w", err))
	}
	for _, one := range f.scenarios() {
		for _, fc := range one.Forecasts {
			if fc.Note != "" {
				remark(one.place(fc.ID) + fc.Note)
			}
		}
		if w.Round && sums != nil {
			one.Forecasts = sums.Whole(one.Forecasts)
		} else {
			w.shape(one.Forecasts)
		}
	}
	return ctx.Err()
}

// place says which of several scenarios and series a remark is about.
func (f *Forecast) place(id string) string {
	var of []string
	if f.Scenario != "" {
		of = append(of, fmt.Sprintf("scenario %q", f.Scenario))
	}
	if id != "" {
		of = append(of, fmt.Sprintf("series %q", id))
	}
	if len(of) == 0 {
		return ""
	}
	return strings.Join(of, ", ") + ": "
}

// rewind forgets the last Back steps of every series; regressors that are known for the
// future keep theirs, under the first scenario if there are several. Series of which little
// is left are left out.
func (s *ForecastSpec) rewind(t *table.Table, l Listener) error {
	if s.Back == 0 {
		return nil
	}
	all := t.Series
	t.Series = nil
	if len(t.Scenarios) > 0 {
		l.note(Found, "what came is known: there are no scenarios, and after the end the regressors are those of %q", t.Scenarios[0].Name)
		t.Scenarios = nil
	}
	for _, one := range all {
		short := one.Head(max(0, len(one.Values)-s.Back))
		if short.Known() < 2 {
			t.Skipped = append(t.Skipped, table.Skipped{ID: one.ID, Reason: "fewer than two values before the steps that are taken back", Err: forecast.ErrTooShort})
			l.note(LeftOut, "series %q: %s", one.ID, t.Skipped[len(t.Skipped)-1].Reason)
			continue
		}
		t.Series = append(t.Series, short)
	}
	if len(t.Series) == 0 {
		return &Problem{fmt.Sprintf("{back} %d leaves no series two values", s.Back), ErrOption}
	}
	return nil
}

// sums adds the sums that are asked for to the table's series; nil if none are.
func (s *ForecastSpec) sums(t *table.Table) (*hierarchy.Hierarchy, error) {
	h, err := s.addUp(t)
	if h != nil && s.Point == pointMedian {
		return nil, usagef("the means of sums add up, medians do not: leave out {point} %s", s.Point)
	}
	return h, err
}

// reconcileAll makes the forecasts of every scenario add up, if there are sums.
func (f *Forecast) reconcileAll(ctx context.Context, sums *hierarchy.Hierarchy) error {
	if sums == nil {
		return nil
	}
	for _, one := range f.scenarios() {
		even(one.Forecasts)
		if err := one.reconcile(ctx, sums); err != nil {
			return err
		}
	}
	return nil
}

// reconcile makes the forecasts add up, and draws the possible futures if there are to
// be any, so that they do too.
func (f *Forecast) reconcile(ctx context.Context, sums *hierarchy.Hierarchy) (err error) {
	s := f.Spec
	how := s.how()
	if !s.Joint && s.Paths == 0 {
		f.Forecasts, err = sums.Reconcile(ctx, f.Forecasts, how, f.Task.Season)
		return err
	}
	opt := hierarchy.JointOptions{How: how, Season: f.Task.Season, Paths: s.Paths, Seed: s.Seed, Whole: s.Round}
	if !s.Joint {
		opt.Draws = s.Paths
	}
	j, err := sums.Joint(ctx, f.Forecasts, opt)
	if err != nil {
		return err
	}
	f.paths = j.Paths
	if s.Joint {
		f.Forecasts = j.Forecasts
		return nil
	}
	f.Forecasts, err = sums.Reconcile(ctx, f.Forecasts, how, f.Task.Season)
	return err
}

// futures adds the values of regressors that are known for the future. Several inputs, or
// an input or a table with a column of scenarios, are several futures; the series then
// have the first.
func (s *SeriesSpec) futures(t *table.Table, ins []Input, l Listener) error {
	opt, err := s.Options()
	if err != nil {
		return err
	}
	ins = slices.DeleteFunc(slices.Clone(ins), func(in Input) bool { return !in.given() })
	if len(ins) > 0 && len(t.Scenarios) > 0 || len(ins) > 1 && s.Scenario != "" {
		return usagef("{scenario} and several files of the future contradict each other")
	}
	before := len(t.Notes)
	for _, in := range ins {
		r, err := in.Open()
		if err != nil {
			return err
		}
		if len(ins) == 1 {
			err = t.AddFuture(r, opt)
		} else {
			err = t.AddScenario(scenarioName(in, len(t.Scenarios)), r, opt)
		}
		r.Close()
		if err != nil {
			return in.fail(err)
		}
	}
	for _, n := range t.Notes[min(before, len(t.Notes)):] {
		l.note(Repair, "%s", n)
	}
	if len(t.Scenarios) == 0 && s.Scenario != "" {
		return usagef("{scenario} needs rows with a future for each scenario, in the table or in a file of the future")
	}
	if len(t.Scenarios) > 0 {
		t.Series = t.Scenarios[0].Series
	}
	return nil
}

// scenarioName names a future by its file.
func scenarioName(in Input, i int) string {
	name, _, _ := strings.Cut(filepath.Base(in.Name), ".")
	if in.Name == "" || name == "" {
		return fmt.Sprintf("future %d", i+1)
	}
	return name
}

// Forecasts forecasts a panel, whose task was resolved. Runs that do not hold
// all series at once call it for a part of them.
func (w Work) Forecasts(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	_, fs, err := w.fit(ctx, panel)
	if err != nil {
		return nil, err
	}
	w.shape(fs)
	return fs, nil
}

// fit fits the method, or takes the model, and forecasts.
func (w Work) fit(ctx context.Context, panel []forecast.Series) (model forecast.Model, fs []forecast.Forecast, err error) {
	if model = w.Model; model == nil {
		if model, err = forecast.Fit(ctx, w.Method, panel, w.Task); err != nil {
			return nil, nil, err
		}
	}
	if fs, err = forecast.ForecastAll(ctx, model, panel, w.Task.Threads); err != nil {
		return nil, nil, err
	}
	if w.Model != nil { // it may look further than is asked
		for i := range fs {
			fs[i] = fs[i].Head(w.Task.Horizon)
		}
	}
	return model, fs, nil
}

// shape puts the medians in the place of the means and rounds all numbers, if asked to.
func (w Work) shape(fs []forecast.Forecast) {
	for i, f := range fs {
		if w.Point == pointMedian {
			f = f.AtMedian()
		}
		if w.Round {
			f = f.Map(math.Round)
		}
		fs[i] = f
	}
}

// lookBack scores the method and seasonal naive on the past, and keeps the forecasts.
func (f *Forecast) lookBack(ctx context.Context, w Work, l Listener) (err error) {
	folds := f.Spec.Folds
	if folds == 0 || w.Method == nil {
		return nil
	}
	l.step(Step{Stage: "looking at the past", Steps: 1})
	panel := f.Table.Series
	draws := f.Spec.Rehearse && !(f.Spec.quick && values(panel) > mostPast)
	f.Backtest, err = forecast.Backtest(ctx, []forecast.Method{forecast.SeasonalNaive, w.Method}, panel, w.Task, forecast.BacktestOptions{Folds: folds, Trials: draws})
	if err != nil || !draws {
		return err
	}
	at := map[string]int{}
	for i, s := range panel {
		at[s.ID] = i
	}
	const most = 3 // origins that are drawn, the last ones
	f.Past = make([][]chart.Past, len(panel))
	trials := f.Backtest[1].Trials // of the method, the earliest fold first
	for _, t := range trials {
		if i := at[t.History.ID]; t.Fold > trials[len(trials)-1].Fold-most {
			f.Past[i] = append(f.Past[i], chart.Past{From: len(t.History.Values), Forecast: t.Forecast})
		}
	}
	for i := range f.Backtest {
		f.Backtest[i].Trials = nil // the scores are kept
	}
	return nil
}

// values counts the steps of a panel.
func values(panel []forecast.Series) (n int) {
	for _, s := range panel {
		n += len(s.Values)
	}
	return n
}

// Chart draws history and forecast in the format "svg" or "png".
func (f *Forecast) Chart(format string) ([]byte, error) {
	return chart.Draw(format, f.Table.Series, f.Forecasts, chart.Options{Levels: f.Spec.Levels, Season: f.Task.Season, Title: f.Table.Value, Past: f.Past, Dark: f.Spec.Files.Dark, Scenarios: f.drawn()})
}

// drawn are the scenarios for a picture.
func (f *Forecast) drawn() (out []chart.Scenario) {
	for _, one := range f.scenarios() {
		if one.Scenario != "" {
			out = append(out, chart.Scenario{Name: one.Scenario, Forecasts: one.Forecasts})
		}
	}
	return out
}
