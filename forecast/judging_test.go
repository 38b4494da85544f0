package forecast

import (
	"math"
	"slices"
	"testing"
)

// A jump in a series that never moved is an anomaly; a missing value and the first two
// seasons are not judged; values that are as expected score below 1.
func TestAnomaliesAtTheEdges(t *testing.T) {
	flat := slices.Repeat([]float64{5}, 40)
	flat[30] = 6
	flat[20] = math.NaN()
	points, err := DetectAnomalies(ctx, Blend, []Series{{Values: flat}}, Task{Season: 4}, 95)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points[0] {
		if p.Anomalous() != (p.Step == 30) {
			t.Errorf("step %d is %v, expected %v: anomalous %v", p.Step, p.Value, p.Expected, p.Anomalous())
		}
	}
	if n := len(points[0]); n != 32 || points[0][0].Step != 8 {
		t.Errorf("%d values are judged, from step %d on", n, points[0][0].Step)
	}
	short, err := DetectAnomalies(ctx, Naive, []Series{{Values: flat[:8]}, {Values: flat}}, Task{Season: 4}, 95)
	if err != nil || len(short) != 2 || short[0] != nil {
		t.Errorf("eight values: %v (%v)", short, err)
	}
}

// Long series are judged in blocks, every value once; a higher level finds fewer.
func TestAnomaliesOfLongSeries(t *testing.T) {
	y := seasonal(4000, 24, 0, 10, 1, 9)
	found := map[float64]int{}
	for _, level := range []float64{80, 99} {
		points, err := DetectAnomalies(ctx, SeasonalNaive, []Series{{Values: y}}, Task{Season: 24}, level)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range points[0] {
			if p.Step != 48+i || p.Value != y[p.Step] {
				t.Fatalf("point %d is step %d with %v", i, p.Step, p.Value)
			}
			if p.Anomalous() {
				found[level]++
			}
		}
		if n := len(points[0]); n != 4000-48 {
			t.Errorf("%d values are judged", n)
		}
	}
	if share := float64(found[80]) / 3952; share < .1 || share > .35 || found[99] >= found[80]/3 {
		t.Errorf("%d values are outside 80%%, %d outside 99%%", found[80], found[99])
	}
}

// Gaps in a line are filled along it, in both directions; in sales not below zero; a
// series without a value stays as it is.
func TestImputeAtTheEdges(t *testing.T) {
	nan := math.NaN()
	line := make([]float64, 40)
	for i := range line {
		line[i] = 10 + 2*float64(i)
	}
	holes := slices.Clone(line)
	for _, i := range []int{15, 16, 17, 28} {
		holes[i] = nan
	}
	full, steps := Impute(Series{Values: holes}, 1)
	if !slices.Equal(steps, []int{15, 16, 17, 28}) {
		t.Errorf("filled %v", steps)
	}
	for _, i := range steps {
		if math.Abs(full.Values[i]-line[i]) > 1.5 {
			t.Errorf("step %d of a line is filled with %v, want %v", i, full.Values[i], line[i])
		}
	}
	fading := []float64{40, 30, 20, 12, 6, 3, 1, nan, nan, nan, nan, 0, 0, 1}
	full, _ = Impute(Series{Values: fading}, 1)
	if slices.Min(full.Values) < 0 {
		t.Errorf("sales are filled with %v", full.Values)
	}
	if full, steps := Impute(Series{Values: []float64{nan, nan}}, 1); steps != nil || full.Values[0] == full.Values[0] {
		t.Errorf("nothing is filled with %v", full.Values)
	}
	if full, steps := Impute(Series{Values: line}, 12); steps != nil || !slices.Equal(full.Values, line) {
		t.Error("a series without gaps was changed")
	}
	if full, _ := Impute(Series{Values: []float64{nan, 7, nan}}, 1); !slices.Equal(full.Values, []float64{7, 7, 7}) {
		t.Errorf("one value is spread as %v", full.Values)
	}
}

// A line has its slope, no season and no noise; a series that goes below zero is
// decomposed on its own scale.
func TestExplainALine(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		y[i] = -30 + .5*float64(i)
	}
	c := Explain(Series{ID: "a", Values: y}, 1)
	if c.Series != "a" || c.Relative || math.Abs(c.Slope-.5) > 1e-6 || math.Abs(c.Level-y[59]) > 1e-6 || c.Noise > 1e-6 || c.Season != nil {
		t.Errorf("%+v", c)
	}
	if c := Explain(Series{Values: []float64{3}}, 12); c.Level != 3 && math.Abs(c.Level-3) > 1e-9 || c.Slope != 0 {
		t.Errorf("one value: %+v", c)
	}
}

// Paths are the same for a seed, other ones for another; with full correlation a path
// stays at its quantile.
func TestPathsBySeed(t *testing.T) {
	f := Normal([]float64{10, 20, 30}, []float64{1, 2, 3})
	a, b, c := f.Paths(5, .5, 1), f.Paths(5, .5, 1), f.Paths(5, .5, 2)
	for i := range a {
		if !slices.Equal(a[i], b[i]) || slices.Equal(a[i], c[i]) {
			t.Fatal("paths do not depend on the seed alone")
		}
	}
	for _, p := range f.Paths(20, 1, 3) {
		if z := p[0] - 10; math.Abs((p[1]-20)/2-z) > 1e-6 || math.Abs((p[2]-30)/3-z) > 1e-6 {
			t.Errorf("with correlation 1 the path %v changes its quantile", p)
		}
	}
}
