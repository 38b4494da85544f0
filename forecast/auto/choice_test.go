package auto

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
)

// Every method that is listed is found by its name, in any case, and describes itself;
// the error for another name lists them all.
func TestLookupFindsWhatIsListed(t *testing.T) {
	_, err := Lookup("magic")
	if !errors.Is(err, forecast.ErrUnknown) || !strings.Contains(err.Error(), `"magic"`) {
		t.Fatalf("%v", err)
	}
	list := List()
	if len(list) < 20 || list[0].Name != "auto" {
		t.Errorf("%d methods, the first is %s", len(list), list[0].Name)
	}
	seen := map[string]bool{}
	for _, d := range list {
		if seen[d.Name] || d.About == "" || strings.HasSuffix(d.About, ".") {
			t.Errorf("%q is described as %q", d.Name, d.About)
		}
		seen[d.Name] = true
		m, lookup := Lookup(strings.ToUpper(d.Name))
		if lookup != nil || m.Name() != d.Name {
			t.Errorf("%s is found as %v (%v)", d.Name, m, lookup)
		}
		if !strings.Contains(err.Error(), d.Name) {
			t.Errorf("the error for an unknown name does not list %s", d.Name)
		}
	}
}

// Networks are trained only if that was asked for.
func TestWhenAutoTrains(t *testing.T) {
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	panel := func(n, length int) []forecast.Series {
		return slices.Repeat([]forecast.Series{{Values: make([]float64, length)}}, n)
	}
	for _, c := range []struct {
		name string
		m    forecast.Method
		n    int
		of   int
		want bool
	}{
		{"one series", method, 1, 5000, false}, {"a large panel", method, 60, 100, false},
		{"one series, asked to", method.WithTraining(TrainAlways), 1, 30, true}, {"a large panel, asked not to", method.WithTraining(TrainNever), 60, 100, false},
		{"without pretrained networks", Method{}, 1, 30, false},
	} {
		if got := c.m.(forecast.Trainer).Trains(panel(c.n, c.of)); got != c.want {
			t.Errorf("%s: trains %v, want %v", c.name, got, c.want)
		}
	}
	if method.Train != TrainNever {
		t.Error("WithTraining changed the method itself")
	}
}

// The members are those that suit the season, two parts networks and one statistics.
func TestMembers(t *testing.T) {
	method := Method{ZeroShot: &neural.ZeroShot{}, Train: TrainNever}
	for season, want := range map[int]string{1: "dotm damped zeroshot", 4: "dotm damped zeroshot", 12: "dotm damped zeroshot", 7: "blend stl multiseason zeroshot", 24: "blend stl multiseason zeroshot", 52: "blend stl multiseason zeroshot"} {
		ms, prior := method.members(nil, season)
		var names []string
		for _, m := range ms {
			names = append(names, m.Name())
		}
		if got := strings.Join(names, " "); got != want || len(prior) != len(ms) {
			t.Errorf("season %d: %s, want %s", season, got, want)
		}
	}
	for _, c := range []struct {
		m    Method
		want string
	}{{method, "tuned"}, {Method{}, "lstm"}} {
		ms, _ := c.m.WithTraining(TrainAlways).(Method).members(nil, 12)
		if got := ms[len(ms)-1].Name(); got != c.want {
			t.Errorf("asked to train, the last member is %s, want %s", got, c.want)
		}
	}
}

// A panel of sales and of spare parts gets a forecast that suits each, in its order, and
// the same as alone where nothing is trained.
func TestMixedPanel(t *testing.T) {
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var sales, parts []float64
	for i := range 72 {
		sales = append(sales, 200+20*math.Sin(2*math.Pi*float64(i)/12)+float64(i%5))
		parts = append(parts, float64(i*i%15/9*6)) // 6 now and then
	}
	panel := []forecast.Series{{ID: "part", Values: parts}, {ID: "sales", Values: sales}, {ID: "part 2", Values: parts}}
	task := forecast.Task{Horizon: 6, Season: 12}
	m, err := forecast.Fit(ctx, method, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	fs, err := forecast.ForecastAll(ctx, m, panel, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1.5, 225, 1.5} {
		if f := fs[i]; f.ID != panel[i].ID || math.Abs(f.Mean[3]-want) > .15*want+.5 {
			t.Errorf("%s: %v, want about %v", f.ID, f.Mean[3], want)
		}
	}
	if !slices.Equal(fs[0].Mean, fs[2].Mean) {
		t.Error("two series that are the same have other forecasts")
	}
	sum := 0.0
	for _, w := range m.(forecast.Weighted).Weights() {
		sum += w.Weight
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the weights of the other series add up to %v", sum)
	}
	only, err := forecast.Fit(ctx, method, panel[:1], task)
	if err != nil || only.(forecast.Weighted).Weights() != nil || only.(forecast.Checked).Check() != nil {
		t.Errorf("only spare parts: weights %v, check %v (%v)", only.(forecast.Weighted).Weights(), only.(forecast.Checked).Check(), err)
	}
}

// Series that multiseason serves alone have its weight, and a comparison with seasonal
// naive.
func TestLongSeriesAreChecked(t *testing.T) {
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, 800)
	for i := range values {
		values[i] = 100 + 20*math.Sin(2*math.Pi*float64(i)/365.25) + 5*math.Sin(2*math.Pi*float64(i)/7) + float64(i*i%7)
	}
	m, err := forecast.Fit(ctx, method, []forecast.Series{{Values: values}}, forecast.Task{Horizon: 28, Season: 7})
	if err != nil {
		t.Fatal(err)
	}
	if w := m.(forecast.Weighted).Weights(); len(w) != 1 || w[0].Method != "multiseason" || w[0].Weight != 1 {
		t.Errorf("weights %v", w)
	}
	if c := m.(forecast.Checked).Check(); c == nil || c.Histories != 2 || !(c.MASE < c.SeasonalNaive) {
		t.Errorf("check %+v", c)
	}
}

// Without a seed of its own the same panel gives the same forecast on every run.
func TestAutoIsDeterministic(t *testing.T) {
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	panel := series(t, "air_passengers.csv")
	var first []float64
	for _, threads := range []int{1, 3} {
		fs, err := forecast.Run(ctx, method, panel, forecast.Task{Horizon: 5, Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !slices.Equal(first, fs[0].Mean) {
			t.Errorf("%d threads give %v, one gives %v", threads, fs[0].Mean, first)
		}
		first = fs[0].Mean
	}
}

// A demand that has been 0 for 200 steps has ended, and no interval says that it may come
// back as large as ever.
func TestEndedDemand(t *testing.T) {
	method, err := New()
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float64, 400)
	for i := range 190 {
		y[i] = float64(1000 * i)
	}
	fs, err := forecast.Run(ctx, method, []forecast.Series{{Values: y}}, forecast.Task{Horizon: 5, Season: 7})
	if err != nil {
		t.Fatal(err)
	}
	if lo, hi := fs[0].Interval(4, 95); lo != 0 || hi != 0 || fs[0].Mean[4] != 0 {
		t.Errorf("%v, from %v to %v", fs[0].Mean[4], lo, hi)
	}
}
