package multiseason

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var probs = []float64{.025, .1, .25, .5, .75, .9, .975}

// run forecasts and fails the test if it refuses.
// forecastOf fits and forecasts; ok is false where the history is too short.
func forecastOf(y, periods []float64, horizon int, probs []float64) (mean []float64, q [][]float64, ok bool) {
	f := New(y, periods, probs)
	if f == nil {
		return nil, nil, false
	}
	return f.Forecast(y, periods, horizon)
}

func run(t testing.TB, y, periods []float64, horizon int) (mean []float64, q [][]float64) {
	t.Helper()
	mean, q, ok := forecastOf(y, periods, horizon, probs)
	if !ok {
		t.Fatalf("%d values with seasons %v are refused", len(y), periods)
	}
	return mean, q
}

// days is a series of days with a week and a year: level and growth a year, size of
// the year and the week relative to the level, autocorrelated noise likewise.
func days(n int, seed uint64, growth, year, week, noise float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 11))
	y := make([]float64, n)
	var e float64
	for t := range y {
		x := float64(t)
		e = .6*e + .8*r.NormFloat64()
		y[t] = 500 * math.Pow(1+growth, x/365.25) *
			(1 + year*math.Cos(2*math.Pi*(x-30*float64(seed))/365.25) + year/3*math.Sin(4*math.Pi*x/365.25)) *
			(1 + week*[]float64{.2, .3, .2, .1, 0, -.3, -.5}[t%7]) * (1 + noise*e)
	}
	return y
}

// ratio is the mean absolute error relative to that of repeating the last m values.
func ratio(y, f []float64, n, m int) float64 {
	var ours, naive float64
	for h, v := range f {
		ours += math.Abs(y[n+h] - v)
		naive += math.Abs(y[n+h] - y[n-m+h%m])
	}
	return ours / naive
}

// A year of days is forecast better than by repeating the last one, from two years of
// history on: with strong, weak and no seasons, growing, and after the level jumped.
func TestYearOfDays(t *testing.T) {
	for name, c := range map[string]struct {
		growth, year, week, noise float64
		jump                      float64
		limit                     float64 // of the error relative to repeating; .71 is perfect for noise
	}{
		"strong":  {0, .3, .3, .03, 0, .85},
		"weak":    {0, .02, .02, .04, 0, .85},
		"week":    {0, 0, .3, .03, 0, .85},
		"noise":   {0, 0, 0, .1, 0, .85},
		"growing": {.25, .3, .2, .03, 0, .45},
		"falling": {-.2, .3, .2, .03, 0, .5},
		"jumped":  {0, .2, .2, .02, 200, 1},
	} {
		for _, n := range []int{735, 900, 1100, 1900} {
			var mean float64
			const seeds = 3
			for seed := range uint64(seeds) {
				y := days(n+365, seed, c.growth, c.year, c.week, c.noise)
				for i := n/2 + 20; i < len(y); i++ {
					y[i] += c.jump
				}
				f, _ := run(t, y[:n], Periods(7), 365)
				mean += ratio(y, f, n, 364) / seeds
			}
			if mean > c.limit {
				t.Errorf("%s, %d days: error %.2f of repeating the last year, want at most %.2f", name, n, mean, c.limit)
			}
		}
	}
}

// Half-hours with a day and a week, quarter-hours, and hours with a year around them
// are forecast better than by repeating a day or a week.
func TestStepsOfADay(t *testing.T) {
	for _, c := range []struct{ season, days, horizon int }{{48, 60, 14}, {96, 40, 7}, {24, 800, 30}} {
		const seeds = 4
		m := c.season
		var day, week float64
		for seed := range uint64(seeds) {
			y := steps(c.days+c.horizon, m, seed)
			n := c.days*m - m/3 // the history ends within a day
			f, q := run(t, y[:n], Periods(m), c.horizon*m)
			if len(q) != c.horizon*m {
				t.Errorf("%d steps a day: %d rows of quantiles", m, len(q))
			}
			day += ratio(y, f, n, m) / seeds
			week += ratio(y, f, n, 7*m) / seeds
		}
		if day > .9 || week > .95 {
			t.Errorf("%d steps a day: error %.2f of repeating a day, %.2f of repeating a week", m, day, week)
		}
	}
}

// steps divides days into m steps each, with another shape at weekends.
func steps(n, m int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 4))
	var y []float64
	for i, level := range days(n, seed, 0, .2, .3, .03) {
		for j := range m {
			x := 2 * math.Pi * float64(j) / float64(m)
			shape := 1 + .3*math.Sin(x) + .1*math.Cos(2*x)
			if i%7 > 4 {
				shape = 1 + .1*math.Sin(x)
			}
			y = append(y, level*shape*(1+.02*r.NormFloat64()))
		}
	}
	return y
}

