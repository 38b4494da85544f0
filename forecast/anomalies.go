package forecast

import (
	"context"
	"math"
	"slices"
)

// Point is one value of a series, and what was expected of it when only the values
// before it were known.
type Point struct {
	Step     int     // from 0
	Value    float64 // NaN if missing
	Expected float64 // median
	Lo, Hi   float64
	Score    float64 // distance from the median in half widths of the interval; above 1: outside
}

// Anomalous reports whether the value is outside the interval.
func (p Point) Anomalous() bool { return p.Score > 1 }

// mostForecasts bounds the time that a series takes: longer series are forecast
// several steps at a time.
const mostForecasts = 1500

// DetectAnomalies forecasts each value of every series from the values before it
// (several steps at a time in series of more than 1,500 values). A value outside its
// interval of the given level, in percent, is an anomaly; it is replaced by its
// expectation before later values are judged. The first two seasons, at least eight
// values, are not judged. The method should not train on the panel, or it has seen
// what it judges.
func DetectAnomalies(ctx context.Context, m Method, panel []Series, task Task, level float64) ([][]Point, error) {
	task = task.Resolve(panel)
	out := make([][]Point, len(panel))
	for i, s := range panel {
		t := task
		first := max(8, 2*task.Season)
		t.Horizon = max(1, (len(s.Values)-first+mostForecasts-1)/mostForecasts)
		clean := s
		// the second pass does not see the anomalies of the first
		for range 2 {
			points, err := judge(ctx, m, s, clean, t, first, level)
			if err != nil {
				return nil, err
			}
			clean.Values = cleaned(s.Values, points)
			out[i] = points
		}
	}
	return out, nil
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
	var prefixes []Series
	for n := first; n < len(s.Values); n += t.Horizon {
		if p := clean.Head(n); p.Known() > 0 {
			prefixes = append(prefixes, p)
		}
	}
	if len(prefixes) == 0 {
		return nil, nil
	}
	model, err := Fit(ctx, m, []Series{clean}, t)
	if err != nil {
		return nil, err
	}
	fs, err := ForecastAll(ctx, model, prefixes, t.Threads)
	if err != nil {
		return nil, err
	}
	var out []Point
	for k, f := range fs {
		for h := range t.Horizon {
			step := len(prefixes[k].Values) + h
			if step >= len(s.Values) {
				break
			}
			p := Point{Step: step, Value: s.Values[step], Expected: f.Median(h)}
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
