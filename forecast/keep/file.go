package keep

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
)

// A file is one JSON object: format, version, method, task, series with their histories,
// and what was estimated ("state"), which its method reads. Numbers are written so that
// they come back bit for bit; missing values are null.

const (
	formatName = "segue forecast model"
	// Version is that of the files that Encode writes; Load reads it and all before it.
	Version = 1

	mostHorizon = 10000
	mostSeason  = 100000
	mostSeries  = 10_000_000
)

// file is the JSON of version 1.
type file struct {
	Format  string            `json:"format"`
	Version int               `json:"version"`
	Method  string            `json:"method"`
	Task    fileTask          `json:"task"`
	Meta    map[string]string `json:"meta,omitempty"`
	Series  []fileSeries      `json:"series"`
	State   json.RawMessage   `json:"state"`
}

type fileTask struct {
	Horizon  int    `json:"horizon"`
	Season   int    `json:"season"`
	Seed     uint64 `json:"seed"`
	Portable bool   `json:"portable,omitempty"`
}

type fileSeries struct {
	ID         string          `json:"id"`
	Start      *time.Time      `json:"start,omitempty"`
	Freq       *fileFreq       `json:"freq,omitempty"`
	Values     numbers         `json:"values"`
	Regressors []fileRegressor `json:"regressors,omitempty"`
}

type fileRegressor struct {
	Name      string  `json:"name"`
	Known     bool    `json:"known,omitempty"`
	Column    string  `json:"column,omitempty"`
	Reference string  `json:"reference,omitempty"`
	Values    numbers `json:"values"`
}

// fileFreq is a calendar.Freq; Unit is one of units.
type fileFreq struct {
	Unit     string         `json:"unit"`
	N        int            `json:"n"`
	MonthEnd bool           `json:"month_end,omitempty"`
	Business bool           `json:"business,omitempty"`
	Days     *[2]int8       `json:"days,omitempty"`
	Open     *calendar.Open `json:"open,omitempty"`
}

var units = map[string]calendar.Unit{
	"second": calendar.Second, "minute": calendar.Minute, "hour": calendar.Hour, "day": calendar.Day, "business day": calendar.BusinessDay,
	"week": calendar.Week, "dekad": calendar.Dekad, "half month": calendar.SemiMonth, "retail month": calendar.Retail, "month": calendar.Month,
	"quarter": calendar.Quarter, "year": calendar.Year,
}

// numbers are values, of which those that are missing are null.
type numbers []float64

func (x numbers) MarshalJSON() ([]byte, error) {
	out := []byte{'['}
	for i, v := range x {
		if i > 0 {
			out = append(out, ',')
		}
		switch {
		case math.IsNaN(v):
			out = append(out, "null"...)
		case math.IsInf(v, 0):
			return nil, fmt.Errorf("value %d is infinite", i+1)
		default:
			out = strconv.AppendFloat(out, v, 'g', -1, 64)
		}
	}
	return append(out, ']'), nil
}

func (x *numbers) UnmarshalJSON(data []byte) error {
	var in []*float64
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*x = make(numbers, len(in))
	for i, v := range in {
		if (*x)[i] = math.NaN(); v != nil {
			(*x)[i] = *v
		}
	}
	return nil
}

// Encode writes the model as a file.
func (m *Model) Encode() ([]byte, error) {
	out := file{
		Format: formatName, Version: Version, Method: m.method.Name(), Meta: m.Meta,
		Task: fileTask{m.task.Horizon, m.task.Season, m.task.Seed, m.task.Portable},
	}
	for _, s := range m.panel {
		f := fileSeries{ID: s.ID, Values: s.Values}
		if s.Freq.Unit != calendar.None {
			start := s.Start
			f.Start, f.Freq = &start, freqOf(s.Freq)
		}
		for _, r := range s.Regressors {
			f.Regressors = append(f.Regressors, fileRegressor{r.Name, r.Known, r.Column, r.Reference, r.Values})
		}
		out.Series = append(out.Series, f)
	}
	var err error
	if out.State, err = m.kept.Encode(); err != nil {
		return nil, err
	}
	data, err := json.Marshal(out)
	return append(data, '\n'), err
}

func freqOf(f calendar.Freq) *fileFreq {
	out := &fileFreq{N: f.N, MonthEnd: f.MonthEnd, Business: f.Business}
	for name, u := range units {
		if u == f.Unit {
			out.Unit = name
		}
	}
	if f.Days != [2]int8{} {
		out.Days = &f.Days
	}
	if !f.Open.Always() {
		out.Open = &f.Open
	}
	return out
}

// Is reports whether data looks like a file of this package, of any version.
func Is(data []byte) bool {
	const start = `{"format":"` + formatName + `"`
	return len(data) >= len(start) && string(data[:len(start)]) == start
}

