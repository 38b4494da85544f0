package universal

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// untrained has random outputs, so that tests see every path.
func untrained(t testing.TB) *Net {
	t.Helper()
	n, err := New(Size{Hidden: 24, Dense: 16}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 2))
	for i := range n.net.Flat() {
		n.net.Flat()[i] += float32(.02 * r.NormFloat64())
	}
	return n
}

func waves(n, season int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 4))
	y := make([]float64, n)
	for i := range y {
		y[i] = 100 + .05*float64(i) + 15*math.Sin(2*math.Pi*float64(i)/float64(max(season, 2))) + r.NormFloat64()
	}
	return y
}

func run(t testing.TB, n *Net, horizon, season int, values ...[]float64) []forecast.Forecast {
	t.Helper()
	panel := make([]forecast.Series, len(values))
	for i, v := range values {
		panel[i] = forecast.Series{ID: string(rune('a' + i)), Values: v}
	}
	fs, err := forecast.Run(context.Background(), Method{Net: n}, panel, forecast.Task{Horizon: horizon, Season: season})
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*(1+math.Abs(want)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// A forecast moves with the units and, off the logarithms, with the level; it is the same
// in a panel, and its first steps are those of a longer horizon.
func TestInvariances(t *testing.T) {
	n := untrained(t)
	for _, m := range []int{1, 4, 7, 12, 24, 52} {
		y := waves(300, m, 1)
		scaled, crossing, lifted := make([]float64, len(y)), make([]float64, len(y)), make([]float64, len(y))
		for i, v := range y {
			scaled[i], crossing[i], lifted[i] = 4096*v, v-110, v-90
		}
		lifted[0], crossing[0] = -1, -21 // both cross zero, so neither is taken in logarithms
		alone := run(t, n, 40, m, y)[0]
		all := run(t, n, 20, m, y, scaled, crossing, lifted)
		for h := range 20 {
			near(t, "alone", alone.Mean[h], all[0].Mean[h], 1e-5)
			near(t, "in other units", all[1].Mean[h]/4096, all[0].Mean[h], 1e-5)
			near(t, "lifted by 20", all[3].Mean[h]-20, all[2].Mean[h], 1e-4)
		}
	}
}

// What a reader says at an origin does not depend on what comes later.
func TestPastOnly(t *testing.T) {
	y := waves(700, 24, 3)
	for i := 400; i < 700; i++ {
		y[i] *= -7
	}
	full := newTracker(newReader(y, nil, 24, 168), 16)
	past := newTracker(newReader(y[:400], nil, 24, 168), 16)
	a, b := make([]float32, inputs), make([]float32, inputs)
	for o := 15; o < 400; o += 16 {
		full.moveTo(o)
		past.moveTo(o)
	}
	for j := range 3 {
		clear(a)
		clear(b)
		full.fill(a, j, 1)
		past.fill(b, j, 1)
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("feature %d of block %d is %v with a future, %v without", i, j, a[i], b[i])
			}
		}
	}
}

// A mirrored batch is what the tracker writes for the series upside down.
func TestMirror(t *testing.T) {
	y := waves(300, 24, 3)
	known := make([]bool, len(y))
	for i := range known {
		known[i] = i%7 != 3
	}
	tr := newTracker(newReader(y, known, 24, 168), 16)
	for o := 15; o < 300; o += 16 {
		tr.moveTo(o)
		for j := range 3 {
			b := seq.Batch{X: make([]float32, inputs)}
			want := make([]float32, inputs)
			tr.fill(b.X, j, 1)
			mirror(&b)
			tr.fill(want, j, -1)
			if !slices.Equal(b.X, want) {
				t.Fatalf("origin %d, block %d: %v, want %v", o, j, b.X, want)
			}
		}
	}
}

// Any series gets finite forecasts with increasing quantiles.
func TestOdd(t *testing.T) {
	n := untrained(t)
	gap := waves(200, 24, 5)
	for i := 50; i < 140; i++ {
		gap[i] = math.NaN()
	}
	gap[199] = math.NaN()
	walk := waves(30000, 24, 6)
	for name, y := range map[string][]float64{
		"one": {5}, "two": {1, 2}, "constant": {3, 3, 3, 3, 3}, "zero": {0, 0, 0}, "huge": {1e300, 1.1e300, 1e300}, "tiny": {1e-300, 2e-300, 1e-300},
		"mixed": {-1e300, 1, 1e300}, "gap": gap, "long": walk, "spike": {1, 1, 1, 1e9, 1, 1}, "leading": {math.NaN(), math.NaN(), 4, 5},
	} {
		for _, m := range []int{1, 7, 24, 1440} {
			f := run(t, n, 50, m, y)[0]
			if !f.Finite() {
				t.Errorf("%s, season %d: not finite: %v", name, m, f.Mean)
			}
			for h := range f.Q {
				for i := 1; i < len(f.Q[h]); i++ {
					if f.Q[h][i] < f.Q[h][i-1] {
						t.Fatalf("%s, season %d: quantiles of step %d fall: %v", name, m, h+1, f.Q[h])
					}
				}
			}
		}
	}
}

