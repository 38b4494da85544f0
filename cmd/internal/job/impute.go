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
