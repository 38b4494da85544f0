package forecast

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// The member that is right gets the weight, and intervals that are far too
// narrow are stretched until they cover.
func TestEnsembleWeighsAndCalibrates(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var panel []Series
	for range 300 {
		s := Series{}
		level := 100.0
		for range 60 {
			level += r.NormFloat64()
			s.Values = append(s.Values, level)
		}
		panel = append(panel, s)
	}
	sure := local{"sure", func(y []float64, m, h int) (mean, sd []float64) {
		mean, sd = naive(y, m, h)
		for i := range sd {
			sd[i] *= .3
		}
		return mean, sd
	}}
	wrong := local{"wrong", func(y []float64, m, h int) (mean, sd []float64) {
		mean, sd = sure.f(y, m, h)
		for i := range mean {
			mean[i] += 15
		}
		return mean, sd
	}}
	task := Task{Horizon: 5, Season: 1}.Resolve(panel)
	m, err := Ensemble{Title: "both", Members: []Method{sure, wrong}}.Fit(context.Background(), panel, task)
	if err != nil {
		t.Fatal(err)
	}
	if w := m.(*ensembleModel).Weights(); w[0].Weight < .9 || math.Abs(w[0].Weight+w[1].Weight-1) > 1e-12 {
		t.Errorf("weights %v", w)
	}
	rs, err := Backtest(context.Background(), []Method{sure, Ensemble{Title: "one", Members: []Method{sure}}}, panel, Task{Horizon: 5, Season: 1}, BacktestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rs[0].Coverage > .6 || math.Abs(rs[1].Coverage-.95) > .05 {
		t.Errorf("coverage %.3f became %.3f, want .95", rs[0].Coverage, rs[1].Coverage)
	}
}

// With a clear trend Holt, damped trend and dynamic Theta follow it, and simple
// smoothing answers with a level between.
func TestSmoothingFollowsTrend(t *testing.T) {
	var y []float64
	r := rand.New(rand.NewPCG(8, 8))
	for i := range 60 {
		y = append(y, 50+2*float64(i)+r.NormFloat64())
	}
	for name, f := range map[string]func(y []float64, m, h int) (mean, sd []float64){
		"holt": trendMethod(true, false), "damped": trendMethod(true, true), "dotm": dynamicTheta,
	} {
		mean, sd := f(y, 1, 6)
		for h, v := range mean {
			want := 50 + 2*float64(60+h)
			if math.Abs(v-want) > 4 {
				t.Errorf("%s: step %d is %.1f, the line is at %.1f", name, h+1, v, want)
			}
			if !(sd[h] > 0) || h > 0 && sd[h] < sd[h-1] {
				t.Errorf("%s: standard deviations %v", name, sd)
			}
		}
	}
	mean, _ := trendMethod(false, false)([]float64{5, 7, 5, 7, 5, 7, 5, 7, 5, 7, 5, 7}, 1, 3)
	if math.Abs(mean[0]-6) > .6 || mean[0] != mean[2] {
		t.Errorf("simple smoothing of 5, 7, 5, 7 gives %v", mean)
	}
}
