package neural

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural/weights"
)

// files are the networks that ship, by name.
func files(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range weights.Names() {
		var err error
		if out[name], err = weights.Read(name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func shipped(t testing.TB) *ZeroShot {
	t.Helper()
	z, err := NewZeroShot(files(t))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func wavy(n, m int, scale float64) []float64 {
	r := rand.New(rand.NewPCG(4, 4))
	y := make([]float64, n)
	for i := range y {
		y[i] = scale * (100 + .3*float64(i) + 15*math.Sin(2*math.Pi*float64(i)/float64(m)) + r.NormFloat64())
	}
	return y
}

// In other units the networks forecast the same; a gap changes little; the order and the
// size of the panel change nothing.
func TestZeroShotInvariances(t *testing.T) {
	z := shipped(t)
	for _, m := range []int{1, 4, 7, 12, 24, 52} {
		y := wavy(160, max(m, 4), 1)
		gaps := slices.Clone(y)
		gaps[90] = math.NaN()
		panel := []forecast.Series{{ID: "plain", Values: y}, {ID: "scaled", Values: wavy(160, max(m, 4), 4096)}, {ID: "gap", Values: gaps}}
		task := forecast.Task{Horizon: 8, Season: m}
		fs, err := forecast.Run(context.Background(), z, panel, task)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := forecast.Run(context.Background(), z, panel[:1], task)
		if err != nil {
			t.Fatal(err)
		}
		for h, want := range alone[0].Mean {
			if math.Abs(fs[0].Mean[h]-want) > 1e-4*want {
				t.Errorf("season %d: step %d is %v in a panel, %v alone", m, h+1, fs[0].Mean[h], want)
			}
			if got := fs[1].Mean[h] / 4096; math.Abs(got-want) > 2e-3*want {
				t.Errorf("season %d: step %d is %v in other units, %v before", m, h+1, got, want)
			}
			if got := fs[2].Mean[h]; math.Abs(got-want) > .05*want {
				t.Errorf("season %d: step %d is %v with a gap, %v without", m, h+1, got, want)
			}
		}
	}
}

// A horizon asked for in one piece begins like a shorter one, and intervals do not
// become narrower with the steps.
func TestZeroShotHorizons(t *testing.T) {
	z := shipped(t)
	s := forecast.Series{Values: wavy(120, 12, 1)}
	run := func(h int) forecast.Forecast {
		fs, err := forecast.Run(context.Background(), z, []forecast.Series{s}, forecast.Task{Horizon: h, Season: 12})
		if err != nil {
			t.Fatal(err)
		}
		return fs[0]
	}
	short, long := run(10), run(60)
	if !slices.Equal(short.Mean, long.Mean[:10]) {
		t.Errorf("ten steps alone %v, of sixty %v", short.Mean, long.Mean[:10])
	}
	width := func(from, to int) (w float64) {
		for h := from; h < to; h++ {
			lo, hi := long.Interval(h, 80)
			w += hi - lo
		}
		return w
	}
	if a, b, c := width(0, 12), width(24, 36), width(48, 60); !(a < b && b < c) {
		t.Errorf("widths of three years apart: %v, %v, %v", a, b, c)
	}
}

// A constant series is continued beyond the horizon of its networks, too; one value says
// nothing of the width.
func TestZeroShotConstant(t *testing.T) {
	z := shipped(t)
	for _, n := range []int{1, 2, 5, 40} {
		y := make([]float64, n)
		for i := range y {
			y[i] = 5
		}
		fs, err := forecast.Run(context.Background(), z, []forecast.Series{{Values: y}}, forecast.Task{Horizon: 30, Season: 1})
		if err != nil {
			t.Fatal(err)
		}
		for h := range 30 {
			if lo, hi := fs[0].Interval(h, 95); math.Abs(fs[0].Mean[h]-5) > .05 || n > 1 && hi-lo > .2 {
				t.Errorf("%d values of 5: step %d is %v in %v to %v", n, h+1, fs[0].Mean[h], lo, hi)
			}
		}
	}
}

// Files that are missing, of another class, or no model files at all are refused.
func TestNewZeroShotRefuses(t *testing.T) {
	for name, change := range map[string]func(files map[string][]byte){
		"a class is missing":        func(f map[string][]byte) { delete(f, "monthly") },
		"no network for every rate": func(f map[string][]byte) { delete(f, "universal") },
		"a network of no season":    func(f map[string][]byte) { f["universal-week"] = f["universal"] },
		"networks of another class": func(f map[string][]byte) { f["monthly"] = f["quarterly"] },
		"garbage":                   func(f map[string][]byte) { f["short"] = []byte("not a model") },
		"nothing":                   func(f map[string][]byte) { f["short"] = nil },
	} {
		files := files(t)
		change(files)
		if _, err := NewZeroShot(files); !errors.Is(err, forecast.ErrNoModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
	z, err := LazyZeroShot(weights.Names(), func(name string) ([]byte, error) {
		if name == "monthly" || name == "universal-52" {
			return []byte("garbage"), nil
		}
		return weights.Read(name)
	})
	if err != nil {
		t.Fatalf("networks that nobody asks for were read: %v", err)
	}
	for season, bad := range map[int]bool{1: false, 12: true, 52: true} {
		panel := []forecast.Series{{Values: wavy(60, max(season, 4), 1)}}
		_, err := forecast.Run(context.Background(), z, panel, forecast.Task{Horizon: 2, Season: season})
		if errors.Is(err, forecast.ErrNoModel) != bad || (err != nil) != bad {
			t.Errorf("season %d: %v", season, err)
		}
	}
	if _, err := z.Tuned(52).Fit(context.Background(), nil, forecast.Task{Horizon: 2, Season: 52}); !errors.Is(err, forecast.ErrNoModel) {
		t.Errorf("a damaged network is trained: %v", err)
	}
	for _, c := range Classes() {
		if len(files(t)[c.Name]) == 0 {
			t.Errorf("no networks of the class %s ship", c.Name)
		}
	}
	for _, name := range weights.Names() {
		if !strings.HasPrefix(name, "universal") && !slices.ContainsFunc(Classes(), func(c Class) bool { return c.Name == name }) {
			t.Errorf("the file %s is of no class", name)
		}
	}
}

// A model of segments that was kept says what it said before, further ahead too; a file
// whose parts do not fit is refused.
func TestSegmentKept(t *testing.T) {
	ctx, panel := context.Background(), []forecast.Series{{ID: "a", Values: wavy(200, 12, 1)}}
	task := forecast.Task{Horizon: 6, Season: 12, Seed: 1}.Resolve(panel)
	g := Segment{Hidden: 5, Steps: 4, Members: 2, Origins: 3}
	m, err := forecast.Fit(ctx, g, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	k, err := m.(forecast.Keeper).Keep(ctx, panel)
	if err != nil {
		t.Fatal(err)
	}
	data, err := k.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Segment{}.Restore(data, task)
	if err != nil {
		t.Fatal(err)
	}
	want, err := forecast.ForecastAll(ctx, m, panel, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, horizon := range []int{2, 6, 15} {
		got, err := again.Continue(ctx, panel, horizon)
		if err != nil || got[0].Horizon() != horizon {
			t.Fatalf("horizon %d: %v", horizon, err)
		}
		if n := min(horizon, 6); !slices.Equal(got[0].Mean[:n], want[0].Mean[:n]) {
			t.Errorf("horizon %d: %v, want %v", horizon, got[0].Mean, want[0].Mean)
		}
	}
	other := task
	other.Horizon = 7
	if _, err := g.Restore(data, other); !errors.Is(err, forecast.ErrNoModel) {
		t.Errorf("a horizon of 7: %v", err)
	}
	if _, err := g.Restore(bytes.Replace(data, []byte(`"Origins":3`), []byte(`"Origins":99999999`), 1), task); !errors.Is(err, forecast.ErrNoModel) {
		t.Errorf("many origins: %v", err)
	}
}

// Segments learn a daily pattern well enough to beat the last value far ahead, and refuse
// series that are too short.
func TestSegment(t *testing.T) {
	y := wavy(600, 12, 1)
	g := Segment{Hidden: 12, Steps: 60, Members: 2, Origins: 3}
	task := forecast.Task{Horizon: 24, Season: 12, Seed: 1}
	rs, err := forecast.Backtest(context.Background(), []forecast.Method{forecast.Naive, g}, []forecast.Series{{ID: "a", Values: y}}, task, forecast.BacktestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rs[1].MAE > .6*rs[0].MAE {
		t.Errorf("mean absolute error %.2f, that of the last value is %.2f", rs[1].MAE, rs[0].MAE)
	}
	_, err = forecast.Run(context.Background(), g, []forecast.Series{{Values: y[:40]}}, task)
	if !errors.Is(err, forecast.ErrTooShort) || !strings.Contains(err.Error(), "no series has") {
		t.Errorf("40 values: %v", err)
	}
}

// A class can be trained again; its file is read by Decode, with the class's horizon and
// season, and works in half the space.
func TestTrainClassAndSave(t *testing.T) {
	c := Classes()[0]
	for i := range c.plans {
		c.plans[i].steps, c.plans[i].hidden, c.plans[i].batch = 5, 8, 16
	}
	panel := Synthetic(60, c.Season, 20, 40, 3)
	m, err := c.Train(context.Background(), panel, forecast.Task{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	full, err := forecast.Save(m, false)
	if err != nil {
		t.Fatal(err)
	}
	half, err := forecast.Save(m, true)
	if err != nil || len(half) > len(full)*6/10 {
		t.Errorf("%d bytes become %d (%v)", len(full), len(half), err)
	}
	again, horizon, season, err := Decode(half)
	if err != nil || horizon != c.Horizon || season != c.Season {
		t.Fatalf("horizon %d, season %d (%v)", horizon, season, err)
	}
	f, err := again.Forecast(panel[0])
	if err != nil {
		t.Fatal(err)
	}
	g, err := m.Forecast(panel[0])
	if err != nil {
		t.Fatal(err)
	}
	for h := range f.Mean {
		if math.Abs(f.Mean[h]-g.Mean[h]) > .01*math.Abs(g.Mean[h]) {
			t.Errorf("step %d is %v after saving, %v before", h+1, f.Mean[h], g.Mean[h])
		}
	}
	nets, meta, err := Networks(half)
	if err != nil || len(nets) != len(c.plans) || meta[metaKey] == "" {
		t.Errorf("%d networks, metadata %v (%v)", len(nets), meta, err)
	}
}
