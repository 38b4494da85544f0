package job

import (
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

// AnomaliesSpec asks for values that differ from what the past predicts. NewAnomalies
// makes one with the defaults.
type AnomaliesSpec struct {
	SeriesSpec
	Causes
	Method string
	Level  float64 // of the interval, in percent
	All    bool

	Files  TableFiles
	fields field.Set
}

// NewAnomalies makes a specification with the defaults.
func NewAnomalies() *AnomaliesSpec {
	s := &AnomaliesSpec{}
	f := &s.fields
	s.Bind(f)
	f.Text(&s.Method, "zeroshot", field.Field{Name: "method", Help: "forecasting method; large panels get theta if none is named", Length: 40})
	f.Number(&s.Level, 99, field.Field{Name: "level", Help: "interval in percent", Min: 0, Max: 100, Above: true, Below: true})
	s.Causes.bind(f, &s.SeriesSpec)
	f.Bool(&s.All, field.Field{Name: "all", Help: "print every value with its score"})
	s.Files.bind(&s.fields)
	return s
}

// Fields is the list of options.
func (s *AnomaliesSpec) Fields() *field.Set { return &s.fields }

// Anomalies is the result of an AnomaliesSpec.
type Anomalies struct {
	Table *table.Table
	Lines []Judged
	guard bool
}

// Judged is a value and its expected value.
type Judged struct {
	ID       string   `json:"id,omitempty"`
	Time     string   `json:"time"`
	Step     int      `json:"step"` // counted from 0
	Value    *float64 `json:"value"`
	Expected float64  `json:"expected"`
	Lo       float64  `json:"lo"`
	Hi       float64  `json:"hi"`
	Score    float64  `json:"score"`
	Anomaly  bool     `json:"anomaly"`
}

// Run reads the table and forecasts every value from those before it.
func (s *AnomaliesSpec) Run(ctx context.Context, in Inputs, l Listener) (*Anomalies, error) {
	if _, err := methods(s.Method); err != nil { // before the table is read
		return nil, err
	}
	t, err := s.Read(in.Main, l)
	if err != nil {
		return nil, err
	}
	if err := affordValues(ctx, t.Series, bytesPerJudged); err != nil {
		return nil, in.Main.fail(err)
	}
	task := s.Task().Resolve(t.Series)
	task.Progress = l.Training
	method, err := s.method(t.Series, task, in.Events, l)
	if err != nil {
		return nil, err
	}
	l.step(Step{Stage: "forecasting every value from those before it", Steps: 1})
	points, err := forecast.DetectAnomalies(ctx, method, t.Series, task, s.Level)
	if err != nil {
		return nil, in.Main.fail(err)
	}
	a := &Anomalies{Table: t, Lines: []Judged{}, guard: s.Files.Guard}
	found, seen := 0, 0
	for i, series := range t.Series {
		seen += len(points[i])
		for _, p := range points[i] {
			if p.Anomalous() {
				found++
			}
			if p.Anomalous() || s.All {
				a.Lines = append(a.Lines, Judged{series.ID, stepLabel(t, series, p.Step), p.Step, Finite(p.Value), p.Expected, p.Lo, p.Hi, p.Score, p.Anomalous()})
			}
		}
	}
	l.note(Found, "%d of %d values are outside their %g%% interval", found, seen, s.Level)
	return a, nil
}

// mostByNetwork is how many forecasts a network makes in ten seconds or less. Of 180
// outliers planted in 90 series zeroshot found 160, theta 165, with 122 and 117 other
// values; of 1,000 series of 200 values zeroshot takes minutes, theta seconds.
const mostByNetwork = 5000

// method is the one asked for. The default is a network's, which gives way where there
// are many series.
func (s *AnomaliesSpec) method(panel []forecast.Series, task forecast.Task, events Input, l Listener) (forecast.Method, error) {
	name := s.Method
	if n := forecast.AnomalyForecasts(panel, task); !s.fields.Changed("method") && n > mostByNetwork {
		name = forecast.Theta.Name()
		l.note(Found, "judged by %s, since %s is slow for %d forecasts ({method} %s insists)", name, s.Method, n, s.Method)
	}
	ms, err := methods(name)
	if err != nil {
		return nil, err
	}
	return s.around(ms[0], &s.SeriesSpec, events)
}

// Answer runs the job for a request: the lines.
func (s *AnomaliesSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	a, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	return a.Lines, nil
}

// WriteCSV writes a line for every value that was found.
func (a *Anomalies) WriteCSV(out io.Writer) error {
	return writeTable(out, a.guard, a.Table, []string{"expected", "lo", "hi", "score", "anomaly"}, func(write func(id string, cells ...string) error) error {
		for _, l := range a.Lines {
			err := write(l.ID, l.Time, cell(l.Value), Number(l.Expected), Number(l.Lo), Number(l.Hi), strconv.FormatFloat(l.Score, 'f', 3, 64), strconv.FormatBool(l.Anomaly))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// writeTable writes a table with the id, time and value columns of t and more; each
// calls write for every line. The id is left out where t has none.
func writeTable(out io.Writer, guard bool, t *table.Table, more []string, each func(write func(id string, cells ...string) error) error) error {
	w := NewCSV(out, guard)
	write := func(id string, cells ...string) error {
		if t.ID != "" {
			cells = append([]string{id}, cells...)
		}
		return w.Write(cells)
	}
	header := append([]string{orElse(t.Time, "step"), orElse(t.Value, "value")}, more...)
	if err := write(t.ID, header...); err != nil {
		return err
	}
	if err := each(write); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// cell is a number that may be missing.
func cell(v *float64) string {
	if v == nil {
		return ""
	}
	return Number(*v)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// ImputeSpec asks for series without gaps. NewImpute makes one with the defaults.
type ImputeSpec struct {
	SeriesSpec
	Files  TableFiles
	fields field.Set
}

// NewImpute makes a specification with the defaults.
func NewImpute() *ImputeSpec {
	s := &ImputeSpec{}
	s.Bind(&s.fields)
	s.Files.bind(&s.fields)
	return s
}

// Fields is the list of options.
func (s *ImputeSpec) Fields() *field.Set { return &s.fields }

// Imputed is the result of an ImputeSpec.
type Imputed struct {
	Table *table.Table
	Lines []Filled
	guard bool
}

// Filled is a value of a series without gaps.
type Filled struct {
	ID      string   `json:"id,omitempty"`
	Time    string   `json:"time"`
	Value   *float64 `json:"value"`
	Imputed bool     `json:"imputed"`
}

// Run reads the table and fills the gaps of its series.
func (s *ImputeSpec) Run(ctx context.Context, in Inputs, l Listener) (*Imputed, error) {
	t, err := s.Read(in.Main, l)
	if err != nil {
		return nil, err
	}
	if err := affordValues(ctx, t.Series, bytesPerFilled); err != nil {
		return nil, in.Main.fail(err)
	}
	task := s.Task().Resolve(t.Series)
	out := &Imputed{Table: t, guard: s.Files.Guard}
	total := 0
	for _, series := range t.Series {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		full, steps := forecast.Impute(series, task.Season)
		total += len(steps)
		for i, v := range full.Values {
			_, filled := slices.BinarySearch(steps, i)
			out.Lines = append(out.Lines, Filled{series.ID, stepLabel(t, series, i), Finite(v), filled})
		}
	}
	l.note(Found, "%s filled", count(total, "value"))
	return out, nil
}

// Answer runs the job for a request: the lines.
func (s *ImputeSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	o, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	return o.Lines, nil
}

// WriteCSV writes a line for every value.
func (o *Imputed) WriteCSV(out io.Writer) error {
	return writeTable(out, o.guard, o.Table, []string{"imputed"}, func(write func(id string, cells ...string) error) error {
		for _, l := range o.Lines {
			if err := write(l.ID, l.Time, cell(l.Value), strconv.FormatBool(l.Imputed)); err != nil {
				return err
			}
		}
		return nil
	})
}
