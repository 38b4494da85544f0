package hierarchy

import (
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"gonum.org/v1/gonum/stat"
)

// The covariance is that of Schäfer and Strimmer (2005), with the errors of seasonal naive
// as they are: their mean is taken as zero.
func TestCovarianceIsTheFormula(t *testing.T) {
	panel := regions()
	panel[0].Values = panel[0].Values[7:] // of another length: aligned at the end
	h, err := New(panel)
	if err != nil {
		t.Fatal(err)
	}
	for season, lag := range map[int]int{4: 4, 0: 1, 15: 15, 16: 1} { // 33 values hold two seasons of 15 and three steps
		var errs [][]float64
		shortest := math.MaxInt
		for _, s := range h.Panel {
			var e []float64
			own := lag
			if len(s.Values) == 40 && season == 16 {
				own = 16
			}
			for i := own; i < len(s.Values); i++ {
				e = append(e, s.Values[i]-s.Values[i-own])
			}
			errs, shortest = append(errs, e), min(shortest, len(e))
		}
		n := len(errs)
		sd := make([]float64, n)
		for i, e := range errs {
			sd[i] = math.Sqrt(dot(e, e) / float64(len(e)))
		}
		r := func(i, j int) (products []float64) {
			a, b := errs[i][len(errs[i])-shortest:], errs[j][len(errs[j])-shortest:]
			for k := range a {
				products = append(products, a[k]/sd[i]*b[k]/sd[j])
			}
			return products
		}
		var doubt, size float64
		for i := range n {
			for j := range i {
				m, v := stat.MeanVariance(r(i, j), nil)
				doubt, size = doubt+v/float64(shortest), size+m*m
			}
		}
		keep := 1 - min(1, doubt/size)
		if keep < .1 {
			t.Fatalf("nothing is left to compare: %v", keep)
		}
		cov := h.covariance(t.Context(), season)
		for i := range n {
			for j := range n {
				want := sd[i] * sd[i]
				if i != j {
					want = keep * stat.Mean(r(i, j), nil) * sd[i] * sd[j]
				}
				if got := cov(i, j); math.Abs(got-want) > 1e-6*sd[i]*sd[j] {
					t.Errorf("season %d: cov(%d,%d) is %v, want %v", season, i, j, got, want)
				}
			}
		}
	}
	for i := range panel {
		panel[i].Values = panel[i].Values[len(panel[i].Values)-4:] // three errors tell nothing of correlation
	}
	if h, err = New(panel); err != nil {
		t.Fatal(err)
	}
	if cov := h.covariance(t.Context(), 1); cov(0, 1) != 0 || cov(0, 0) <= 0 {
		t.Errorf("of three errors the covariance is %v, the variance %v", cov(0, 1), cov(0, 0))
	}
}

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// Quantiles of draws lie between them, in proportion.
func TestQuantileOfDraws(t *testing.T) {
	for p, want := range map[float64]float64{0: 1, .25: 1.5, .5: 2, .75: 4, 1: 6} {
		if got := quantile([]float64{1, 2, 6}, p); math.Abs(got-want) > 1e-12 {
			t.Errorf("the quantile %v is %v, want %v", p, got, want)
		}
	}
	if got := quantile([]float64{7}, .9); got != 7 {
		t.Errorf("of one draw: %v", got)
	}
}

// Draws of a step are standard normal scores, and those of neighbouring steps have the
// correlation that is asked for; without one it is the mean of the series' own.
func TestDrawsOfSteps(t *testing.T) {
	h, err := New(regions())
	if err != nil {
		t.Fatal(err)
	}
	const draws = 8000
	d := h.newDrawer(t.Context(), JointOptions{Draws: draws, Season: 4, Correlation: .6, Seed: 3}, 5)
	steps := make([][]float64, 4)
	for t := range steps {
		for k := range draws {
			d.next(k, t)
			steps[t] = append(steps[t], d.scores[k][2])
		}
	}
	for k, x := range steps {
		if mean, sd := stat.MeanStdDev(x, nil); math.Abs(mean) > .05 || math.Abs(sd-1) > .04 {
			t.Errorf("scores of step %d have mean %v and deviation %v", k, mean, sd)
		}
	}
	for lag, want := range []float64{1, .6, .36, .216} {
		if got := stat.Correlation(steps[0], steps[lag], nil); math.Abs(got-want) > .04 {
			t.Errorf("steps %d apart are correlated by %v, want %v", lag, got, want)
		}
	}
	want := 0.0
	for _, s := range h.Panel {
		want += forecast.PathCorrelation(s, 4, 5) / 8
	}
	if got := h.newDrawer(t.Context(), JointOptions{Draws: 1, Season: 4}, 5).step; len(h.Panel) != 8 || math.Abs(got-want) > 1e-12 {
		t.Errorf("neighbouring steps: %v, want %v", got, want)
	}
}

