package neural

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
)

// Class is a kind of series for which a set of networks is trained once and then used
// on other series without training (zero-shot).
type Class struct {
	Name    string
	Season  int // of the networks; 1 for series without a season or with it removed
	Horizon int // steps that the networks forecast at once
	plans   []netPlan
}

// Classes are the kinds of series for which networks are pretrained. Their settings
// were chosen like those of LSTM; weights/REPORT.md says what they were trained on.
func Classes() []Class {
	plan := func(season, horizon, window, origins int, p netPlan) netPlan {
		p.netSpec.Horizon, p.netSpec.Season, p.netSpec.Window, p.netSpec.Origins = horizon, season, window, origins
		p.netSpec.Stride = max(p.netSpec.Stride, 1)
		if p.steps == 0 {
			p.steps = 1500
		}
		if p.batch == 0 {
			p.batch = 256
		}
		if p.hidden == 0 {
			p.hidden = 64
		}
		return p
	}
	adjust, day := netSpec{Adjust: true}, netSpec{Stride: 24}
	return []Class{
		{"short", 1, 12, []netPlan{
			plan(1, 12, 8, 30, netPlan{mix: .5, crop: .5}),
			plan(1, 12, 16, 40, netPlan{mix: .9, crop: .5, steps: 2000}),
			plan(1, 12, 12, 36, netPlan{mix: .9, crop: .5, steps: 2000}),
		}},
		{"long", 1, 28, []netPlan{
			plan(1, 28, 28, 72, netPlan{mix: .5, crop: .8, steps: 1200}),
			plan(1, 28, 54, 120, netPlan{mix: .5, crop: .8, steps: 800}),
		}},
		{"quarterly", 4, 12, []netPlan{
			plan(4, 12, 12, 40, netPlan{netSpec: adjust, mix: .9, crop: .5, steps: 1800}),
			plan(4, 12, 20, 40, netPlan{mix: .9, crop: .5, steps: 1800}),
			plan(4, 12, 28, 48, netPlan{mix: .9, crop: .5, steps: 1800}),
			plan(4, 12, 12, 40, netPlan{netSpec: netSpec{Lag: 4}, mix: .9, crop: .5}),
		}},
		{"monthly", 12, 24, []netPlan{
			plan(12, 24, 12, 60, netPlan{netSpec: adjust, mix: .9, crop: .7}),
			plan(12, 24, 36, 60, netPlan{mix: .9, crop: .7}),
			plan(12, 24, 24, 60, netPlan{netSpec: adjust, mix: .9, crop: .7}),
			plan(12, 24, 25, 60, netPlan{netSpec: netSpec{Lag: 12}, mix: .9, crop: .7}),
		}},
		{"weekly", 52, 26, []netPlan{
			plan(52, 26, 54, 200, netPlan{mix: .5, crop: .7, steps: 700, batch: 128}),
			plan(52, 26, 104, 104, netPlan{mix: .5, crop: .8, steps: 800, batch: 128}),
		}},
		{"hourly", 24, 48, []netPlan{
			plan(24, 48, 336, 14, netPlan{netSpec: day, mix: .2, crop: 1, hidden: 96, steps: 4000, batch: 128}),
			plan(24, 48, 192, 14, netPlan{netSpec: day, mix: .5, crop: 1, hidden: 64, steps: 3000, batch: 128}),
			plan(24, 48, 336, 14, netPlan{netSpec: netSpec{Stride: 24, Lag: 168}, mix: .2, crop: 1, hidden: 64, steps: 3000, batch: 128}),
		}},
	}
}

// Train trains the networks of a class on a panel.
func (c Class) Train(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	task.Horizon, task.Season = c.Horizon, c.Season
	m, err := forecast.Fit(ctx, LSTM{planned: c.plans}, panel, task)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	return m, nil
}

// Unseasoned removes the season of m steps from every series that shows it; the others
// stay as they are.
func Unseasoned(panel []forecast.Series, m int) []forecast.Series {
	out := make([]forecast.Series, len(panel))
	for i, s := range panel {
		s.Values = classic.Fill(s.Values, m)
		if index := classic.SeasonIndex(s.Values, m); index != nil {
			flat := make([]float64, len(s.Values))
			for t, v := range s.Values {
				flat[t] = v / index[t%m]
			}
			s.Values = flat
		}
		out[i] = s
	}
	return out
}
