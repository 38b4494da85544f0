// Package keep holds on to fitted models: a [Model] is a method with what it estimated
// on a panel. It is written to a file and read back, forecasts any horizon, and goes on
// as values come in, without fitting anew.
//
//	m, err := keep.Fit(ctx, forecast.ETS{}, panel, forecast.Task{Horizon: 12})
//	file, err := m.Encode()
//	...
//	m, err = keep.Load(file, nil)
//	change, err := m.Update(ctx, newer, keep.UpdateOptions{})
//	fs, err := m.Forecast(ctx, 24)
//
// A model holds the histories of its series. What is a parameter stays as it was
// estimated: smoothing constants, coefficients, the weights and the calibration of an
// ensemble, the effects of regressors, networks. What is a state moves on: levels, slopes
// and seasons run on through the new values, and so do the variances of the errors
// (except ARIMA's and that of a regression).
//
// All methods of this module can be kept, and those of others that are a
// forecast.Restorer with models that are a forecast.Keeper. Models may be read by many
// goroutines; Update and Refit must not run beside anything else. Before version 1.0 the
// API may change between minor versions; files of earlier versions will be read.
package keep

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
)

// Model is a fitted method with the histories of its series.
type Model struct {
	// Meta holds what the caller wants to have in the file too: texts by name.
	Meta map[string]string

	method forecast.Method
	task   forecast.Task
	panel  []forecast.Series
	kept   forecast.Kept
}

// Fit fits a method to a panel and keeps what it estimated. The ids of the series must
// differ. The task's horizon is what weights and calibration are chosen for, and the
// default of Forecast.
func Fit(ctx context.Context, method forecast.Method, panel []forecast.Series, task forecast.Task) (*Model, error) {
	if len(panel) == 0 {
		return nil, fmt.Errorf("forecast: there is no series to fit to: %w", forecast.ErrInput)
	}
	if _, err := byID(panel); err != nil {
		return nil, err
	}
	m := &Model{Meta: map[string]string{}, method: method, task: task.Resolve(panel), panel: slices.Clone(panel)}
	return m, m.Refit(ctx)
}

// Refit estimates all parameters anew, on everything that the model has seen.
func (m *Model) Refit(ctx context.Context) error {
	model, err := forecast.Fit(ctx, m.method, m.panel, m.task)
	if err != nil {
		return err
	}
	k, ok := model.(forecast.Keeper)
	if !ok {
		return fmt.Errorf("forecast: %s: %w", m.method.Name(), forecast.ErrNotSaved)
	}
	kept, err := k.Keep(ctx, m.panel)
	if err != nil {
		return err
	}
	m.kept = kept
	return nil
}

// Forecast continues every series for horizon steps; 0 means the task's horizon. For that
// horizon, and before any update, the forecasts are those of forecast.Run.
func (m *Model) Forecast(ctx context.Context, horizon int) ([]forecast.Forecast, error) {
	if horizon == 0 {
		horizon = m.task.Horizon
	}
	if horizon < 1 || horizon > mostHorizon {
		return nil, fmt.Errorf("forecast: a horizon of %d steps: want 1 to %d: %w", horizon, mostHorizon, forecast.ErrInput)
	}
	return forecast.ForecastAll(ctx, forecast.Continuing(m.kept, horizon), m.panel, m.task.Threads)
}

// Method is the method that was fitted.
func (m *Model) Method() forecast.Method { return m.method }

// Task is what was asked for when the method was fitted.
func (m *Model) Task() forecast.Task { return m.task }

// Panel is the histories of the series. The caller must not change their values.
func (m *Model) Panel() []forecast.Series { return slices.Clone(m.panel) }

// Kept is what was estimated; it may be a forecast.Weighted, a forecast.Checked or a
// regress.Affected.
func (m *Model) Kept() forecast.Kept { return m.kept }

// Notes are remarks on a model that was loaded, for instance that the pretrained networks
// are others now.
func (m *Model) Notes() []string {
	if n, ok := m.kept.(interface{ Notes() []string }); ok {
		return n.Notes()
	}
	return nil
}

// byID finds series by their ids, which must differ.
func byID(panel []forecast.Series) (map[string]int, error) {
	at := map[string]int{}
	for i, s := range panel {
		if _, ok := at[s.ID]; ok {
			return nil, fmt.Errorf("forecast: two series have the id %q: %w", s.ID, forecast.ErrInput)
		}
		at[s.ID] = i
	}
	return at, nil
}

// find finds the method of a file. One that is given must have the file's name.
func find(given forecast.Method, name string) (forecast.Restorer, error) {
	method := given
	if method == nil {
		var err error
		if method, err = auto.Lookup(name); err != nil {
			return nil, fmt.Errorf("forecast: the model's method is %q, which no name finds; give Load the method itself: %w", name, errors.Join(forecast.ErrUnknown, forecast.ErrNoModel))
		}
	} else if method.Name() != name {
		return nil, fmt.Errorf("forecast: the model's method is %q, not %q: %w", name, method.Name(), forecast.ErrNoModel)
	}
	r, ok := method.(forecast.Restorer)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", name, forecast.ErrNotSaved)
	}
	return r, nil
}
