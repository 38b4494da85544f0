package job

import (
	"math"

	"github.com/segue-go/segue/forecast"
)

// Score is how a method did on the past, as JSON has it: numbers that are not finite
// are null. Package forecast says what they mean.
type Score map[string]any

// Scores makes the results of a backtest fit for JSON, which knows no NaN.
func Scores(rs []forecast.Result) []Score {
	var out []Score
	for _, r := range rs {
		out = append(out, Score{
			"method": r.Method, "series": r.Series, "mae": Finite(r.MAE), "rmse": Finite(r.RMSE), "mape": Finite(r.MAPE), "smape": Finite(r.SMAPE),
			"mase": Finite(r.MASE), "rmsse": Finite(r.RMSSE), "owa": Finite(r.OWA), "wql": Finite(r.WQL), "crps": Finite(r.CRPS), "msis": Finite(r.MSIS),
			"coverage": Finite(r.Coverage), "acd": Finite(math.Abs(r.Coverage - .95)), "seconds": Finite(r.Seconds),
		})
	}
	return out
}
