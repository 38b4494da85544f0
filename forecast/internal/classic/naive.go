package classic

import (
	"context"
	"math"
)

// The benchmark methods of Hyndman and Athanasopoulos, Forecasting: Principles
// and Practice (2021), sections 5.2 and 5.5, with their standard deviations.

// squares are the sum of squared changes y_t - y_{t-lag} and their number.
type squares struct {
	Sum float64 `json:"sum"`
	N   int     `json:"n"`
}

func (s *squares) add(e float64) {
	s.Sum += e * e
	s.N++
}

// root is the root mean square, with so many parameters estimated; 0 where nothing
// is left to divide by.
func (s squares) root(lost int) float64 {
	if s.N-lost < 1 {
		return 0
	}
	return math.Sqrt(s.Sum / float64(s.N-lost))
}

// changes are the squared changes at a lag.
func changes(y []float64, lag int) squares {
	var s squares
	for i := lag; i < len(y); i++ {
		s.add(y[i] - y[i-lag])
	}
	return s
}

type naiveState struct {
	Last    float64 `json:"last"`
	Changes squares `json:"changes"`
}

// FitNaive repeats the last value.
func FitNaive(_ context.Context, y []float64, _, _ int) State {
	return &naiveState{y[len(y)-1], changes(y, 1)}
}

// Naive repeats the last value.
func Naive(y []float64, m, horizon int) (mean, sd []float64) {
	return FitNaive(context.Background(), y, m, horizon).Forecast(horizon)
}

func (s *naiveState) sound() bool { return true }

func (s *naiveState) Forecast(horizon int) (mean, sd []float64) {
	one := s.Changes.root(0)
	for h := 1; h <= horizon; h++ {
		mean = append(mean, s.Last)
		sd = append(sd, one*math.Sqrt(float64(h)))
	}
	return mean, sd
}

func (s *naiveState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		out.Changes.add(v - out.Last)
		out.Last = v
	}
	return &out, true
}

type seasonalNaiveState struct {
	Season  []float64 `json:"season"` // the last one
	Changes squares   `json:"changes"`
}

// FitSeasonalNaive repeats the last season.
func FitSeasonalNaive(ctx context.Context, y []float64, m, horizon int) State {
	if m <= 1 || len(y) < m {
		return FitNaive(ctx, y, m, horizon)
	}
	s := &seasonalNaiveState{append([]float64(nil), y[len(y)-m:]...), changes(y, m)}
	if len(y) == m {
		s.Changes = changes(y, 1)
	}
	return s
}

// SeasonalNaive repeats the last season.
func SeasonalNaive(y []float64, m, horizon int) (mean, sd []float64) {
	return FitSeasonalNaive(context.Background(), y, m, horizon).Forecast(horizon)
}

func (s *seasonalNaiveState) sound() bool { return oneSeason(s.Season) }

func (s *seasonalNaiveState) Forecast(horizon int) (mean, sd []float64) {
	one, m := s.Changes.root(0), len(s.Season)
	for h := range horizon {
		mean = append(mean, s.Season[h%m])
		sd = append(sd, one*math.Sqrt(float64(h/m+1)))
	}
	return mean, sd
}

func (s *seasonalNaiveState) After(values []float64) (State, bool) {
	m := len(s.Season)
	out := &seasonalNaiveState{append([]float64(nil), s.Season...), s.Changes}
	for i, v := range values {
		out.Changes.add(v - out.Season[i%m])
		out.Season[i%m] = v
	}
	out.Season = turned(out.Season, len(values))
	return out, true
}

type driftState struct {
	Last  float64 `json:"last"`
	Slope float64 `json:"slope"`
	Sum   float64 `json:"sum"` // of squared distances from the slope
	N     int     `json:"n"`   // values
}

// FitDrift extends the line from the first to the last value.
func FitDrift(ctx context.Context, y []float64, m, horizon int) State {
	n := len(y)
	if n < 3 {
		return FitNaive(ctx, y, m, horizon)
	}
	s := &driftState{Last: y[n-1], Slope: (y[n-1] - y[0]) / float64(n-1), N: n}
	for i := 1; i < n; i++ {
		e := y[i] - y[i-1] - s.Slope
		s.Sum += e * e
	}
	return s
}

func (s *driftState) sound() bool { return s.N > 2 }

func (s *driftState) Forecast(horizon int) (mean, sd []float64) {
	one := math.Sqrt(s.Sum / float64(s.N-2))
	for h := 1; h <= horizon; h++ {
		k := float64(h)
		mean = append(mean, s.Last+k*s.Slope)
		sd = append(sd, one*math.Sqrt(k*(1+k/float64(s.N-1))))
	}
	return mean, sd
}

func (s *driftState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		e := v - out.Last - out.Slope
		out.Sum += e * e
		out.Last = v
		out.N++
	}
	return &out, true
}

// FitNaive2 is naive on the seasonally adjusted series: the benchmark of the M4
// competition (Makridakis, Spiliotis and Assimakopoulos 2020).
func FitNaive2(ctx context.Context, y []float64, m, horizon int) State {
	return adjusted(ctx, y, m, horizon, FitNaive)
}

// Naive2 is naive on the seasonally adjusted series.
func Naive2(y []float64, m, horizon int) (mean, sd []float64) {
	return FitNaive2(context.Background(), y, m, horizon).Forecast(horizon)
}

// adjusted removes multiplicative seasonality if there is any, fits f, and restores
// the seasonality.
func adjusted(ctx context.Context, y []float64, m, horizon int, f Fit) State {
	index := SeasonIndex(y, m)
	if index == nil {
		return f(ctx, y, 1, horizon)
	}
	flat := make([]float64, len(y))
	for i, v := range y {
		flat[i] = v / index[i%m]
	}
	return &adjustedState{turned(index, len(y)), Box{f(ctx, flat, 1, horizon)}}
}

func (s *adjustedState) Forecast(horizon int) (mean, sd []float64) {
	mean, sd = s.Inner.Forecast(horizon)
	for h := range mean {
		k := s.Index[h%len(s.Index)]
		mean[h] *= k
		sd[h] *= math.Abs(k)
	}
	return mean, sd
}

// Wanders reports whether a series moves like a random walk: over k steps the variance
// of its changes is nearly k times that over one (Lo and MacKinlay 1988, variance
// ratio). k should be a multiple of the seasons. Exchange rates have ratios from .8 on;
// of 117 series of daily electricity demand none is above .55, of 72 of air and weather
// none above .35.
func Wanders(y []float64, k int) bool {
	const (
		nearly = .7
		least  = 10 // times k values
	)
	if k < 2 || len(y) < least*k {
		return false
	}
	one, far := changeVariance(y, 1), changeVariance(y, k)
	return one > 0 && far > nearly*float64(k)*one
}

// changeVariance is the variance of the changes over lag steps that are known; 0 if none
// is.
func changeVariance(y []float64, lag int) float64 {
	var n, sum, squared float64
	for i := lag; i < len(y); i++ {
		if d := y[i] - y[i-lag]; d == d {
			n, sum, squared = n+1, sum+d, squared+d*d
		}
	}
	if n == 0 {
		return 0
	}
	return squared/n - sum/n*sum/n
}
