package forecast

import (
	"context"
	"runtime"
	"time"

	"github.com/segue-go/segue/forecast/internal/parallel"
)

// Task is what to forecast, the same for every method.
type Task struct {
	Horizon int // steps ahead; 0 means two seasons, at least 6 and at most 48
	Season  int // steps in a season; 0 means the frequency's usual one, 1 means none
	Seed    uint64
	Threads int // 0 means all cores; does not change the result

	// Portable gives the same results on every processor of one architecture; a little
	// slower. On another architecture the arithmetic inside networks is the same, but what
	// they are given and what is made of their outputs may differ in the last bits.
	Portable bool

	// Progress is called while a method trains, if not nil.
	Progress func(Progress)

	memo *memo // of a backtest, whose folds look at the same histories; nil otherwise
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
			t.Season = usualSeason(panel)
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

// Method fits models to panels of series. What only some methods can do is in
// interfaces of its own: Described, PerSeries, Trainer.
type Method interface {
	Name() string // short, as people ask for it: "theta"
	// Fit fits the method to a panel whose series were checked; all fields of the
	// task are set. Call the function Fit, which takes care of both.
	Fit(ctx context.Context, panel []Series, task Task) (Model, error)
}

// Model continues series, whether or not it was fitted to them. It is safe for
// concurrent use. What only some models can do is in interfaces of its own:
// BatchModel, Weighted, Checked, Saver.
type Model interface {
	Forecast(s Series) (Forecast, error)
}

// BatchModel is a Model that is faster on many series at once. Its Forecast is
// usually a call of Single.
type BatchModel interface {
	Model
	// ForecastAll continues series that were checked. Call the function
	// ForecastAll, which checks them.
	ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error)
}

// Fit checks the panel, fills in the task and fits a method.
func Fit(ctx context.Context, m Method, panel []Series, task Task) (Model, error) {
	if err := checkAll(panel); err != nil {
		return nil, err
	}
	return m.Fit(ctx, panel, task.Resolve(panel))
}

// Run fits a method to a panel and continues every series of it. A series that no
// method can continue, one without a value for instance, does not stop the others: its
// forecast is empty and has the reason as Err. Run fails if there is no other.
func Run(ctx context.Context, m Method, panel []Series, task Task) ([]Forecast, error) {
	out := make([]Forecast, len(panel))
	var good []Series
	var at []int
	var first error
	for i, s := range panel {
		if err := s.Check(); err != nil {
			out[i] = Forecast{ID: s.ID, Freq: s.Freq, Err: err}
			if first == nil {
				first = err
			}
			continue
		}
		good, at = append(good, s), append(at, i)
	}
	if len(good) == 0 && first != nil {
		return nil, first
	}
	model, err := Fit(ctx, m, good, task)
	if err != nil {
		return nil, err
	}
	fs, err := ForecastAll(ctx, model, good, task.Threads)
	if err != nil {
		return nil, err
	}
	for k, i := range at {
		out[i] = fs[k]
	}
	return out, nil
}

// ForecastAll checks a panel and continues every series of it with a fitted model.
// Forecasts of a series without negative values are not negative, and none lies far
// outside what the history leaves room for: see Forecast.Note. 0 threads means all
// cores.
func ForecastAll(ctx context.Context, model Model, panel []Series, threads int) ([]Forecast, error) {
	if err := checkAll(panel); err != nil {
		return nil, err
	}
	out, err := continueAll(ctx, model, panel, threads)
	for i := range out {
		out[i] = out[i].within(panel[i])
	}
	return out, err
}

// Single checks one series and continues it with a model for many.
func Single(m BatchModel, s Series) (Forecast, error) {
	fs, err := ForecastAll(context.Background(), m, []Series{s}, 1)
	if err != nil {
		return Forecast{}, err
	}
	return fs[0], nil
}

// continueAll continues series that were checked.
func continueAll(ctx context.Context, model Model, panel []Series, threads int) (out []Forecast, err error) {
	if b, ok := model.(BatchModel); ok {
		out, err = b.ForecastAll(ctx, panel)
	} else {
		if threads == 0 {
			threads = runtime.GOMAXPROCS(0)
		}
		out = make([]Forecast, len(panel))
		err = parallel.Each(ctx, len(panel), threads, func(i int) (err error) {
			out[i], err = model.Forecast(panel[i])
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	for i, s := range panel {
		out[i] = out[i].floored(s)
	}
	return out, nil
}

// floored has nothing below zero if the series has not.
func (f Forecast) floored(s Series) Forecast {
	if !s.NonNegative() {
		return f
	}
	return f.Map(func(v float64) float64 { return max(v, 0) })
}