// Load reads a file that Encode made. The method is found by its name; one with options
// or around another, such as regress.Regressed, must be given. Errors wrap
// forecast.ErrNoModel.
func Load(data []byte, method forecast.Method) (*Model, error) {
	in, err := decode(data)
	if err != nil {
		return nil, err
	}
	r, err := find(method, in.Method)
	if err != nil {
		return nil, err
	}
	m := &Model{Meta: in.Meta, method: r, task: forecast.Task{
		Horizon: in.Task.Horizon, Season: in.Task.Season, Seed: in.Task.Seed, Portable: in.Task.Portable, Threads: runtime.GOMAXPROCS(0),
	}}
	if m.Meta == nil {
		m.Meta = map[string]string{}
	}
	for _, s := range in.Series {
		one, err := s.series()
		if err != nil {
			return nil, err
		}
		m.panel = append(m.panel, one)
	}
	if _, err := byID(m.panel); err != nil {
		return nil, fmt.Errorf("%w: %w", err, forecast.ErrNoModel)
	}
	m.kept, err = r.Restore(in.State, m.task)
	return m, err
}

// MetaOf reads the Meta of a file, for callers that keep in it which method to give Load.
func MetaOf(data []byte) (map[string]string, error) {
	in, err := decode(data)
	if err != nil {
		return nil, err
	}
	return in.Meta, nil
}

// decode reads a file of any version as one of the newest, and checks what does not
// depend on the method.
func decode(data []byte) (*file, error) {
	in := &file{}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Format != formatName {
		return nil, fmt.Errorf("forecast: this is no model that segue fit made: %w", forecast.ErrNoModel)
	}
	switch {
	case head.Version < 1:
		return nil, fmt.Errorf("forecast: a model file of version %d: %w", head.Version, forecast.ErrNoModel)
	case head.Version > Version:
		return nil, fmt.Errorf("forecast: the model file has version %d, this segue knows up to %d; a newer segue made it: %w", head.Version, Version, forecast.ErrNoModel)
	}
	if err := json.Unmarshal(data, in); err != nil {
		return nil, fmt.Errorf("forecast: model file: %w: %w", err, forecast.ErrNoModel)
	}
	for _, f := range []struct {
		name           string
		x, least, most int
	}{{"horizon", in.Task.Horizon, 1, mostHorizon}, {"season", in.Task.Season, 1, mostSeason}, {"number of series", len(in.Series), 1, mostSeries}} {
		if f.x < f.least || f.x > f.most {
			return nil, fmt.Errorf("forecast: model file: a %s of %d, want %d to %d: %w", f.name, f.x, f.least, f.most, forecast.ErrNoModel)
		}
	}
	return in, nil
}

// series checks one series of a file.
func (f fileSeries) series() (forecast.Series, error) {
	bad := func(what string, args ...any) (forecast.Series, error) {
		return forecast.Series{}, fmt.Errorf("forecast: model file: series %q: %s: %w", f.ID, fmt.Sprintf(what, args...), forecast.ErrNoModel)
	}
	s := forecast.Series{ID: f.ID, Values: f.Values}
	if s.Known() == 0 {
		return bad("no value")
	}
	if (f.Freq == nil) != (f.Start == nil) {
		return bad("a start and a frequency go together")
	}
	if f.Freq != nil {
		unit, ok := units[f.Freq.Unit]
		if !ok || f.Freq.N < 1 || f.Freq.N > 1e6 {
			return bad("a frequency of %d times %q", f.Freq.N, f.Freq.Unit)
		}
		s.Freq = calendar.Freq{Unit: unit, N: f.Freq.N, MonthEnd: f.Freq.MonthEnd, Business: f.Freq.Business}
		if f.Freq.Days != nil {
			s.Freq.Days = *f.Freq.Days
			if slices.Min(s.Freq.Days[:]) < 0 || slices.Max(s.Freq.Days[:]) > 31 {
				return bad("the days %v", s.Freq.Days)
			}
		}
		if f.Freq.Open != nil {
			s.Freq.Open = *f.Freq.Open
		}
		if s.Start = *f.Start; s.Start.Year() < 1 || s.Start.Year() > 9999 {
			return bad("it starts in the year %d", s.Start.Year())
		}
	}
	const future = mostHorizon + mostSeason // steps of regressors after the series
	for _, r := range f.Regressors {
		if len(r.Values) > len(s.Values)+future {
			return bad("regressor %q has %d values", r.Name, len(r.Values))
		}
		s.Regressors = append(s.Regressors, forecast.Regressor{Name: r.Name, Known: r.Known, Column: r.Column, Reference: r.Reference, Values: r.Values})
	}
	return s, nil
}
