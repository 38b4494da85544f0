package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// ZeroShot is a method that fits nothing: it continues series with networks
// that were trained before on other series, see Classes. Seasons that no network
// knows are taken out first and put back.
type ZeroShot struct{ classes map[string]*lstmModel }

// NewZeroShot reads the networks of every class by name; each file is one that
// EncodeModel wrote.
func NewZeroShot(files map[string][]byte) (*ZeroShot, error) {
	z := &ZeroShot{map[string]*lstmModel{}}
	for _, c := range Classes() {
		file, ok := files[c.Name]
		if !ok {
			return nil, fmt.Errorf("forecast: no networks for %s series: %w", c.Name, ErrNoModel)
		}
		m, _, season, err := DecodeModel(file)
		if err != nil {
			return nil, err
		}
		if season != c.Season {
			return nil, fmt.Errorf("forecast: networks for %s series with a season of %d: %w", c.Name, season, ErrNoModel)
		}
		z.classes[c.Name] = m.(*lstmModel)
	}
	return z, nil
}

// Name is "zeroshot".
func (*ZeroShot) Name() string { return "zeroshot" }

// Fit only remembers the task.
func (z *ZeroShot) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return &zeroShotModel{z, task}, nil
}

type zeroShotModel struct {
	*ZeroShot
	task Task
}

func (m *zeroShotModel) Forecast(s Series) (Forecast, error) { return single(m, s) }

// ForecastAll takes some series at a time, for the memory's sake.
func (m *zeroShotModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	const some = 200
	var out []Forecast
	for len(panel) > 0 {
		n := min(some, len(panel))
		fs, err := m.together(ctx, panel[:n])
		if err != nil {
			return nil, err
		}
		out, panel = append(out, fs...), panel[n:]
	}
	return out, nil
}

// together sorts the series by class and runs the networks of each on all of its
// series together.
func (m *zeroShotModel) together(ctx context.Context, panel []Series) ([]Forecast, error) {
	type job struct {
		at     int
		series Series
		season *seasonParts
	}
	all := make([]job, len(panel))
	names := make([]string, len(panel))
	err := parallel(ctx, len(panel), m.task.Threads, func(i int) error {
		s := panel[i]
		if err := s.check(); err != nil {
			return err
		}
		names[i] = classOf(len(s.Values), m.task.Season)
		all[i] = job{at: i, series: s}
		if season := m.classes[names[i]].members[0].spec.Season; season != m.task.Season {
			parts := removeSeason(filled(s.Values, m.task.Season), m.task.Season)
			all[i].season, all[i].series.Values = parts, parts.rest
			if m.task.Season == 52 && len(parts.parts) == 0 && len(s.Values) >= 60 {
				// weeks that do not show the year have networks of their own
				names[i], all[i].season = "weekly", nil
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Forecast, len(panel))
	for name, model := range m.classes {
		var list []job
		var part []Series
		for i, j := range all {
			if names[i] == name {
				list, part = append(list, j), append(part, j.series)
			}
		}
		if len(list) == 0 {
			continue
		}
		fs, err := roll(ctx, model, part, m.task.Horizon)
		if err != nil {
			return nil, err
		}
		for k, j := range list {
			f := fs[k]
			if j.season != nil {
				f = j.season.restore(f)
			}
			out[j.at] = panel[j.at].dress(f)
		}
	}
	return out, nil
}

// classOf names the networks for a series of n values.
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

// roll forecasts any horizon with networks for a fixed one: what they say is
// appended, and they are asked again. The later quantiles are widened by the
// uncertainty that the path had reached before.
func roll(ctx context.Context, model *lstmModel, panel []Series, horizon int) ([]Forecast, error) {
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

// seasonParts is a series with its seasons taken out.
type seasonParts struct {
	rest    []float64 // on the scale of the series
	parts   [][]float64
	seasons []int
	log     bool
}

// removeSeason takes out the season m, and the week where m steps make a day, by
// STL; on the logarithmic scale if the series is positive. A series that does
// not show the season stays as it is.
func removeSeason(y []float64, m int) *seasonParts {
	s := &seasonParts{rest: y}
	if m < 2 || len(y) < 2*m+1 {
		return s
	}
	const clear = .5 // strength from which a season is taken out; validated on M4 weekly and hourly
	z, log := logs(y)
	if seasonalStrength(z, m) < clear {
		return s
	}
	s.log, s.seasons = log, seasonsOf(y, m)
	s.parts, _ = mstl(z, s.seasons)
	s.rest = make([]float64, len(y))
	for i := range y {
		s.rest[i] = z[i] - s.sum(i)
		if log {
			s.rest[i] = math.Exp(s.rest[i])
		}
	}
	return s
}

// sum is what the seasons add at step i; beyond the end their last cycles go on.
func (s *seasonParts) sum(i int) float64 {
	var v float64
	for k, p := range s.parts {
		m := s.seasons[k]
		j := i
		if n := len(p); i >= n {
			j = n - m + (i-n)%m
		}
		v += p[j]
	}
	return v
}

// restore puts the seasons back into a forecast of the rest.
func (s *seasonParts) restore(f Forecast) Forecast {
	if len(s.parts) == 0 {
		return f
	}
	n := len(s.rest)
	for h := range f.Mean {
		f.move(h, s.sum(n+h), s.log)
	}
	return f
}
