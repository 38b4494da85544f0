// Package bound keeps forecasts between limits: see [Bounded].
package bound

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq/repro"
)

// Bounded makes another method forecast on a scale on which the limits are infinitely far
// away, so that means and intervals stay between them: the logarithm of the distance from
// one limit, or with both the scaled logit log((y-a)/(b-y)) (Hyndman and Athanasopoulos
// 2021, section 13.3). A line on that scale is logistic growth: with a cap, growth that
// saturates follows by itself. Quantiles are transformed back as they are; the mean is
// that of the distribution that results, not the median that the mean of the transformed
// scale becomes.
//
// A value at a limit counts as one that is half as far from it as the nearest other
// value. A series that comes back to its limit again and again, as shares of 100% do, does
// not slow down before it: the limit cuts off what would be beyond. It is forecast as it
// is, and the parts of its distribution beyond a limit are put on it. A value beyond a
// limit is a forecast.Problem.
type Bounded struct {
	forecast.Method
	Floor, Cap *float64 // nil means none
}

// PerSeries is that of the method.
func (b Bounded) PerSeries() bool { return forecast.Independent(b.Method) }

// Trains is that of the method.
func (b Bounded) Trains(panel []forecast.Series) bool {
	t, ok := b.Method.(forecast.Trainer)
	return ok && t.Trains(panel)
}

// Fit fits the method to the transformed series.
func (b Bounded) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	_, moved, err := b.transform(panel, nil)
	if err != nil {
		return nil, err
	}
	m, err := b.Method.Fit(ctx, moved, task)
	if err != nil {
		return nil, err
	}
	return &model{b, m, task}, nil
}

type model struct {
	Bounded
	inner forecast.Model
	task  forecast.Task
}

func (m *model) Forecast(s forecast.Series) (forecast.Forecast, error) { return forecast.Single(m, s) }

func (m *model) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	scales, moved, err := m.transform(panel, nil)
	if err != nil {
		return nil, err
	}
	fs, err := forecast.ForecastAll(ctx, m.inner, moved, m.task.Threads)
	return m.back(fs, scales), err
}

