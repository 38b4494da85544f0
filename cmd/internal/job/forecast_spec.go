package job

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/neural"
)

// ForecastSpec asks for a forecast. NewForecast makes one with the defaults.
type ForecastSpec struct {
	SeriesSpec
	Choice
	Causes
	Sums
	Point             string // mean or median
	Levels, Quantiles []float64
	Paths, Folds      int
	Total             bool
	Back              int // steps before the end from which the forecast is made
	Round, Explain    bool
	Guard             bool // of text that a spreadsheet would take for a formula

	// Rehearse keeps forecasts of the past for a picture, where Folds is not 0.
	Rehearse bool
	quick    bool // not for large tables

	Files ForecastFiles // for doors that name files

	fields field.Set
}

// ForecastFiles are the names of files that the command reads and writes, and how a
// run into a folder goes about it. The job itself opens none.
type ForecastFiles struct {
	Futures        []string
	Model          string
	Output, Format string
	JSON, Dark     bool
	Plot, Report   string
	Memory, Shard  string
	Parts          int
	Resume         bool
}

// bind adds the fields.
func (s *ForecastFiles) bind(f *field.Set) {
	const files, folder = "Files", "Into a folder"
	f.List(&s.Futures, nil, field.Field{Name: "future", Label: "Futures to compare", Help: "`FILE` with the regressors' values after the series; several files are scenarios", Unset: "the rows without a value", Group: files, Doors: field.Command})
	f.Text(&s.Model, "", field.Field{Name: "model", Help: "forecast with a model `FILE` that segue fit or segue train forecast made", Group: files, Doors: field.Command})
	f.Text(&s.Output, "", field.Field{Name: "output", Short: "o", Help: "file to write, or a folder if the name ends in a slash", Unset: "standard output", Group: files, Doors: field.Command})
	f.Choice(&s.Format, "csv", field.Field{Name: "format", Help: "format of the result", Unset: "by the name of the output, otherwise csv", Choices: []string{"csv", "json", "parquet", "arrow"}, Group: files, Doors: field.Command})
	f.Bool(&s.JSON, field.Field{Name: "json", Help: "print JSON instead of CSV: short for --format json", Group: files, Doors: field.Command})
	f.Bool(&s.Dark, field.Field{Name: "dark", Help: "draw --plot light on dark", Group: files, Doors: field.Command})
	f.Text(&s.Plot, "", field.Field{Name: "plot", Help: "plot history and forecast in this .svg or .png file", Group: files, Doors: field.Command})
	f.Text(&s.Report, "", field.Field{Name: "report", Help: "write a page with plot, accuracy and repairs to this .html file", Group: files, Doors: field.Command})
	f.Text(&s.Memory, "1G", field.Field{Name: "memory", Help: "approximate memory to use, as 500M or 2G", Group: folder, Doors: field.Command})
	f.Text(&s.Shard, "", field.Field{Name: "shard", Help: "do part `I/N` of the work, counted from 0 (or JOB_COMPLETION_INDEX/N)", Group: folder, Doors: field.Command})
	f.Whole(&s.Parts, 0, field.Field{Name: "parts", Help: "number of files", Unset: "by size and memory", Min: 1, Max: 100000, Group: folder, Doors: field.Command})
	f.Bool(&s.Resume, field.Field{Name: "resume", Help: "continue a run that was interrupted", Group: folder, Doors: field.Command})
}

// DefaultLevels are the default prediction intervals, in percent.
var DefaultLevels = []float64{80, 95}

// NewForecast makes a specification with the defaults.
func NewForecast() *ForecastSpec {
	s := &ForecastSpec{}
	f := &s.fields
	s.Bind(f)
	s.Choice.bind(f)
	s.Causes.bind(f, &s.SeriesSpec)
	f.Text(&s.Scenario, "", field.Field{Name: "scenario", Help: "column that tells several futures of the regressors apart, in the rows without a value or in the file of the future: each is forecast", Label: "Scenario column"})
	s.Sums.bind(f)
	f.Choice(&s.Point, pointMean, field.Field{Name: "point", Label: "Point", Help: "the number that stands for each step's distribution: the mean, or the median, which is above and below as many values and whose absolute error is least", Choices: []string{pointMean, pointMedian}})
	f.Numbers(&s.Levels, DefaultLevels, field.Field{Name: "levels", Help: "prediction intervals in percent", Label: "Intervals (%)", Min: 0, Max: 100, Above: true, Below: true, Length: 100})
	f.Numbers(&s.Quantiles, nil, field.Field{Name: "quantiles", Label: "Quantiles", Help: "add columns of quantiles such as 0.1,0.5,0.9", Min: 0, Max: 1, Above: true, Below: true})
	f.Whole(&s.Paths, 0, field.Field{Name: "paths", Help: "add columns with this many possible futures, sampled at random", Min: 0, Max: 10000, Served: 100})
	f.Bool(&s.Total, field.Field{Name: "total", Label: "totals", Help: "add a row with the total of each series over the horizon, and its own interval"})
	f.Bool(&s.Round, field.Field{Name: "round", Label: "whole numbers", Help: "whole numbers"})
	f.Whole(&s.Folds, 0, field.Field{Name: "backtest", Help: "compare with seasonal naive at this many origins in the past", Label: "Backtest", Start: "3", Min: 0, Max: 1000, Served: 20})
	f.Whole(&s.Back, 0, field.Field{Name: "back", Help: "forecast from this many steps before the end of every series, as if the rest were not known yet", Unset: "0", Min: 1, Max: 10000000})
	f.Bool(&s.Explain, field.Field{Name: "explain", Help: "decompose the series: level, trend, season, regressors"})
	bindGuard(f, &s.Guard)
	s.Files.bind(f)
	return s
}

