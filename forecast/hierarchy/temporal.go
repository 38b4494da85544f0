package hierarchy

import (
	"context"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"gonum.org/v1/gonum/mat"
)

// Temporal forecasts every series at several lengths of step, months and quarters and
// years, and makes the forecasts add up (temporal hierarchies; Athanasopoulos, Hyndman,
// Kourentzes and Petropoulos 2017). Long steps show the trend, short ones the season;
// the forecasts of the series' own steps gain from both. They are weighted by structure
// (their equation 12): a sum of k steps has k times the error variance of one.
//
// The sums are those of steps that fit into the season, counted back from the end of the
// series, of which it holds four at least. A series without a season, or a short one, is
// forecast by the method alone. Distributions move with their means and keep their
// widths.
type Temporal struct {
	forecast.Method
}

// mostLengths bounds the lengths of step beside the series' own.
const mostLengths = 7

// mostProjected is the longest season that is made to add up: the work grows with its cube.
const mostProjected = 1000

// Name is the method's with a mark.
func (t Temporal) Name() string { return "temporal " + t.Method.Name() }

// PerSeries reports whether the method looks at each series alone. The lengths of step
// depend on the shortest series, so that a panel is never forecast in parts.
func (t Temporal) PerSeries() bool { return false }

// Trains reports whether the method trains.
func (t Temporal) Trains(panel []forecast.Series) bool {
	m, ok := t.Method.(forecast.Trainer)
	return ok && m.Trains(panel)
}

// Fit fits the method at every length of step.
func (t Temporal) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	m := &temporalModel{method: t, task: task, lengths: lengths(panel, task.Season)}
	for _, k := range m.lengths {
		model, err := forecast.Fit(ctx, t.Method, sumsOver(panel, k, nil), m.longer(k))
		if err != nil {
			return nil, err
		}
		m.models = append(m.models, model)
	}
	return m, nil
}

