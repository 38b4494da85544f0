package regress

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress/holidays"
)

func run(t *testing.T, m forecast.Method, s forecast.Series, task forecast.Task) forecast.Forecast {
	t.Helper()
	fs, err := forecast.Run(context.Background(), m, []forecast.Series{s}, task)
	if err != nil {
		t.Fatal(err)
	}
	return fs[0]
}

// Without regressors, and with ones that explain nothing, the forecast is that of the
// method itself.
func TestNothingToExplain(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	s := forecast.Series{ID: "a"}
	for range 90 {
		s.Values = append(s.Values, 50+r.NormFloat64())
	}
	task := forecast.Task{Horizon: 5, Season: 1}
	want := run(t, forecast.Theta, s, task)
	if got := run(t, Regressed{Method: forecast.Theta}, s, task); !slices.Equal(got.Mean, want.Mean) {
		t.Errorf("without regressors: %v, want %v", got.Mean, want.Mean)
	}
	for name, x := range map[string]float64{"constant": 0, "one step": 1} {
		values := make([]float64, 95)
		values[0] = x * 1e-9
		with := s
		with.Regressors = []forecast.Regressor{{Name: name, Values: values, Known: true}}
		if got := run(t, Regressed{Method: forecast.Theta}, with, task); !slices.Equal(got.Mean, want.Mean) {
			t.Errorf("a regressor that is %s: %v, want %v", name, got.Mean, want.Mean)
		}
	}
	short := s.Head(9)
	short.Regressors = []forecast.Regressor{{Name: "x", Values: s.Values[:20], Known: true}}
	if f := run(t, Regressed{Method: forecast.Naive}, short, task); f.Mean[0] != short.Values[8] {
		t.Errorf("nine values are too few for an effect, but the forecast is %v", f.Mean[0])
	}
}

// An effect on a series with negative values is added, on a positive one it multiplies,
// and the forecast with the regressor on differs from that without by the effect.
func TestEffectsInTheForecast(t *testing.T) {
	for name, c := range map[string]struct {
		level    float64
		relative bool
	}{"sales": {200, true}, "balance": {0, false}} {
		r := rand.New(rand.NewPCG(3, 2))
		s := forecast.Series{ID: name}
		x := make([]float64, 112)
		for i := range x {
			x[i] = float64(r.IntN(2))
		}
		x[110], x[111] = 0, 1
		for i := range 110 {
			v := c.level + r.NormFloat64() + 40*x[i]
			if c.relative {
				v = c.level * math.Exp(.2*x[i]+.005*r.NormFloat64())
			}
			s.Values = append(s.Values, v)
		}
		s.Regressors = []forecast.Regressor{{Name: "x", Values: x, Known: true}}
		m, err := forecast.Fit(context.Background(), Regressed{Method: forecast.SES}, []forecast.Series{s}, forecast.Task{Horizon: 2, Season: 1})
		if err != nil {
			t.Fatal(err)
		}
		es := m.(Affected).Effects()
		if len(es) != 1 || es[0].Relative != c.relative || es[0].Importance < .8 || es[0].T < 10 {
			t.Fatalf("%s: effects %+v", name, es)
		}
		f, err := m.Forecast(s)
		if err != nil {
			t.Fatal(err)
		}
		got, want := f.Mean[1]-f.Mean[0], 40.0
		if c.relative {
			got, want = math.Log(f.Mean[1]/f.Mean[0]), .2
		}
		if math.Abs(got-want) > .05*want {
			t.Errorf("%s: the regressor changes the forecast by %v, want %v", name, got, want)
		}
	}
}

// Gaps in the values and in the regressor do not hide the effect.
func TestEffectsWithGaps(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	s := forecast.Series{ID: "gaps"}
	x := make([]float64, 150)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	for i := range 150 {
		v := 10 + 3*x[i] + .2*r.NormFloat64()
		if i < 4 || i%13 == 5 {
			v = math.NaN()
		}
		s.Values = append(s.Values, v-50)
	}
	holes := slices.Clone(x)
	holes[0], holes[40] = math.NaN(), math.NaN()
	s.Regressors = []forecast.Regressor{{Name: "x", Values: holes}}
	m, err := forecast.Fit(context.Background(), Regressed{Method: forecast.Naive}, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	if es := m.(Affected).Effects(); len(es) != 1 || math.Abs(es[0].Size-3) > .2 {
		t.Errorf("effects %+v, want 3", es)
	}
}

// A model that was fitted to one history estimates the effects of a longer one, so that
// it may be used when new values come in.
func TestEffectsOfANewHistory(t *testing.T) {
	s, _ := daily(700)
	m, err := forecast.Fit(context.Background(), Regressed{Method: forecast.Naive}, []forecast.Series{s.Head(600)}, forecast.Task{Horizon: 10, Season: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{600, 640, 690} {
		f, err := m.Forecast(s.Head(n))
		if err != nil || f.Horizon() != 10 || !f.Start.Equal(s.Time(n)) {
			t.Errorf("after %d values: %d steps from %s (%v)", n, f.Horizon(), f.Start, err)
		}
	}
	// what a model knows of its members passes through
	ensemble := forecast.Ensemble{Title: "e", Members: []forecast.Method{forecast.Naive, forecast.Drift}}
	if m, err = forecast.Fit(context.Background(), Regressed{Method: ensemble}, []forecast.Series{s}, forecast.Task{Horizon: 7}); err != nil {
		t.Fatal(err)
	}
	if len(m.(forecast.Weighted).Weights()) != 2 || m.(forecast.Checked).Check() == nil {
		t.Error("the weights or the check of the ensemble are lost")
	}
}

// Steps longer than a day count the holidays in them.
func TestHolidaysInMonths(t *testing.T) {
	c, err := holidays.Of("de")
	if err != nil {
		t.Fatal(err)
	}
	s := forecast.Series{Start: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Month, N: 1}, Values: make([]float64, 48)}
	var perYear [4]float64
	names := map[string]bool{}
	for _, col := range holidayColumns(c, s, 60) {
		names[col.name] = true
		for i, v := range col.values[:48] {
			perYear[i/12] += v
		}
		if len(col.values) != 60 {
			t.Fatalf("%s: %d steps", col.name, len(col.values))
		}
	}
	if !names["holiday Tag der Deutschen Einheit"] {
		t.Errorf("the holidays are %v", names)
	}
	for y, n := range perYear {
		if n < 9 || n > 16 {
			t.Errorf("%d holidays in %d", int(n), 2015+y)
		}
	}
}
