package forecast

import (
	"context"
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// weightPenalty is what the Kullback-Leibler distance of the weights from their
// prior costs with one history. Chosen on the last window before the test part of
// M4 quarterly, yearly and hourly: that it fades with the number of histories gave
// OWA .861 instead of .865 (quarterly), and penalties that stay were worse
// (forecast/BENCHMARKS.md, "What was tried"; segue-lab bench m4).
const weightPenalty = .3

// trial holds what several methods forecast for held-out histories.
type trial struct {
	h       *holdout
	members int
	medians [][]float64 // (history, step·member)
	scales  []float64   // (history) MASE's denominator
	// average errors of Naive2, which the errors of the methods are relative to, so
	// that a history that Naive2 happens to get right has no special weight
	smape, mase float64
}

func newTrial(h *holdout, answers [][]Forecast, task Task) *trial {
	n := len(h.past)
	t := &trial{h: h, members: len(answers), medians: make([][]float64, n), scales: make([]float64, n)}
	smape, mase := make([]float64, n), make([]float64, n)
	for i, s := range h.past {
		y := classic.Fill(s.Values, task.Season)
		mean, _ := classic.Naive2(y, task.Season, task.Horizon)
		naive := func(step int) float64 { return mean[step] }
		t.scales[i] = classic.MASEScale(s.Values, max(1, task.Season))
		smape[i], mase[i] = symmetric(h.actual[i], naive), absolute(h.actual[i], naive)/t.scales[i]
		t.medians[i] = make([]float64, 0, t.members*task.Horizon)
		for step := range task.Horizon {
			for _, a := range answers {
				t.medians[i] = append(t.medians[i], a[i].Median(step))
			}
		}
	}
	t.smape, t.mase = finiteMean(smape), finiteMean(mase)
	return t
}

// loss is the mean of sMAPE and MASE, each relative to that of Naive2, of the
// average with weights w.
func (t *trial) loss(w []float64) float64 {
	var total float64
	for i, row := range t.medians {
		at := func(step int) float64 {
			var f float64
			for j, v := range w {
				f += v * row[step*t.members+j]
			}
			return f
		}
		if t.smape > 0 {
			total += symmetric(t.h.actual[i], at) / t.smape
		}
		if t.mase > 0 && t.scales[i] > 0 {
			total += absolute(t.h.actual[i], at) / t.scales[i] / t.mase
		}
	}
	return total / float64(2*len(t.medians))
}

// chooseWeights finds the weights under which the average of answers (member,
// history) forecasts the held-out values best, with a penalty on the distance from
// the prior that fades with the root of the number of histories, as the error of
// the loss does.
func (h *holdout) chooseWeights(ctx context.Context, answers [][]Forecast, prior []float64, task Task) []float64 {
	k := len(answers)
	if k == 1 {
		return prior
	}
	t := newTrial(h, answers, task)
	// the histories of one series overlap: they count half
	n := (float64(h.series) + float64(len(h.past))) / 2
	softmax := func(x []float64) []float64 {
		w := make([]float64, k)
		for i := range w {
			w[i] = prior[i]
			if i > 0 {
				w[i] *= repro.Exp(max(-30, min(30, x[i-1])))
			}
		}
		normalise(w)
		return w
	}
	x := classic.Search(ctx, make([]float64, k-1), func(x []float64) float64 {
		w := softmax(x)
		var distance float64
		for i, v := range w {
			if v > 0 {
				distance += v * math.Log(v/prior[i])
			}
		}
		return t.loss(w) + distance*weightPenalty/math.Sqrt(n)
	})
	return softmax(x)
}

// symmetric is the sMAPE of forecasts at(step), without the factor 100.
func symmetric(actual []float64, at func(step int) float64) float64 {
	var s float64
	n := 0
	for t, y := range actual {
		if y != y {
			continue
		}
		f := at(t)
		if d := math.Abs(y) + math.Abs(f); d > 0 {
			s += 2 * math.Abs(y-f) / d
		}
		n++
	}
	return s / float64(max(n, 1))
}

// absolute is the mean absolute error of forecasts at(step).
func absolute(actual []float64, at func(step int) float64) float64 {
	var s float64
	n := 0
	for t, y := range actual {
		if y == y {
			s += math.Abs(y - at(t))
			n++
		}
	}
	return s / float64(max(n, 1))
}

// finiteMean is the mean of those x that are finite.
func finiteMean(x []float64) float64 {
	var s float64
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s += v
			n++
		}
	}
	return s / float64(max(n, 1))
}
