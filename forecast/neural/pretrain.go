package neural

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/forecast"
)

// Class is a kind of series for which a set of networks is trained once and then used
// on other series without training (zero-shot).
type Class struct {
	Name    string
	Season  int // of the networks; 1 for series without a season
	Horizon int // steps that the networks forecast at once
	Most    int // series with at least this many values are not of the class; 0 is no limit
	// every is the share of the network for every rate in the forecasts. It errs in other
	// ways than those of the class: on the last window before M4's test part .15 takes
	// OWA from .667 to .665 (yearly) and from .875 to .872 (quarterly), at four times the
	// cost; months are not better for it (.8744, both).
	every float64
	plans []netPlan
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
	adjust := netSpec{Adjust: true}
	return []Class{
		{"short", 1, 12, 72, .15, []netPlan{
			plan(1, 12, 8, 30, netPlan{mix: .5, crop: .5}),
			plan(1, 12, 16, 40, netPlan{mix: .9, crop: .5, steps: 2000}),
			plan(1, 12, 12, 36, netPlan{mix: .9, crop: .5, steps: 2000}),
		}},
		{"quarterly", 4, 12, 0, .15, []netPlan{
			plan(4, 12, 12, 40, netPlan{netSpec: adjust, mix: .9, crop: .5, steps: 1800}),
			plan(4, 12, 20, 40, netPlan{mix: .9, crop: .5, steps: 1800}),
			plan(4, 12, 28, 48, netPlan{mix: .9, crop: .5, steps: 1800}),
			plan(4, 12, 12, 40, netPlan{netSpec: netSpec{Lag: 4}, mix: .9, crop: .5}),
		}},
		{"monthly", 12, 24, 0, 0, []netPlan{
			plan(12, 24, 12, 60, netPlan{netSpec: adjust, mix: .9, crop: .7}),
			plan(12, 24, 36, 60, netPlan{mix: .9, crop: .7}),
			plan(12, 24, 24, 60, netPlan{netSpec: adjust, mix: .9, crop: .7}),
			plan(12, 24, 25, 60, netPlan{netSpec: netSpec{Lag: 12}, mix: .9, crop: .7}),
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
