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
	m := &temporalModel{task: task, lengths: lengths(panel, task.Season)}
	whole := (task.Horizon + task.Season - 1) / task.Season * task.Season // seasons
	if len(m.lengths) == 1 {
		whole = task.Horizon
	}
	for _, k := range m.lengths {
		long := task
		long.Season, long.Horizon = max(1, task.Season/k), whole/k
		model, err := forecast.Fit(ctx, t.Method, sumsOver(panel, k), long)
		if err != nil {
			return nil, err
		}
		m.models = append(m.models, model)
	}
	if len(m.lengths) > 1 {
		m.project = structural(m.lengths, task.Season)
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
	for k := season; k > 1; k-- { // from the longest on: the year matters most
		if season%k == 0 && shortest/k >= 4 && len(out) <= mostLengths {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// sumsOver are the sums of every k steps, counted from the end; gaps count as
// forecast.Impute fills them.
func sumsOver(panel []forecast.Series, k int) []forecast.Series {
	if k == 1 {
		return panel
	}
	out := make([]forecast.Series, len(panel))
	for i, s := range panel {
		full, _ := forecast.Impute(s, 1)
		from := len(s.Values) % k
		sum := forecast.Series{ID: s.ID, Freq: s.Freq, Values: make([]float64, len(s.Values)/k)}
		if s.Freq.Unit != forecast.None {
			sum.Start, sum.Freq = s.Time(from), longer(s.Freq, k)
		}
		for t, v := range full.Values[from:] {
			sum.Values[t/k] += v
		}
		out[i] = sum
	}
	return out
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
// diagonal of their numbers of steps.
func structural(lengths []int, season int) *mat.Dense {
	rows := 0
	for _, k := range lengths {
		rows += season / k
	}
	s, sw := mat.NewDense(rows, season, nil), mat.NewDense(season, rows, nil)
	row := 0
	for _, k := range slices.Backward(lengths) {
		for block := range season / k {
			for t := block * k; t < (block+1)*k; t++ {
				s.Set(row, t, 1)
				sw.Set(t, row, 1/float64(k))
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
	task    forecast.Task
	lengths []int
	models  []forecast.Model
	project *mat.Dense // nil if there are no sums
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
	all := make([][]forecast.Forecast, len(m.lengths))
	for l, k := range m.lengths {
		if k > 1 && slices.ContainsFunc(panel, func(s forecast.Series) bool { return len(s.Values) < k }) {
			return nil, &forecast.Problem{What: "a series is shorter than the sums over time that the model was fitted with", Err: forecast.ErrTooShort}
		}
		var err error
		if all[l], err = forecast.ForecastAll(ctx, m.models[l], sumsOver(panel, k), m.task.Threads); err != nil {
			return nil, err
		}
	}
	out := make([]forecast.Forecast, len(panel))
	for i, s := range panel {
		f := all[0][i]
		if m.project != nil {
			f = m.together(all, i, s.NonNegative())
		}
		out[i] = f.Head(m.task.Horizon).For(s)
	}
	return out, nil
}

// together is the forecast of series i whose seasons add up to those of the sums.
func (m *temporalModel) together(all [][]forecast.Forecast, i int, positive bool) forecast.Forecast {
	f := all[0][i].Map(func(v float64) float64 { return v })
	season := m.task.Season
	base := mat.NewVecDense(m.project.RawMatrix().Cols, nil)
	var steps mat.VecDense
	for from := 0; from+season <= f.Horizon(); from += season {
		row := 0
		for l := len(m.lengths) - 1; l >= 0; l-- {
			n := season / m.lengths[l]
			for t := range n {
				base.SetVec(row, all[l][i].Mean[from/m.lengths[l]+t])
				row++
			}
		}
		steps.MulVec(m.project, base)
		for t := range season {
			f.Shift(from+t, steps.AtVec(t)-f.Mean[from+t], false)
		}
	}
	if positive {
		f = f.Map(func(v float64) float64 { return max(v, 0) })
	}
	return f
}
