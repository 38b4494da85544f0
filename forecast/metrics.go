package forecast

import (
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Scores are the accuracy measures of forecasts, averaged over series; see
// ScoreAll for the definitions. NaN means not defined.
type Scores struct {
	Series   int     `json:"series"`
	MAE      float64 `json:"mae"`
	RMSE     float64 `json:"rmse"`
	MAPE     float64 `json:"mape"`
	SMAPE    float64 `json:"smape"`
	MASE     float64 `json:"mase"`
	RMSSE    float64 `json:"rmsse"`
	WQL      float64 `json:"wql"`
	CRPS     float64 `json:"crps"`
	MSIS     float64 `json:"msis"`
	Coverage float64 `json:"coverage"` // of the 95% interval
	OWA      float64 `json:"owa"`      // set by Backtest, which runs Naive2
}

// wqlLevels are the quantiles of WQL and CRPS.
var wqlLevels = []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9}

// tally adds up the scores of several forecasts.
type tally struct {
	n, scaled                           int
	mae, rmse, mape, smape, mase, rmsse float64
	msis, cover                         float64
	pinball, absolute, crps             float64
	mapeN                               int
}

// add scores a forecast of the values that followed train. m is the season of MASE.
func (t *tally) add(f Forecast, train, actual []float64, m int) {
	const level = 95.0
	scale := classic.MASEScale(train, m)
	var sq float64 // in-sample squared scale of RMSSE
	var sqN int
	for i := m; i < len(train); i++ {
		if d := train[i] - train[i-m]; !math.IsNaN(d) {
			sq += d * d
			sqN++
		}
	}
	var ae, se, ape, sape, is, pin, abs, crps float64
	n, apeN, inside := 0, 0, 0
	for h, y := range actual {
		if math.IsNaN(y) || h >= len(f.Mean) {
			continue
		}
		n++
		median := f.Median(h)
		e := math.Abs(y - median)
		ae += e
		se += (y - f.Mean[h]) * (y - f.Mean[h])
		if y != 0 {
			ape += e / math.Abs(y)
			apeN++
		}
		if d := math.Abs(y) + math.Abs(median); d > 0 {
			sape += 2 * e / d
		}
		lo, hi := f.Interval(h, level)
		is += hi - lo + 40*max(0, lo-y) + 40*max(0, y-hi)
		if lo <= y && y <= hi {
			inside++
		}
		for _, p := range wqlLevels {
			d := y - f.Quantile(h, p)
			l := max(p*d, (p-1)*d)
			pin += 2 * l / float64(len(wqlLevels))
			crps += 2 * l / float64(len(wqlLevels))
		}
		abs += math.Abs(y)
	}
	if n == 0 {
		return
	}
	k := float64(n)
	t.n++
	t.mae += ae / k
	t.rmse += math.Sqrt(se / k)
	t.smape += 100 * sape / k
	if apeN > 0 {
		t.mape += 100 * ape / float64(apeN)
		t.mapeN++
	}
	t.cover += float64(inside) / k
	t.pinball += pin
	t.absolute += abs
	t.crps += crps / k
	if !math.IsNaN(scale) {
		t.scaled++
		t.mase += ae / k / scale
		t.msis += is / k / scale
		t.rmsse += math.Sqrt(se / k / (sq / float64(sqN)))
	}
}

func (t *tally) scores() Scores {
	n, s := float64(t.n), float64(t.scaled)
	return Scores{
		Series: t.n, MAE: t.mae / n, RMSE: t.rmse / n, MAPE: t.mape / float64(t.mapeN), SMAPE: t.smape / n,
		MASE: t.mase / s, RMSSE: t.rmsse / s, WQL: t.pinball / t.absolute, CRPS: t.crps / n,
		MSIS: t.msis / s, Coverage: t.cover / n, OWA: math.NaN(),
	}
}

// ScoreAll scores forecasts against the actual values. train[i] is the history of
// series i and m the season of the scaled errors.
//
//	MAE, RMSE  mean |y-f| and root mean (y-f)² over the horizon
//	MAPE       100·mean |y-f|/|y| where y is not 0
//	sMAPE      mean 200·|y-f|/(|y|+|f|), 0 where both are 0
//	MASE       mean |y-f| / mean in-sample |x_t - x_{t-m}| (Hyndman and Koehler 2006)
//	RMSSE      root of mean (y-f)² / mean in-sample (x_t - x_{t-m})²
//	WQL        Σ 2·pinball / Σ |y| over the quantiles .1 to .9 and all series, averaged over the quantiles
//	CRPS       mean 2·pinball over the same quantiles: an approximation of the CRPS
//	MSIS       mean [U-L + 40(L-y)₊ + 40(y-U)₊] / MASE's denominator, 95% interval (Gneiting and Raftery 2007)
//	Coverage   share of y inside the 95% interval
//
// f is the median where errors are absolute, since that is what makes them small, and
// the mean where they are squared. Each is averaged over series, except WQL. Missing actual values are not
// scored; series whose scale is zero are left out of the scaled errors.
func ScoreAll(fs []Forecast, train, actual [][]float64, m int) Scores {
	var t tally
	for i, f := range fs {
		t.add(f, train[i], actual[i], max(m, 1))
	}
	return t.scores()
}

// OWA is the overall weighted average of the M4 competition: the mean of sMAPE
// and MASE, each relative to that of Naive2.
func OWA(s, naive2 Scores) float64 {
	return (s.SMAPE/naive2.SMAPE + s.MASE/naive2.MASE) / 2
}
