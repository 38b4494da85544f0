package job

import (
	"bytes"
	"context"
	"fmt"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/hierarchy"
)

// The cost of a job can be computed from its input before the work begins: the cells of
// a table, the steps of a forecast. A job whose cost is above its budget is refused, and
// the error gives the figure.

// Bytes that things take at the peak, measured with `/usr/bin/time segue forecast` on
// tables of 8 million one-digit cells and on forecasts of 60 million steps.
const (
	bytesPerCell   = 64
	bytesPerValue  = 64  // of a series, on its grid
	bytesPerStep   = 64  // of a forecast
	bytesPerColumn = 48  // and step: the mean, or a bound
	bytesPerJudged = 900 // value: forecast with its quantiles, judged, and a line of the answer
	bytesPerFilled = 350 // value: filled, and a line of the answer
)

// TooMuch is the error of a job that costs more than its budget.
type TooMuch struct {
	What       string // counted, as "8000000 cells"
	Need, Have int64  // bytes
}

func (e *TooMuch) Error() string {
	return fmt.Sprintf("%s take about %d MB of memory; at most %d MB can be given", e.What, e.Need>>20, e.Have>>20)
}

type budgetKey struct{}

// WithBudget bounds the memory of jobs that run under the context, in bytes.
func WithBudget(ctx context.Context, bytes int64) context.Context {
	return context.WithValue(ctx, budgetKey{}, bytes)
}

// afford is an error if n items of the given size in bytes exceed the budget.
func afford(ctx context.Context, n int64, each int64, what string) error {
	have, ok := ctx.Value(budgetKey{}).(int64)
	if need := n * each; ok && need > have {
		return &TooMuch{fmt.Sprintf("%d %s", n, what), need, have}
	}
	return nil
}

// affordTable checks the cost of reading a table.
func affordTable(ctx context.Context, text []byte) error {
	cells := int64(0)
	for _, c := range "\n,;\t|" {
		cells += int64(bytes.Count(text, []byte(string(c))))
	}
	return afford(ctx, cells, bytesPerCell, "cells")
}

// affordValues checks the cost of work on every value of a panel, at a number of bytes.
func affordValues(ctx context.Context, panel []forecast.Series, each int64) error {
	values := int64(0)
	for _, s := range panel {
		values += int64(len(s.Values))
	}
	return afford(ctx, values, each, "values, gaps included,")
}

// affordForecast checks the cost of a forecast with a number of columns.
func affordForecast(ctx context.Context, panel []forecast.Series, horizon, columns int) error {
	if err := affordValues(ctx, panel, bytesPerValue); err != nil {
		return err
	}
	return afford(ctx, int64(len(panel))*int64(horizon), int64(bytesPerStep+columns*bytesPerColumn), "steps to forecast")
}

// affordSums checks the cost of making forecasts add up; sums may be nil.
func affordSums(ctx context.Context, sums *hierarchy.Hierarchy, how hierarchy.Reconciliation) error {
	if sums == nil {
		return nil
	}
	return afford(ctx, sums.Numbers(how), 8, "numbers to make the forecasts add up")
}
