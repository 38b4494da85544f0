package forecast

import (
	"context"
	"fmt"
	"math"
)

// clearly is by how much a fallback must beat the average to be served: a little where
// many forecasts of the past were compared, much where there was one. It keeps chance
// from choosing; on the last window before the test part of M4's series no panel
// falls back (segue-lab bench m4).
func clearly(histories int) float64 { return .97 - .3/float64(histories) }

// fallBack replaces the average by the fallback that did best on the held-out values,
// if one did clearly better.
func (e Ensemble) fallBack(ctx context.Context, m *ensembleModel, held *holdout) (better bool, err error) {
	if m.check == nil {
		return false, nil
	}
	limit := m.check.MASE * clearly(len(held.past))
	for _, method := range e.Fallbacks {
		model, err := method.Fit(ctx, held.past, m.task)
		if err != nil {
			return false, fmt.Errorf("%s: %w", method.Name(), err)
		}
		fs, err := continueAll(ctx, model, held.past, m.task.Threads)
		if err != nil {
			return false, err
		}
		check := held.compare(fs, m.task)
		if check == nil || math.IsNaN(check.MASE) || check.MASE >= limit {
			continue
		}
		better, limit = true, check.MASE
		m.methods, m.models, m.weights = []Method{method}, []Model{model}, []float64{1}
		m.widths, m.check = calibrate(fs, held.actual, held.large), check
	}
	return better, nil
}
