package forecast

import (
	"context"
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// Components is a series decomposed into trend, season and noise by STL; if all values
// are positive, on the logarithmic scale.
type Components struct {
	Series         string    `json:"series"`
	Level          float64   `json:"level"`           // where the trend ends
	Slope          float64   `json:"slope"`           // change of the trend per step, over the last season (at least four steps)
	Relative       bool      `json:"relative"`        // slope and season are shares of the level
	Season         []float64 `json:"season"`          // effects of the next season's steps; none without a season
	SeasonStrength float64   `json:"season_strength"` // share of the detrended variance that the season explains, 0 to 1
	Noise          float64   `json:"noise"`           // standard deviation of the remainder
}

// Explain decomposes a series.
func Explain(s Series, season int) Components {
	y := classic.Fill(s.Values, season)
	z, log := classic.Logs(y)
	c := Components{Series: s.ID, Relative: log}
	var trend []float64
	parts := &classic.Deseasonalised{}
	if season > 1 && len(z) > 2*season {
		parts.Seasons = classic.Seasons(z, season)
		parts.Parts, trend = classic.MSTL(context.Background(), z, parts.Seasons)
		parts.Rest = z
		c.SeasonStrength = classic.SeasonalStrength(z, season)
		for h := range season {
			v := parts.At(len(z) + h)
			if log {
				v = math.Expm1(v)
			}
			c.Season = append(c.Season, v)
		}
	} else {
		const places = 1000 // of a long trend, so that the work does not grow with the square
		trend = classic.LoessSmooth(z, max(7, len(z)/4)|1, 1, 1+len(z)/places)
	}
	rest := make([]float64, len(z))
	for i := range z {
		rest[i] = z[i] - trend[i]
		if len(parts.Parts) > 0 {
			rest[i] -= parts.At(i)
		}
	}
	c.Noise = math.Sqrt(classic.Variance(rest))
	last := len(z) - 1
	back := min(max(season, 4), last)
	c.Level = trend[last]
	if back > 0 {
		c.Slope = (trend[last] - trend[last-back]) / float64(back)
	}
	if log {
		c.Level, c.Slope = repro.Exp(c.Level), math.Expm1(c.Slope)
	}
	return c
}
