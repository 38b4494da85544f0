package keep

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/hierarchy"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/neural/universal"
	"github.com/segue-go/segue/forecast/regress"
)

var ctx = context.Background()

// months is a series with a trend and a yearly season.
func months(id string, n int, seed uint64) forecast.Series {
	r := rand.New(rand.NewPCG(seed, 5))
	s := forecast.Series{ID: id, Start: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Month, N: 1}}
	for i := range n {
		s.Values = append(s.Values, (100+float64(i))*(1+.2*math.Sin(2*math.Pi*float64(i)/12))*(1+.02*r.NormFloat64()))
	}
	return s
}

// orders is a series that is mostly zero.
func orders(id string, n int) forecast.Series {
	s := months(id, n, 3)
	for i := range s.Values {
		if i%3 > 0 {
			s.Values[i] = 0
		}
	}
	return s
}

// every lists all methods, small where they train.
func every(t *testing.T) []forecast.Method {
	a, err := auto.New()
	if err != nil {
		t.Fatal(err)
	}
	small := neural.LSTM{Steps: 20, Hidden: 8, Members: 1}
	tuned := a.ZeroShot.Tuned(12).(universal.Tuned)
	tuned.Steps = 8
	out := append(forecast.ClassicMethods(), a, a.ZeroShot, tuned, tuned.Method, small, forecast.ETS{Form: "MAM"},
		forecast.ARIMA{Order: [3]int{1, 1, 1}, Seasonal: [3]int{0, 1, 1}}, regress.Regressed{Method: forecast.Theta, Calendar: true},
		hierarchy.Temporal{Method: forecast.Theta})
	return append(out, forecast.Ensemble{Title: "mine", Members: []forecast.Method{forecast.Theta, forecast.STL, forecast.Naive}})
}

func equal(a, b []forecast.Forecast) bool { return reflect.DeepEqual(a, b) }

// A model gives what Run gives, before it was written to a file and after; and after an
// update the one that went through a file goes on like the one that did not.
func TestRoundTrip(t *testing.T) {
	panel := []forecast.Series{months("a", 60, 1), orders("b", 48), months("c", 70, 2)}
	panel[0].Values[20] = math.NaN()
	task := forecast.Task{Horizon: 6, Seed: 1}
	newer := []forecast.Series{panel[0], panel[1], panel[2]}
	for i := range newer {
		more := months("", 80, 9).Values[len(newer[i].Values):][:4]
		newer[i].Values = append(slices.Clone(newer[i].Values), more...)
	}
	for _, method := range every(t) {
		want, err := forecast.Run(ctx, method, panel, task)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Fit(ctx, method, panel, task)
		if err != nil {
			t.Fatalf("%s: %v", method.Name(), err)
		}
		got, err := m.Forecast(ctx, 0)
		if err != nil || !equal(got, want) {
			t.Errorf("%s: a kept model differs from Run: %v, %v, want %v", method.Name(), err, got[0].Mean, want[0].Mean)
		}
		file, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Load(file, method)
		if err != nil {
			t.Fatalf("%s: %v", method.Name(), err)
		}
		if again, err := back.Encode(); err != nil || !bytes.Equal(again, file) {
			t.Errorf("%s: the file changes when it is read and written (%v)", method.Name(), err)
		}
		for range 2 {
			for _, h := range []int{3, 6, 20} {
				a, err := m.Forecast(ctx, h)
				if err != nil {
					t.Fatal(err)
				}
				b, err := back.Forecast(ctx, h)
				if err != nil || !equal(a, b) {
					t.Errorf("%s, horizon %d: a loaded model differs: %v, %v, want %v", method.Name(), h, err, b[0].Mean, a[0].Mean)
				}
				if len(b[0].Mean) != h {
					t.Errorf("%s: %d steps of %d", method.Name(), len(b[0].Mean), h)
				}
			}
			for _, m := range []*Model{m, back} {
				if c, err := m.Update(ctx, newer, UpdateOptions{}); err != nil || c.Agreed > 0 && c.Appended > 0 && c.Appended != 12 {
					t.Fatalf("%s: %+v, %v", method.Name(), c, err)
				}
			}
		}
	}
}