// Fields is the list of options.
func (s *ForecastSpec) Fields() *field.Set { return &s.fields }

// the values of Point
const (
	pointMean   = "mean"
	pointMedian = "median"
)

// Work is the chosen method or model, ready to forecast series.
type Work struct {
	Method forecast.Method // nil if a model from a file does it
	Model  forecast.Model  // from a file
	Task   forecast.Task   // with the horizon and season of Model
	Point  string          // mean or median; "" is the mean
	Round  bool
}

// Work chooses the method, or reads the model.
func (s *ForecastSpec) Work(model, events Input) (Work, error) {
	w := Work{Task: s.Task(), Point: s.Point, Round: s.Round}
	if model.given() {
		if s.any(&s.SeriesSpec, events) {
			return w, usagef("a model from a file cannot be used with regressors, holidays or events")
		}
		return w, s.load(&w, model)
	}
	method, err := s.chosen()
	if err != nil {
		return w, err
	}
	w.Method, err = s.wrapped(s.Sums.inTime(method), &s.SeriesSpec, &s.Causes, events)
	return w, err
}

// load reads a model from a file, which has a horizon and a season.
func (s *ForecastSpec) load(w *Work, in Input) error {
	if s.reconciles() || s.Temporal {
		return usagef("a model from a file cannot be used with {reconcile} or {temporal}")
	}
	data, err := in.read(mostModel)
	if err != nil {
		return err
	}
	m, horizon, season, err := neural.Decode(data)
	if err != nil {
		return in.fail(err)
	}
	if s.Horizon > horizon {
		return in.fail(&Problem{fmt.Sprintf("the model forecasts %d steps, {horizon} asks for %d", horizon, s.Horizon), ErrOption})
	}
	if s.Season != 0 && s.Season != season {
		return in.fail(&Problem{fmt.Sprintf("the model was trained for a season of %d, {season} asks for %d", season, s.Season), ErrOption})
	}
	w.Model = neural.On(m, s.Tier())
	w.Task.Season = season
	if w.Task.Horizon == 0 {
		w.Task.Horizon = horizon
	}
	return nil
}

// Separate is the Work of a run that forecasts each series independently:
// into a folder, or on other machines. The default method uses all series
// together; blend replaces it, and a note reports that.
func (s *ForecastSpec) Separate(model Input, l Listener) (Work, error) {
	var together []string
	for name, on := range map[string]bool{
		"reconcile": s.Reconcile != "", "hierarchy": s.Hierarchy != "", "temporal": s.Temporal, "backtest": s.Folds > 0, "scenario": s.Scenario != "", "paths": s.Paths > 0, "total": s.Total, "back": s.Back > 0, "explain": s.Explain, "regressors": len(s.Regressors) > 0,
		"past-regressors": len(s.Past) > 0, "holidays": len(s.Holidays) > 0, "calendar": s.Calendar, "events": s.Events != "", "wide": s.Wide, "several {value}": len(s.Values) > 1,
	} {
		if on && !strings.Contains(name, "{") {
			name = "{" + name + "}"
		}
		if on {
			together = append(together, name)
		}
	}
	if len(together) > 0 {
		return Work{}, usagef("%s cannot be used where each series is forecast independently, as with an output folder", slices.Min(together))
	}
	w, err := s.Work(model, Input{})
	if err != nil || w.Method == nil || forecast.Independent(w.Method) {
		return w, err
	}
	if w.Method.Name() != (auto.Method{}).Name() {
		return w, usagef("{method} %s uses all series together; where each series is forecast independently, use blend, zeroshot or another", s.Method)
	}
	w.Method = forecast.Blend
	l.note(Repair, "method %s, since each series is forecast independently; {method} zeroshot is more accurate and takes about twice as long", w.Method.Name())
	return w, nil
}
