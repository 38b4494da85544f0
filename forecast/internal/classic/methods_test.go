package classic

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// fits are the methods by name.
var fits = map[string]Fit{
	"naive": FitNaive, "snaive": FitSeasonalNaive, "drift": FitDrift, "naive2": FitNaive2, "theta": FitTheta, "dotm": FitDynamicTheta,
	"ses": FitSES, "holt": FitHolt, "damped": FitDamped, "ets": FitETS, "arima": FitARIMA, "ces": FitCES, "stl": FitSTL, "croston": FitCroston,
	"sba": FitSBA, "tsb": FitTSB, "comb": FitComb, "blend": FitBlend, "intermittent": FitIntermittent, "regression": FitRegression, "mean": FitMean,
}

// all are the methods as functions.
var all = func() map[string]func(y []float64, m, horizon int) (mean, sd []float64) {
	out := map[string]func(y []float64, m, horizon int) (mean, sd []float64){}
	for name, fit := range fits {
		out[name] = func(y []float64, m, horizon int) (mean, sd []float64) {
			return fit(context.Background(), y, m, horizon).Forecast(horizon)
		}
	}
	return out
}()

func repeat(n int, f func(i int) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// Any method gives one finite mean and one finite, not negative standard deviation for
// every step, whatever the length of the history, and does not change it.
func TestMethodsAnswer(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for name, f := range all {
		for _, n := range []int{1, 2, 3, 4, 5, 7, 11, 13, 24, 25, 40, 100} {
			y := repeat(n, func(i int) float64 { return 20 + 3*float64(i%12) + r.NormFloat64() })
			before := slices.Clone(y)
			for _, m := range []int{1, 4, 12, 60} {
				mean, sd := f(y, m, 15)
				if len(mean) != 15 || len(sd) != 15 {
					t.Fatalf("%s, %d values, season %d: %d means and %d deviations", name, n, m, len(mean), len(sd))
				}
				for h := range mean {
					if math.IsNaN(mean[h]) || math.IsInf(mean[h], 0) || !(sd[h] >= 0) || math.IsInf(sd[h], 0) {
						t.Fatalf("%s, %d values, season %d: step %d is %v ± %v", name, n, m, h+1, mean[h], sd[h])
					}
				}
			}
			if !slices.Equal(y, before) {
				t.Fatalf("%s changes its argument", name)
			}
		}
	}
}

// A line is continued as a line by the methods that know trends; its forecasts have
// next to no spread.
func TestLines(t *testing.T) {
	for _, slope := range []float64{-2, .5, 10} {
		y := repeat(60, func(i int) float64 { return 500 + slope*float64(i) })
		for _, c := range []struct {
			name      string
			tolerance float64 // share of what the line moves over the horizon
		}{{"drift", 1e-9}, {"holt", .02}, {"ets", .02}, {"arima", 1e-6}, {"theta", .55}, {"dotm", .3}, {"ces", .6}, {"damped", .3}} {
			mean, sd := all[c.name](y, 1, 10)
			want := 500 + slope*69
			if !near(mean[9], want, c.tolerance*math.Abs(10*slope)) {
				t.Errorf("%s: a line with slope %v is at %v after ten steps, want %v", c.name, slope, mean[9], want)
			}
			if c.tolerance < .1 && sd[0] > math.Abs(slope) {
				t.Errorf("%s: the standard deviation on a line is %v", c.name, sd[0])
			}
		}
	}
}

// An exact season goes on by the methods that know seasons.
func TestExactSeasons(t *testing.T) {
	pattern := []float64{10, 14, 9, 22, 17, 12, 30}
	y := repeat(70, func(i int) float64 { return pattern[i%7] })
	for _, name := range []string{"snaive", "naive2", "theta", "dotm", "ses", "holt", "damped", "ets", "arima", "ces", "stl", "comb", "blend"} {
		mean, _ := all[name](y, 7, 14)
		for h, v := range mean {
			if want := pattern[h%7]; !near(v, want, .1) {
				t.Errorf("%s: step %d of an exact season is %.3f, want %v", name, h+1, v, want)
				break
			}
		}
	}
}

// In other units the forecasts are the same; so are they from another zero, for methods
// that do not look at ratios.
func TestUnits(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 4))
	y := repeat(60, func(i int) float64 { return 100 + float64(i) + 15*math.Sin(float64(i)*math.Pi/6) + 3*r.NormFloat64() })
	for name, f := range all {
		mean, sd := f(y, 12, 6)
		scaled, scaledSD := f(repeat(60, func(i int) float64 { return 1024 * y[i] }), 12, 6)
		for h := range mean {
			if !near(scaled[h]/1024, mean[h], .01*mean[h]) || !near(scaledSD[h]/1024, sd[h], .05*sd[h]) {
				t.Errorf("%s: step %d is %v ± %v, in other units %v ± %v", name, h+1, mean[h], sd[h], scaled[h]/1024, scaledSD[h]/1024)
				break
			}
		}
	}
	for _, name := range []string{"naive", "snaive", "drift"} {
		mean, sd := all[name](y, 12, 6)
		moved, movedSD := all[name](repeat(60, func(i int) float64 { return y[i] + 4096 }), 12, 6)
		for h := range mean {
			if !near(moved[h]-4096, mean[h], 1e-9) || !near(movedSD[h], sd[h], 1e-9) {
				t.Errorf("%s: from another zero step %d is %v ± %v, want %v ± %v", name, h+1, moved[h]-4096, movedSD[h], mean[h], sd[h])
			}
		}
	}
}