// Weights are those of the method's model; nil if it has none.
func (m *model) Weights() []forecast.Weight {
	if w, ok := m.inner.(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is that of the method's model, on the transformed scale; nil if it made none.
func (m *model) Check() *forecast.Check {
	if c, ok := m.inner.(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

// Inner is the method's model.
func (m *model) Inner() any { return m.inner }

// scale is how one series is transformed. Methods behave differently near zero, so the
// transformed values are moved up by ten times their range.
type scale struct {
	Near float64 `json:"near"` // the least distance from a limit
	Move float64 `json:"move"`
	Cut  bool    `json:"cut,omitempty"` // not transformed: what is beyond a limit is put on it
}

// transform takes series to the scale without limits. Scales that are given are used,
// one per series; those of further series are chosen.
func (b Bounded) transform(panel []forecast.Series, known []scale) ([]scale, []forecast.Series, error) {
	if err := b.check(); err != nil {
		return nil, nil, err
	}
	scales, out := make([]scale, len(panel)), make([]forecast.Series, len(panel))
	for i, s := range panel {
		if err := b.inside(s); err != nil {
			return nil, nil, err
		}
		sc := b.scaleOf(s)
		if i < len(known) {
			sc = known[i]
		}
		scales[i], out[i] = sc, s
		if sc.Cut {
			continue
		}
		out[i].Values = make([]float64, len(s.Values))
		for t, v := range s.Values {
			out[i].Values[t] = b.forward(v, sc.Near) + sc.Move
		}
	}
	return scales, out, nil
}

// check refuses limits that leave no room.
func (b Bounded) check() error {
	if b.Floor != nil && b.Cap != nil && !(*b.Floor < *b.Cap) {
		return fmt.Errorf("forecast: a floor of %v and a cap of %v leave no room: %w", *b.Floor, *b.Cap, forecast.ErrInput)
	}
	return nil
}

// inside refuses values beyond the limits.
func (b Bounded) inside(s forecast.Series) error {
	for t, v := range s.Values {
		what := ""
		switch {
		case b.Floor != nil && v < *b.Floor:
			what = fmt.Sprintf("the value %v is below the floor of %v", v, *b.Floor)
		case b.Cap != nil && v > *b.Cap:
			what = fmt.Sprintf("the value %v is above the cap of %v", v, *b.Cap)
		default:
			continue
		}
		place := fmt.Sprintf("step %d", t+1)
		if s.Freq.Unit != forecast.None {
			place = s.Time(t).Format("2006-01-02 15:04")
		}
		if s.ID != "" {
			place = fmt.Sprintf("series %q, %s", s.ID, place)
		}
		return &forecast.Problem{Place: place, What: what}
	}
	return nil
}

// scaleOf chooses the scale of a series.
func (b Bounded) scaleOf(s forecast.Series) scale {
	if b.touches(s.Values) {
		return scale{Cut: true}
	}
	near := math.Inf(1)
	for _, v := range s.Values {
		if b.Floor != nil && v > *b.Floor {
			near = min(near, (v-*b.Floor)/2)
		}
		if b.Cap != nil && v < *b.Cap {
			near = min(near, (*b.Cap-v)/2)
		}
	}
	if math.IsInf(near, 0) {
		near = 1
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range s.Values {
		if z := b.forward(v, near); !math.IsNaN(z) {
			lo, hi = min(lo, z), max(hi, z)
		}
	}
	const away = 10
	return scale{Near: near, Move: away*max(hi-lo, .1) - lo}
}

// touches reports whether values reach a limit again and again.
func (b Bounded) touches(values []float64) bool {
	const often = 2 // times
	for _, limit := range []*float64{b.Floor, b.Cap} {
		if limit == nil {
			continue
		}
		times, before := 0, *limit
		for _, v := range values {
			if v == *limit && before != *limit {
				times++
			}
			if !math.IsNaN(v) {
				before = v
			}
		}
		if times >= often {
			return true
		}
	}
	return false
}

// forward transforms a value.
func (b Bounded) forward(v, near float64) float64 {
	switch {
	case b.Floor != nil && b.Cap != nil:
		return math.Log(max(v-*b.Floor, near)) - math.Log(max(*b.Cap-v, near))
	case b.Floor != nil:
		return math.Log(max(v-*b.Floor, near))
	case b.Cap != nil:
		return -math.Log(max(*b.Cap-v, near))
	}
	return v
}

// backward is the inverse of forward.
func (b Bounded) backward(z float64) float64 {
	const most = 700 // exp of more is infinite
	switch {
	case b.Floor != nil && b.Cap != nil:
		return *b.Floor + (*b.Cap-*b.Floor)/(1+repro.Exp(min(-z, most)))
	case b.Floor != nil:
		return *b.Floor + repro.Exp(min(z, most))
	case b.Cap != nil:
		return *b.Cap - repro.Exp(min(-z, most))
	}
	return z
}

// cut puts what is beyond a limit on it.
func (b Bounded) cut(v float64) float64 {
	if b.Floor != nil {
		v = max(v, *b.Floor)
	}
	if b.Cap != nil {
		v = min(v, *b.Cap)
	}
	return v
}

// back transforms forecasts back.
func (b Bounded) back(fs []forecast.Forecast, scales []scale) []forecast.Forecast {
	const points = 200 // at which the distribution is averaged
	for i, f := range fs {
		back := func(z float64) float64 { return b.backward(z - scales[i].Move) }
		if scales[i].Cut {
			back = b.cut
		}
		out := f.Map(back)
		for h := range f.Mean {
			var sum float64
			for k := range points {
				sum += back(f.Quantile(h, (float64(k)+.5)/points))
			}
			out.Mean[h] = sum / points
		}
		fs[i] = out
	}
	return fs
}

// kept is a kept model with the scales of its series.
type kept struct {
	Bounded
	task   forecast.Task
	scales []scale
	inner  forecast.Kept
}

// file is what files hold of it.
type file struct {
	Kind   string          `json:"kind"` // "bounded"
	Floor  *float64        `json:"floor,omitempty"`
	Cap    *float64        `json:"cap,omitempty"`
	Scales []scale         `json:"scales"`
	Inner  json.RawMessage `json:"inner"`
}

// Keep keeps the scales and the method's model.
func (m *model) Keep(ctx context.Context, panel []forecast.Series) (forecast.Kept, error) {
	keeper, ok := m.inner.(forecast.Keeper)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", m.Name(), forecast.ErrNotSaved)
	}
	scales, moved, err := m.transform(panel, nil)
	if err != nil {
		return nil, err
	}
	inner, err := keeper.Keep(ctx, moved)
	return &kept{m.Bounded, m.task, scales, inner}, err
}

// Inner is the method's model.
func (k *kept) Inner() any { return k.inner }

func (k *kept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	scales, moved, err := k.transform(panel, k.scales)
	if err != nil {
		return nil, err
	}
	fs, err := forecast.ForecastAll(ctx, forecast.Continuing(k.inner, horizon), moved, k.task.Threads)
	return k.back(fs, scales), err
}

func (k *kept) Encode() ([]byte, error) {
	inner, err := k.inner.Encode()
	if err != nil {
		return nil, err
	}
	return json.Marshal(file{"bounded", k.Floor, k.Cap, k.scales, inner})
}

// Restore reads what a model of the method that was kept wrote. The limits are the
// method's, and must be those of the file.
func (b Bounded) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in file
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "bounded" {
		return nil, fmt.Errorf("forecast: %s with limits: what the file holds was made by another method: %w", b.Name(), forecast.ErrNoModel)
	}
	same := func(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	if !same(in.Floor, b.Floor) || !same(in.Cap, b.Cap) {
		return nil, fmt.Errorf("forecast: %s: the file has other limits: %w", b.Name(), forecast.ErrNoModel)
	}
	for _, s := range in.Scales {
		if !(s.Near > 0 && s.Near < 1e302 && math.Abs(s.Move) < 1e6) {
			return nil, fmt.Errorf("forecast: %s: a scale of %v: %w", b.Name(), s, forecast.ErrNoModel)
		}
	}
	r, ok := b.Method.(forecast.Restorer)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", b.Name(), forecast.ErrNotSaved)
	}
	inner, err := r.Restore(in.Inner, task)
	return &kept{b, task, in.Scales, inner}, err
}
