package forecast

import (
	"context"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/parallel"
)

// Point is one value of a series, and what was expected of it when only the values
// before it were known.
type Point struct {
	Step     int     // from 0
	Value    float64 // NaN if missing
	Expected float64 // median
	Lo, Hi   float64
	// Score is the distance from the median in half widths of the interval: above 1 lies
	// outside. It is MostScore at most, as where all values before were the same.
	Score float64

	lead int // steps ahead that it was forecast, from 0
}

// MostScore is the highest score of a Point.
const MostScore = 1000

// Anomalous reports whether the value is outside the interval.
func (p Point) Anomalous() bool { return p.Score > 1 }

const (
	// mostForecasts bounds the time that a series takes: longer series are forecast
	// several steps at a time. Those of more than longAhead values, which are forecast
	// from a few steps before anyway, get fewer.
	mostForecasts, fewForecasts, longAhead = 700, 400, 1000
	// judgedBy is how many values a forecast is made from at the most, or ten seasons.
	judgedBy = 400
)

// DetectAnomalies forecasts each value of every series from those before it (several
// steps at a time in series of more than 700 values, a 400th of the series in those of
// more than 1,000). A value is an anomaly if its error is larger than the given level, in
// percent, of the errors of its series are, gross ones left aside: of a clean series 99%
// leaves one value in a hundred outside. The method's intervals say where errors are usually large; their width is scaled so
// that they hold the level's share. An anomaly is replaced by its expectation before
// later values are judged. The first two seasons, at least eight values, are not
// judged. The method should not train on the panel, or it has seen what it judges.
func DetectAnomalies(ctx context.Context, m Method, panel []Series, task Task, level float64) ([][]Point, error) {
	task = task.Resolve(panel)
	out := make([][]Point, len(panel))
	for i, s := range panel {
		t := task
		first := judgedFrom(task.Season)
		t.Horizon = judgedAhead(len(s.Values) - first)
		s = s.padded(t.Horizon)
		clean := s
		// the second pass does not see the anomalies of the first; without any it would
		// give the same
		for range 2 {
			points, err := judge(ctx, m, s, clean, t, first, level)
			if err != nil {
				return nil, err
			}
			calibratePoints(points, level/100)
			seen := clean.Values
			clean.Values = cleaned(s.Values, points)
			out[i] = points
			if same(seen, clean.Values) {
				break
			}
		}
	}
	return out, nil
}

// judgedFrom is the first step that is judged.
func judgedFrom(season int) int { return max(8, 2*season) }

// judgedAhead is how many steps are forecast at a time where n values are judged.
func judgedAhead(n int) int {
	most := mostForecasts
	if n > longAhead {
		most = fewForecasts
	}
	return max(1, (n+most-1)/most)
}

// AnomalyForecasts is the number of forecasts that DetectAnomalies makes of a panel, of
// which it makes most twice.
func AnomalyForecasts(panel []Series, task Task) int {
	total := 0
	first := judgedFrom(task.Resolve(panel).Season)
	for _, s := range panel {
		if n := len(s.Values) - first; n > 0 {
			ahead := judgedAhead(n)
			total += (n + ahead - 1) / ahead
		}
	}
	return total
}

// same reports whether values are equal, missing ones too.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

// padded repeats the last values of regressors that are known beforehand, so that the
// last steps can be forecast as the others are.
func (s Series) padded(n int) Series {
	s.Regressors = slices.Clone(s.Regressors)
	for i, r := range s.Regressors {
		for r.Known && len(r.Values) > 0 && len(r.Values) < len(s.Values)+n {
			r.Values = append(slices.Clip(r.Values), r.Values[len(r.Values)-1])
		}
		s.Regressors[i] = r
	}
	return s
}

// calibratePoints scales the intervals so that they hold the level's share of the
// errors. Errors of values that were forecast several steps ahead are scaled by
// themselves where there are enough of them.
func calibratePoints(points []Point, level float64) {
	const enough = 200 // errors
	leads := map[int][]int{}
	for i, p := range points {
		if !math.IsNaN(p.Value) && p.Score < math.MaxFloat64 {
			leads[p.lead] = append(leads[p.lead], i)
		}
	}
	group := 1
	if most := len(leads[0]); most > 0 {
		group = max(1, enough/most)
	}
	for from := 0; len(leads[from]) > 0; from += group {
		var which []int
		var scores []float64
		for lead := from; lead < from+group; lead++ {
			which = append(which, leads[lead]...)
		}
		for _, i := range which {
			scores = append(scores, points[i].Score)
		}
		k := width(scores, level)
		for _, i := range which {
			p := &points[i]
			p.Score /= k
			p.Lo, p.Hi = p.Expected-(p.Expected-p.Lo)*k, p.Expected+(p.Hi-p.Expected)*k
		}
	}
	for i := range points {
		points[i].Score = min(points[i].Score, MostScore)
	}
}

