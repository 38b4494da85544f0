package job

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

// BacktestSpec asks how methods would have done on the past. NewBacktest makes one
// with the defaults.
type BacktestSpec struct {
	SeriesSpec
	Causes
	Training
	Limits
	Methods     []string
	Folds, Step int
	NoRefit     bool
	Sums
	By           string
	Levels       []float64 // of the folds' forecasts
	MASESeason   int
	JSON, Guard  bool
	Test         string // for doors that name files
	Trials, Plot string // likewise: where the folds' forecasts go

	fields field.Set
}

// NewBacktest makes a specification with the defaults.
func NewBacktest() *BacktestSpec {
	s := &BacktestSpec{}
	f := &s.fields
	s.Bind(f)
	f.List(&s.Methods, []string{"snaive", "theta", "blend", "zeroshot", "auto"}, field.Field{Name: "methods", Help: "methods to compare: segue methods lists them"})
	s.Training.bind(f)
	s.Limits.bind(f)
	s.Causes.bind(f, &s.SeriesSpec)
	f.Whole(&s.Folds, 1, field.Field{Name: "folds", Help: "rolling origins", Min: 1, Max: 1000, Served: 20})
	f.Whole(&s.Step, 0, field.Field{Name: "step", Help: "steps from one origin to the next", Unset: "the horizon", Min: 1, Max: 10000})
	f.Bool(&s.NoRefit, field.Field{Name: "no-refit", Help: "fit once, to what the first fold sees, and go on from there with the values of later folds"})
	s.Sums.bind(f)
	f.Choice(&s.By, "", field.Field{Name: "by", Help: "score the parts too", Choices: []string{"series", "fold", "step"}})
	f.Numbers(&s.Levels, DefaultLevels, field.Field{Name: "levels", Help: "prediction intervals in percent, in the forecasts and the plot", Min: 0, Max: 100, Above: true, Below: true, Length: 100, Doors: field.Command})
	f.Text(&s.Trials, "", field.Field{Name: "forecasts", Help: "write the forecasts of all folds, with what came, to this CSV `FILE`", Group: "Files", Doors: field.Command})
	f.Text(&s.Plot, "", field.Field{Name: "plot", Help: "plot the best method's forecasts of all folds in this .svg or .png file", Group: "Files", Doors: field.Command})
	f.Whole(&s.MASESeason, 0, field.Field{Name: "mase-season", Help: "season of MASE and MSIS", Unset: "the season", Min: 1, Max: 100000})
	f.Text(&s.Test, "", field.Field{Name: "test", Help: "`FILE` of the values to score on, in the layout of --rows", Group: "Files", Doors: field.Command})
	bindGuard(f, &s.Guard)
	f.Bool(&s.JSON, field.Field{Name: "json", Help: "print JSON instead of a table", Group: "Files", Doors: field.Command})
	return s
}

// Fields is the list of options.
func (s *BacktestSpec) Fields() *field.Set { return &s.fields }

// Backtest is the result: a row for every method.
type Backtest struct {
	Spec    *BacktestSpec
	Table   *table.Table
	Season  int // of MASE
	Results []forecast.Result

	differences []*forecast.Difference // from the best method; nil for itself
}

