package job

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/bound"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/regress/holidays"
	"github.com/segue-go/segue/forecast/table"
)

// SeriesSpec describes how a table is read and what is asked of its series; the jobs with
// series have it in common.
type SeriesSpec struct {
	Engine
	Time, ID         string
	Values           []string // columns; several are series of their own
	Wide             bool     // every numeric column is a series
	DateFormat       string
	Duplicates, Freq string
	Fill, Decimal    string
	Open, Sheet      string
	DropPartial      bool
	Cutoff           string
	Horizon, Season  int // 0: by the table
	Rows             bool
	Seed             uint64

	Regressors, Past []string // columns; set by jobs that use them
	Scenario         string   // column; likewise
}

// Bind adds the fields to a set.
func (s *SeriesSpec) Bind(f *field.Set) {
	const group = "Reading the table"
	f.Text(&s.Time, "", field.Field{Name: "time", Help: "column of times", Unset: "found by name or content", Label: "Time", Group: group})
	f.List(&s.Values, nil, field.Field{Name: "value", Help: "column of values; with several, each is a series", Unset: "the only numeric column", Label: "Values", Length: 1000, Group: group})
	f.Bool(&s.Wide, field.Field{Name: "wide", Help: "each numeric column is a series", Label: "each column is a series", Group: group})
	f.Text(&s.ID, "", field.Field{Name: "id", Help: "column that identifies the series, or several: region,shop", Unset: "found by name or content", Label: "Series id", Group: group})
	f.Text(&s.DateFormat, "", field.Field{Name: "date-format", Help: "format of the times, as 2006-01-02 or %Y-%m-%d", Unset: "inferred", Label: "Date format", Length: 100, Group: group})
	f.Choice(&s.Duplicates, "error", field.Field{Name: "duplicates", Help: "rows of a series with the same time", Label: "Duplicate times", Choices: []string{"error", "mean", "sum", "first", "last"}, Group: group})
	f.Text(&s.Freq, "", field.Field{Name: "freq", Label: "Frequency", Help: "time from one value to the next: S, min, H, D, B, W, M, Q, Y, or 15min", Unset: "inferred", Length: 20, Group: group})
	f.Choice(&s.Fill, "none", field.Field{Name: "fill", Label: "Times without a row", Help: "values for times without a row (none: missing)", Choices: []string{"none", "zero", "linear", "seasonal"}, Group: group})
	f.Text(&s.Open, "", field.Field{Name: "open", Help: `opening days and hours, as "Mon-Sat 8-18", or all`, Unset: "inferred", Group: group})
	f.Bool(&s.DropPartial, field.Field{Name: "drop-partial", Help: "leave out the last value if its period seems incomplete", Group: group})
	f.Text(&s.Cutoff, "", field.Field{Name: "cutoff", Label: "Last time", Help: "last time of every series, in the file's own format: later values are dropped, missing values up to it are forecast", Unset: "the last value of each", Group: group})
	f.Text(&s.Sheet, "", field.Field{Name: "sheet", Help: "sheet of an Excel workbook", Unset: "the first that is not empty", Group: group})
	f.Choice(&s.Decimal, "", field.Field{Name: "decimal", Help: "decimal separator", Unset: "inferred", Choices: []string{"point", "comma", ".", ","}, Group: group})
	f.Bool(&s.Rows, field.Field{Name: "rows", Help: "the table has one series per line: id,v1,v2,... without a header", Group: group})
	f.Whole(&s.Horizon, 0, field.Field{Name: "horizon", Help: "steps to forecast", Unset: "two seasons, 6 to 48", Label: "Horizon (steps)", Min: 1, Max: 10000})
	f.Whole(&s.Season, 0, field.Field{Name: "season", Label: "Season (steps)", Help: "steps in a season; 1 for none", Unset: "by the frequency", Min: 1, Max: 100000})
	f.Seed(&s.Seed, 1, field.Field{Name: "seed", Help: "random seed: the same seed gives the same result", Label: "Random seed"})
	s.Engine.bind(f)
}

// terms reads regressors as a field names them.
func (s *SeriesSpec) terms(name string, list []string) ([]regress.Term, error) {
	var out []regress.Term
	for _, text := range list {
		t, err := regress.ParseTerm(text)
		if err != nil {
			return nil, &field.Error{Field: name, Value: text, Want: "a column, or one with @lag7, @mean7 (1 to 1000 steps), @weekday or @category after it"}
		}
		out = append(out, t)
	}
	return out, nil
}

