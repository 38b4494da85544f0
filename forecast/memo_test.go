package forecast

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// The folds of a backtest share the fits of an ensemble's members to the same history, and
// forecast what each would alone.
func TestFoldsShareFits(t *testing.T) {
	var fits atomic.Int32
	counted := local{name: "counted", fit: func(ctx context.Context, y []float64, m, horizon int) classic.State {
		fits.Add(1)
		return classic.FitSES(ctx, y, m, horizon)
	}}
	e := Ensemble{Title: "two", Members: []Method{counted, Theta}}
	panel := []Series{{Values: wave(200, 5, 9)}}
	task := Task{Horizon: 8, Season: 7, Threads: 1}
	const folds = 5
	r, err := Backtest(ctx, []Method{e}, panel, task, BacktestOptions{Folds: folds, Trials: true})
	if err != nil {
		t.Fatal(err)
	}
	shared := fits.Swap(0)
	for _, trial := range r[0].Trials {
		alone, err := Run(ctx, e, []Series{trial.History}, task)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(alone[0].Mean, trial.Forecast.Mean) {
			t.Errorf("fold %d: a fit that is shared forecasts something else", trial.Fold)
		}
	}
	if own := fits.Load(); len(r[0].Trials) != folds || shared*3 > own*2 {
		t.Errorf("%d fits in %d folds, %d in each alone", shared, len(r[0].Trials), own)
	}
}
