package neural

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/parallel"
)

// ZeroShot is a method that fits nothing: it continues series with networks that were
// trained on other series; see Classes. Seasons that no network knows are removed
// first and added back to the forecast.
type ZeroShot struct{ classes map[string]*lstmModel }

// NewZeroShot reads the networks of every class by name; each file is one that
// forecast.Save made of a model of LSTM or of a Class.
func NewZeroShot(files map[string][]byte) (*ZeroShot, error) {
	z := &ZeroShot{map[string]*lstmModel{}}
	for _, c := range Classes() {
		file, ok := files[c.Name]
		if !ok {
			return nil, fmt.Errorf("forecast: no networks for %s series: %w", c.Name, forecast.ErrNoModel)
		}
		m, err := decodeLSTM(file)
		if err != nil {
			return nil, err
		}
		if season := m.members[0].spec.Season; season != c.Season {
			return nil, fmt.Errorf("forecast: networks for %s series with a season of %d: %w", c.Name, season, forecast.ErrNoModel)
		}
		z.classes[c.Name] = m
	}
	return z, nil
}

// Name is "zeroshot".
func (*ZeroShot) Name() string { return "zeroshot" }

// About describes the method in a line.
func (*ZeroShot) About() string {
	return "networks trained on other series: at once, without training"
}

// PerSeries is true.
func (*ZeroShot) PerSeries() bool { return true }

// Fit only remembers the task.
func (z *ZeroShot) Fit(_ context.Context, _ []forecast.Series, task forecast.Task) (forecast.Model, error) {
	if task.Portable {
		all := &ZeroShot{map[string]*lstmModel{}}
		for name, m := range z.classes {
			all.classes[name] = m.on(tierOf(task))
		}
		z = all
	}
	return &zeroShotModel{z, task}, nil
}

type zeroShotModel struct {
	*ZeroShot
	task forecast.Task
}

func (m *zeroShotModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

// ForecastAll takes 200 series at a time, to bound memory.
func (m *zeroShotModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	const most = 200
	var out []forecast.Forecast
	for part := range slices.Chunk(panel, most) {
		fs, err := m.byClass(ctx, part)
		if err != nil {
			return nil, err
		}
		out = append(out, fs...)
	}
	return out, nil
}

// byClass sorts the series by class and runs the networks of each class on all of its
// series at once.
func (m *zeroShotModel) byClass(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	type job struct {
		at     int
		series forecast.Series
		season *classic.Deseasonalised
	}
	all := make([]job, len(panel))
	names := make([]string, len(panel))
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		s := panel[i]
		names[i] = classOf(len(s.Values), m.task.Season)
		all[i] = job{at: i, series: s}
		if season := m.classes[names[i]].members[0].spec.Season; season != m.task.Season {
			parts := classic.RemoveSeason(classic.Fill(s.Values, m.task.Season), m.task.Season)
			all[i].season, all[i].series.Values = parts, parts.Rest
			if m.task.Season == 52 && len(parts.Parts) == 0 && len(s.Values) >= 60 {
				// weeks that do not show a yearly season have networks of their own
				names[i], all[i].season = "weekly", nil
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]forecast.Forecast, len(panel))
	for name, model := range m.classes {
		var list []job
		var part []forecast.Series
		for i, j := range all {
			if names[i] == name {
				list, part = append(list, j), append(part, j.series)
			}
		}
		if len(list) == 0 {
			continue
		}
		fs, err := extend(ctx, model, part, m.task.Horizon)
		if err != nil {
			return nil, err
		}
		for k, j := range list {
			f := fs[k]
			if j.season != nil {
				f = restore(j.season, f)
			}
			out[j.at] = f.For(panel[j.at])
		}
	}
	return out, nil
}

// classOf names the class of a series of n values.
func classOf(n, season int) string {
	switch {
	case season == 4:
		return "quarterly"
	case season == 12:
		return "monthly"
	case season == 24 && n >= 72:
		return "hourly"
	case n < 72:
		return "short"
	}
	return "long"
}

// extend forecasts any horizon with networks of a fixed one: their forecasts are
// appended to the series and the networks run again. Later quantiles are widened by
// the uncertainty at the end of the block before.
func extend(ctx context.Context, model *lstmModel, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	out, err := model.ForecastAll(ctx, panel)
	if err != nil {
		return nil, err
	}
	block := model.members[0].spec.Horizon
	if horizon <= block {
		for i := range out {
			out[i] = out[i].Head(horizon)
		}
		return out, nil
	}
	grown := slices.Clone(panel)
	for done := block; done < horizon; done += block {
		for i := range grown {
			grown[i].Values = append(slices.Clone(grown[i].Values), out[i].Mean[done-block:]...)
		}
		more, err := model.ForecastAll(ctx, grown)
		if err != nil {
			return nil, err
		}
		for i, f := range more {
			last := out[i].Q[done-1]
			mid := len(last) / 2
			for h := range f.Mean {
				q := f.Q[h]
				centre := q[mid]
				for k := range q {
					if k != mid {
						q[k] = centre + math.Copysign(math.Hypot(q[k]-centre, last[k]-last[mid]), float64(k-mid))
					}
				}
			}
			out[i].Mean = append(out[i].Mean, f.Mean...)
			out[i].Q = append(out[i].Q, f.Q...)
		}
	}
	for i := range out {
		out[i] = out[i].Head(horizon)
	}
	return out, nil
}

// restore puts the seasons back into a forecast of the rest.
func restore(s *classic.Deseasonalised, f forecast.Forecast) forecast.Forecast {
	if len(s.Parts) == 0 {
		return f
	}
	n := len(s.Rest)
	for h := range f.Mean {
		f.Shift(h, s.At(n+h), s.Log)
	}
	return f
}
