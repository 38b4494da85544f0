package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

// wave is a weekly pattern on a level with noise.
func wave(n int, noise float64, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	y := make([]float64, n)
	for i := range y {
		y[i] = 100 + 20*math.Sin(2*math.Pi*float64(i)/7) + noise*r.NormFloat64()
	}
	return y
}

// A planted outlier and a planted gap in level are found, and few others; the
// outlier does not make its neighbours suspect.
func TestDetectAnomaliesFindsAnomalies(t *testing.T) {
	y := wave(200, 2, 1)
	y[120] += 30
	y[150] = 40
	points, err := DetectAnomalies(ctx, Blend, []Series{{Values: y}}, Task{Season: 7}, 99.9)
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]bool{}
	for _, p := range points[0] {
		if p.Anomalous() {
			found[p.Step] = true
		}
	}
	if !found[120] || !found[150] || len(found) > 6 || found[121] {
		t.Errorf("anomalies at %v, want 120 and 150", found)
	}
	if points[0][0].Step != 14 {
		t.Errorf("the first value judged is %d", points[0][0].Step)
	}
}

// The value at a step is judged by earlier ones alone. (Which are replaced as anomalies
// depends on the errors of all, so that none may be one here.)
func TestDetectAnomaliesDoesNotLookAhead(t *testing.T) {
	a := wave(80, 2, 2)
	b := append([]float64(nil), a...)
	for i := 60; i < len(b); i++ {
		b[i] *= 3
	}
	pa, err := DetectAnomalies(ctx, Theta, []Series{{Values: a}}, Task{Season: 7}, 99.9999)
	if err != nil {
		t.Fatal(err)
	}
	pb, err := DetectAnomalies(ctx, Theta, []Series{{Values: b}}, Task{Season: 7}, 99.9999)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pa[0] {
		if p.Step <= 60 && p.Expected != pb[0][i].Expected {
			t.Fatalf("what was expected at step %d depends on later values", p.Step)
		}
	}
}

// Filled gaps lie near what was there, known values stay, and the ends are
// filled too.
func TestImpute(t *testing.T) {
	y := wave(140, 1, 3)
	s := Series{Values: append([]float64(nil), y...)}
	for _, gap := range [][2]int{{0, 2}, {50, 51}, {80, 95}, {137, 140}} {
		for i := gap[0]; i < gap[1]; i++ {
			s.Values[i] = math.NaN()
		}
	}
	full, steps := Impute(s, 7)
	if len(steps) != 2+1+15+3 {
		t.Fatalf("%d steps filled", len(steps))
	}
	for i, v := range full.Values {
		if !math.IsNaN(s.Values[i]) && v != s.Values[i] {
			t.Fatalf("step %d was known and changed", i)
		}
	}
	for _, i := range steps {
		if i > 10 && math.Abs(full.Values[i]-y[i]) > 8 {
			t.Errorf("step %d is filled with %.1f, it was %.1f", i, full.Values[i], y[i])
		}
		if math.IsNaN(full.Values[i]) {
			t.Errorf("step %d is still missing", i)
		}
	}
	if !math.IsNaN(s.Values[50]) {
		t.Error("the argument was changed")
	}
}

// Paths have the forecast's distribution at every step, and neighbours hang
// together as asked.
func TestPaths(t *testing.T) {
	f := Normal([]float64{10, 20}, []float64{2, 4})
	const n = 4000
	paths := f.Paths(n, .8, 1)
	var mean, sd [2]float64
	var cross float64
	for _, p := range paths {
		for h, v := range p {
			mean[h] += v / n
		}
	}
	for _, p := range paths {
		for h, v := range p {
			sd[h] += (v - mean[h]) * (v - mean[h]) / n
		}
		cross += (p[0] - mean[0]) * (p[1] - mean[1]) / n
	}
	if math.Abs(mean[0]-10) > .15 || math.Abs(mean[1]-20) > .3 || math.Abs(math.Sqrt(sd[1])-4) > .25 {
		t.Errorf("means %v, variances %v", mean, sd)
	}
	if c := cross / math.Sqrt(sd[0]*sd[1]); math.Abs(c-.8) > .05 {
		t.Errorf("correlation %.2f, want .8", c)
	}
	// errors of a random walk are correlated, those of noise are not
	r := rand.New(rand.NewPCG(5, 5))
	var walk, noise []float64
	v := 100.0
	for range 120 {
		v += r.NormFloat64()
		walk, noise = append(walk, v), append(noise, 100+r.NormFloat64())
	}
	if a, b := PathCorrelation(Series{Values: walk}, 1, 12), PathCorrelation(Series{Values: noise}, 1, 12); a < .6 || b > .5 {
		t.Errorf("correlation %.2f for a random walk, %.2f for noise", a, b)
	}
}

// Trend, season and noise come back as they were put in.
func TestExplain(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var y []float64
	for i := range 240 {
		y = append(y, 200*math.Exp(.01*float64(i)+.2*math.Sin(2*math.Pi*float64(i)/12)+.02*r.NormFloat64()))
	}
	c := Explain(Series{Values: y}, 12)
	if !c.Relative || math.Abs(c.Slope-.01) > .002 || math.Abs(c.Noise-.02) > .008 || c.SeasonStrength < .9 {
		t.Errorf("%+v", c)
	}
	if math.Abs(c.Level/(200*math.Exp(2.39))-1) > .03 || math.Abs(c.Season[3]-math.Expm1(.2)) > .03 {
		t.Errorf("level %.1f, season %v", c.Level, c.Season)
	}
}
