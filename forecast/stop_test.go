package forecast

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
)

// checked is a context that ends at the last-th look at it, and counts the looks.
type checked struct {
	context.Context
	last, looks atomic.Int64
}

func (c *checked) Err() error {
	if n := c.looks.Add(1); c.last.Load() > 0 && n >= c.last.Load() {
		return context.Canceled
	}
	return nil
}

// Whenever the context ends, every method leaves its work after few further looks: inside
// the search for one series' parameters, too.
func TestStopsAnywhere(t *testing.T) {
	y := make([]float64, 48)
	for i := range y {
		y[i] = 100 + 10*math.Sin(float64(i)*2*math.Pi/12) + float64(i*i%17)
	}
	panel := []Series{{ID: "a", Values: y}}
	task := Task{Season: 12, Horizon: 6, Threads: 1}
	jobs := []struct {
		name    string
		methods []Method
		run     func(context.Context, Method) error
	}{
		{"forecast", []Method{Blend, DynamicTheta, ETS{}, ARIMA{}, CES, STL, MultiSeason{}}, func(ctx context.Context, m Method) error {
			_, err := Run(ctx, m, panel, task)
			return err
		}},
		{"anomalies", []Method{CES, Damped}, func(ctx context.Context, m Method) error {
			_, err := DetectAnomalies(ctx, m, panel, task, 99)
			return err
		}},
		{"backtest", []Method{Comb, STL}, func(ctx context.Context, m Method) error {
			_, err := Backtest(ctx, []Method{m}, panel, task, BacktestOptions{Folds: 2})
			return err
		}},
	}
	const few = 40 // a look for each loop that is left, and for each model that is still begun
	for _, job := range jobs {
		for _, m := range job.methods {
			whole := &checked{Context: t.Context()}
			if err := job.run(whole, m); err != nil {
				t.Fatalf("%s with %s: %v", job.name, m.Name(), err)
			}
			looks := whole.looks.Load()
			if m.Name() != "multiseason" && looks < 10 { // which estimates in one pass
				t.Errorf("%s with %s looks %d times", job.name, m.Name(), looks)
			}
			for _, at := range []int64{1, looks / 3, looks * 9 / 10} {
				ctx := &checked{Context: t.Context()}
				ctx.last.Store(max(1, at))
				if err := job.run(ctx, m); !errors.Is(err, context.Canceled) {
					t.Errorf("%s with %s, stopped at look %d of %d: %v", job.name, m.Name(), at, looks, err)
				}
				if more := ctx.looks.Load() - max(1, at); more > few {
					t.Errorf("%s with %s looks %d times more after the end at %d of %d", job.name, m.Name(), more, at, looks)
				}
			}
		}
	}
}
