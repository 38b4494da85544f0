package auto

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// Zeros that follow a rule are a season, those before a series begins or after it has
// ended say that there was or is nothing, and only the rest are rare demand.
func TestZerosOfManyKinds(t *testing.T) {
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(4, 4))
	year := func(i int) float64 { return math.Cos(2 * math.Pi * float64(i) / 12) }
	for name, c := range map[string]struct {
		season, n, horizon int
		at                 func(i int) float64
	}{
		"solar panel": {24, 24 * 40, 24, func(i int) float64 {
			return math.Max(0, math.Sin(2*math.Pi*(float64(i%24)-6)/24)) * (90 + 2*float64(i/24%5)) * float64(bit(i%24 > 6 && i%24 < 18))
		}},
		"ski lift":        {12, 96, 12, func(i int) float64 { return math.Max(0, math.Round(1000*year(i))) }},
		"closed two days": {7, 280, 14, func(i int) float64 { return float64(bit(i%7 < 4)) * (200 + 10*float64(i%3)) }},
		"new product": {12, 108, 12, func(i int) float64 {
			return float64(bit(i >= 60)) * (100 + 2*float64(i-60) + 20*year(i))
		}},
		"ended product": {12, 132, 12, func(i int) float64 { return float64(bit(i < 72)) * (100 + 20*year(i)) }},
	} {
		full := make([]float64, c.n+c.horizon)
		for i := range full {
			full[i] = c.at(i)
		}
		s := forecast.Series{ID: name, Values: full[:c.n]}
		task := forecast.Task{Horizon: c.horizon, Season: c.season}
		m, err := forecast.Fit(t.Context(), method, []forecast.Series{s}, task)
		if err != nil {
			t.Fatal(err)
		}
		f, err := m.Forecast(s)
		if err != nil {
			t.Fatal(err)
		}
		most := 0.0
		for _, v := range s.Values {
			most = max(most, v)
		}
		for h, want := range full[c.n:] {
			if math.Abs(f.Mean[h]-want) > .2*most {
				t.Errorf("%s, step %d: %.4g, but it is %.4g", name, h+1, f.Mean[h], want)
			}
			if lo, hi := f.Interval(h, 95); want == 0 && name != "new product" && (lo != 0 || hi > .01*most) {
				t.Errorf("%s, step %d: where there is nothing, 95%% lie from %.4g to %.4g", name, h+1, lo, hi)
			}
		}
	}
	rare := make([]float64, 120)
	for i := range rare {
		if r.IntN(4) == 0 {
			rare[i] = float64(1 + r.IntN(5))
		}
	}
	if s := (forecast.Series{Values: rare}); kindOf(s, forecast.Task{Season: 12}) != intermittent {
		t.Error("rare demand is not taken for such")
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A random walk of days, as exchange rates are, has no year to learn however long it is;
// the demand of a town has.
func TestRandomWalksAreNotSeasonal(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	rate, demand := make([]float64, 1500), make([]float64, 1500)
	x, wave := 0.0, 0.0
	for i := range rate {
		x += .01 * r.NormFloat64()
		wave = .9*wave + r.NormFloat64()
		rate[i] = 1.1 * math.Exp(x)
		demand[i] = 100 + 20*math.Sin(2*math.Pi*float64(i)/365.25) + 5*float64(bit(i%7 < 5)) + 3*wave
	}
	rate[700] = math.NaN()
	for _, season := range []int{5, 7} {
		task := forecast.Task{Season: season}
		if k := kindOf(forecast.Series{Values: rate}, task); k != ordinary {
			t.Errorf("season %d: a random walk is of kind %d", season, k)
		}
		if k := kindOf(forecast.Series{Values: demand}, task); k != long {
			t.Errorf("season %d: demand is of kind %d", season, k)
		}
	}
}