// New values move the states and leave the parameters: a level follows them, and a model
// that is updated does not become one that is fitted anew.
func TestUpdateMovesOn(t *testing.T) {
	s := months("a", 60, 1)
	up := s
	for i := range 3 {
		up.Values = append(slices.Clone(up.Values), 2*months("a", 70, 1).Values[60+i])
	}
	for _, method := range []forecast.Method{forecast.ETS{}, forecast.Theta, forecast.ARIMA{}, forecast.Naive, forecast.Holt, forecast.Blend} {
		m, err := Fit(ctx, method, []forecast.Series{s}, forecast.Task{Horizon: 12})
		if err != nil {
			t.Fatal(err)
		}
		before, _ := m.Forecast(ctx, 12)
		c, err := m.Update(ctx, []forecast.Series{up}, UpdateOptions{})
		if err != nil || c.Appended != 3 || c.Agreed != 60 {
			t.Fatalf("%s: %+v, %v", method.Name(), c, err)
		}
		after, err := m.Forecast(ctx, 9)
		if err != nil {
			t.Fatal(err)
		}
		if !after[0].Start.Equal(s.Time(63)) {
			t.Errorf("%s: the forecast starts at %v", method.Name(), after[0].Start)
		}
		least := 1.2 // Holt's level and that of ETS hardly move on this series
		if method == forecast.Holt || method == (forecast.ETS{}) {
			least = 1
		}
		if after[0].Mean[0] <= least*before[0].Mean[3] {
			t.Errorf("%s: values twice as high move the forecast from %.1f to %.1f only", method.Name(), before[0].Mean[3], after[0].Mean[0])
		}
		anew, err := forecast.Run(ctx, method, []forecast.Series{up}, forecast.Task{Horizon: 9})
		if err != nil {
			t.Fatal(err)
		}
		if method != forecast.Naive && slices.Equal(anew[0].Mean, after[0].Mean) {
			t.Errorf("%s: the update estimated everything anew", method.Name())
		}
		if err := m.Refit(ctx); err != nil {
			t.Fatal(err)
		}
		if refitted, _ := m.Forecast(ctx, 12); !slices.Equal(refitted[0].Mean[:1], anew[0].Mean[:1]) && method != forecast.Naive && math.Abs(refitted[0].Mean[0]/anew[0].Mean[0]-1) > .01 {
			t.Errorf("%s: refitted %v, fitted anew %v", method.Name(), refitted[0].Mean[0], anew[0].Mean[0])
		}
	}
}

// What is known already is checked: a different value is an error that names it and
// leaves the model alone; with Refit it counts. Gaps are filled, and steps that nobody
// gave are missing.
func TestUpdateChecksWhatItKnows(t *testing.T) {
	s := months("a", 40, 1)
	s.Values[10] = math.NaN()
	m, err := Fit(ctx, forecast.SeasonalNaive, []forecast.Series{s}, forecast.Task{Horizon: 12})
	if err != nil {
		t.Fatal(err)
	}
	other := s
	other.Values = slices.Clone(s.Values)
	other.Values[10], other.Values[39] = 7, 1
	_, err = m.Update(ctx, []forecast.Series{other}, UpdateOptions{})
	if p := (*forecast.Problem)(nil); !errors.As(err, &p) || !strings.Contains(p.Place, `"a", 2018-04-01`) {
		t.Errorf("a different value gives %v", err)
	}
	if got := m.Panel()[0].Values; !math.IsNaN(got[10]) || len(got) != 40 {
		t.Error("a failed update changed the model")
	}
	c, err := m.Update(ctx, []forecast.Series{other}, UpdateOptions{Refit: true})
	if err != nil || c.Revised != 1 || c.Filled != 1 || c.Agreed != 38 {
		t.Errorf("%+v, %v", c, err)
	}
	late := forecast.Series{ID: "a", Start: s.Time(42), Freq: s.Freq, Values: []float64{5, 6, math.NaN()}}
	c, err = m.Update(ctx, []forecast.Series{late}, UpdateOptions{})
	if err != nil || c.Appended != 4 || c.Missing != 2 || len(m.Panel()[0].Values) != 44 {
		t.Errorf("%+v, %v, %d values", c, err, len(m.Panel()[0].Values))
	}
	for what, s := range map[string]forecast.Series{
		"days":     {ID: "a", Start: s.Start, Freq: forecast.Freq{Unit: forecast.Day, N: 1}, Values: []float64{1, 2}},
		"no times": {ID: "a", Values: []float64{1, 2}},
		"far":      {ID: "a", Start: s.Freq.Add(s.Start, 9_000_000/12), Freq: s.Freq, Values: []float64{1}},
	} {
		if _, err := m.Update(ctx, []forecast.Series{s}, UpdateOptions{}); err == nil && what != "far" {
			t.Errorf("%s are appended to months", what)
		}
	}
}