// Run reads the table and scores the methods on its past, or against in.Test.
func (s *BacktestSpec) Run(ctx context.Context, in Inputs, l Listener) (*Backtest, error) {
	ms, err := methods(s.Methods...)
	if err != nil {
		return nil, err
	}
	for i, m := range ms {
		if m, err = s.trained(m); err != nil {
			return nil, err
		}
		if ms[i], err = s.Causes.around(s.inTime(m), &s.SeriesSpec, in.Events); err != nil {
			return nil, err
		}
		if ms[i], err = s.Limits.around(ms[i]); err != nil {
			return nil, err
		}
	}
	if err := s.check(in); err != nil {
		return nil, err
	}
	t, err := s.Read(in.Main, l)
	if err != nil {
		return nil, err
	}
	structure, err := s.structure(t.ID)
	if err != nil {
		return nil, in.Main.fail(err)
	}
	if s.reconciles() {
		if _, err := s.addUp(t); err != nil {
			return nil, in.Main.fail(err)
		}
		for i, m := range ms {
			ms[i] = reconciled{m, &s.Sums, structure}
		}
	}
	task := s.Task()
	var actual []forecast.Series
	if in.Test.given() {
		if actual, err = continuations(in.Test, t.Series); err != nil {
			return nil, err
		}
		for _, a := range actual {
			if s.Horizon == 0 {
				task.Horizon = max(task.Horizon, len(a.Values))
			}
		}
	}
	opt := forecast.BacktestOptions{Folds: s.Folds, Step: s.Step, MASESeason: s.MASESeason, NoRefit: s.NoRefit}
	if in.Test.given() {
		task = task.Resolve(t.Series)
	} else {
		task = opt.Resolve(task, t.Series)
	}
	if err := affordForecast(ctx, t.Series, task.Horizon*max(s.Folds, 1), 1+len(ms)); err != nil {
		return nil, in.Main.fail(err)
	}
	opt.Trials = s.keepsTrials(len(t.Series), len(ms), task.Horizon)
	Describe(t, task, l)
	task.Progress = l.Training
	b := &Backtest{Spec: s, Table: t, Season: task.Season}
	if s.MASESeason > 0 {
		b.Season = s.MASESeason
	}
	if !opt.Trials && (s.By != "" || s.Trials != "" || s.Plot != "") {
		return nil, in.Main.fail(&Problem{"the forecasts of all folds are too many to keep: ask for fewer {folds} or {methods}, or leave out {by}, {forecasts} and {plot}", ErrOption})
	}
	if in.Test.given() {
		b.Results, err = forecast.BacktestAgainst(ctx, ms, t.Series, actual, task, opt)
	} else {
		b.Results, err = forecast.Backtest(ctx, ms, t.Series, task, opt)
	}
	if err != nil {
		return nil, in.Main.fail(err)
	}
	b.compare(l)
	return b, nil
}

// check refuses options that do not go together.
func (s *BacktestSpec) check(in Inputs) error {
	if s.reconciles() && in.Test.given() {
		name := "{reconcile}"
		if s.Reconcile == "" {
			name = "{hierarchy}"
		}
		return usagef("%s does not go with {test}", name)
	}
	if in.Test.given() && (s.NoRefit || s.Step > 0 || s.Folds > 1) {
		return usagef("{test} has one origin, the end of the table: leave out {folds}, {step} and {no-refit}")
	}
	return nil
}

// continuations reads what continues the series of a panel, a series per line.
func continuations(in Input, panel []forecast.Series) ([]forecast.Series, error) {
	r, err := in.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	rows, err := datasets.ReadRows(r)
	if err != nil {
		return nil, in.fail(err)
	}
	byID := map[string]datasets.Row{}
	for _, row := range rows {
		byID[row.ID] = row
	}
	out := make([]forecast.Series, len(panel))
	for i, s := range panel {
		row, ok := byID[s.ID]
		if !ok {
			return nil, in.fail(fmt.Errorf("series %q is missing", s.ID))
		}
		out[i] = forecast.Series{ID: s.ID, Values: row.Values}
	}
	return out, nil
}

// Answer runs the job for a request: the scores.
func (s *BacktestSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	b, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	return b.Document(), nil
}

// WriteScores writes a table of scores for people.
func WriteScores(out io.Writer, rs []forecast.Result) error {
	var buf bytes.Buffer
	w := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "method\tseries\tMAE\tRMSE\tMAPE\tsMAPE\tMASE\tRMSSE\tOWA\tWQL\tMSIS\tcoverage\tseconds\t")
	for _, r := range rs {
		fmt.Fprintf(w, "%s\t%d\t%.4g\t%.4g\t%.3f\t%.3f\t%.4f\t%.4f\t%.4f\t%.4f\t%.3f\t%.3f\t%.2f\t\n",
			r.Method, r.Series, r.MAE, r.RMSE, r.MAPE, r.SMAPE, r.MASE, r.RMSSE, r.OWA, r.WQL, r.MSIS, r.Coverage, r.Seconds)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := out.Write(buf.Bytes())
	return err
}

// Score is how a method did on the past, as JSON has it: numbers that are not finite
// are null. Package forecast defines them.
type Score map[string]any

// Scores converts the results of a backtest for JSON, which has no NaN.
func Scores(rs []forecast.Result) []Score {
	var out []Score
	for _, r := range rs {
		out = append(out, Score{
			"method": r.Method, "series": r.Series, "mae": Finite(r.MAE), "rmse": Finite(r.RMSE), "mape": Finite(r.MAPE), "smape": Finite(r.SMAPE),
			"mase": Finite(r.MASE), "rmsse": Finite(r.RMSSE), "owa": Finite(r.OWA), "wql": Finite(r.WQL), "crps": Finite(r.CRPS), "msis": Finite(r.MSIS),
			"coverage": Finite(r.Coverage), "acd": Finite(math.Abs(r.Coverage - .95)), "seconds": Finite(r.Seconds),
		})
	}
	return out
}