// The spread of the naive methods grows with the root of the steps, or of the seasons,
// and matches the errors of a random walk.
func TestSpreadOfNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	level := 0.0
	y := repeat(2000, func(int) float64 { level += 2 * r.NormFloat64(); return level })
	_, sd := Naive(y, 1, 9)
	if !near(sd[0], 2, .1) || !near(sd[8], 3*sd[0], 1e-9) {
		t.Errorf("a random walk with steps of 2 has the deviations %v", sd)
	}
	_, sd = SeasonalNaive(y, 4, 9)
	if sd[0] != sd[3] || !near(sd[4], math.Sqrt2*sd[0], 1e-9) || !near(sd[8], math.Sqrt(3)*sd[0], 1e-9) {
		t.Errorf("deviations by season: %v", sd)
	}
}

// ARIMA recovers the model that made a series, and its forecasts return to the mean.
func TestARIMARecovers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	x := 0.0
	y := repeat(400, func(int) float64 { x = .8*x + r.NormFloat64(); return 50 + x })
	o := arimaOrder{p: 1, m: 1, constant: true}
	fit, ok := o.fit(t.Context(), y)
	if !ok || !near(fit.coef.phi[0], .8, .08) || !near(fit.mean, 50, 1) || !near(fit.sigma2, 1, .15) {
		t.Errorf("AR(1) with .8 around 50: %v around %v, variance %v", fit.coef.phi, fit.mean, fit.sigma2)
	}
	mean, sd := fit.state(y).Forecast(40)
	if d := math.Abs(mean[39] - fit.mean); d > .01*math.Abs(y[399]-fit.mean)+.01 {
		t.Errorf("after forty steps the forecast is still %v away from the mean", d)
	}
	if want := math.Sqrt(fit.sigma2 / (1 - .64)); !near(sd[39], want, .3) || sd[0] >= sd[39] {
		t.Errorf("deviations go from %v to %v, want to %v", sd[0], sd[39], want)
	}
	for i := range 3 { // a moving average forgets after its order
		e := repeat(300+i, func(int) float64 { return r.NormFloat64() })
		z := repeat(299+i, func(i int) float64 { return e[i+1] - .6*e[i] })
		fit, ok := arimaOrder{q: 1, m: 1}.fit(t.Context(), z)
		if !ok || !near(fit.coef.theta[0], -.6, .15) {
			t.Errorf("MA(1) with -.6: %v", fit.coef.theta)
		}
		if mean, _ := fit.state(z).Forecast(3); mean[1] != 0 || mean[2] != 0 {
			t.Errorf("MA(1) forecasts %v", mean)
		}
	}
}

// Differencing is chosen for walks and not for noise.
func TestDifferences(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	level := 0.0
	walk := repeat(200, func(int) float64 { level += r.NormFloat64(); return level })
	noise := repeat(200, func(int) float64 { return r.NormFloat64() })
	if d, _ := differences(walk, 1); d != 1 {
		t.Errorf("a random walk is differenced %d times", d)
	}
	if d, _ := differences(noise, 1); d != 0 {
		t.Errorf("noise is differenced %d times", d)
	}
	season := repeat(120, func(i int) float64 { return 30*math.Sin(float64(i)*math.Pi/6) + noise[i] })
	if _, sd := differences(season, 12); sd != 1 {
		t.Errorf("a season is differenced %d times", sd)
	}
}

// A demand of known size at known intervals has a known mean; it fades in TSB when
// demand stops, and not in Croston's method.
func TestIntermittentDemand(t *testing.T) {
	y := repeat(99, func(i int) float64 {
		if i%3 == 2 {
			return 12
		}
		return 0
	})
	for name, want := range map[string]float64{"croston": 4, "sba": 3.8, "tsb": 4.4} {
		mean, sd := all[name](y, 1, 2)
		if !near(mean[0], want, .3) || mean[1] != mean[0] || sd[0] < 4 {
			t.Errorf("%s: 12 every third step gives %v ± %v, want %v", name, mean, sd, want)
		}
	}
	stopped := append(slices.Clone(y), make([]float64, 60)...)
	c, _ := FitCroston(t.Context(), stopped, 1, 1).Forecast(1)
	s, _ := FitTSB(t.Context(), stopped, 1, 1).Forecast(1)
	if !near(c[0], 4, .3) || s[0] > .1 {
		t.Errorf("after demand stopped: Croston %v, TSB %v", c[0], s[0])
	}
	if mean, _ := FitCroston(t.Context(), make([]float64, 5), 1, 2).Forecast(2); mean[0] != 0 {
		t.Errorf("no demand gives %v", mean)
	}
	for i, c := range []struct {
		y    []float64
		want bool
	}{{y, true}, {[]float64{0, 0, 0}, false}, {[]float64{1, 2, 0, 3}, false}, {[]float64{0, -1, 0}, false}, {[]float64{0, math.NaN(), 3, 0}, true}, {[]float64{0, 0, 0, 0, 0, 3, 5, 8, 14}, false}, {[]float64{0, 0, 0, 0, 0, 3}, true}} {
		if got := IsIntermittent(c.y, 1); got != c.want {
			t.Errorf("series %d counts as intermittent: %v", i, got)
		}
	}
}

// Every form of exponential smoothing has a name, and fixing it is what R writes.
func TestETSForms(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range etsForms(true, true) {
		seen[f.String()] = true
		if _, ok := ETSForm(f.String()); !ok {
			t.Errorf("the form %s is unknown", f)
		}
	}
	if len(seen) != 15 || !seen["MAdM"] || seen["AAM"] {
		t.Errorf("%d forms: %v", len(seen), seen)
	}
	if n := fmt.Sprint(etsForms(false, false)); n != "[ANN AAN AAdN]" {
		t.Errorf("without season and sign there are %s", n)
	}
}
