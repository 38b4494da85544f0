package auto

import (
	"context"
	"errors"
	"math"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/neural"
)

// longHours are the shares of the pretrained network and of MultiSeason in the forecast
// of long series of hours. On the last sixth of EIA's and Beijing's hours, which the
// network was not trained on, 3 to 1 was better than either alone at 48, 168 and 720
// hours (scaled error 1.059, 1.215, 1.669 against 1.059, 1.229, 1.685 of the network
// and 1.216, 1.318, 1.765 of MultiSeason on EIA). Days are better off with MultiSeason.
var longHours = shares{Weights: [2]float64{.75, .25}}

// Segmented averages the pretrained network for every rate, which knows best what comes
// next, with a neural.Segment that is trained on the panel, which knows best what comes
// late. It is for long series with a day of steps. On the validation part of ETTh1 the
// network had the squared error .648 and the segments .660 on the second day, and 1.634
// and 1.449 in the second week. The share of the network is fade/(fade+step). A fade of
// two days gave .691 for 96 hours (the segments alone .719) and 1.175 for 336 (1.180) on
// ETTh1, .206 (.218) and .365 (.372) on ETTh2; one and three days were within .005.
type Segmented struct {
	neural.Segment
	ZeroShot *neural.ZeroShot // nil means the networks that ship
}

const fadeDays = 2

// Name is "segmented".
func (Segmented) Name() string { return "segmented" }

// networks are z or, if it is nil, those that ship.
func networks(z *neural.ZeroShot) (*neural.ZeroShot, error) {
	if z != nil {
		return z, nil
	}
	return ZeroShot()
}

// some series of a panel, at most so many, in an order that depends on what they hold
// and not on where they stand.
func some(panel []forecast.Series, most int) []forecast.Series {
	var out []forecast.Series
	for _, k := range classic.Shuffled(len(panel), func(i int) []float64 { return panel[i].Values }) {
		if len(out) < most {
			out = append(out, panel[k])
		}
	}
	return out
}

// Fit trains the segments, on at most 64 series.
func (m Segmented) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	const most = 64
	zero, err := networks(m.ZeroShot)
	if err != nil {
		return nil, err
	}
	out := average{other: m.Segment, shares: shares{[2]float64{1, 0}, fadeDays * float64(task.Season)}, threads: task.Threads}
	if out.models[0], err = zero.Fit(ctx, nil, task); err != nil {
		return nil, err
	}
	out.models[1], err = m.Segment.Fit(ctx, some(panel, most), task)
	return out, err
}

// longModel is what continues the long series of a panel.
func (a Method) longModel(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	seasons, err := forecast.MultiSeason{}.Fit(ctx, nil, task)
	if err != nil || a.ZeroShot == nil || classic.WeekOf(task.Season) == 0 {
		return seasons, err
	}
	zero, err := a.ZeroShot.Fit(ctx, nil, task)
	if err != nil {
		return nil, err
	}
	plain := average{[2]forecast.Model{zero, seasons}, forecast.MultiSeason{}, longHours, task.Threads}
	if a.Train == TrainNever || len(panel) == 0 {
		return plain, nil
	}
	trained, err := Segmented{ZeroShot: a.ZeroShot}.Fit(ctx, panel, task)
	if errors.Is(err, forecast.ErrTooShort) {
		return plain, nil
	}
	if err != nil {
		return nil, err
	}
	// Segments are not trained on the end of a series.
	if a, b := recentError(ctx, trained, panel, task), recentError(ctx, plain, panel, task); !(a < forecast.TrainingGain*b) {
		return plain, nil
	}
	return trained, nil
}

// recentError is the scaled error at up to eight origins of each of some series, a
// horizon or half of one apart; NaN if it is not defined.
func recentError(ctx context.Context, m forecast.Model, panel []forecast.Series, task forecast.Task) float64 {
	const series, ends = 8, 4
	var heads []forecast.Series
	for _, s := range some(panel, series) {
		for k := range ends {
			if n := len(s.Values) - k*task.Horizon; n > len(s.Values)*5/6 {
				heads = append(heads, s.Head(n))
			}
		}
	}
	check, err := forecast.CheckOn(ctx, m, heads, task)
	if err != nil || check == nil {
		return math.NaN()
	}
	return check.MASE
}