// bindGuard adds the field of tables that are opened in spreadsheets.
func bindGuard(f *field.Set, p *bool) {
	f.Bool(p, field.Field{Name: "spreadsheet", Help: "put an apostrophe before ids and names in CSV that a spreadsheet would take for formulas"})
}

// TableFiles are where a command writes a table, and as what.
type TableFiles struct {
	Output string
	JSON   bool
	Guard  bool
}

// bind adds the fields.
func (s *TableFiles) bind(f *field.Set) {
	f.Text(&s.Output, "", field.Field{Name: "output", Short: "o", Help: "file to write", Unset: "standard output", Group: "Files", Doors: field.Command})
	f.Bool(&s.JSON, field.Field{Name: "json", Help: "print JSON instead of CSV", Group: "Files", Doors: field.Command})
	bindGuard(f, &s.Guard)
}

// Task is what is asked of the series, before the table is read.
func (s *SeriesSpec) Task() forecast.Task {
	return forecast.Task{Horizon: s.Horizon, Season: s.Season, Seed: s.Seed, Portable: s.Deterministic}
}

// Options describe how the table is read. Every door must take them from here, whatever
// it reads with.
func (s *SeriesSpec) Options() (table.Options, error) {
	o := table.Options{Time: s.Time, ID: s.ID, DateFormat: s.DateFormat, Open: s.Open, Sheet: s.Sheet, Cutoff: s.Cutoff, DropPartial: s.DropPartial, Scenario: s.Scenario}
	for _, c := range []struct {
		field  string
		terms  []string
		column *[]string
	}{{"regressors", s.Regressors, &o.Regressors}, {"past-regressors", s.Past, &o.PastRegressors}} {
		terms, err := s.terms(c.field, c.terms)
		if err != nil {
			return o, err
		}
		for _, t := range terms {
			if !slices.Contains(*c.column, t.Column) {
				*c.column = append(*c.column, t.Column)
			}
			if t.Category {
				o.Categories = append(o.Categories, t.Column)
			}
		}
	}
	if s.Freq != "" {
		f, err := calendar.Parse(s.Freq)
		if err != nil {
			return o, &field.Error{Field: "freq", Value: s.Freq, Want: "S, min, H, D, B, W, M, Q, Y, or a multiple such as 15min"}
		}
		o.Freq = f
	}
	if s.Duplicates != "error" {
		o.Duplicates = table.Duplicates(s.Duplicates)
	}
	if s.Fill != "none" {
		o.Fill = table.Fill(s.Fill)
	}
	switch s.Decimal {
	case "point", ".":
		o.Decimal = '.'
	case "comma", ",":
		o.Decimal = ','
	}
	switch {
	case s.Wide && len(s.Values) > 0:
		return o, usagef("{wide} uses all numeric columns: leave out {value} %s", strings.Join(s.Values, ","))
	case s.Wide:
		o.Values = []string{"*"}
	case len(s.Values) == 1:
		o.Value = s.Values[0]
	default:
		o.Values = s.Values
	}
	return o, nil
}

// Read reads the table and remarks on what was repaired.
func (s *SeriesSpec) Read(in Input, l Listener) (*table.Table, error) {
	opt, err := s.Options()
	if err != nil {
		return nil, err
	}
	return s.readAs(opt, in, l)
}

// readAs reads the table under options that Options gave, perhaps with more said.
func (s *SeriesSpec) readAs(opt table.Options, in Input, l Listener) (*table.Table, error) {
	r, err := in.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if s.Rows {
		t, err := rowTable(r)
		remark(t, l)
		return t, in.fail(err)
	}
	t, err := table.Parse(r, opt)
	if err != nil {
		return nil, in.fail(err)
	}
	remark(t, l)
	return t, nil
}

// remark tells what was repaired in a table, and what was left out.
func remark(t *table.Table, l Listener) {
	for _, n := range t.Notes {
		l.note(Repair, "%s", n)
	}
	for _, k := range t.Skipped {
		l.note(LeftOut, "series %q: %s", k.ID, k.Reason)
	}
}

