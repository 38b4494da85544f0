package auto

import (
	"context"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
)

// enoughToRise are the values that a running total has at least, and as many again for
// each time that it falls: a few years of growth are none. Not tuned.
const enoughToRise = 100

// rises reports whether a series is a running total that grows at most steps: cases so
// far, a meter. It may fall now and then, since it was corrected or the meter was reset;
// not at regular times, as what is counted anew every week does. A constant is none.
func rises(values []float64) bool {
	known, ups, last := 0, 0, math.Inf(-1)
	ends := []int{0} // of the rising parts, in values
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			continue
		case v < last:
			if ends = append(ends, known); len(ends)*enoughToRise > len(values) {
				return false
			}
		case v > last:
			ups++
		}
		last = v
		known++
	}
	return known >= len(ends)*enoughToRise && ups > known/2 && !regular(append(ends, known))
}

// regular reports whether the parts of a series that end there, the first and the last
// perhaps cut short, are of one length.
func regular(ends []int) bool {
	const alike = 1.1 // the longest is so many times the shortest at the most; not tuned
	if len(ends) < 4 {
		return false
	}
	longest, shortest := 0, math.MaxInt
	for i, end := range ends[1:] {
		part := end - ends[i]
		longest = max(longest, part)
		if i > 0 && i < len(ends)-2 {
			shortest = min(shortest, part)
		}
	}
	return float64(longest) <= alike*float64(shortest)
}

// running continues running totals by their increments, so that the forecast never falls.
type running struct {
	increments forecast.Model
	task       forecast.Task
}

// totals is what continues running totals: the pretrained networks on increments. On the
// world's COVID cases (four folds of 14 days) the mean absolute error was .9 million, with
// MultiSeason on the totals 22, with ARIMA on them 1.0.
func (a Method) totals(ctx context.Context, task forecast.Task) (running, error) {
	zero, err := networks(a.ZeroShot)
	if err != nil {
		return running{}, err
	}
	m, err := zero.Fit(ctx, nil, task)
	return running{m, task}, err
}

// increment is the series of the changes of s from step to step; gaps are lines. Where s
// falls nothing is known of what was added.
func increment(s forecast.Series) forecast.Series {
	filled := classic.FillAll(s.Values, 1)
	out := forecast.Series{ID: s.ID, Freq: s.Freq, Values: make([]float64, len(filled)-1)}
	if s.Freq.Unit != forecast.None {
		out.Start = s.Time(1)
	}
	for i := range out.Values {
		if out.Values[i] = filled[i+1] - filled[i]; out.Values[i] < 0 {
			out.Values[i] = math.NaN()
		}
	}
	return out
}

// sum adds the forecast of increments to the last value of s. The share common of the
// variance of a step's error is the same in all steps, as where their level moves; the
// rest is drawn anew at each.
func sum(f forecast.Forecast, s forecast.Series, common float64) forecast.Forecast {
	filled := classic.FillAll(s.Values, 1)
	out := f.Map(func(step float64) float64 { return max(step, 0) })
	mean := filled[len(filled)-1]
	sums, squares := make([]float64, len(f.Probs)), make([]float64, len(f.Probs))
	before := slices.Repeat([]float64{mean}, len(f.Probs))
	for h, step := range out.Mean {
		mean += step
		out.Mean[h] = mean
		for i, q := range out.Q[h] {
			off := q - step
			sums[i] += off
			squares[i] += off * off
			all := math.Copysign(math.Sqrt(common*sums[i]*sums[i]+(1-common)*squares[i]), sums[i])
			out.Q[h][i] = max(before[i], mean+all)
		}
		slices.Sort(out.Q[h])
		before = out.Q[h]
	}
	return out.For(s)
}

// commonError is the share of the variance of increments' errors that the steps of a
// horizon have in common: 0 where increments are independent, 1 where their level is a
// random walk. The errors are those of the last increments, whole seasons of them, as a
// forecast of the next (the variance of their sum, compared with that of a step, as in Lo and
// MacKinlay 1988); see forecast/BENCHMARKS.md, "What was tried".
func commonError(increments []float64, season, horizon int) float64 {
	const (
		least          = 8 // steps
		recent, blocks = 200, 10
		walk           = 2. / 3 // what a random walk has, far ahead
	)
	season = max(season, 1)
	k := min((max(horizon, least)+season-1)/season, len(increments)/(4*season)) * season
	if k < 3 {
		return 1
	}
	y := increments[max(0, len(increments)-max(recent, blocks*k)):]
	var one, all float64
	for i := 2 * k; i <= len(y); i += max(1, k/least) {
		var total, squares float64
		for j := i - k; j < i; j++ {
			d := y[j] - y[j-k]
			total += d
			squares += d * d
		}
		if total == total {
			one += squares / float64(k)
			all += total * total
		}
	}
	if one == 0 {
		return 1
	}
	alone := 1 / float64(k)
	return min(1, max(0, (all/one*alone*alone-alone)/(walk-alone)))
}

func (r running) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(r, s)
}

func (r running) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	steps := make([]forecast.Series, len(panel))
	for i, s := range panel {
		steps[i] = increment(s)
	}
	out, err := forecast.ForecastAll(ctx, r.increments, steps, r.task.Threads)
	for i := range out {
		out[i] = sum(out[i], panel[i], commonError(steps[i].Values, r.task.Season, out[i].Horizon()))
	}
	return out, err
}

// runningKept are the networks, which belong to the program, so that a file holds
// nothing of them.
type runningKept struct {
	forecast.Kept
	task forecast.Task
}

// Keep keeps the networks.
func (r running) Keep(ctx context.Context, _ []forecast.Series) (forecast.Kept, error) {
	keeper, ok := r.increments.(forecast.Keeper)
	if !ok {
		return nil, forecast.ErrNotSaved
	}
	k, err := keeper.Keep(ctx, nil)
	return runningKept{k, r.task}, err
}

func (k runningKept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	return running{forecast.Continuing(k.Kept, horizon), k.task}.ForecastAll(ctx, panel)
}
