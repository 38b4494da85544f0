package columns

import (
	"context"
	"fmt"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// Options describes how Forecast reads, forecasts and writes. The zero value infers
// everything and gives 80% and 95% intervals of the default method.
type Options struct {
	Table  table.Options // columns; Regressors and PastRegressors are used
	Task   forecast.Task
	Method forecast.Method // nil means that of package auto
	// Causes are holidays, events and the terms of regressors, see package regress; its
	// Method is not used.
	Causes    regress.Regressed
	Future    Frame     // values of Table.Regressors after the series; nil: the rows without a value
	Levels    []float64 // intervals in percent; nil means 80 and 95, an empty slice none
	Quantiles []float64 // probabilities of quantiles to add
	Paths     int       // possible futures to add; 0 means none
}

// levels are the intervals to write.
func (o Options) levels() []float64 {
	if o.Levels == nil {
		return []float64{80, 95}
	}
	return o.Levels
}

// fits refuses numbers out of range.
func (o Options) fits() error {
	for _, l := range o.levels() {
		if !(l > 0 && l < 100) {
			return fmt.Errorf("forecast: level %v is not between 0 and 100: %w", l, forecast.ErrInput)
		}
	}
	for _, q := range o.Quantiles {
		if !(q > 0 && q < 1) {
			return fmt.Errorf("forecast: quantile %v is not between 0 and 1: %w", q, forecast.ErrInput)
		}
	}
	if o.Paths < 0 || o.Task.Horizon < 0 {
		return fmt.Errorf("forecast: %d paths, horizon %d: neither can be below zero: %w", o.Paths, o.Task.Horizon, forecast.ErrInput)
	}
	return nil
}

// method is the method, with regressors and causes around it if there are any.
func (o Options) method() (forecast.Method, error) {
	m := o.Method
	if m == nil {
		var err error
		if m, err = auto.New(); err != nil {
			return nil, err
		}
	}
	c := o.Causes
	if len(o.Table.Regressors)+len(o.Table.PastRegressors)+len(c.Events) == 0 && c.Holidays == nil && !c.Calendar {
		return m, nil
	}
	if _, ok := m.(regress.Regressed); ok {
		return m, nil
	}
	c.Method = m
	return c, nil
}

// Forecast takes a frame of series and returns one of forecasts: the id and time columns
// as the frame has them, mean, lo- and hi-, q and path. Series that cannot be forecast
// have no rows; if there is no other the error says why.
func Forecast(ctx context.Context, f Frame, opt Options) (Slices, error) {
	if err := opt.fits(); err != nil {
		return nil, err
	}
	t, err := Read(f, opt.Table)
	if err != nil {
		return nil, err
	}
	if opt.Future != nil {
		cols, err := check(opt.Future, "frame with the future")
		if err != nil {
			return nil, err
		}
		if err := t.ReadFuture(rows(cols), opt.Table); err != nil {
			return nil, err
		}
	}
	m, err := opt.method()
	if err != nil {
		return nil, err
	}
	task := opt.Task.Resolve(t.Series)
	fs, err := forecast.Run(ctx, m, t.Series, task)
	if err != nil {
		return nil, err
	}
	return write(f, t, fs, task, opt), nil
}

// Write lays forecasts of a frame's series out as Forecast does, without paths. t is
// what Read gave for f; without f several id columns are one, and times are text.
func Write(f Frame, t *table.Table, fs []forecast.Forecast, levels, quantiles []float64) Slices {
	return write(f, t, fs, forecast.Task{}, Options{Levels: append([]float64{}, levels...), Quantiles: quantiles})
}

func write(f Frame, t *table.Table, fs []forecast.Forecast, task forecast.Task, opt Options) Slices {
	k := keysOf(f, t)
	layout := table.NewRows(t, opt.levels(), opt.Quantiles)
	labels, numbers := layout.Columns()
	var out Slices
	for _, name := range k.names {
		out = append(out, Column{Name: name, Strings: []string{}})
	}
	ids := len(out)
	at := Column{Name: labels[len(labels)-1], Strings: []string{}}
	if k.zone != nil {
		at = Column{Name: at.Name, Times: []time.Time{}}
	}
	out = append(out, at)
	first := len(out)
	for _, name := range numbers {
		out = append(out, Column{Name: name, Numbers: []float64{}})
	}
	for p := range opt.Paths {
		out = append(out, Column{Name: fmt.Sprintf("path%d", p+1), Numbers: []float64{}})
	}
	for i, fc := range fs {
		var paths [][]float64
		if opt.Paths > 0 {
			c := forecast.PathCorrelation(t.Series[i], task.Season, task.Horizon)
			paths = fc.Paths(opt.Paths, c, task.Seed+uint64(i))
		}
		cells := k.cells(fc.ID)
		for h := range fc.Mean {
			for c := range ids {
				out[c].Strings = append(out[c].Strings, cells[c])
			}
			if k.zone != nil {
				out[ids].Times = append(out[ids].Times, clock(fc, h, k.zone))
			} else {
				label := layout.Labels(fc, h)
				out[ids].Strings = append(out[ids].Strings, label[len(label)-1])
			}
			for c, v := range layout.Numbers(fc, h) {
				out[first+c].Numbers = append(out[first+c].Numbers, v)
			}
			for p := range paths {
				out[first+len(numbers)+p].Numbers = append(out[first+len(numbers)+p].Numbers, paths[p][h])
			}
		}
	}
	return out
}

// clock is the time of a step in the zone of the frame: of days and longer steps what
// the clock shows, of shorter ones the moment.
func clock(f forecast.Forecast, h int, zone *time.Location) time.Time {
	t := f.Time(h)
	if f.Freq.Unit < forecast.Day {
		return t.In(zone)
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
