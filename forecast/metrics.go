package forecast

import (
	"math"
	"strconv"

	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
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
// series i and season that of the scaled errors, s below, in steps.
//
//	MAE, RMSE  mean |y-f| and root mean (y-f)² over the horizon
//	MAPE       100·mean |y-f|/|y| where y is not 0
//	sMAPE      mean 200·|y-f|/(|y|+|f|), 0 where both are 0
//	MASE       mean |y-f| / mean in-sample |x_t - x_{t-s}| (Hyndman and Koehler 2006)
//	RMSSE      root of mean (y-f)² / mean in-sample (x_t - x_{t-s})²
//	WQL        Σ 2·pinball / Σ |y| over the quantiles .1 to .9 and all series, averaged over the quantiles
//	CRPS       mean 2·pinball over the same quantiles: an approximation of the CRPS
//	MSIS       mean [U-L + 40(L-y)₊ + 40(y-U)₊] / MASE's denominator, 95% interval (Gneiting and Raftery 2007)
//	Coverage   share of y inside the 95% interval
//
// f is the median where errors are absolute, since that is what makes them small, and
// the mean where they are squared. Each is averaged over series, except WQL. Missing actual values are not
// scored; series whose scale is zero are left out of the scaled errors.
func ScoreAll(fs []Forecast, train, actual [][]float64, season int) Scores {
	var t tally
	for i, f := range fs {
		t.add(f, train[i], actual[i], max(season, 1))
	}
	return t.scores()
}

// OWA is the overall weighted average of the M4 competition: the mean of sMAPE
// and MASE, each relative to that of Naive2.
func OWA(s, naive2 Scores) float64 {
	return (s.SMAPE/naive2.SMAPE + s.MASE/naive2.MASE) / 2
}

// Difference is a test of whether two methods differ in accuracy.
type Difference struct {
	Mean float64 `json:"mean"` // of a's loss less b's; negative where a is better
	T    float64 `json:"t"`    // the statistic
	P    float64 `json:"p"`    // two-sided; NaN where there is too little to tell
	N    int     `json:"n"`    // differences
	Over string  `json:"over"` // what they are: "folds" or "series"
}

// DieboldMariano tests whether the errors of two methods in the same backtest differ
// (Diebold and Mariano 1995), with the correction of Harvey, Leybourne and Newbold (1997)
// and Student's distribution. The loss of a forecast is its mean absolute error, in units
// of MASE's scale; both results must have their trials. With at least as many folds as
// series the differences are those of the folds, averaged over the series; folds that
// overlap, whose origins are less than a horizon apart, are correlated up to that lag.
// Otherwise they are those of the series, averaged over the folds, and taken as
// independent. P is NaN with fewer than four differences, or if all are zero.
func DieboldMariano(a, b Result, season int) Difference {
	d := Difference{P: math.NaN(), T: math.NaN(), Mean: math.NaN()}
	la, lb := a.losses(season), b.losses(season)
	if len(la) != len(lb) || len(la) == 0 {
		return d
	}
	byFold, bySeries := map[string]*[2]float64{}, map[string]*[2]float64{}
	var folds, series []string
	put := func(m map[string]*[2]float64, order *[]string, name string, v float64) {
		if m[name] == nil {
			m[name] = new([2]float64)
			*order = append(*order, name)
		}
		m[name][0] += v
		m[name][1]++
	}
	var origins []int // of the first series
	for i, t := range a.Trials {
		if v := la[i] - lb[i]; !math.IsNaN(v) {
			put(byFold, &folds, strconv.Itoa(t.Fold), v)
			put(bySeries, &series, t.History.ID, v)
		}
		if t.History.ID == a.Trials[len(a.Trials)-1].History.ID {
			origins = append(origins, len(t.History.Values))
		}
	}
	means, order, lags := byFold, folds, 0
	d.Over = "folds"
	if len(series) > len(folds) {
		means, order, d.Over = bySeries, series, "series"
	} else if k := len(origins); k > 1 && origins[k-1] > origins[k-2] {
		lags = (a.Trials[0].Forecast.Horizon() - 1) / (origins[k-1] - origins[k-2])
	}
	var x []float64
	for _, name := range order {
		x = append(x, means[name][0]/means[name][1])
	}
	d.test(x, lags)
	return d
}

// test fills in the statistic for differences that are correlated up to a lag.
func (d *Difference) test(x []float64, lags int) {
	const least = 4
	d.N, d.Mean = len(x), stat.Mean(x, nil)
	lags = min(lags, len(x)-1)
	if len(x) < least {
		return
	}
	n := float64(len(x))
	var variance, gamma0 float64
	for k := 0; k <= lags; k++ {
		var c float64
		for i := k; i < len(x); i++ {
			c += (x[i] - d.Mean) * (x[i-k] - d.Mean) / n
		}
		if k == 0 {
			variance, gamma0 = c, c
		} else {
			variance += 2 * c
		}
	}
	if variance <= 0 { // the rectangular window can give that; the variance without lags stands in
		variance = gamma0
	}
	if variance <= 0 {
		return
	}
	h := float64(lags + 1)
	correction := n + 1 - 2*h + h*(h-1)/n
	if correction <= 0 {
		return
	}
	d.T = d.Mean / math.Sqrt(variance/n) * math.Sqrt(correction/n)
	d.P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.CDF(-math.Abs(d.T))
}
