package regress

import (
	"context"
	"fmt"
	"math"

	"github.com/segue-go/segue/forecast"
)

// Scenario is one possible future of a panel's regressors: what the price may be, whether
// there is a campaign.
type Scenario struct {
	Name  string
	Panel []forecast.Series // the histories that were fitted, in their order; known regressors reach beyond them
}

// Scenarios forecasts a panel under several futures of its regressors: a panel of forecasts
// for each, conditional on that future. The model is one that a Regressed fitted, perhaps
// with limits around it (package bound), or one that goes on from what was kept
// (forecast.Continuing). It is fitted once; the futures differ by the effects of their
// regressors only, and each interval is that of the method, as if the future and the
// effects were certain. Histories that differ between the scenarios are an error, which
// wraps forecast.ErrInput. Threads is as in forecast.Task.
func Scenarios(ctx context.Context, m forecast.Model, threads int, scenarios ...Scenario) ([][]forecast.Forecast, error) {
	var out [][]forecast.Forecast
	for _, s := range scenarios {
		if err := s.sameHistory(scenarios[0]); err != nil {
			return nil, err
		}
		fs, err := forecast.ForecastAll(ctx, m, s.Panel, threads)
		if err != nil {
			return nil, fmt.Errorf("scenario %q: %w", s.Name, err)
		}
		out = append(out, fs)
	}
	return out, nil
}

// sameHistory refuses scenarios of other series.
func (s Scenario) sameHistory(first Scenario) error {
	differ := func(what string) error {
		return fmt.Errorf("forecast: the scenarios %q and %q have %s: %w", first.Name, s.Name, what, forecast.ErrInput)
	}
	if len(s.Panel) != len(first.Panel) {
		return differ(fmt.Sprintf("%d and %d series", len(first.Panel), len(s.Panel)))
	}
	for i, a := range first.Panel {
		b := s.Panel[i]
		if a.ID != b.ID || len(a.Values) != len(b.Values) || !a.Start.Equal(b.Start) {
			return differ(fmt.Sprintf("other histories at series %q", a.ID))
		}
		for t, v := range a.Values {
			if w := b.Values[t]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				return differ(fmt.Sprintf("other values in the history of series %q", a.ID))
			}
		}
	}
	return nil
}