// rowTable reads a table with a series per line. Lines that cannot be used are left out,
// unless there are no others.
func rowTable(r io.Reader) (*table.Table, error) {
	t := rowLayout()
	err := datasets.EachRow(r, func(row datasets.Row) error {
		s, err := rowSeries(row)
		if err != nil {
			t.Skipped = append(t.Skipped, skip(row.ID, err))
			return nil
		}
		t.Series = append(t.Series, s)
		return nil
	})
	if err == nil && len(t.Series) == 0 {
		err, t.Skipped = t.Skipped[0].Err, nil
	}
	return t, err
}

// skip leaves the series of a line out because of an error.
func skip(id string, err error) table.Skipped {
	out := table.Skip(id, err)
	out.Reason = strings.TrimPrefix(out.Reason, "datasets: ")
	return out
}

// rowLayout is such a table without series.
func rowLayout() *table.Table { return &table.Table{ID: "id"} }

// rowSeries is a row as a series; the error says why it cannot be forecast.
func rowSeries(row datasets.Row) (forecast.Series, error) {
	s := forecast.Series{ID: row.ID, Values: row.Values}
	if row.Err != nil {
		return s, row.Err
	}
	return s, s.Check()
}

// Describe remarks on what was understood of a table.
func Describe(t *table.Table, task forecast.Task, l Listener) {
	n := values(t.Series)
	what := fmt.Sprintf("%d series, %d steps", len(t.Series), n)
	if len(t.Series) == 1 {
		what = fmt.Sprintf("one series of %d steps", n)
	}
	if f := t.Series[0].Freq; f.Unit != forecast.None {
		what += fmt.Sprintf(", frequency %s", f)
	}
	l.note(Found, "read %s; horizon %d, season %d", what, task.Horizon, task.Season)
}

