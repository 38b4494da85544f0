package auto

import (
	"context"
	"math"

	"github.com/segue-go/segue/forecast"
)

// average is the mean of two models' quantiles: of the pretrained networks and of another
// method.
type average struct {
	models [2]forecast.Model
	other  forecast.Method
	shares
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
		out[i] = forecast.AverageAt([]forecast.Forecast{all[0][i], all[1][i]}, a.at).For(s)
	}
	return out, nil
}

// shares say what part each of two methods has in a forecast.
type shares struct {
	// Weights of the first step add up to 1.
	Weights [2]float64 `json:"weights"`
	// Fade is the number of steps after which the first method has half of its weight;
	// what it loses goes to the other. 0 means that it keeps its weight.
	Fade float64 `json:"fade,omitempty"`
}

// at gives the weights of a step, the first of which is 0.
func (s shares) at(step int) []float64 {
	w := s.Weights[0]
	if s.Fade > 0 {
		w *= s.Fade / (s.Fade + float64(step))
	}
	return []float64{w, 1 - w}
}

// mean gives the weights over a horizon.
func (s shares) mean(horizon int) (first, other float64) {
	for h := range horizon {
		first += s.at(h)[0] / float64(horizon)
	}
	return first, 1 - first
}

func (s shares) valid() bool {
	w := s.Weights
	return w[0] >= 0 && w[1] >= 0 && math.Abs(w[0]+w[1]-1) < 1e-6 && s.Fade >= 0 && !math.IsInf(s.Fade, 0)
}
