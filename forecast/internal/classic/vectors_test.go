package classic

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// rVectors are answers of R's forecast package, see testdata/make_vectors.R.
type rVectors struct {
	Series map[string]rSeries
	ETS    []struct {
		Series, Model string
		Loglik, AICc  float64
		rAnswer
	}
	ARIMA []struct {
		Series          string
		Log, Constant   bool
		Order, Seasonal [3]int
		Loglik, Sigma2  float64
		rAnswer
	}
	AutoARIMA []struct {
		Series string
		AICc   float64
		rAnswer
	} `json:"auto_arima"`
	STL []struct {
		Series          string
		Window          int `json:"s_window"`
		Seasonal, Trend []float64
	}
	Croston struct{ Croston []float64 }
	Theta   map[string][]float64
	Naive2  map[string][]float64
	Snaive  map[string][]float64
}

type rSeries struct {
	Values []float64
	Season int
}

type rAnswer struct{ Mean, Lower, Upper []float64 }

func readVectors(t *testing.T) rVectors {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v rVectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{
		"series": len(v.Series), "ets": len(v.ETS), "arima": len(v.ARIMA), "auto_arima": len(v.AutoARIMA), "stl": len(v.STL),
		"croston": len(v.Croston.Croston), "theta": len(v.Theta), "naive2": len(v.Naive2), "snaive": len(v.Snaive),
	} {
		if n == 0 {
			t.Fatalf("testdata/vectors.json has no vectors of %s", name)
		}
	}
	return v
}

// series finds the values that vectors were made from.
func (v rVectors) series(t *testing.T, name string) rSeries {
	t.Helper()
	s, ok := v.Series[name]
	if !ok || len(s.Values) == 0 {
		t.Fatalf("testdata/vectors.json has no series %q", name)
	}
	return s
}

// far is the largest difference relative to the size of the wanted values.
func far(got, want []float64) float64 {
	if len(want) == 0 || len(got) != len(want) {
		return math.Inf(1)
	}
	var worst, size float64
	for i, w := range want {
		worst = max(worst, math.Abs(got[i]-w))
		size += math.Abs(w) / float64(len(want))
	}
	return worst / size
}

func limit(mean, sd []float64, z float64) []float64 {
	out := make([]float64, len(mean))
	for i := range mean {
		out[i] = mean[i] + z*sd[i]
	}
	return out
}

// Every form of ETS: our likelihood is at least R's, whose search stops early,
// and where the two are the same so are forecasts and intervals.
func TestETSAgainstR(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.ETS {
		s := v.series(t, c.Series)
		name := strings.NewReplacer("ETS(", "", ")", "", ",", "").Replace(c.Model)
		start := newETSStart(s.Values, s.Season, true)
		known := false
		for _, f := range etsForms(true, true) {
			if f.String() != name {
				continue
			}
			known = true
			e := fitETS(t.Context(), s.Values, f, start)
			mean, sd := e.forecast(len(c.Mean))
			gain := -e.lik/2 - c.Loglik
			if gain < -.01 {
				t.Errorf("%s on %s: log likelihood %.3f, R finds %.3f", name, c.Series, -e.lik/2, c.Loglik)
			}
			if d := far(mean, c.Mean); gain < .5 && d > .01 {
				t.Errorf("%s on %s: forecasts differ from R's by %.4f", name, c.Series, d)
			}
			if d := far(limit(mean, sd, 1.96), c.Upper); gain < .5 && d > .01 {
				t.Errorf("%s on %s: upper limits differ from R's by %.4f", name, c.Series, d)
			}
		}
		if !known {
			t.Errorf("there is no form %s", name)
		}
	}
}