// methods looks methods up by the names that somebody gave in a field.
func methods(names ...string) ([]forecast.Method, error) {
	var ms []forecast.Method
	for _, name := range names {
		m, err := auto.Lookup(name)
		if errors.Is(err, forecast.ErrUnknown) {
			return nil, &Problem{err.Error(), errors.Join(ErrUsage, err)}
		}
		if err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, nil
}

// Training hears the training of networks for forecasts.
func (l Listener) Training(p forecast.Progress) {
	l.step(Step{p.Stage, p.Step, p.Steps, p.Loss, p.GradNorm, p.Elapsed, true})
}

// stepLabel is how the table writes the time of a step.
func stepLabel(t *table.Table, s forecast.Series, step int) string {
	if s.Freq.Unit == forecast.None {
		return fmt.Sprint(step + 1)
	}
	return t.Layout.Format(s.Time(step))
}

// Causes explain a series in addition to its own past. The regressors' columns are
// the table's: see SeriesSpec.
type Causes struct {
	Holidays []string // countries by code
	Calendar bool
	Events   string // for doors that name files
}

// bind adds the fields, those of the table's columns too.
func (c *Causes) bind(f *field.Set, s *SeriesSpec) {
	f.List(&s.Regressors, nil, field.Field{Name: "regressors", Help: "columns that explain the values and are known for the future too: numbers or texts; with @lag7 or @mean7 the value 7 steps before or the mean of 7 steps, with @weekday an effect per day of the week, with @category numbers that are names", Label: "Regressors", Length: 1000})
	f.List(&s.Past, nil, field.Field{Name: "past-regressors", Help: "columns that explain the values and are known for the past only; @lag7 and the like as for regressors", Label: "Past regressors", Length: 1000})
	f.List(&c.Holidays, nil, field.Field{Name: "holidays", Help: "countries whose holidays affect the values, by code: BR,US", Label: "Holidays of"})
	f.Bool(&c.Calendar, field.Field{Name: "calendar", Label: "ends of months, weekends", Help: "the ends of months (for days) and weekends (for months) may affect the values"})
	f.Text(&c.Events, "", field.Field{Name: "events", Help: "`FILE` of days that affect the values, with the columns event and date, and before and after for days around them", Group: "Files", Doors: field.Command})
}

// HolidayCountries lists the codes that the field of holidays knows.
func HolidayCountries() []string { return holidays.Countries() }

// any reports whether there are causes; events is the input with events.
func (c *Causes) any(s *SeriesSpec, events Input) bool {
	return c.Calendar || events.given() || len(c.Holidays)+len(s.Regressors)+len(s.Past) > 0
}

// around wraps a method in the effects of the causes; without causes it is the method.
func (c *Causes) around(m forecast.Method, s *SeriesSpec, events Input) (forecast.Method, error) {
	if !c.any(s, events) {
		return m, nil
	}
	r := regress.Regressed{Method: m, Calendar: c.Calendar}
	known, err := s.terms("regressors", s.Regressors)
	if err != nil {
		return nil, err
	}
	past, err := s.terms("past-regressors", s.Past)
	if err != nil {
		return nil, err
	}
	r.Terms = append(known, past...)
	if len(c.Holidays) > 0 {
		days, err := holidays.Of(c.Holidays...)
		if err != nil {
			return nil, &Problem{err.Error(), errors.Join(ErrUsage, err)}
		}
		r.Holidays = days
	}
	if events.given() {
		in, err := events.Open()
		if err != nil {
			return nil, err
		}
		defer in.Close()
		if r.Events, err = table.ParseEvents(in, table.Options{DateFormat: s.DateFormat}); err != nil {
			return nil, events.fail(err)
		}
	}
	return r, nil
}

// Choice is the method that fits and forecasts.
type Choice struct {
	Method string
	Training
	Limits
}

// bind adds the fields.
func (c *Choice) bind(f *field.Set) {
	f.Text(&c.Method, "auto", field.Field{Name: "method", Help: "`NAME` of a method: auto, zeroshot, lstm, blend, theta, ets, ...; segue methods lists them", Label: "Method", Length: 40})
	c.Training.bind(f)
	c.Limits.bind(f)
}

// chosen finds the method.
func (c *Choice) chosen() (forecast.Method, error) {
	ms, err := methods(c.Method)
	if err != nil {
		return nil, err
	}
	return c.trained(ms[0])
}

// wrapped puts the causes and the limits around a method.
func (c *Choice) wrapped(m forecast.Method, s *SeriesSpec, causes *Causes, events Input) (forecast.Method, error) {
	m, err := causes.around(m, s, events)
	if err != nil {
		return nil, err
	}
	return c.Limits.around(m)
}

// Limits are what forecasts and their intervals stay between.
type Limits struct{ Floor, Cap string }

// bind adds the fields.
func (l *Limits) bind(f *field.Set) {
	f.Text(&l.Floor, "", field.Field{Name: "floor", Label: "Not below", Help: "forecasts and their intervals stay above this `NUMBER`", Unset: "none"})
	f.Text(&l.Cap, "", field.Field{Name: "cap", Label: "Not above", Help: "forecasts and their intervals stay below this `NUMBER`; growth towards it slows down", Unset: "none"})
}

// around puts the limits around a method; without limits it is the method.
func (l *Limits) around(m forecast.Method) (forecast.Method, error) {
	b := bound.Bounded{Method: m}
	for _, x := range []struct {
		name, text string
		at         **float64
	}{{"floor", l.Floor, &b.Floor}, {"cap", l.Cap, &b.Cap}} {
		if x.text == "" {
			continue
		}
		v, err := strconv.ParseFloat(x.text, 64)
		if err != nil || math.Abs(v) > 1e100 || math.IsNaN(v) {
			return nil, &field.Error{Field: x.name, Value: x.text, Want: "a number"}
		}
		*x.at = &v
	}
	if b.Floor == nil && b.Cap == nil {
		return m, nil
	}
	if b.Floor != nil && b.Cap != nil && *b.Floor >= *b.Cap {
		return nil, usagef("{floor} %v leaves no room below {cap} %v", *b.Floor, *b.Cap)
	}
	return b, nil
}

// Training says whether networks are trained.
type Training struct{ Train, NoTrain bool }

// bind adds the fields.
func (c *Training) bind(f *field.Set) {
	f.Bool(&c.Train, field.Field{Name: "train", Help: "train networks on the series of the table too, and use them where the past was forecast better with them", Label: "train on these series (slow)"})
	f.Bool(&c.NoTrain, field.Field{Name: "no-train", Help: "train nothing (the default)", Label: "no training: answer at once"})
}

// trained tells a method whether to train networks.
func (c *Training) trained(m forecast.Method) (forecast.Method, error) {
	if c.Train && c.NoTrain {
		return nil, usagef("{train} and {no-train} contradict each other")
	}
	if a, ok := m.(auto.Trainable); ok {
		switch {
		case c.Train:
			return a.WithTraining(auto.TrainAlways), nil
		case c.NoTrain:
			return a.WithTraining(auto.TrainNever), nil
		}
	}
	return m, nil
}
