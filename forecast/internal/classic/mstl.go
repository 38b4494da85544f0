package classic

import (
	"context"
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// Seasons lists the seasons of a series for methods that take several: m and, where m
// steps are a day, the week, or where steps are days, the year; only those that the
// history shows and of which it holds two. nil if it does not even hold two of m.
func Seasons(y []float64, m int) []int {
	if m < 2 || len(y) < 2*m+1 {
		return nil
	}
	out := []int{m}
	if week := WeekOf(m); week > 0 && len(y) >= 2*week+m && weekly(y, m, week) {
		out = append(out, week)
	}
	if m == 7 && len(y) >= 2*daysOfYear+m && yearly(y) {
		out = append(out, daysOfYear)
	}
	return out
}

const daysOfYear = 365

// WeekOf is the week that belongs to a day of m steps; 0 if m steps are none of
// the usual days.
func WeekOf(m int) int {
	switch m {
	case 24, 48, 72, 96, 144, 288, 1440:
		return 7 * m
	}
	return 0
}

// weekly reports whether the value a week ago is nearer than the one a day ago.
func weekly(y []float64, m, week int) bool {
	var day, other float64
	for i := week; i < len(y); i++ {
		day += math.Abs(y[i] - y[i-m])
		other += math.Abs(y[i] - y[i-week])
	}
	return other < day
}

// yearly reports whether the weekly means of daily values show a yearly season.
func yearly(y []float64) bool {
	const clear = .5 // seasonal strength; not tuned
	weeks := make([]float64, len(y)/7)
	from := len(y) - 7*len(weeks)
	for i := range weeks {
		for _, v := range y[from+7*i:][:7] {
			weeks[i] += v / 7
		}
	}
	return SeasonalStrength(weeks, 52) > clear
}

// FitSTL removes all seasons by STL, continues the rest by ETS, and repeats the last
// cycle of each season; positive series on the logarithmic scale.
func FitSTL(ctx context.Context, y []float64, m, horizon int) State {
	seasons := Seasons(y, m)
	if len(seasons) == 0 {
		return FitETS(ctx, y, 1, horizon)
	}
	z, log := Logs(y)
	p := Deseasonalised{Seasons: seasons, Rest: make([]float64, len(z))}
	p.Parts, _ = MSTL(ctx, z, seasons)
	for i := range z {
		p.Rest[i] = z[i] - p.At(i)
	}
	// a linear trend of logarithms explodes where growth is fast
	const fast = .2 // growth over the horizon; not tuned
	back := min(len(z)-1, max(m, horizon))
	growth := math.Abs(p.Rest[len(z)-1]-p.Rest[len(z)-1-back]) * float64(horizon) / float64(back)
	s := &stlState{Log: log, Rest: Box{etsOf(ctx, p.Rest, 1, horizon, log && growth > fast)}}
	for k, m := range seasons {
		s.Cycles = append(s.Cycles, p.Parts[k][len(z)-m:])
	}
	return s
}

// stlState is ETS with the last cycles of the seasons around it.
type stlState struct {
	Log    bool        `json:"log"`
	Cycles [][]float64 `json:"cycles"` // from the next value on
	Rest   Box         `json:"rest"`
}

func (s *stlState) sound() bool {
	for _, c := range s.Cycles {
		if !oneSeason(c) {
			return false
		}
	}
	return len(s.Cycles) <= 10 && s.Rest.State != nil
}

// at is the sum of the seasons h steps after the next value.
func (s *stlState) at(h int) float64 {
	var v float64
	for _, c := range s.Cycles {
		v += c[h%len(c)]
	}
	return v
}

func (s *stlState) Forecast(horizon int) (mean, sd []float64) {
	mean, sd = s.Rest.Forecast(horizon)
	for h := range mean {
		mean[h] += s.at(h)
		if s.Log {
			mean[h] = repro.Exp(min(mean[h], 700))
			sd[h] = mean[h] * math.Sqrt(math.Expm1(min(sd[h]*sd[h], 10)))
		}
	}
	return mean, sd
}

func (s *stlState) After(values []float64) (State, bool) {
	rest := make([]float64, len(values))
	for i, v := range values {
		if s.Log {
			if v <= 0 {
				return nil, false
			}
			v = math.Log(v)
		}
		rest[i] = v - s.at(i)
	}
	next, ok := s.Rest.After(rest)
	out := &stlState{Log: s.Log, Rest: Box{next}}
	for _, c := range s.Cycles {
		out.Cycles = append(out.Cycles, turned(c, len(values)))
	}
	return out, ok
}

// Logs takes logarithms of a positive series; others stay as they are.
func Logs(y []float64) (z []float64, log bool) {
	z = make([]float64, len(y))
	for i, v := range y {
		if !(v > 0) {
			return y, false
		}
		z[i] = math.Log(v)
	}
	return z, true
}
