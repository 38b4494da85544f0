package auto

import (
	"context"

	"github.com/segue-go/segue/forecast"
)

// average is the mean of two models' quantiles with fixed weights.
type average struct {
	models  [2]forecast.Model
	weights [2]float64
	threads int
}

func (a average) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(a, s)
}

func (a average) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	var all [2][]forecast.Forecast
	for k, m := range a.models {
		var err error
		if all[k], err = forecast.ForecastAll(ctx, m, panel, a.threads); err != nil {
			return nil, err
		}
	}
	out := make([]forecast.Forecast, len(panel))
	for i, s := range panel {
		out[i] = forecast.Average([]forecast.Forecast{all[0][i], all[1][i]}, a.weights[:]).For(s)
	}
	return out, nil
}