// lengths are the sums' numbers of steps, 1 first.
func lengths(panel []forecast.Series, season int) []int {
	out := []int{1}
	shortest := math.MaxInt
	for _, s := range panel {
		shortest = min(shortest, len(s.Values))
	}
	for k := season; k > 1 && season <= mostProjected; k-- { // from the longest on: the year matters most
		if season%k == 0 && shortest/k >= 4 && len(out) <= mostLengths {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// sumsOver are the sums of every k steps. They are counted from the end, or so that one
// ends after seen values of a series; the values after the last whole sum are left out.
// Gaps count as forecast.Impute fills them.
func sumsOver(panel []forecast.Series, k int, seen []int) []forecast.Series {
	if k == 1 {
		return panel
	}
	out := make([]forecast.Series, len(panel))
	for i, s := range panel {
		full, _ := forecast.Impute(s, 1)
		from := since(seen, i, s) % k
		sum := forecast.Series{ID: s.ID, Freq: s.Freq, Values: make([]float64, (len(s.Values)-from)/k)}
		if s.Freq.Unit != forecast.None {
			sum.Start, sum.Freq = s.Time(from), longer(s.Freq, k)
		}
		for t := range sum.Values {
			for _, v := range full.Values[from+t*k : from+(t+1)*k] {
				sum.Values[t] += v
			}
		}
		out[i] = sum
	}
	return out
}

// since is the number of values after which series i was fitted to: seen[i], or all.
func since(seen []int, i int, s forecast.Series) int {
	if i < len(seen) {
		return seen[i]
	}
	return len(s.Values)
}

// longer is k steps as a frequency, by the name that it usually has.
func longer(f forecast.Freq, k int) forecast.Freq {
	f.N *= k
	for _, named := range []struct {
		unit    forecast.Freq
		becomes forecast.Freq
	}{
		{forecast.Freq{Unit: forecast.Month, N: 3}, forecast.Freq{Unit: forecast.Quarter, N: 1}},
		{forecast.Freq{Unit: forecast.Month, N: 12}, forecast.Freq{Unit: forecast.Year, N: 1}},
		{forecast.Freq{Unit: forecast.Quarter, N: 4}, forecast.Freq{Unit: forecast.Year, N: 1}},
		{forecast.Freq{Unit: forecast.Day, N: 7}, forecast.Freq{Unit: forecast.Week, N: 1}},
		{forecast.Freq{Unit: forecast.Hour, N: 24}, forecast.Freq{Unit: forecast.Day, N: 1}},
	} {
		if f == named.unit {
			return named.becomes
		}
	}
	return f
}

// structural is the matrix that turns the forecasts of a season at all lengths, the
// longest steps first, into those of its steps: (S'W⁻¹S)⁻¹S'W⁻¹, S the sums and W the
// diagonal of their numbers of steps. The first steps of the season may be known already:
// then they, and the sums that they make up, are left out.
func structural(lengths []int, season, known int) *mat.Dense {
	rows := 0
	for _, k := range lengths {
		rows += season/k - known/k
	}
	s, sw := mat.NewDense(rows, season-known, nil), mat.NewDense(season-known, rows, nil)
	row := 0
	for _, k := range slices.Backward(lengths) {
		for block := known / k; block < season/k; block++ {
			for t := max(block*k, known); t < (block+1)*k; t++ {
				s.Set(row, t-known, 1)
				sw.Set(t-known, row, 1/float64(k))
			}
			row++
		}
	}
	var left, p mat.Dense
	left.Mul(sw, s)
	if err := p.Solve(&left, sw); err != nil { // the single steps are among the lengths
		panic(err)
	}
	return &p
}

type temporalModel struct {
	method  Temporal
	task    forecast.Task
	lengths []int
	models  []forecast.Model
}

// longer is the task at steps of k.
func (m *temporalModel) longer(k int) forecast.Task {
	task := m.task
	task.Season, task.Horizon = max(1, task.Season/k), m.whole(task.Horizon)/k
	return task
}

// whole are the steps of the seasons that hold a horizon, or the horizon if there are no sums.
func (m *temporalModel) whole(horizon int) int {
	if len(m.lengths) == 1 {
		return horizon
	}
	return (horizon + m.task.Season - 1) / m.task.Season * m.task.Season
}

// Weights are those of the method's model for the series' own steps; nil if it has none.
func (m *temporalModel) Weights() []forecast.Weight {
	if w, ok := m.models[0].(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is that of the method's model, which does not know the sums; nil if it made none.
func (m *temporalModel) Check() *forecast.Check {
	if c, ok := m.models[0].(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

func (m *temporalModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

// ForecastAll forecasts at every length and projects season by season.
func (m *temporalModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	return m.forecast(ctx, panel, nil, m.task.Horizon, func(l, _ int) forecast.Model { return m.models[l] })
}

// forecast forecasts a panel with a model for each length and number of its steps, and
// projects season by season. Sums end after seen values of a series, and a whole number of
// seasons before and after those.
func (m *temporalModel) forecast(ctx context.Context, panel []forecast.Series, seen []int, horizon int, model func(l, steps int) forecast.Model) ([]forecast.Forecast, error) {
	begun := make([]int, len(panel)) // steps of the season that are known
	if len(m.lengths) > 1 {
		for i, s := range panel {
			begun[i] = (len(s.Values) - since(seen, i, s)) % m.task.Season
		}
	}
	whole := m.whole(slices.Max(begun) + horizon)
	all := make([][]forecast.Forecast, len(m.lengths))
	for l, k := range m.lengths {
		if k > 1 && slices.ContainsFunc(panel, func(s forecast.Series) bool { return len(s.Values) < k }) {
			return nil, &forecast.Problem{What: "a series is shorter than the sums over time that the model was fitted with", Err: forecast.ErrTooShort}
		}
		var err error
		if all[l], err = forecast.ForecastAll(ctx, model(l, whole/k), sumsOver(panel, k, seen), m.task.Threads); err != nil {
			return nil, err
		}
	}
	projections := map[int]*mat.Dense{}
	out := make([]forecast.Forecast, len(panel))
	for i, s := range panel {
		f := all[0][i]
		if len(m.lengths) > 1 {
			for _, known := range []int{0, begun[i]} {
				if projections[known] == nil {
					projections[known] = structural(m.lengths, m.task.Season, known)
				}
			}
			f = m.together(all, i, s, begun[i], projections)
		}
		out[i] = f.Head(horizon).For(s)
	}
	return out, nil
}

// together is the forecast of series i whose seasons add up to those of the sums. Of the
// first season begun steps are known: what is left of each sum is to be shared out.
func (m *temporalModel) together(all [][]forecast.Forecast, i int, s forecast.Series, begun int, projections map[int]*mat.Dense) forecast.Forecast {
	f := all[0][i].Map(func(v float64) float64 { return v })
	season := m.task.Season
	full, _ := forecast.Impute(s, 1)
	past := full.Values[len(full.Values)-begun:]
	for from := 0; from+season <= f.Horizon()+begun; from += season { // from the start of the season that is begun
		known := max(0, begun-from)
		var base []float64
		for l := len(m.lengths) - 1; l >= 0; l-- {
			k := m.lengths[l]
			means := all[l][i].Mean
			for block := known / k; block < season/k; block++ {
				at := from/k + block - begun/k
				if at >= len(means) {
					return f.Head(max(0, from-begun))
				}
				left := means[at]
				for t := block * k; t < known; t++ {
					left -= past[t]
				}
				base = append(base, left)
			}
		}
		var steps mat.VecDense
		steps.MulVec(projections[known], mat.NewVecDense(len(base), base))
		for t := known; t < season; t++ {
			at := from + t - begun
			f.Shift(at, steps.AtVec(t-known)-f.Mean[at], false)
		}
	}
	if s.NonNegative() {
		f = f.Map(func(v float64) float64 { return max(v, 0) })
	}
	return f
}
