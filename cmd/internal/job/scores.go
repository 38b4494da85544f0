package job

import (
	"math"

	"github.com/segue-go/segue/forecast"
)

// Scores makes the results of a backtest fit for JSON, which knows no NaN.
func Scores(rs []forecast.Result) []map[string]any {
	var out []map[string]any
	for _, r := range rs {
		out = append(out, map[string]any{
			"method": r.Method, "series": r.Series, "mae": Finite(r.MAE), "rmse": Finite(r.RMSE), "mape": Finite(r.MAPE), "smape": Finite(r.SMAPE),
			"mase": Finite(r.MASE), "rmsse": Finite(r.RMSSE), "owa": Finite(r.OWA), "wql": Finite(r.WQL), "crps": Finite(r.CRPS), "msis": Finite(r.MSIS),
			"coverage": Finite(r.Coverage), "acd": Finite(math.Abs(r.Coverage - .95)), "seconds": Finite(r.Seconds),
		})
	}
	return out
}
