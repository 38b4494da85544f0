package forecast

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

// Task says what is to be forecast, the same for every method.
type Task struct {
	Horizon int // steps ahead; 0 means two seasons, at least 6 and at most 48
	Season  int // steps in a season; 0 means the frequency's usual one, 1 means none
	Seed    uint64
	Threads int // 0 means all cores; does not change the result

	// Progress is called while a method trains, if not nil.
	Progress func(Progress)
}

// Progress is a report from training.
type Progress struct {
	Stage       string // for instance "network 1 of 2"
	Step, Steps int
	Loss        float64
	GradNorm    float64
	Elapsed     time.Duration
}

// Resolve fills in Horizon, Season and Threads for a panel.
func (t Task) Resolve(panel []Series) Task {
	if t.Season == 0 {
		t.Season = 1
		if len(panel) > 0 && panel[0].Freq.Unit != None {
			t.Season = panel[0].Freq.Season()
		} else if len(panel) > 0 {
			t.Season = DetectSeason(panel)
		}
	}
	if t.Horizon == 0 {
		t.Horizon = min(max(6, 2*t.Season), 48)
	}
	if t.Threads == 0 {
		t.Threads = runtime.GOMAXPROCS(0)
	}
	return t
}

// A Method fits models to a panel of series.
type Method interface {
	Name() string
	// Fit learns from the panel; task's fields are all set.
	Fit(ctx context.Context, panel []Series, task Task) (Model, error)
}

// A Model continues series, whether or not it was fitted on them. It is safe
// for concurrent use.
type Model interface {
	Forecast(s Series) (Forecast, error)
}

// A BatchModel is a Model that is faster on many series at once.
type BatchModel interface {
	Model
	ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error)
}

// methods in the order in which they are listed to users.
func methods() []Method {
	return []Method{
		local{"naive", naive}, local{"snaive", seasonalNaive}, local{"drift", drift},
		local{"naive2", naive2}, local{"theta", theta}, local{"dotm", dynamicTheta},
		local{"ses", trendMethod(false, false)}, local{"holt", trendMethod(true, false)}, local{"damped", trendMethod(true, true)},
		local{"ets", ets}, local{"arima", arima}, local{"ces", ces}, local{"stl", stlMethod},
		local{"croston", croston}, local{"sba", sba}, local{"tsb", tsb},
		local{"comb", comb}, local{"blend", blend},
		LSTM{},
		Auto{},
	}
}

// comb is the benchmark Comb of the M competitions, blend the average of it and
// the two Theta methods.
var (
	comb  = average(trendMethod(false, false), trendMethod(true, false), trendMethod(true, true))
	blend = average(theta, dynamicTheta, trendMethod(true, true))
)

// Lookup finds a method by name: naive, snaive, drift, naive2, theta, dotm, ses,
// holt, damped, ets, arima, ces, stl, croston, sba, tsb, comb, blend, lstm or
// auto. Package pretrained knows them too, and "zeroshot", and its auto has
// networks that are trained already.
func Lookup(name string) (Method, error) {
	var names []string
	for _, m := range methods() {
		if strings.EqualFold(m.Name(), name) {
			return m, nil
		}
		names = append(names, m.Name())
	}
	sort.Strings(names)
	return nil, fmt.Errorf("forecast: method %q is none of %s: %w", name, strings.Join(names, ", "), ErrUnknown)
}

// Independent reports whether a method looks at every series alone, so that a
// panel may be forecast in parts.
func Independent(m Method) bool {
	switch m.(type) {
	case local, *ZeroShot:
		return true
	}
	return false
}

// Fit checks the panel, fills in the task and fits a method.
func Fit(ctx context.Context, m Method, panel []Series, task Task) (Model, error) {
	for _, s := range panel {
		if err := s.check(); err != nil {
			return nil, err
		}
	}
	return m.Fit(ctx, panel, task.Resolve(panel))
}

// Run fits a method to the panel and continues every series of it.
func Run(ctx context.Context, m Method, panel []Series, task Task) ([]Forecast, error) {
	model, err := Fit(ctx, m, panel, task)
	if err != nil {
		return nil, err
	}
	return ForecastAll(ctx, model, panel, task.Threads)
}

// ForecastAll continues every series of a panel with a fitted model. Forecasts
// of a series without a negative value are not negative. Zero threads mean all
// cores.
func ForecastAll(ctx context.Context, model Model, panel []Series, threads int) (out []Forecast, err error) {
	if b, ok := model.(BatchModel); ok {
		out, err = b.ForecastAll(ctx, panel)
	} else {
		if threads == 0 {
			threads = runtime.GOMAXPROCS(0)
		}
		out = make([]Forecast, len(panel))
		err = parallel(ctx, len(panel), threads, func(i int) (err error) {
			out[i], err = model.Forecast(panel[i])
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	for i, s := range panel {
		if s.nonNegative() {
			out[i] = out[i].Map(func(v float64) float64 { return max(v, 0) })
		}
	}
	return out, nil
}

// single continues one series with a model for many.
func single(m BatchModel, s Series) (Forecast, error) {
	fs, err := m.ForecastAll(context.Background(), []Series{s})
	if err != nil {
		return Forecast{}, err
	}
	return fs[0], nil
}

// parallel calls f(0..n-1) on several goroutines and returns the error of the
// lowest index.
func parallel(ctx context.Context, n, threads int, f func(i int) error) error {
	threads = max(1, min(threads, n))
	errs := make([]error, threads)
	at := make([]int, threads)
	var wg sync.WaitGroup
	for w := range threads {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n; i += threads {
				if err := ctx.Err(); err != nil {
					errs[w], at[w] = err, i
					return
				}
				if err := f(i); err != nil {
					errs[w], at[w] = err, i
					return
				}
			}
		}()
	}
	wg.Wait()
	var first error
	low := n
	for w, err := range errs {
		if err != nil && at[w] < low {
			first, low = err, at[w]
		}
	}
	return first
}

// local is a method that looks at one series at a time: f continues the values
// (without gaps, at least one) by means and standard deviations.
type local struct {
	name string
	f    func(y []float64, m, horizon int) (mean, sd []float64)
}

func (l local) Name() string { return l.name }

func (l local) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return localModel{l, task}, nil
}

type localModel struct {
	local
	task Task
}

func (m localModel) Forecast(s Series) (Forecast, error) {
	if err := s.check(); err != nil {
		return Forecast{}, err
	}
	y, unit := tame(filled(s.Values, m.task.Season))
	f := m.f
	if constant(y) {
		f = naive
	}
	mean, sd := f(y, m.task.Season, m.task.Horizon)
	out := Normal(mean, sd)
	if unit != 1 {
		out = out.Map(func(v float64) float64 { return max(-math.MaxFloat64, min(v*unit, math.MaxFloat64)) })
	}
	return s.dress(out), nil
}

// tame divides values whose squares would overflow or vanish by a power of
// two, which changes no digit.
func tame(y []float64) (scaled []float64, unit float64) {
	var top float64
	for _, v := range y {
		top = max(top, math.Abs(v))
	}
	if top == 0 || top > 1e-100 && top < 1e100 {
		return y, 1
	}
	_, e := math.Frexp(top)
	scaled = make([]float64, len(y))
	for i, v := range y {
		scaled[i] = math.Ldexp(v, -e)
	}
	return scaled, math.Ldexp(1, e)
}

// dress names a forecast after the series that it continues.
func (s Series) dress(f Forecast) Forecast {
	f.ID, f.Freq = s.ID, s.Freq
	if s.Freq.Unit != None {
		f.Start = s.Time(len(s.Values))
	}
	return f
}
