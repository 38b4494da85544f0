package classic

import (
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

// STL removes all seasons by STL, continues the rest by ETS, and repeats the last
// cycle of each season; positive series on the logarithmic scale.
func STL(y []float64, m, horizon int) (mean, sd []float64) {
	seasons := Seasons(y, m)
	if len(seasons) == 0 {
		return ETS(y, 1, horizon)
	}
	p, log := decomposed(y, seasons)
	z := p.Rest
	// a linear trend of logarithms explodes where growth is fast
	const fast = .2 // growth over the horizon; not tuned
	back := min(len(z)-1, max(m, horizon))
	growth := math.Abs(p.Rest[len(z)-1]-p.Rest[len(z)-1-back]) * float64(horizon) / float64(back)
	mean, sd = etsOf(p.Rest, 1, horizon, log && growth > fast)
	return p.join(len(z), mean, sd, log)
}

// decomposed removes the seasons; positive series on the logarithmic scale.
func decomposed(y []float64, seasons []int) (p Deseasonalised, log bool) {
	z, log := Logs(y)
	p = Deseasonalised{Seasons: seasons, Rest: make([]float64, len(z))}
	p.Parts, _ = MSTL(z, seasons)
	for i := range z {
		p.Rest[i] = z[i] - p.At(i)
	}
	return p, log
}

// join adds the seasons from step n on to a forecast of the rest.
func (p Deseasonalised) join(n int, mean, sd []float64, log bool) (m, s []float64) {
	for h := range mean {
		mean[h] += p.At(n + h)
		if log {
			mean[h] = repro.Exp(min(mean[h], 700))
			sd[h] = mean[h] * math.Sqrt(math.Expm1(min(sd[h]*sd[h], 10)))
		}
	}
	return mean, sd
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
