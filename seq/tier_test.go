package seq_test

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// Every tier that this processor has computes the gradients that the portable
// one does; tolerance 2e-5 of the gradient's norm.
func TestTiersAgree(t *testing.T) {
	for _, name := range []string{"lstm/factors", "gru/dilated residual", "elman/plain", "head/quantile", "wide"} {
		n := network(t, configs()[name])
		b := randomBatch(n, 9, 5, 12)
		want := make([]float32, len(n.Flat()))
		n.On(seq.Portable).NewPass(1).Gradient(b, nil, want, 0)
		for _, tier := range seq.Tiers() {
			g := make([]float32, len(n.Flat()))
			n.On(tier).NewPass(1).Gradient(b, nil, g, 0)
			if d := relative(wide(g), wide(want)); d > 2e-5 {
				t.Errorf("%s: %v differs from portable by %.2g", name, tier, d)
			}
		}
	}
}

// A training on every tier ends near the portable one's loss, gives the same bits
// when it is repeated, and other bits than the other tiers: the tier reaches all of
// it. Two networks of different tiers may compute at once.
func TestTrainingOnEveryTier(t *testing.T) {
	c := configs()["lstm/factors"]
	train := func(t *testing.T, tier seq.Tier) (*seq.Net, float64) {
		n := network(t, c).On(tier)
		var loss float64
		_, err := seq.Train(context.Background(), n, seq.SourceFunc(func(step int, b *seq.Batch) error {
			*b = *randomBatch(n, 12, 4, uint64(step%3))
			return nil
		}), seq.TrainOptions{Steps: 30, LearningRate: .01, Progress: func(p seq.Progress) { loss = p.Loss }})
		if err != nil {
			t.Error(err)
		}
		return n, loss
	}
	plain, want := train(t, seq.Portable)
	for _, tier := range seq.Tiers() {
		t.Run(string(tier), func(t *testing.T) {
			t.Parallel()
			a, loss := train(t, tier)
			b, _ := train(t, tier)
			if a.Tier() != tier {
				t.Errorf("the network's tier is %s", a.Tier())
			}
			if !slices.Equal(a.Flat(), b.Flat()) {
				t.Error("the same training gives other parameters the second time")
			}
			if math.Abs(loss-want) > 1e-3*want {
				t.Errorf("the loss ends at %v, the portable one at %v", loss, want)
			}
			if same := slices.Equal(a.Flat(), plain.Flat()); same != (tier == seq.Portable) {
				t.Errorf("the same parameters as in the portable tier: %v", same)
			}
		})
	}
}

// Steppers and encoder-decoders compute with the tier of their network.
func TestTierReachesEveryPath(t *testing.T) {
	if len(seq.Tiers()) == 1 {
		t.Skip("this processor has one tier only")
	}
	n := network(t, configs()["wide"])
	out := func(n *seq.Net) []float32 {
		s, st := n.NewStepper(1), n.NewState(1)
		for range 5 {
			s.Step(st, slices.Repeat([]float32{.3}, 17), nil)
		}
		h, _ := s.Hidden()
		return slices.Clone(h)
	}
	if slices.Equal(out(n), out(n.On(seq.Portable))) {
		t.Error("the stepper ignores the tier")
	}
	fit := func(tier seq.Tier) []float32 {
		enc := network(t, seq.Config{Inputs: 3, Hidden: 17, Head: seq.HeadSpec{Kind: "none"}}).On(tier)
		dec := network(t, seq.Config{Inputs: 2, Hidden: 17, Head: seq.HeadSpec{Kind: "mse"}}).On(tier)
		m, err := seq.Join(enc, dec)
		if err != nil {
			t.Fatal(err)
		}
		src := func(step int, in, out *seq.Batch) error {
			*in, *out = *randomBatch(enc, 4, 2, uint64(step)), *randomBatch(dec, 4, 2, uint64(step))
			return nil
		}
		if _, err := seq.Fit(context.Background(), m.From(src, 1), seq.TrainOptions{Steps: 5}); err != nil {
			t.Fatal(err)
		}
		return m.From(src, 1).Flat()
	}
	if slices.Equal(fit(""), fit(seq.Portable)) {
		t.Error("Fit ignores the tier")
	}
}

// Networks of every cell have these outputs in the portable tier on every architecture:
// they were made on amd64, and make neon runs this test for arm64.
func TestTierPortableIsTheSameEverywhere(t *testing.T) {
	sum := fnv.New64a()
	for _, name := range []string{"lstm/dilated residual", "gru/factors", "elman/plain", "head and factors", "wide"} {
		n := network(t, configs()[name]).On(seq.Portable)
		p := n.NewPass(1)
		p.Forward(randomBatch(n, 9, 5, 12), nil)
		for _, x := range slices.Concat(p.Hidden(), p.Outputs()) {
			sum.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)))
		}
	}
	if got := sum.Sum64(); got != 0xfb8b013a9d98854d {
		t.Errorf("the hash of the outputs is %#x", got)
	}
}

func TestTierNames(t *testing.T) {
	all := seq.Tiers()
	if all[0] != seq.Portable {
		t.Errorf("the first tier is %s", all[0])
	}
	if best := seq.Tier("").Actual(); best != all[len(all)-1] {
		t.Errorf("the zero tier stands for %s of %v", best, all)
	}
	if got := seq.AVX512.Actual(); !slices.Contains(all, got) {
		t.Errorf("avx512 stands for %s of %v", got, all)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown tier is accepted")
		}
	}()
	network(t, configs()["wide"]).On("sse9")
}
