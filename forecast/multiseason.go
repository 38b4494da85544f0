package forecast

import (
	"context"
	"fmt"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/multiseason"
	"github.com/segue-go/segue/forecast/internal/parallel"
)

// MultiSeason continues long series with several seasons at once, such as days with a
// week and a year: the average of regressions on level, trend and seasons, of seasonal
// naives and of what is usual at the time of the year, weighted by how each did on the
// past. The forecast of a step does not depend on the horizon. Series that are too
// short for it (less than about a season and a half) are continued by Blend.
type MultiSeason struct {
	// Periods are the lengths of the seasons in steps, ascending. nil means the task's
	// season and those that usually go with it: a week and a year with 7, a day, a week
	// and a year with 24 or 48.
	Periods []float64
}

// Name is "multiseason".
func (MultiSeason) Name() string { return "multiseason" }

// About describes the method in a line.
func (MultiSeason) About() string {
	return "several seasons at once, such as a week and a year, weighted by the past"
}

// PerSeries is true.
func (MultiSeason) PerSeries() bool { return true }

// Fit only remembers the task.
func (m MultiSeason) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return m.model(task), nil
}

func (m MultiSeason) model(task Task) multiSeasonModel {
	periods := m.Periods
	if periods == nil {
		periods = multiseason.Periods(task.Season)
	}
	return multiSeasonModel{periods, task}
}

type multiSeasonModel struct {
	periods []float64
	task    Task
}

func (m multiSeasonModel) Forecast(s Series) (Forecast, error) { return Single(m, s) }

func (m multiSeasonModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	out := make([]Forecast, len(panel))
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		out[i] = m.one(ctx, panel[i])
		return nil
	})
	return out, err
}

func (m multiSeasonModel) one(ctx context.Context, s Series) Forecast {
	if fit, y, unit := m.fit(ctx, s); fit != nil {
		if f, ok := m.forecast(fit, s, y, unit); ok {
			return f
		}
	}
	return m.short().one(ctx, s)
}

// short continues series that are too short for several seasons.
func (m multiSeasonModel) short() localModel { return localModel{classics[Blend], m.task} }

// fit finds the weights for a series, whose values are unit times y; nil if it is too
// short.
func (m multiSeasonModel) fit(ctx context.Context, s Series) (fit *multiseason.Fit, y []float64, unit float64) {
	y, unit = rescale(classic.Fill(s.Values, m.task.Season))
	if !classic.Constant(y) {
		fit = remembered(ctx, m.task, fmt.Sprint("multiseason", m.periods), s, func() *multiseason.Fit { return multiseason.New(y, m.periods, NormalProbs) })
	}
	return fit, y, unit
}

// forecast continues y with the weights of a fit; ok is false where they do not suit it.
func (m multiSeasonModel) forecast(fit *multiseason.Fit, s Series, y []float64, unit float64) (f Forecast, ok bool) {
	mean, q, ok := fit.Forecast(y, m.periods, m.task.Horizon)
	if !ok {
		return f, false
	}
	for _, row := range q {
		slices.Sort(row)
	}
	f = Forecast{Mean: mean, Probs: NormalProbs, Q: q}.times(unit).For(s)
	return f, true
}
