package forecast

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

var ctx = context.Background()

// The metrics against numbers computed by hand.
func TestMetrics(t *testing.T) {
	f := Forecast{
		Mean: []float64{12, 8}, Probs: []float64{.025, .5, .975},
		Q: [][]float64{{10, 12, 14}, {6, 8, 9}},
	}
	s := ScoreAll([]Forecast{f}, [][]float64{{1, 3, 2, 6}}, [][]float64{{13, 10}}, 1)
	near := func(name string, got, want float64) {
		if !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	scale := (2.0 + 1 + 4) / 3
	near("MAE", s.MAE, 1.5)
	near("RMSE", s.RMSE, math.Sqrt(2.5))
	near("MAPE", s.MAPE, 100*(1./13+2./10)/2)
	near("sMAPE", s.SMAPE, 200*(1./25+2./18)/2)
	near("MASE", s.MASE, 1.5/scale)
	near("RMSSE", s.RMSSE, math.Sqrt(2.5/((4.0+1+16)/3)))
	near("MSIS", s.MSIS, (4+3+40*1)/2./scale)
	near("coverage", s.Coverage, .5)
	// WQL: 2·Σ pinball / Σ|y|, quantiles from the forecast itself
	var pin float64
	for _, p := range wqlLevels {
		for h, y := range []float64{13, 10} {
			d := y - f.Quantile(h, p)
			pin += 2 * max(p*d, (p-1)*d) / 9
		}
	}
	near("WQL", s.WQL, pin/23)
	near("CRPS", s.CRPS, pin/2)
}

func TestQuantiles(t *testing.T) {
	f := Normal([]float64{10}, []float64{2})
	for p, want := range map[float64]float64{.5: 10, .975: 13.92, .025: 6.08, .25: 8.651, .001: 3.82} {
		if got := f.Quantile(0, p); math.Abs(got-want) > .01 {
			t.Errorf("quantile %v = %v, want %v", p, got, want)
		}
	}
	if lo, hi := f.Interval(0, 95); math.Abs(hi-lo-4*1.96) > .01 {
		t.Errorf("95%% interval %v to %v", lo, hi)
	}
}

// Naive methods on a series whose continuation is known.
func TestNaiveMethods(t *testing.T) {
	y := []float64{1, 2, 3, 4, 2, 3, 4, 5}
	for m, want := range map[Classic][]float64{
		Naive: {5, 5, 5, 5, 5}, SeasonalNaive: {2, 3, 4, 5, 2}, Drift: {5 + 4./7, 5 + 8./7, 5 + 12./7, 5 + 16./7, 5 + 20./7},
	} {
		fs, err := Run(ctx, m, []Series{{ID: "a", Values: y}}, Task{Horizon: 5, Season: 4})
		if err != nil {
			t.Fatal(err)
		}
		for h, w := range want {
			if math.Abs(fs[0].Mean[h]-w) > 1e-12 {
				t.Errorf("%s: step %d is %v, want %v", m.Name(), h+1, fs[0].Mean[h], w)
			}
		}
	}
}

// The season of a frequency gives way to another one only where it does not show and the
// other one clearly does.
func TestUsualSeason(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 9))
	hours := func(n int, periods ...float64) []Series {
		s := Series{Freq: Freq{Unit: Hour, N: 1}, Start: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)}
		for i := range n {
			v := 20 + r.NormFloat64()
			for _, m := range periods {
				v += 5 * math.Sin(2*math.Pi*float64(i)/m)
			}
			s.Values = append(s.Values, v)
		}
		return []Series{s}
	}
	seconds := func(panel []Series) []Series {
		panel[0].Freq = Freq{Unit: Second, N: 10}
		return panel
	}
	for name, c := range map[string]struct {
		panel []Series
		want  int
	}{
		"a machine's cycle": {seconds(hours(600, 53)), 53}, "a machine without one": {seconds(hours(600)), 1}, "a machine's minute": {seconds(hours(600, 6)), 6},
		"days": {hours(600, 24), 24}, "shifts of nine hours": {hours(600, 9), 9}, "days and shifts": {hours(600, 24, 9), 24},
		"noise": {hours(600), 24}, "too short": {hours(60, 9), 24},
	} {
		if got := (Task{}).Resolve(c.panel).Season; got != c.want {
			t.Errorf("%s: a season of %d, want %d", name, got, c.want)
		}
	}
}

func TestDetectSeason(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, m := range []int{1, 4, 12, 24} {
		var panel []Series
		for range 20 {
			var y []float64
			for i := range 15 * max(m, 6) {
				v := r.NormFloat64() + float64(i)*.05
				if m > 1 {
					v += 4 * math.Sin(2*math.Pi*float64(i)/float64(m))
				}
				y = append(y, v)
			}
			panel = append(panel, Series{Values: y})
		}
		if got := DetectSeason(panel); got != m {
			t.Errorf("season %d found as %d", m, got)
		}
	}
}
