package forecast

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// cleanSeries are series without anomalies of the kinds that people have.
func cleanSeries(n int) map[string][]float64 {
	r := rand.New(rand.NewPCG(3, 4))
	out := map[string][]float64{}
	e := 0.0
	for i := range n {
		t := float64(i)
		week := 10 * math.Sin(2*math.Pi*t/7)
		e = .7*e + r.NormFloat64()
		out["autoregressive"] = append(out["autoregressive"], 50+3*e)
		out["weekly"] = append(out["weekly"], 100+week+2*r.NormFloat64())
		out["trending"] = append(out["trending"], 100+.5*t+week+3*r.NormFloat64())
		out["heteroscedastic"] = append(out["heteroscedastic"], 100+week+(1+t/200)*r.NormFloat64())
		out["heavy tails"] = append(out["heavy tails"], 100+week+2*r.NormFloat64()/math.Sqrt(.5*r.ExpFloat64()+.2))
	}
	return out
}

// The share of values called odd in a clean series is what the level promises,
// whatever the series and the method.
func TestAnomaliesKeepTheirLevel(t *testing.T) {
	for what, values := range cleanSeries(400) {
		for _, m := range []Method{Theta, SeasonalNaive} {
			for _, level := range []float64{95, 99} {
				points, err := DetectAnomalies(context.Background(), m, []Series{{Values: values}}, Task{Season: 7}, level)
				if err != nil {
					t.Fatal(err)
				}
				odd := 0
				for _, p := range points[0] {
					if p.Anomalous() {
						odd++
					}
				}
				share := 100 * float64(odd) / float64(len(points[0]))
				if want := 100 - level; math.Abs(share-want) > 1 {
					t.Errorf("%s, %s, %v%%: %.1f%% are odd, want %v%%", what, m.Name(), level, share, want)
				}
			}
		}
	}
}

// Gross errors are found and do not widen the interval, however many there are up
// to a twentieth of the values.
func TestGrossAnomaliesAreFound(t *testing.T) {
	values := cleanSeries(700)["weekly"]
	for i := 50; i < len(values); i += 23 {
		values[i] += 60
	}
	points, err := DetectAnomalies(context.Background(), Theta, []Series{{Values: values}}, Task{Season: 7}, 99)
	if err != nil {
		t.Fatal(err)
	}
	other := 0
	for _, p := range points[0] {
		gross := p.Step >= 50 && (p.Step-50)%23 == 0
		if gross && !p.Anomalous() {
			t.Errorf("the error at step %d is not found", p.Step)
		}
		if !gross && p.Anomalous() {
			other++
		}
	}
	if share := float64(other) / float64(len(points[0])); share > .03 {
		t.Errorf("%.1f%% of the other values are called odd", 100*share)
	}
}

// Methods that are slow to fit keep their parameters while the state follows the
// values: at once they forecast as if newly fitted, and later nearly so.
func TestSteadyMethods(t *testing.T) {
	s := Series{Values: cleanSeries(140)["weekly"]}
	for _, m := range []Method{ETS{}, ARIMA{}, CES, STL} {
		model, err := Fit(context.Background(), m, []Series{s}, Task{Season: 7, Horizon: 3})
		if err != nil {
			t.Fatal(err)
		}
		l := model.(localModel)
		follow := l.follow(t.Context(), s.Head(120))
		for n, near := range map[int]float64{120: 1e-6, 135: 3} {
			got, want := follow(s.Head(n)), l.one(t.Context(), s.Head(n))
			for h := range 3 {
				if math.Abs(got.Mean[h]-want.Mean[h]) > near {
					t.Errorf("%s, %d values, step %d: %v, newly fitted %v", m.Name(), n, h, got.Mean[h], want.Mean[h])
				}
			}
		}
	}
}

// A value after a constant history has a score that a person can read.
func TestScoreAfterAConstant(t *testing.T) {
	s := Series{Values: slices.Repeat([]float64{5}, 30)}
	s.Values[25] = 7
	points, err := DetectAnomalies(ctx, SeasonalNaive, []Series{s}, Task{Season: 1}, 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points[0] {
		if want := map[bool]float64{true: MostScore}[p.Step == 25]; p.Score != want {
			t.Errorf("step %d has score %v, want %v", p.Step, p.Score, want)
		}
	}
}
