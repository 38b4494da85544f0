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
)

// BacktestSpec asks how methods would have done on the past. NewBacktest makes one
// with the defaults.
type BacktestSpec struct {
	SeriesSpec
	Causes
	Methods    []string
	Folds      int
	MASESeason int
	Test       string // for doors that name files
	JSON       bool

	fields field.Set
}

// NewBacktest makes a specification with the defaults.
func NewBacktest() *BacktestSpec {
	s := &BacktestSpec{}
	f := &s.fields
	s.Bind(f)
	f.List(&s.Methods, []string{"snaive", "theta", "blend", "zeroshot", "auto"}, field.Field{Name: "methods", Help: "methods to compare: segue methods lists them"})
	s.Causes.bind(f, &s.SeriesSpec)
	f.Whole(&s.Folds, 1, field.Field{Name: "folds", Help: "rolling origins, one horizon apart", Min: 1, Max: 1000, Served: 20})
	f.Whole(&s.MASESeason, 0, field.Field{Name: "mase-season", Help: "season of MASE and MSIS", Unset: "the season", Min: 1, Max: 100000})
	f.Text(&s.Test, "", field.Field{Name: "test", Help: "`FILE` of the values to score on, in the layout of --rows", Group: "Files", Doors: field.Command})
	f.Bool(&s.JSON, field.Field{Name: "json", Help: "print JSON instead of a table", Group: "Files", Doors: field.Command})
	return s
}

// Fields is the list of options.
func (s *BacktestSpec) Fields() *field.Set { return &s.fields }

// Backtest is the result: a row for every method.
type Backtest struct {
	Results []forecast.Result
}

// Run reads the table and scores the methods on its past, or against in.Test.
func (s *BacktestSpec) Run(ctx context.Context, in Inputs, l Listener) (*Backtest, error) {
	ms, err := methods(s.Methods...)
	if err != nil {
		return nil, err
	}
	for i, m := range ms {
		if ms[i], err = s.around(m, &s.SeriesSpec, in.Events); err != nil {
			return nil, err
		}
	}
	t, err := s.Read(in.Main, l)
	if err != nil {
		return nil, err
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
	task = task.Resolve(t.Series)
	if err := affordForecast(ctx, t.Series, task.Horizon*max(s.Folds, 1), 1+len(ms)); err != nil {
		return nil, in.Main.fail(err)
	}
	Describe(t, task, l)
	task.Progress = l.Training
	opt := forecast.BacktestOptions{Folds: s.Folds, MASESeason: s.MASESeason}
	b := &Backtest{}
	if in.Test.given() {
		b.Results, err = forecast.BacktestAgainst(ctx, ms, t.Series, actual, task, opt)
	} else {
		b.Results, err = forecast.Backtest(ctx, ms, t.Series, task, opt)
	}
	return b, in.Main.fail(err)
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
	return Scores(b.Results), nil
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
