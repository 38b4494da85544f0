package job

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/chart"
	"github.com/segue-go/segue/forecast/hierarchy"
	"github.com/segue-go/segue/forecast/keep"
	"github.com/segue-go/segue/forecast/table"
)

// mostTrials bounds the numbers that the forecasts of a backtest may hold, all methods
// together; above it only scores are kept, and nothing can be said of the folds.
const mostTrials = 30e6

// keepsTrials reports whether the forecasts of all folds are kept.
func (s *BacktestSpec) keepsTrials(series, methods, horizon int) bool {
	return float64(series)*float64(max(s.Folds, 1))*float64(methods)*float64(horizon)*float64(len(forecast.NormalProbs)+1) <= mostTrials
}

// best is the method with the smallest MASE, or, where that is not defined, MAE.
func (b *Backtest) best() int {
	at, least := 0, math.Inf(1)
	for i, r := range b.Results {
		v := r.MASE
		if math.IsNaN(v) {
			v = r.MAE
		}
		if v < least {
			at, least = i, v
		}
	}
	return at
}

// compare says of every method how it differs from the best one.
func (b *Backtest) compare(l Listener) {
	last := 0
	for _, t := range b.Results[0].Trials {
		last = max(last, t.Fold)
	}
	if last > 0 && last < b.Spec.Folds {
		l.note(LeftOut, "%d of %d folds: the series are too short for the earlier ones", b.Spec.Folds-last, b.Spec.Folds)
	}
	best := b.best()
	for i, r := range b.Results {
		if i == best || len(r.Trials) == 0 {
			continue
		}
		d := forecast.DieboldMariano(r, b.Results[best], b.Season)
		if b.differences == nil {
			b.differences = make([]*forecast.Difference, len(b.Results))
		}
		b.differences[i] = &d
		if math.IsNaN(d.P) {
			continue
		}
		verdict := "that may be chance"
		if d.P < .05 {
			verdict = "that is hardly chance"
		}
		l.note(Found, "%s is worse than %s by %.3g (Diebold-Mariano over %d %s: p %.2g); %s", r.Method, b.Results[best].Method, d.Mean, d.N, d.Over, d.P, verdict)
	}
}

// parts scores the parts that By names, method by method.
func (b *Backtest) parts() []forecast.Result {
	var out []forecast.Result
	for _, r := range b.Results {
		var parts []forecast.Part
		switch b.Spec.By {
		case "series":
			parts = r.BySeries(b.Season)
		case "fold":
			parts = r.ByFold(b.Season)
		case "step":
			parts = r.ByStep(b.Season)
		}
		for _, p := range parts {
			out = append(out, forecast.Result{Method: fmt.Sprintf("%s, %s %s", r.Method, b.Spec.By, p.Name), Scores: p.Scores, Seconds: math.NaN()})
		}
	}
	return out
}

// Document is the scores as JSON has them.
func (b *Backtest) Document() []Score {
	out := Scores(b.Results)
	for i := range out {
		if b.differences != nil && b.differences[i] != nil {
			d := b.differences[i]
			out[i]["against_best"] = map[string]any{"mean": Finite(d.Mean), "t": Finite(d.T), "p": Finite(d.P), "n": d.N, "over": d.Over}
		}
	}
	return append(out, Scores(b.parts())...)
}

// WriteTable writes the scores for people.
func (b *Backtest) WriteTable(out io.Writer) error {
	return WriteScores(out, append(b.Results[:len(b.Results):len(b.Results)], b.parts()...))
}

// WriteForecasts writes the forecasts of all folds as CSV, with what came.
func (b *Backtest) WriteForecasts(out io.Writer) error {
	rows := table.NewRows(b.Table, b.Spec.Levels, nil)
	w := NewCSV(out, b.Spec.Guard)
	if err := w.Write(append(append([]string{"method", "fold"}, rows.Header()...), "actual")); err != nil {
		return err
	}
	for _, r := range b.Results {
		for _, t := range r.Trials {
			for h := range t.Forecast.Mean {
				rec := append([]string{r.Method, strconv.Itoa(t.Fold)}, rows.Labels(t.Forecast, h)...)
				for _, v := range rows.Numbers(t.Forecast, h) {
					rec = append(rec, Number(v))
				}
				actual := ""
				if h < len(t.Actual) && !math.IsNaN(t.Actual[h]) {
					actual = Number(t.Actual[h])
				}
				if err := w.Write(append(rec, actual)); err != nil {
					return err
				}
			}
		}
	}
	w.Flush()
	return w.Error()
}