// Sums over time are those that fit into the season four times over, the longest first;
// their steps have the usual names.
func TestLengths(t *testing.T) {
	for _, c := range []struct {
		season, n int
		want      []int
	}{
		{12, 48, []int{1, 2, 3, 4, 6, 12}}, {12, 47, []int{1, 2, 3, 4, 6}}, {12, 8, []int{1, 2}}, {12, 7, []int{1}}, {1, 50, []int{1}}, {7, 28, []int{1, 7}},
		{720, 5000, []int{1, 120, 144, 180, 240, 360, 720}}, {1000, 9000, []int{1, 100, 125, 200, 250, 500, 1000}}, {1001, 9000, []int{1}},
	} {
		panel := []forecast.Series{{Values: make([]float64, c.n+9)}, {Values: make([]float64, c.n)}}
		got := lengths(panel, c.season)
		if c.season >= 720 { // of the many the longest, and at most mostLengths beside the series' own
			if len(got) != mostLengths+1 && c.season <= 1000 || !slices.IsSorted(got) || got[0] != 1 {
				t.Errorf("season %d: %v", c.season, got)
			}
			if len(got) > len(c.want) {
				got = append([]int{1}, got[len(got)-len(c.want)+1:]...)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("season %d of %d values: %v, want %v", c.season, c.n, got, c.want)
		}
	}
	for _, c := range []struct {
		unit calendar.Unit
		n, k int
		want string
	}{{forecast.Month, 1, 3, "Q"}, {forecast.Month, 1, 12, "Y"}, {forecast.Month, 1, 6, "6M"}, {forecast.Quarter, 1, 4, "Y"}, {forecast.Day, 1, 7, "W"}, {forecast.Hour, 1, 24, "D"}, {forecast.Hour, 2, 3, "6H"}} {
		if got := longer(forecast.Freq{Unit: c.unit, N: c.n}, c.k).String(); got != c.want {
			t.Errorf("%d steps are %s, want %s", c.k, got, c.want)
		}
	}
}

// Sums are counted back from the end, or from where the model was fitted to.
func TestSumsOverTime(t *testing.T) {
	s := forecast.Series{ID: "a", Values: []float64{1, 2, 3, 4, 5, 6, 7}}
	for _, c := range []struct {
		seen []int
		want []float64
	}{{nil, []float64{2 + 3, 4 + 5, 6 + 7}}, {[]int{7}, []float64{2 + 3, 4 + 5, 6 + 7}}, {[]int{6}, []float64{1 + 2, 3 + 4, 5 + 6}}, {[]int{5}, []float64{2 + 3, 4 + 5, 6 + 7}}} {
		got := sumsOver([]forecast.Series{s}, 2, c.seen)[0].Values
		if !slices.Equal(got, c.want) {
			t.Errorf("seen %v: %v, want %v", c.seen, got, c.want)
		}
	}
}

// The projection shares out what is left of a season whose begin is known: forecasts that
// agree stay as they are, and others meet in between, long sums with less weight.
func TestStructural(t *testing.T) {
	for known, want := range map[int]int{0: 4 + 2 + 1, 1: 3 + 2 + 1, 2: 2 + 1 + 1, 3: 1 + 1 + 1} {
		p := structural([]int{1, 2, 4}, 4, known)
		if rows, cols := p.Dims(); rows != 4-known || cols != want {
			t.Fatalf("known %d: %d×%d", known, rows, cols)
		}
		steps := []float64{3, 5, 2, 9}
		var base []float64
		sum := func(from, to int) {
			v := 0.0
			for i := max(from, known); i < to; i++ {
				v += steps[i]
			}
			base = append(base, v)
		}
		sum(0, 4)
		for from := known / 2 * 2; from < 4; from += 2 {
			sum(from, from+2)
		}
		for i := known; i < 4; i++ {
			sum(i, i+1)
		}
		for r := range 4 - known {
			if got := dot(p.RawRowView(r), base); math.Abs(got-steps[known+r]) > 1e-9 {
				t.Errorf("known %d: step %d becomes %v, want %v", known, known+r, got, steps[known+r])
			}
		}
	}
	p := structural([]int{1, 2}, 2, 0)               // the sum, and two steps
	for i, want := range []float64{.25, .75, -.25} { // (S'W⁻¹S)⁻¹S'W⁻¹ with W = diag(2,1,1), by hand
		if got := p.At(0, i); math.Abs(got-want) > 1e-12 {
			t.Errorf("weight %d is %v, want %v", i, got, want)
		}
	}
	m := &temporalModel{task: forecast.Task{Season: 12, Horizon: 13}, lengths: []int{1, 12}}
	for horizon, want := range map[int]int{1: 12, 12: 12, 13: 24, 24: 24, 25: 36} {
		if got := m.whole(horizon); got != want {
			t.Errorf("%d steps need %d, want %d", horizon, got, want)
		}
	}
	if task := m.longer(12); task.Season != 1 || task.Horizon != 2 {
		t.Errorf("years: season %d, horizon %d", task.Season, task.Horizon)
	}
	if task := m.longer(3); task.Season != 4 || task.Horizon != 8 {
		t.Errorf("quarters: season %d, horizon %d", task.Season, task.Horizon)
	}
}