// Without times new values go to the end, unless the whole history comes again; a new
// series joins; one series needs no name.
func TestUpdateWithoutTimes(t *testing.T) {
	m, err := Fit(ctx, forecast.Naive, []forecast.Series{{Values: []float64{1, 2, 3}}}, forecast.Task{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want []float64 }{{[]float64{4}, []float64{1, 2, 3, 4}}, {[]float64{1, 2, 3, 4, 5}, []float64{1, 2, 3, 4, 5}}} {
		if _, err := m.Update(ctx, []forecast.Series{{ID: "x", Values: c.in}}, UpdateOptions{}); err != nil || !slices.Equal(m.Panel()[0].Values, c.want) {
			t.Errorf("after %v: %v, %v", c.in, m.Panel()[0].Values, err)
		}
	}
	c, err := m.Update(ctx, []forecast.Series{{ID: "new", Values: []float64{8, 9}}, {ID: "other", Values: []float64{1}}}, UpdateOptions{})
	if err != nil || c.New != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	if fs, err := m.Forecast(ctx, 2); err != nil || len(fs) != 3 || fs[1].Mean[1] != 9 {
		t.Errorf("%v, %v", fs, err)
	}
}

// A future that is known for fewer steps than are asked gives those, and says so.
func TestShortFuture(t *testing.T) {
	s := months("a", 60, 1)
	x := forecast.Regressor{Name: "plan", Known: true}
	for i := range 66 {
		x.Values = append(x.Values, float64(i*i%7))
	}
	for i := range s.Values {
		s.Values[i] *= math.Exp(.1 * x.Values[i])
	}
	s.Regressors = []forecast.Regressor{x}
	method := regress.Regressed{Method: forecast.Theta}
	m, err := Fit(ctx, method, []forecast.Series{s}, forecast.Task{Horizon: 6, Season: 12})
	if err != nil {
		t.Fatal(err)
	}
	fs, err := m.Forecast(ctx, 12)
	if err != nil || fs[0].Horizon() != 6 || !strings.Contains(fs[0].Note, "6 of the 12") {
		t.Fatalf("%d steps, note %q, error %v", fs[0].Horizon(), fs[0].Note, err)
	}
	more := s
	more.Start, more.Values = s.Time(60), []float64{200}
	more.Regressors = []forecast.Regressor{{Name: "Plan", Values: []float64{x.Values[60], 1, 2, 3, 4, 5, 6, 7, 8}}}
	if _, err := m.Update(ctx, []forecast.Series{more}, UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if fs, err := m.Forecast(ctx, 12); err != nil || fs[0].Horizon() != 8 {
		t.Errorf("%d steps after an update whose future has eight: %v", fs[0].Horizon(), err)
	}
	more.Regressors = nil
	if _, err := m.Update(ctx, []forecast.Series{more}, UpdateOptions{}); err == nil {
		t.Error("new values without the regressor are taken")
	}
}

var rewrite = flag.Bool("rewrite", false, "write testdata/version1.json anew")

// A file that version 1 wrote is read as it was meant, by whatever comes later.
func TestEarlierVersion(t *testing.T) {
	const name = "testdata/version1.json"
	if *rewrite {
		panel := []forecast.Series{months("a", 30, 1), orders("b", 30)}
		a, _ := auto.New()
		m, err := Fit(ctx, a.WithTraining(auto.TrainNever), panel, forecast.Task{Horizon: 6})
		if err != nil {
			t.Fatal(err)
		}
		m.Meta["from"] = "a test"
		file, err := m.Encode()
		if err == nil {
			err = os.WriteFile(name, file, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !Is(file) || m.Meta["from"] != "a test" || m.Method().Name() != "auto" || len(m.Panel()) != 2 || m.Task().Season != 12 {
		t.Errorf("read as %v of %d series, season %d, %v", m.Method().Name(), len(m.Panel()), m.Task().Season, m.Meta)
	}
	if w := m.Kept().(forecast.Weighted).Weights(); len(w) == 0 {
		t.Error("the weights are lost")
	}
	fs, err := m.Forecast(ctx, 12)
	if err != nil || fs[0].Mean[0] < 100 || fs[0].Mean[0] > 200 || fs[1].Mean[0] < 10 || fs[1].Mean[0] > 100 {
		t.Errorf("%v, %v", err, fs)
	}
	newer := strings.Replace(string(file), `"version":1`, `"version":99`, 1)
	if _, err := Load([]byte(newer), nil); !errors.Is(err, forecast.ErrNoModel) || !strings.Contains(err.Error(), "newer segue") {
		t.Errorf("a later version: %v", err)
	}
}

// damage puts a value in the place of the JSON value at or before a byte of a model's
// file, and reads the file: it is refused with ErrNoModel, or it gives finite forecasts.
func damage(t *testing.T, file []byte, at int, value string) {
	for at > 0 && bytes.IndexByte([]byte(":[,"), file[at-1]) < 0 {
		at--
	}
	end := at
	for end < len(file) && bytes.IndexByte([]byte(",]}"), file[end]) < 0 {
		end++
	}
	m, err := Load(slices.Concat(file[:at], []byte(value), file[end:]), nil)
	if err != nil {
		if !errors.Is(err, forecast.ErrNoModel) && !errors.Is(err, forecast.ErrUnknown) {
			t.Errorf("%v is no ErrNoModel", err)
		}
		return
	}
	fs, _ := m.Forecast(ctx, 3)
	for _, f := range fs {
		if !f.Finite() {
			t.Errorf("%v: not finite after %q in the place of %q", f.Mean, value, file[at:end])
		}
	}
}

// files are models of several methods.
func files(t testing.TB) (out [][]byte) {
	file, err := os.ReadFile("testdata/version1.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []forecast.Method{forecast.Blend, forecast.ARIMA{}, forecast.STL, forecast.MultiSeason{}, forecast.ETS{}} {
		m, err := Fit(ctx, method, []forecast.Series{months("a", 60, 1)}, forecast.Task{Horizon: 3})
		if err != nil {
			t.Fatal(err)
		}
		data, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, data)
	}
	return append(out, file)
}

// Files come from anybody: nothing panics, and no number makes a model take memory or
// time without end.
func FuzzLoad(f *testing.F) {
	all := files(f)
	f.Add(uint(0), uint(100), "1e301")
	f.Add(uint(5), uint(7), "[[]]")
	f.Fuzz(func(t *testing.T, which, at uint, value string) {
		file := all[which%uint(len(all))]
		damage(t, file, int(at%uint(len(file))), value)
	})
}

func TestHostileFiles(t *testing.T) {
	odd := []string{"-1", "0", "1e301", "null", "[]", `""`, "99999999999", "{}", "true", "1e-300", "[[]]"}
	r := rand.New(rand.NewPCG(1, 1))
	for _, file := range files(t) {
		for range 80 {
			damage(t, file, r.IntN(len(file)), odd[r.IntN(len(odd))])
		}
	}
	for _, bad := range []string{"", "{}", "null", "[1]", `{"format":"segue forecast model"}`, `{"format":"segue forecast model","version":1,"method":"auto"}`, "\x89PNG", strings.Repeat("[", 20000)} {
		if _, err := Load([]byte(bad), nil); !errors.Is(err, forecast.ErrNoModel) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

// Methods that no name finds must be given, and the right one.
func TestLoadWantsItsMethod(t *testing.T) {
	m, err := Fit(ctx, forecast.ETS{Form: "ANN"}, []forecast.Series{months("a", 30, 1)}, forecast.Task{Horizon: 3})
	if err != nil {
		t.Fatal(err)
	}
	file, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, nil); !errors.Is(err, forecast.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if _, err := Load(file, forecast.Theta); !errors.Is(err, forecast.ErrNoModel) {
		t.Errorf("%v", err)
	}
	if _, err := Load(file, forecast.ETS{Form: "ANN"}); err != nil {
		t.Error(err)
	}
	if _, err := Fit(ctx, forecast.Naive, []forecast.Series{{ID: "a", Values: []float64{1}}, {ID: "a", Values: []float64{1}}}, forecast.Task{}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("two series of one name: %v", err)
	}
	if _, err := Fit(ctx, stranger{}, []forecast.Series{{Values: []float64{1}}}, forecast.Task{}); !errors.Is(err, forecast.ErrNotSaved) {
		t.Errorf("a method that cannot be kept: %v", err)
	}
}

type stranger struct{}

func (stranger) Name() string { return "stranger" }

func (stranger) Fit(context.Context, []forecast.Series, forecast.Task) (forecast.Model, error) {
	return stranger{}, nil
}

func (stranger) Forecast(forecast.Series) (forecast.Forecast, error) {
	return forecast.Forecast{}, fmt.Errorf("not asked")
}