// Chart draws the series with the best method's forecasts of every fold, in the format
// "svg" or "png".
func (b *Backtest) Chart(format string) ([]byte, error) {
	best := b.Results[b.best()]
	at := map[string]int{}
	opt := chart.Options{Levels: b.Spec.Levels, Season: b.Season, Title: fmt.Sprintf("%s, %d folds", best.Method, b.Spec.Folds), Past: make([][]chart.Past, len(b.Table.Series))}
	fs := make([]forecast.Forecast, len(b.Table.Series))
	for i, s := range b.Table.Series {
		at[s.ID] = i
		fs[i] = forecast.Forecast{ID: s.ID, Probs: forecast.NormalProbs}.For(s)
	}
	for _, t := range best.Trials {
		i := at[t.History.ID]
		opt.Past[i] = append(opt.Past[i], chart.Past{From: len(t.History.Values), Forecast: t.Forecast})
		opt.History = max(opt.History, 2*(len(b.Table.Series[i].Values)-len(t.History.Values)))
	}
	return chart.Draw(format, b.Table.Series, fs, opt)
}

// Sums says which sums of the series, and of their steps, are forecast too.
type Sums struct {
	Reconcile       string
	Hierarchy       string // structure of the ids; "": nested
	Joint, Temporal bool
}

// bind adds the fields.
func (s *Sums) bind(f *field.Set) {
	f.Choice(&s.Reconcile, "", field.Field{Name: "reconcile", Label: "Sums of series", Help: "for ids of the form a/b/c: forecast the sums too and make them add up, by", Choices: []string{string(hierarchy.MinT), string(hierarchy.BottomUp)}})
	f.Text(&s.Hierarchy, "", field.Field{Name: "hierarchy", Label: "Structure of sums", Help: "which sums to make of the id's parts: region*product for crossed ones, country/city*product for both; with reconcile (mint if not given)", Unset: "nested: a/b/c"})
	f.Bool(&s.Joint, field.Field{Name: "joint", Help: "with reconcile: take the intervals from futures of all series that add up"})
	f.Bool(&s.Temporal, field.Field{Name: "temporal", Label: "longer steps too", Help: "forecast longer steps too, as quarters and years of months, and make all add up"})
}

// reconciles reports whether sums of the series are forecast too.
func (s *Sums) reconciles() bool { return s.Reconcile != "" || s.Hierarchy != "" }

// how is the reconciliation.
func (s *Sums) how() hierarchy.Reconciliation {
	if s.Reconcile == "" {
		return hierarchy.MinT
	}
	return hierarchy.Reconciliation(s.Reconcile)
}

// inTime makes a method forecast longer steps too, if it is asked for.
func (s *Sums) inTime(m forecast.Method) forecast.Method {
	if s.Temporal {
		return hierarchy.Temporal{Method: m}
	}
	return m
}

// structure reads the structure of ids whose column, or columns, have the name.
func (s *Sums) structure(id string) (hierarchy.Structure, error) {
	if s.Joint && !s.reconciles() {
		return hierarchy.Structure{}, usagef("{joint} needs {reconcile} or {hierarchy}")
	}
	if s.Hierarchy == "" {
		return hierarchy.Structure{}, nil
	}
	return hierarchy.ParseStructure(s.Hierarchy, strings.Split(id, "/"))
}

// addUp adds the sums that are asked for to the table's series; nil if none are.
func (s *Sums) addUp(t *table.Table) (*hierarchy.Hierarchy, error) {
	structure, err := s.structure(t.ID)
	if err != nil || !s.reconciles() {
		return nil, err
	}
	for i := range t.Scenarios {
		h, err := hierarchy.NewWith(t.Scenarios[i].Series, structure)
		if err != nil {
			return nil, err
		}
		t.Scenarios[i].Series = h.Panel
	}
	h, err := hierarchy.NewWith(t.Series, structure)
	if err == nil {
		t.Series = h.Panel
	}
	return h, err
}