func TestARIMAAgainstR(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.ARIMA {
		s := v.series(t, c.Series)
		y := append([]float64(nil), s.Values...)
		if c.Log {
			for i := range y {
				y[i] = math.Log(y[i])
			}
		}
		o := arimaOrder{p: c.Order[0], d: c.Order[1], q: c.Order[2], sp: c.Seasonal[0], sd: c.Seasonal[1], sq: c.Seasonal[2], m: s.Season, constant: c.Constant}
		fit, ok := o.fit(t.Context(), o.difference(y))
		if !ok {
			t.Errorf("%+v on %s cannot be fitted", o, c.Series)
			continue
		}
		mean, sd := fit.state(y).Forecast(len(c.Mean))
		gain := fit.loglik - c.Loglik
		if gain < -.005 {
			t.Errorf("%s %v%v: log likelihood %.4f, R finds %.4f", c.Series, c.Order, c.Seasonal, fit.loglik, c.Loglik)
		}
		if d := far(mean, c.Mean); gain < .1 && d > 2e-4 {
			t.Errorf("%s %v%v: forecasts differ from R's by %v", c.Series, c.Order, c.Seasonal, d)
		}
		if d := far(limit(mean, sd, 1.96), c.Upper); gain < .1 && d > .01 {
			t.Errorf("%s %v%v: upper limits differ from R's by %v", c.Series, c.Order, c.Seasonal, d)
		}
	}
	for _, c := range v.AutoARIMA {
		s := v.series(t, c.Series)
		fit, ok := autoARIMA(t.Context(), s.Values, s.Season)
		if !ok || fit.aicc > c.AICc+.1 {
			t.Errorf("%s: chose %+v with AICc %.2f, R %.2f", c.Series, fit.arimaOrder, fit.aicc, c.AICc)
			continue
		}
		if mean, _ := fit.state(s.Values).Forecast(len(c.Mean)); math.Abs(fit.aicc-c.AICc) < .01 && far(mean, c.Mean) > .001 {
			t.Errorf("%s: forecasts differ from R's: %v, %v", c.Series, mean, c.Mean)
		}
	}
}

func TestSTLAgainstR(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.STL {
		s := v.series(t, c.Series)
		seasonal, trend := stl(s.Values, s.Season, c.Window)
		if d := far(seasonal, c.Seasonal); d > 1e-6 {
			t.Errorf("%s: seasonal component differs by %v", c.Series, d)
		}
		if d := far(trend, c.Trend); d > 1e-6 {
			t.Errorf("%s: trend differs by %v", c.Series, d)
		}
	}
}

func TestCrostonAgainstR(t *testing.T) {
	v := readVectors(t)
	mean, _ := FitCroston(t.Context(), v.series(t, "orders").Values, 1, 3).Forecast(3)
	if d := far(mean, v.Croston.Croston); d > 1e-6 {
		t.Errorf("Croston %v, R %v", mean, v.Croston.Croston)
	}
}

// Ours starts smoothing at the first value, as the M4 competition's code did,
// where R's thetaf estimates the start.
func TestThetaAgainstR(t *testing.T) {
	v := readVectors(t)
	for name, want := range v.Theta {
		s := v.series(t, name)
		mean, _ := FitTheta(t.Context(), s.Values, s.Season, len(want)).Forecast(len(want))
		if d := far(mean, want); d > .012 {
			t.Errorf("%s: Theta differs from R's by %v", name, d)
		}
	}
}

// The yardsticks of the M4 competition, exactly.
func TestNaivesAgainstR(t *testing.T) {
	v := readVectors(t)
	for _, c := range []struct {
		name string
		f    func(y []float64, m, horizon int) (mean, sd []float64)
		want map[string][]float64
	}{{"naive2", Naive2, v.Naive2}, {"snaive", SeasonalNaive, v.Snaive}} {
		for name, want := range c.want {
			s := v.series(t, name)
			mean, _ := c.f(s.Values, s.Season, len(want))
			if d := far(mean, want); d > 1e-8 {
				t.Errorf("%s on %s differs from R's by %v", c.name, name, d)
			}
		}
	}
}