// What follows a rule without noise goes on by that rule.
func TestCleanSeriesGoOnExactly(t *testing.T) {
	wave := func(x, p float64) float64 { return math.Sin(2 * math.Pi * x / p) }
	for name, c := range map[string]struct {
		n       int
		periods []float64
		f       func(x float64) float64
	}{
		"sine":          {60, []float64{12}, func(x float64) float64 { return 3 * wave(x, 12) }},
		"sine on line":  {60, []float64{12}, func(x float64) float64 { return 100 + 2*x + 30*wave(x, 12) }},
		"two waves":     {48, []float64{12}, func(x float64) float64 { return 50 + 9*wave(x, 12) + 4*wave(x+1, 6) }},
		"line":          {40, nil, func(x float64) float64 { return 7 - 3*x }},
		"saw of months": {72, []float64{12}, func(x float64) float64 { return math.Mod(x, 12) }},
		"growth":        {60, []float64{12}, func(x float64) float64 { return math.Exp(1 + .02*x + .3*wave(x, 12)) }},
		"days":          {800, []float64{7, 365.25}, func(x float64) float64 { return 10 + wave(x, 7) + 5*wave(x, 365.25) }},
	} {
		y := make([]float64, c.n)
		for i := range y {
			y[i] = c.f(float64(i))
		}
		f, q := run(t, y, c.periods, 24)
		for h, v := range f {
			want := c.f(float64(c.n + h))
			if scale := 1e-4 * (math.Abs(want) + 1); math.Abs(v-want) > scale || q[h][6]-q[h][0] > 100*scale {
				t.Errorf("%s, step %d: %v in %v to %v, want %v", name, h+1, v, q[h][0], q[h][6], want)
				break
			}
		}
	}
}

// A date has the same forecast whatever horizon is asked.
func TestDateKeepsItsForecast(t *testing.T) {
	for _, season := range []int{7, 24} {
		y := days(1000, 2, .1, .3, .3, .05)
		short, q := run(t, y, Periods(season), 30)
		long, w := run(t, y, Periods(season), 400)
		for h := range short {
			if short[h] != long[h] || !slices.Equal(q[h], w[h]) {
				t.Fatalf("season %d, step %d: %v with 30 steps, %v with 400", season, h+1, short[h], long[h])
			}
		}
	}
}

// The unit of the values doesn't matter, nor does a whole number of years added before
// a series that repeats itself.
func TestUnitsAndOrigin(t *testing.T) {
	y := days(1000, 3, .1, .3, .3, .05)
	thousand := make([]float64, len(y))
	for i, v := range y {
		thousand[i] = 1000 * v
	}
	f, q := run(t, y, Periods(7), 100)
	g, p := run(t, thousand, Periods(7), 100)
	for h := range f {
		if math.Abs(1000*f[h]-g[h]) > 1e-5*g[h] || math.Abs(1000*q[h][0]-p[h][0]) > 1e-4*g[h] {
			t.Fatalf("step %d: %v, and %v in thousandths", h+1, f[h], g[h])
		}
	}
	clean := days(1461+1100, 0, 0, .3, 0, 0)
	f, _ = run(t, clean, Periods(7), 100)
	g, _ = run(t, clean[1461:], Periods(7), 100)
	for h := range f {
		if math.Abs(f[h]-g[h]) > .01*f[h] {
			t.Fatalf("step %d: %v, and %v without the first four years", h+1, f[h], g[h])
		}
	}
}

// Whatever the series, forecasts stay within a few times its range and quantiles are
// finite and in order.
func TestNothingExplodes(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	kinds := map[string]func(t int, last float64) float64{
		"walk":        func(_ int, last float64) float64 { return last + r.NormFloat64() },
		"heavy tails": func(int, float64) float64 { return r.NormFloat64() / (.05 + r.Float64()) },
		"skewed":      func(int, float64) float64 { return math.Exp(2 * r.NormFloat64()) },
		"rare": func(int, float64) float64 {
			if r.IntN(30) == 0 {
				return 10
			}
			return 0
		},
		"takes off":     func(t int, _ float64) float64 { return math.Exp(float64(t) / 150) },
		"saturates":     func(t int, _ float64) float64 { return 100/(1+math.Exp(-float64(t-500)/60)) + r.Float64() },
		"ends at zero":  func(t int, _ float64) float64 { return float64(max(0, 600-t)) },
		"one outlier":   func(t int, _ float64) float64 { return r.Float64() + 1e9*float64(t/700*(701-min(t, 701))) },
		"two constants": func(t int, _ float64) float64 { return float64(t / 500) },
	}
	for name, next := range kinds {
		for _, season := range []int{1, 7, 12, 24} {
			y := make([]float64, 900)
			for i := 1; i < len(y); i++ {
				y[i] = next(i, y[i-1])
			}
			lo, hi := slices.Min(y), slices.Max(y)
			f, q := run(t, y, Periods(season), 730)
			room := 5 * (hi - lo)
			if name == "takes off" {
				room *= 30
			}
			for h, v := range f {
				slices.Sort(q[h])
				if !(v >= lo-room && v <= hi+room) || math.IsNaN(q[h][0]) || math.IsInf(q[h][6], 0) || math.IsInf(q[h][0], 0) {
					t.Errorf("%s, season %d, step %d: %v, quantiles %v; history %v to %v", name, season, h+1, v, q[h], lo, hi)
					break
				}
			}
		}
	}
}