// append appends values to the model. Its sums, if it has some, follow from the others.
func (k *Kept) append(ctx context.Context, panel []forecast.Series, refit bool) (keep.Change, error) {
	opt := keep.UpdateOptions{Refit: refit}
	if k.Spec.reconciles() {
		all := &table.Table{Series: k.Model.Panel(), ID: k.Table.ID}
		sums, err := k.Spec.addUp(all)
		if err != nil {
			return keep.Change{}, err
		}
		isSum := map[string]bool{}
		for _, s := range all.Series[:len(all.Series)-len(sums.Leaves())] {
			isSum[s.ID] = true
		}
		panel = slices.DeleteFunc(slices.Clone(panel), func(s forecast.Series) bool { return isSum[s.ID] })
		opt.Sums = func(panel []forecast.Series) ([]forecast.Series, error) {
			all := &table.Table{Series: panel, ID: k.Table.ID}
			_, err := k.Spec.addUp(all)
			return all.Series, err
		}
	}
	c, err := k.Model.Update(ctx, panel, opt)
	if err == nil {
		k.Table.Series = k.Model.Panel()
	}
	return c, err
}

// kepts gives a kept model the future of its regressors, and the sums of its series if
// there are some.
func (s *ForecastSpec) kepts(ctx context.Context, k *Kept, futures []Input, l Listener) (*hierarchy.Hierarchy, error) {
	sums, err := s.sums(k.Table)
	if err != nil {
		return nil, err
	}
	if sums != nil {
		k.Table.Series = sums.Leaves() // the future is theirs
	}
	if err := s.futures(k.Table, futures, l); err != nil {
		return nil, err
	}
	if len(futures) > 0 {
		panel := k.Table.Series
		if _, err := k.append(ctx, panel, false); err != nil {
			return nil, err
		}
	}
	return s.sums(k.Table)
}

// reconciled makes the forecasts of a method add up; its panels hold the sums.
type reconciled struct {
	forecast.Method
	sums      *Sums
	structure hierarchy.Structure
}

func (r reconciled) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	m, err := r.Method.Fit(ctx, panel, task)
	return reconciledModel{m, r, task}, err
}

type reconciledModel struct {
	forecast.Model
	reconciled
	task forecast.Task
}

func (m reconciledModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	fs, err := forecast.ForecastAll(ctx, m.Model, panel, m.task.Threads)
	if err != nil {
		return nil, err
	}
	return m.reconcile(ctx, panel, fs)
}

// Keep keeps the method's model.
func (m reconciledModel) Keep(ctx context.Context, panel []forecast.Series) (forecast.Kept, error) {
	k, ok := m.Model.(forecast.Keeper)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", m.Name(), forecast.ErrNotSaved)
	}
	kept, err := k.Keep(ctx, panel)
	return reconciledKept{kept, m}, err
}

type reconciledKept struct {
	forecast.Kept
	model reconciledModel
}

func (k reconciledKept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	fs, err := k.Kept.Continue(ctx, panel, horizon)
	if err != nil {
		return nil, err
	}
	return k.model.reconcile(ctx, panel, fs)
}

// reconcile makes forecasts of a panel add up.
func (m reconciledModel) reconcile(ctx context.Context, panel []forecast.Series, fs []forecast.Forecast) ([]forecast.Forecast, error) {
	even(fs)
	sums, err := hierarchy.NewWith(panel, m.structure)
	if err != nil {
		return nil, err
	}
	byID := map[string]int{}
	for i, f := range fs {
		byID[f.ID] = i
	}
	ordered := make([]forecast.Forecast, len(sums.Panel))
	for k, s := range sums.Panel {
		i, ok := byID[s.ID]
		if !ok {
			return nil, fmt.Errorf("forecast: series %q has no forecast to add up: %w", s.ID, forecast.ErrInput)
		}
		ordered[k] = fs[i]
	}
	if m.sums.Joint {
		j, err := sums.Joint(ctx, ordered, hierarchy.JointOptions{How: m.sums.how(), Season: m.task.Season, Seed: m.task.Seed})
		if err != nil {
			return nil, err
		}
		ordered = j.Forecasts
	} else if ordered, err = sums.Reconcile(ctx, ordered, m.sums.how(), m.task.Season); err != nil {
		return nil, err
	}
	for k, s := range sums.Panel {
		fs[byID[s.ID]] = ordered[k]
	}
	return fs, nil
}
