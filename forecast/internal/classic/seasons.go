package classic

import "github.com/segue-go/segue/seq/repro"

// Deseasonalised is a series with its seasons removed.
type Deseasonalised struct {
	Rest    []float64   // (n) on the scale of the series
	Parts   [][]float64 // one component of n values per season; logarithms if Log
	Seasons []int       // steps in each season
	Log     bool        // the series is the product of its parts, not the sum
}

// RemoveSeason removes the season of m steps, and those that Seasons adds, by STL; on
// the logarithmic scale if the series is positive. A series that does not show the
// season stays as it is.
func RemoveSeason(y []float64, m int) *Deseasonalised {
	s := &Deseasonalised{Rest: y}
	if m < 2 || len(y) < 2*m+1 {
		return s
	}
	// the strength above which a season is removed was chosen on the last window
	// before the test part of M4 weekly and hourly (segue-lab bench m4)
	const clear = .5
	z, log := Logs(y)
	if SeasonalStrength(z, m) < clear {
		return s
	}
	s.Log, s.Seasons = log, Seasons(y, m)
	s.Parts, _ = MSTL(z, s.Seasons)
	s.Rest = make([]float64, len(y))
	for i := range y {
		s.Rest[i] = z[i] - s.At(i)
		if log {
			s.Rest[i] = repro.Exp(s.Rest[i])
		}
	}
	return s
}

// At is the sum of the seasons at step i; after the end their last cycles repeat.
func (s *Deseasonalised) At(i int) float64 {
	var v float64
	for k, p := range s.Parts {
		m := s.Seasons[k]
		j := i
		if n := len(p); i >= n {
			j = n - m + (i-n)%m
		}
		v += p[j]
	}
	return v
}
