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
	out := make([]forecast.Forecast, len(panel))
	for k, m := range a.models {
		fs, err := forecast.ForecastAll(ctx, m, panel, a.threads)
		if err != nil {
			return nil, err
		}
		w := a.weights[k]
		for i, f := range fs {
			if k == 0 {
				zero := make([]float64, f.Horizon())
				out[i] = forecast.Normal(zero, zero).Map(func(float64) float64 { return 0 }).For(panel[i])
			}
			for h := range f.Mean {
				out[i].Mean[h] += w * f.Mean[h]
				for q, p := range out[i].Probs {
					out[i].Q[h][q] += w * f.Quantile(h, p)
				}
			}
		}
	}
	return out, nil
}