// width is the factor for half widths that hold a share of the errors, given in half
// widths. The bulk of the errors determines which ones are gross, by the normal
// distribution; they are left aside, and the level's quantile of the others decides.
// Few errors say little about the tail: then the bulk decides alone.
func width(scores []float64, level float64) float64 {
	const (
		bulk  = .8
		gross = 3 // times the half width that the bulk suggests
		few   = 5 // errors that should lie outside
	)
	if len(scores) < 20 {
		return 1
	}
	slices.Sort(scores)
	normal := scores[int(bulk*float64(len(scores)-1))] * classic.Probit((1+level)/2) / classic.Probit((1+bulk)/2)
	if normal == 0 {
		return 1
	}
	n := len(scores)
	for n > 0 && scores[n-1] > gross*normal && float64(len(scores)-n) < .1*float64(len(scores)) {
		n--
	}
	at := level * float64(n-1)
	i := min(int(at), n-2)
	own := scores[i] + (at-float64(i))*(scores[i+1]-scores[i])
	w := min(1, (1-level)*float64(n)/few)
	return math.Max(w*own+(1-w)*normal, 1e-12)
}

// cleaned replaces anomalies by what was expected. A value right after an anomaly may
// only look like one because of it: it stays if it is within the interval of the first
// anomaly of its run.
func cleaned(values []float64, points []Point) []float64 {
	out := slices.Clone(values)
	first := -1 // of the run of anomalies
	for i, p := range points {
		if !p.Anomalous() {
			first = -1
			continue
		}
		if first < 0 {
			first = i
		} else if points[first].Lo <= p.Value && p.Value <= points[first].Hi {
			continue
		}
		out[p.Step] = p.Expected
	}
	return out
}

// judge forecasts every step of s from the values of clean before it.
func judge(ctx context.Context, m Method, s, clean Series, t Task, first int, level float64) ([]Point, error) {
	fs, ends, err := forecastSteps(ctx, m, clean, t, first)
	if err != nil {
		return nil, err
	}
	var out []Point
	for k, f := range fs {
		for h := range t.Horizon {
			step := ends[k] + h
			if step >= len(s.Values) {
				break
			}
			p := Point{Step: step, Value: s.Values[step], Expected: f.Median(h), lead: h}
			p.Lo, p.Hi = f.Interval(h, level)
			half := p.Hi - p.Expected
			if p.Value < p.Expected {
				half = p.Expected - p.Lo
			}
			switch d := math.Abs(p.Value - p.Expected); {
			case math.IsNaN(p.Value) || d == 0:
			case half > 0:
				p.Score = d / half
			default:
				p.Score = math.MaxFloat64 // a constant history and another value
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// forecastSteps forecasts from every origin, Horizon steps apart; ends are the
// origins.
func forecastSteps(ctx context.Context, m Method, s Series, t Task, first int) (fs []Forecast, ends []int, err error) {
	model, err := Fit(ctx, m, []Series{s}, t)
	if err != nil {
		return nil, nil, err
	}
	if l, ok := model.(localModel); ok && l.of.traits&slow != 0 {
		return l.steps(ctx, s, first)
	}
	var prefixes []Series
	for n := first; n < len(s.Values); n += t.Horizon {
		if p := s.Head(n).Tail(max(judgedBy, 10*t.Season)); p.Known() > 0 {
			prefixes, ends = append(prefixes, p), append(ends, n)
		}
	}
	if len(prefixes) > 0 {
		fs, err = ForecastAll(ctx, model, prefixes, t.Threads)
	}
	return fs, ends, err
}

// steps is forecastSteps for a model that is slow to fit: it is fitted ever more rarely,
// and its state is moved on from there.
func (m localModel) steps(ctx context.Context, s Series, first int) (fs []Forecast, ends []int, err error) {
	const (
		grown = .1 // of the history, before the next fit
		least = 24 // steps
	)
	h := m.task.Horizon
	stretch := max(least, int(grown*float64(len(s.Values))))
	stretch = (stretch + h - 1) / h * h
	parts := max(0, (len(s.Values)-first+stretch-1)/stretch)
	out, at := make([][]Forecast, parts), make([][]int, parts)
	err = parallel.Each(ctx, parts, m.task.Threads, func(k int) error {
		window := max(judgedBy, 10*m.task.Season)
		from := first + k*stretch
		follow := m.follow(ctx, s.Head(from).Tail(window))
		for n := from; n < min(from+stretch, len(s.Values)) && ctx.Err() == nil; n += h {
			p := s.Head(n).Tail(n - max(0, from-window))
			if p.Known() == 0 {
				continue
			}
			f := Forecast{}
			if follow != nil {
				f = follow(p)
			} else {
				f = m.one(ctx, p.Tail(window))
			}
			out[k], at[k] = append(out[k], f.floored(p).within(p)), append(at[k], n)
		}
		return ctx.Err()
	})
	return slices.Concat(out...), slices.Concat(at...), err
}
