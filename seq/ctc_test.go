package seq_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

func floats(labels ...int) []float32 {
	var y []float32
	for _, l := range labels {
		y = append(y, float32(l))
	}
	return y
}

// pad ends labels with NaN up to n.
func pad(labels []float32, n int) []float32 {
	y := slices.Clone(labels)
	for len(y) < n {
		y = append(y, float32(math.NaN()))
	}
	return y
}

// The loss is that of adding up every way of spelling the labels.
func TestCTCAgainstEnumeration(t *testing.T) {
	const classes, steps = 2, 5
	c := seq.CTC(classes)
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]float32, steps*(classes+1))
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	spelt := map[string]float64{}
	ways := int(math.Pow(classes+1, steps))
	for way := range ways {
		logp := 0.0
		shown := make([]float32, len(out))
		for step, w := 0, way; step < steps; step, w = step+1, w/(classes+1) {
			k := w % (classes + 1)
			logp += seq.LogProb(out[step*(classes+1):(step+1)*(classes+1)], k)
			shown[step*(classes+1)+k] = 1
		}
		key, _ := json.Marshal(c.Decode(shown))
		spelt[string(key)] += math.Exp(logp)
	}
	for _, labels := range [][]int{nil, {1}, {2, 1}, {1, 1}, {2, 2, 1}, {1, 2, 1, 2, 1}, {2, 2, 2}} {
		key, _ := json.Marshal(labels)
		got := c.SequenceLoss(nil, out, pad(floats(labels...), steps))
		if want := -math.Log(spelt[string(key)]); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: loss %v, want %v", labels, got, want)
		}
	}
	if l := c.SequenceLoss(nil, out, floats(1, 1, 2, 2, 1)); !math.IsInf(l, 1) {
		t.Errorf("five labels with two repeats in five steps: loss %v, want +Inf", l)
	}
}

func TestCTCAgainstPyTorch(t *testing.T) {
	var v struct {
		Classes int
		Cases   []struct {
			Labels       []int
			Logits, Grad []float64
			Loss         float64
		}
	}
	vectors(t, "ctc.json", &v)
	if len(v.Cases) < 4 {
		t.Fatalf("%d cases", len(v.Cases))
	}
	for _, k := range v.Cases {
		steps := len(k.Logits) / (v.Classes + 1)
		grad := make([]float32, len(k.Logits))
		loss := seq.CTC(v.Classes).SequenceLoss(grad, narrow(k.Logits), pad(floats(k.Labels...), steps))
		if math.Abs(loss-k.Loss) > 1e-5*math.Abs(k.Loss) {
			t.Errorf("%v in %d steps: loss %v, want %v", k.Labels, steps, loss, k.Loss)
		}
		if d := relative(wide(grad), k.Grad); d > 1e-5 {
			t.Errorf("%v in %d steps: gradient is off by %.2g of its norm", k.Labels, steps, d)
		}
	}
}

func TestCTCDecode(t *testing.T) {
	shown := func(ks ...int) []float32 {
		out := make([]float32, 3*len(ks))
		for t, k := range ks {
			out[3*t+k] = 1
		}
		return out
	}
	for _, c := range []struct{ shown, want []int }{
		{[]int{0, 0}, nil},
		{[]int{1, 1, 0, 1, 2, 2}, []int{1, 1, 2}},
		{[]int{2, 0, 0, 2}, []int{2, 2}},
	} {
		if got := seq.CTC(2).Decode(shown(c.shown...)); !slices.Equal(got, c.want) {
			t.Errorf("%v spells %v, want %v", c.shown, got, c.want)
		}
	}
}