// A stream that has read a series forecasts as one that was given it whole at the same
// steps, and its cost does not need the past: after many values it still agrees.
func TestStream(t *testing.T) {
	n := untrained(t)
	y := waves(1300, 24, 7)
	y[1100] = math.NaN()
	whole := n.NewStream(forecast.Series{Values: y}, 24)
	grown := n.NewStream(forecast.Series{Values: y[:1300-16*8]}, 24)
	for _, v := range y[1300-16*8:] {
		grown.Update(v)
	}
	f := run(t, n, 40, 24, y)[0]
	a, b := whole.Forecast(40), grown.Forecast(40)
	for h := range 40 {
		near(t, "grown", b.Mean[h], a.Mean[h], .02)
		near(t, "stream", a.Mean[h], f.Mean[h], .02)
	}
	grown.Update(-5) // leaves the logarithms
	if c := grown.Forecast(3); !c.Finite() {
		t.Errorf("after a negative value: %v", c.Mean)
	}
}

// A file that is no network of this kind is refused.
func TestDecode(t *testing.T) {
	n := untrained(t)
	file, err := n.Encode(false)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	y := waves(100, 12, 8)
	near(t, "read back", run(t, back, 5, 12, y)[0].Mean[4], run(t, n, 5, 12, y)[0].Mean[4], 0)
	n.net.Flat()[7] = float32(math.NaN())
	broken, _ := n.Encode(false)
	other, _ := seq.New(seq.Config{Inputs: 3, Hidden: 4, Head: seq.HeadSpec{Kind: "mse"}}, 1)
	foreign, _ := seq.Encode(seq.EncodeOptions{}, other)
	for name, f := range map[string][]byte{"nothing": nil, "a NaN": broken, "another network": foreign, "cut off": file[:len(file)/2]} {
		if _, err := Decode(f); !errors.Is(err, forecast.ErrNoModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Training on synthetic series makes the held-out loss smaller, and a corpus gives the
// same batch for the same step.
func TestTraining(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var items, held []Item
	for i := range 60 {
		it := syntheticItem(r, 32)
		if i%5 == 0 {
			held = append(held, it)
		} else {
			items = append(items, it)
		}
	}
	c := &Corpus{Groups: []Group{{Name: "a", Share: 1, Items: items}, {Name: "b", Share: 1, Items: items, Short: true}}, Batch: 12, Synthetic: .2, Short: .3, Mix: .3, Seed: 5}
	n, err := New(Size{Hidden: 24, Dense: 16}, 1)
	if err != nil {
		t.Fatal(err)
	}
	b := Held(n, held, 32)
	before := seq.Evaluate(n.net, 1, b)
	if _, err := seq.Train(context.Background(), n.net, c.Source(n), seq.TrainOptions{Steps: 150, LearningRate: 5e-3, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if after := seq.Evaluate(n.net, 1, b); !(after < .95*before) {
		t.Errorf("loss on held-out series %v after training, %v before", after, before)
	}
	var p, q seq.Batch
	if err := errors.Join(c.Source(n).Batch(3, &p), c.Source(n).Batch(3, &q)); err != nil {
		t.Fatal(err)
	}
	for i := range p.X {
		if p.X[i] != q.X[i] {
			t.Fatal("the same step gives two batches")
		}
	}
}

// A forecast costs the same however long the past is, so that a model that is kept and
// updated costs the same with every new value: the network makes the same number of steps,
// over the same number of values.
func TestCostIsBounded(t *testing.T) {
	for _, season := range []int{1, 24} {
		most := enough(season, SecondSeason(season, forecast.Freq{}))
		last := 0
		for _, n := range []int{most, 10 * most, 100 * most} {
			steps := len(places(min(n, most), 2))
			if last > 0 && steps != last {
				t.Errorf("season %d: %d values take %d steps, fewer take %d", season, n, steps, last)
			}
			last = steps
		}
		if last > lookback+1 {
			t.Errorf("season %d: %d steps", season, last)
		}
	}
	net, err := New(Size{Hidden: 4, Dense: 4}, 1)
	if err != nil {
		t.Fatal(err)
	}
	long := forecast.Series{Values: make([]float64, 30000)}
	for i := range long.Values {
		long.Values[i] = 10 + math.Sin(float64(i)/7) + float64(i%13)
	}
	task := forecast.Task{Horizon: 3, Season: 24, Threads: 1}
	allocated := func(s forecast.Series) float64 {
		return testing.AllocsPerRun(1, func() {
			if _, err := forecast.Run(context.Background(), Method{Net: net}, []forecast.Series{s}, task); err != nil {
				t.Fatal(err)
			}
		})
	}
	if a, b := allocated(long.Tail(3000)), allocated(long); b > 1.1*a+20 {
		t.Errorf("%v allocations after 3000 values, %v after 30000", a, b)
	}
}

// A wide upper tail does not decide the mean: it stays near the median, and is that of the
// quantiles where they are nearly symmetric.
func TestMeanOfSkewedQuantiles(t *testing.T) {
	even := []float64{80, 88, 92, 95, 98, 100, 102, 105, 108, 112, 120}
	wide := []float64{.3, .5, .7, .8, .9, 1, 1.3, 2, 5, 30, 900}
	f := view{}.distribution([][]float64{slices.Clone(even), slices.Clone(wide)})
	if math.Abs(f.Mean[0]-100) > .1 {
		t.Errorf("symmetric quantiles around 100 have the mean %v", f.Mean[0])
	}
	if m := f.Mean[1]; !(m > 1 && m < 1.5) {
		t.Errorf("quantiles around 1 with a tail up to 900 have the mean %v", m)
	}
}
