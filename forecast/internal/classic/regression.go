package classic

import (
	"context"
	"math"
)

// FitRegression is a line and a mean for every step of the season (R's tslm with trend
// and season), fitted by least squares; without a season, or with less than two of
// them, the line alone. A trend with a t value under 2 is left out. What follows a
// pure trend and season is continued exactly.
func FitRegression(_ context.Context, y []float64, m, _ int) State {
	if m < 2 || len(y) < 2*m {
		m = 1
	}
	r := regress(y, m, true)
	if math.Abs(r.Slope) < 2*r.slopeError() {
		r = regress(y, m, false)
	}
	return &regressionState{r, len(y), len(y)}
}

// regressionState is a line that was fitted to some values, after N of them.
type regressionState struct {
	seasonalLine
	Fitted int `json:"fitted"`
	N      int `json:"n"`
}

func (s *regressionState) sound() bool {
	return oneSeason(s.Season) && s.Fitted > 0 && s.N >= s.Fitted && s.Spread >= 0
}

func (s *regressionState) Forecast(horizon int) (mean, sd []float64) {
	n, m := float64(s.Fitted), float64(len(s.Season))
	centre := float64(s.Fitted-1) / 2
	for h := range horizon {
		d := float64(s.N+h) - centre
		mean = append(mean, s.at(s.N+h))
		sd = append(sd, s.SD*math.Sqrt(1+m/n+d*d*s.slopeError()*s.slopeError()/max(s.SD*s.SD, 1e-300)))
	}
	return mean, sd
}

func (s *regressionState) After(values []float64) (State, bool) {
	out := *s
	out.N += len(values)
	return &out, true
}

// seasonalLine is a line with a deviation for every step of the season.
type seasonalLine struct {
	Level  float64   `json:"level"`
	Slope  float64   `json:"slope"`
	Season []float64 `json:"season"`
	SD     float64   `json:"sd"`     // of the residuals
	Spread float64   `json:"spread"` // sum of squared distances of the times from their mean; 0 without a slope
}

func (r seasonalLine) at(t int) float64 {
	return r.Level + r.Slope*float64(t) + r.Season[t%len(r.Season)]
}

// slopeError is the standard error of the slope.
func (r seasonalLine) slopeError() float64 {
	if r.Spread == 0 {
		return 0
	}
	return r.SD / math.Sqrt(r.Spread)
}

// regress fits by alternating projections: a line and seasonal means are nearly
// orthogonal.
func regress(y []float64, m int, trend bool) seasonalLine {
	n := len(y)
	r := seasonalLine{Season: make([]float64, m)}
	rest := make([]float64, n)
	for range 20 {
		for t, v := range y {
			rest[t] = v - r.Season[t%m]
		}
		if trend {
			r.Level, r.Slope = fitLine(rest)
			r.Level += r.Slope // fitLine counts from 1
		} else {
			r.Level = 0
			for _, v := range rest {
				r.Level += v / float64(n)
			}
		}
		if m == 1 {
			break
		}
		sum, count := make([]float64, m), make([]float64, m)
		for t, v := range y {
			sum[t%m] += v - r.Level - r.Slope*float64(t)
			count[t%m]++
		}
		var total float64
		for p := range r.Season {
			r.Season[p] = sum[p] / count[p]
			total += r.Season[p] / float64(m)
		}
		for p := range r.Season {
			r.Season[p] -= total
		}
	}
	var ss float64
	for t, v := range y {
		ss += (v - r.at(t)) * (v - r.at(t))
		if trend {
			d := float64(t) - float64(n-1)/2
			r.Spread += d * d
		}
	}
	free := n - m
	if trend {
		free--
	}
	r.SD = math.Sqrt(ss / float64(max(free, 1)))
	return r
}

type meanState struct {
	Mean float64 `json:"mean"`
	Sum  float64 `json:"sum"` // of squared distances from the mean
	N    int     `json:"n"`
}

// FitMean is the mean of all values.
func FitMean(_ context.Context, y []float64, _, _ int) State {
	s := &meanState{N: len(y)}
	for _, v := range y {
		s.Mean += v / float64(len(y))
	}
	for _, v := range y {
		s.Sum += (v - s.Mean) * (v - s.Mean)
	}
	return s
}

func (s *meanState) sound() bool { return s.N > 0 }

func (s *meanState) Forecast(horizon int) (mean, sd []float64) {
	one := math.Sqrt(s.Sum / float64(max(1, s.N-1)) * (1 + 1/float64(s.N)))
	for range horizon {
		mean, sd = append(mean, s.Mean), append(sd, one)
	}
	return mean, sd
}

// After moves the mean on (Welford 1962): it is no parameter, it is where the method
// got to.
func (s *meanState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		out.N++
		d := v - out.Mean
		out.Mean += d / float64(out.N)
		out.Sum += d * (v - out.Mean)
	}
	return &out, true
}