// The intervals hold what comes about as often as they say, near and far.
func TestIntervalsHold(t *testing.T) {
	var n, in80, in95 float64
	for seed := range uint64(12) {
		y := days(1100+365, seed, .05*float64(seed%3), .2, .2, .05)
		_, q := run(t, y[:1100], Periods(7), 365)
		for h, row := range q {
			n++
			v := y[1100+h]
			if v >= row[1] && v <= row[5] {
				in80++
			}
			if v >= row[0] && v <= row[6] {
				in95++
			}
		}
	}
	if a, b := in80/n, in95/n; a < .75 || a > .92 || b < .92 || b > .995 {
		t.Errorf("the 80%% interval holds %.3f, the 95%% interval %.3f", a, b)
	}
}

// A river's quantiles follow what the season has seen: about as good as the quantiles
// of the past far ahead, better near, and no flood beyond any that was.
func TestSkewedSeries(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const n, horizon = 6000, 120
	y := make([]float64, n+horizon)
	var e float64
	for t := range y {
		e = .9*e + .44*r.NormFloat64()
		y[t] = math.Exp(3 + .7*math.Cos(2*math.Pi*float64(t)/365.25) + .8*e + .3*max(0, e)*max(0, e))
	}
	sorted := slices.Sorted(slices.Values(y[:n]))
	plain := make([][]float64, horizon)
	for h := range plain {
		for _, p := range probs {
			plain[h] = append(plain[h], quantile(sorted, p))
		}
	}
	_, q := run(t, y[:n], Periods(7), horizon)
	if a, b := pinball(y[n:], q, probs), pinball(y[n:], plain, probs); a > b {
		t.Errorf("quantile loss %.2f, of the quantiles of all the past %.2f", a, b)
	}
	for h, row := range q {
		if row[6] > sorted[n-1] {
			t.Fatalf("step %d: the 97.5%% quantile is %.0f, the largest value ever %.0f", h+1, row[6], sorted[n-1])
		}
	}
}

// Too short a history is refused; seasons that the history doesn't hold are ignored.
func TestShortHistories(t *testing.T) {
	for _, n := range []int{1, 2, 10} {
		if _, _, ok := forecastOf(make([]float64, n), Periods(12), 5, probs); ok {
			t.Errorf("%d values are not refused", n)
		}
	}
	y := days(300, 1, 0, 0, .3, .03)
	f, _ := run(t, y, Periods(7), 28)
	g, _ := run(t, y, []float64{7}, 28)
	for h := range f {
		if math.Abs(f[h]-g[h]) > .01*g[h] {
			t.Fatalf("300 days, step %d: %v with a year, %v without", h+1, f[h], g[h])
		}
	}
	for _, c := range []struct {
		season, n int
		want      bool
	}{{7, 730, true}, {7, 500, false}, {12, 5000, false}, {1, 5000, false}, {24, 24 * 150, true}, {24, 24 * 100, false}, {48, 48 * 800, true}} {
		if Long(c.season, c.n) != c.want {
			t.Errorf("season %d, %d values: Long is %v", c.season, c.n, !c.want)
		}
	}
	if m := wholeSeason(365.25, []float64{7, 365.25}); m != 364 {
		t.Errorf("a year of weeks has %d days", m)
	}
}

func BenchmarkForecast(b *testing.B) {
	for _, c := range []struct {
		name      string
		season, n int
		horizon   int
	}{{"days", 7, 1000, 365}, {"days-23000", 7, 23000, 365}, {"half-hours-100000", 48, 100000, 336}} {
		b.Run(c.name, func(b *testing.B) {
			y := days(c.n, 1, .02, .2, .2, .05)
			for b.Loop() {
				run(b, y, Periods(c.season), c.horizon)
			}
		})
	}
}
