package forecast

import (
	"math"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// three is a forecast with a distribution that is easy to reckon with: the 95% interval
// is mean ± 2, the median is the mean.
func three(mean ...float64) Forecast {
	f := Forecast{Mean: mean, Probs: []float64{.025, .5, .975}}
	for _, m := range mean {
		f.Q = append(f.Q, []float64{m - 2, m, m + 2})
	}
	return f
}

// Scores of several series are the means over the series, WQL that over all values;
// percentages leave out what is zero, scaled errors the series without a scale, and
// whatever is missing or was not forecast counts nowhere.
func TestScoresOfSeveralSeries(t *testing.T) {
	nan := math.NaN()
	fs := []Forecast{three(10, 20), three(0, 5, 7), three(3), three(4)}
	train := [][]float64{{1, 5, nan, 4, 2}, {2, 2, 4, 4, 8, 8}, {6, 6, 6, 6, 6}, {1, 2, 3, 4}}
	actual := [][]float64{{12, 17, 99}, {0, nan, 10}, {-3}, {nan}}
	s := ScoreAll(fs, train, actual, 2)
	// in-sample differences of two steps: -3 of the first (the others miss a value; absolute 1: |5-4|), by hand below
	mase := func(train []float64) (abs, sq float64) {
		n := 0.0
		for i := 2; i < len(train); i++ {
			if d := train[i] - train[i-2]; !math.IsNaN(d) {
				abs, sq, n = abs+math.Abs(d), sq+d*d, n+1
			}
		}
		return abs / n, sq / n
	}
	a0, s0 := mase(train[0])
	a1, s1 := mase(train[1])
	pinball := func(e float64) (sum float64) { // of a value that is e above the median of three
		for _, p := range wqlLevels {
			d := e - three(0).Quantile(0, p)
			sum += 2 * max(p*d, (p-1)*d) / 9
		}
		return sum
	}
	for name, c := range map[string][2]float64{
		"series": {float64(s.Series), 3}, "MAE": {s.MAE, (2.5 + 1.5 + 6) / 3}, "RMSE": {s.RMSE, (math.Sqrt(6.5) + math.Sqrt(4.5) + 6) / 3},
		"MAPE":     {s.MAPE, 100 * ((2./12+3./17)/2 + 3./10 + 6./3) / 3},
		"sMAPE":    {s.SMAPE, 200 * ((2./22+3./37)/2 + (0+3./17)/2 + 6./6) / 3},
		"MASE":     {s.MASE, (2.5/a0 + 1.5/a1) / 2},
		"RMSSE":    {s.RMSSE, (math.Sqrt(6.5/s0) + math.Sqrt(4.5/s1)) / 2},
		"MSIS":     {s.MSIS, ((4+40*1/2.)/a0 + (4+40*1/2.)/a1) / 2},
		"WQL":      {s.WQL, (pinball(2) + pinball(-3) + pinball(0) + pinball(3) + pinball(-6)) / (12 + 17 + 0 + 10 + 3)},
		"CRPS":     {s.CRPS, ((pinball(2)+pinball(-3))/2 + (pinball(0)+pinball(3))/2 + pinball(-6)) / 3},
		"coverage": {s.Coverage, (.5 + .5 + 0) / 3},
	} {
		if !(math.Abs(c[0]-c[1]) <= 1e-12*max(1, math.Abs(c[1]))) {
			t.Errorf("%s is %v, want %v", name, c[0], c[1])
		}
	}
	ramp := [][]float64{{1, 2, 3}}
	if s := ScoreAll([]Forecast{three(0, 0)}, ramp, [][]float64{{0, 0}}, 1); !math.IsNaN(s.MAPE) || s.SMAPE != 0 || s.Coverage != 1 {
		t.Errorf("zeros score %+v", s)
	}
	if s := ScoreAll([]Forecast{three(0)}, ramp, [][]float64{{2}}, 1); s.Coverage != 1 || s.MSIS != 4 {
		t.Errorf("the bound of the interval is outside of it: %+v", s)
	}
	mine, naive := Scores{SMAPE: 3, MASE: 2}, Scores{SMAPE: 2, MASE: 1}
	if got := OWA(mine, naive); got != 1.75 {
		t.Errorf("OWA %v", got)
	}
}

// The statistic is that of Diebold and Mariano (1995), with the correction of Harvey,
// Leybourne and Newbold (1997), written down here as in their equations 3 to 5.
func TestDieboldMarianoIsTheFormula(t *testing.T) {
	x := []float64{.5, -.2, .9, .4, -.1, .8, .3, .1, .6, -.3}
	n := float64(len(x))
	mean := 0.0
	for _, v := range x {
		mean += v / n
	}
	gamma := func(k int) (c float64) {
		for i := k; i < len(x); i++ {
			c += (x[i] - mean) * (x[i-k] - mean) / n
		}
		return c
	}
	for lags := range 4 {
		v := gamma(0)
		for k := 1; k <= lags; k++ {
			v += 2 * gamma(k)
		}
		if v <= 0 {
			v = gamma(0)
		}
		h := float64(lags + 1)
		want := mean / math.Sqrt(v/n) * math.Sqrt((n+1-2*h+h*(h-1)/n)/n)
		var d Difference
		d.test(x, lags)
		student := distuv.StudentsT{Sigma: 1, Nu: n - 1}
		if p := 2 * student.CDF(-math.Abs(want)); math.Abs(d.T-want) > 1e-12 || math.Abs(d.P-p) > 1e-12 || d.N != 10 || math.Abs(d.Mean-mean) > 1e-15 {
			t.Errorf("%d lags: %+v, want t %v, p %v", lags, d, want, p)
		}
	}
	for _, few := range [][]float64{{1, 2, 4}, {1, 1, 1, 1}} {
		d := Difference{P: math.NaN(), T: math.NaN()}
		d.test(few, 0)
		if !math.IsNaN(d.P) || !math.IsNaN(d.T) || d.N != len(few) {
			t.Errorf("%v: %+v", few, d)
		}
	}
	var four Difference
	four.test([]float64{1, 2, 4, 3}, 0)
	if !(four.P > 0 && four.P < 1) {
		t.Errorf("four differences: %+v", four)
	}
	four = Difference{P: math.NaN()}
	four.test([]float64{1, 2, 4, 3}, 9)
	if four.N != 4 { // no more lags than differences
		t.Errorf("%+v", four)
	}
	up := Difference{P: math.NaN()}
	up.test([]float64{1, -1, 1, -1, 1, -1.2}, 1)
	if !(up.P <= 1) { // whose variance with one lag is below zero
		t.Errorf("differences that alternate: %+v", up)
	}
}

// backtested makes a result whose loss of fold f and series s is loss(f,s), without a
// scale; origins are apart by step.
func backtested(folds, series, horizon, step int, loss func(f, s int) float64) Result {
	var r Result
	for f := range folds {
		for s := range series {
			tr := Trial{Fold: f + 1, History: Series{ID: strconv.Itoa(s), Values: make([]float64, 20+f*step)}}
			tr.Forecast = three(make([]float64, horizon)...)
			for range horizon {
				tr.Actual = append(tr.Actual, loss(f, s))
			}
			r.Trials = append(r.Trials, tr)
		}
	}
	return r
}

// Differences are averaged over what is fewer, and folds that overlap are correlated.
func TestDifferencesOfFoldsAndSeries(t *testing.T) {
	zero := func(int, int) float64 { return 0 }
	loss := func(f, s int) float64 { return math.Abs(math.Sin(float64(3*f+7*s))) + .1*float64(f) }
	for _, c := range []struct {
		folds, series, horizon, step int
		over                         string
		lags                         int
	}{{6, 3, 4, 4, "folds", 0}, {6, 6, 4, 4, "folds", 0}, {3, 6, 4, 1, "series", 0}, {8, 1, 4, 1, "folds", 3}, {8, 1, 4, 2, "folds", 1}, {8, 2, 5, 2, "folds", 2}, {8, 1, 4, 3, "folds", 1}} {
		d := DieboldMariano(backtested(c.folds, c.series, c.horizon, c.step, loss), backtested(c.folds, c.series, c.horizon, c.step, zero), 1)
		var x []float64
		if c.over == "folds" {
			for f := range c.folds {
				v := 0.0
				for s := range c.series {
					v += loss(f, s) / float64(c.series)
				}
				x = append(x, v)
			}
		} else {
			for s := range c.series {
				v := 0.0
				for f := range c.folds {
					v += loss(f, s) / float64(c.folds)
				}
				x = append(x, v)
			}
		}
		want := Difference{Over: c.over}
		want.test(x, c.lags)
		if d.Over != want.Over || d.N != want.N || math.Abs(d.T-want.T) > 1e-9 || math.Abs(d.P-want.P) > 1e-12 {
			t.Errorf("%+v: %+v, want %+v", c, d, want)
		}
	}
	a, b := backtested(5, 1, 1, 1, loss), backtested(4, 1, 1, 1, loss)
	if d := DieboldMariano(a, b, 1); !math.IsNaN(d.P) || d.N != 0 {
		t.Errorf("results of other folds: %+v", d)
	}
	a.Trials[2].Actual[0] = math.NaN() // not known yet
	if d := DieboldMariano(a, backtested(5, 1, 1, 1, zero), 1); d.N != 4 || !(d.P < 1) {
		t.Errorf("a fold without a value: %+v", d)
	}
}
