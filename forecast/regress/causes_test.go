package regress

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/regress/holidays"
)

var day = forecast.Freq{Unit: forecast.Day, N: 1}

func effectsOf(t *testing.T, r Regressed, s forecast.Series, task forecast.Task) map[string]Effect {
	t.Helper()
	m, err := forecast.Fit(context.Background(), r, []forecast.Series{s}, task)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Effect{}
	for _, e := range m.(Affected).Effects() {
		out[e.Name] = e
	}
	return out
}

// A term reads and writes itself; steps out of range are refused; what is no operation
// belongs to the name.
func TestParseTerm(t *testing.T) {
	for text, want := range map[string]Term{
		"price": {Column: "price"}, "price@lag7": {Column: "price", Lag: 7}, "a b@MEAN3@lag1": {Column: "a b", Mean: 3, Lag: 1},
		"promo@weekday": {Column: "promo", Weekday: true}, "kind@category@lag2": {Column: "kind", Category: true, Lag: 2},
		"me@home": {Column: "me@home"}, "@lag1": {Column: "@lag1"}, "x@lag": {Column: "x@lag"},
	} {
		got, err := ParseTerm(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v (%v), want %+v", text, got, err, want)
		}
		if again, err := ParseTerm(got.String()); err != nil || again != got {
			t.Errorf("%s is written as %s", text, got)
		}
	}
	for _, text := range []string{"x@lag0", "x@mean5000", "x@lag99999999999999999999"} {
		if _, err := ParseTerm(text); !errors.Is(err, forecast.ErrInput) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// An effect that comes three steps late is found at that lag and nowhere else, and the
// forecast needs the regressor's future only as far as the lag leaves it open.
func TestLagsAndMeans(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	x := make([]float64, 303)
	for i := range x {
		x[i] = 10 + r.NormFloat64()
	}
	for name, c := range map[string]struct {
		term Term
		size float64
	}{"visits@lag3": {Term{Column: "Visits", Lag: 3}, 2}, "visits@mean4@lag1": {Term{Column: "visits", Mean: 4, Lag: 1}, 8}} {
		s := forecast.Series{ID: name, Regressors: []forecast.Regressor{{Name: "visits", Values: x[:300]}}}
		acts := c.term.apply(x)
		for i := range 300 {
			s.Values = append(s.Values, c.size*acts[i]+.3*r.NormFloat64()-500)
		}
		es := effectsOf(t, Regressed{Method: forecast.SES, Terms: []Term{c.term, {Column: "visits"}}}, s, forecast.Task{Horizon: 3, Season: 1})
		if e := es[name]; math.Abs(e.Size-c.size) > .2 || !(e.Low < c.size && c.size < e.High) || len(es) > 2 {
			t.Errorf("%s: effects %+v, want %v", name, es, c.size)
		}
	}
	s := forecast.Series{Values: x[:300], Regressors: []forecast.Regressor{{Name: "x", Values: x[:300], Known: true}}}
	for _, lag := range []int{0, 2, 3} { // with a lag of two only two steps can be had
		fs, err := forecast.Run(context.Background(), Regressed{Method: forecast.Naive, Terms: []Term{{Column: "x", Lag: lag}}}, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 1})
		if (err == nil) != (lag > 0) || err == nil && lag == 3 && fs[0].Horizon() != 3 {
			t.Errorf("known for no step to come, lag %d, horizon 3: %v", lag, err)
		}
	}
	if _, err := forecast.Fit(context.Background(), Regressed{Method: forecast.Naive, Terms: []Term{{Column: "y"}}}, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 1}); !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), `no regressor "y"`) {
		t.Errorf("a term without a regressor: %v", err)
	}
}

// A promotion that works on Saturdays only does so in the forecast, and a reference is
// named; months have no days of the week.
func TestWeekdayInteraction(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	s := forecast.Series{ID: "shop", Start: time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC), Freq: day}
	x := make([]float64, 414)
	for i := range x {
		x[i] = float64(r.IntN(2))
	}
	for i := range 7 {
		x[400+i], x[407+i] = 1, 0
	}
	for i := range 400 {
		v := 100 + r.NormFloat64()
		if s.Time(i).Weekday() == time.Saturday {
			v += 40 * x[i]
		}
		s.Values = append(s.Values, v)
	}
	s.Regressors = []forecast.Regressor{{Name: "offer=big", Column: "offer", Reference: "none", Values: x, Known: true}}
	regressed := Regressed{Method: forecast.SeasonalNaive, Terms: []Term{{Column: "offer", Weekday: true}}}
	es := effectsOf(t, regressed, s, forecast.Task{Horizon: 14, Season: 7})
	if e := es["offer=big on Saturday"]; math.Abs(math.Exp(e.Size)-1.4) > .05 || e.Reference != "none" {
		t.Errorf("effects %+v", es)
	}
	f := run(t, regressed, s, forecast.Task{Horizon: 14, Season: 7})
	for h := range 7 {
		gain, want := f.Mean[h]-f.Mean[h+7], 0.0
		if s.Time(400+h).Weekday() == time.Saturday {
			want = 40
		}
		if math.Abs(gain-want) > 6 {
			t.Errorf("on a %s the offer adds %.1f, want %v", s.Time(400+h).Weekday(), gain, want)
		}
	}
	s.Freq = forecast.Freq{Unit: forecast.Month, N: 1}
	if _, err := forecast.Run(context.Background(), regressed, []forecast.Series{s}, forecast.Task{Horizon: 14}); !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), "@weekday") {
		t.Errorf("months by weekday: %v", err)
	}
}

// Intervals of effects hold the truth about as often as they say, with a season or
// without, on counts of a hundred series.
func TestEffectIntervals(t *testing.T) {
	for season, least := range map[int]int{1: 90, 7: 90} {
		inside := 0
		for k := range 100 {
			r := rand.New(rand.NewPCG(uint64(k), 77))
			s := forecast.Series{ID: "s"}
			x := make([]float64, 160)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			for i := range 150 {
				s.Values = append(s.Values, 5*math.Sin(2*math.Pi*float64(i)/7)*float64(season/7)+.8*x[i]+r.NormFloat64()-100)
			}
			s.Regressors = []forecast.Regressor{{Name: "x", Values: x, Known: true}}
			e := effectsOf(t, Regressed{Method: forecast.Naive}, s, forecast.Task{Horizon: 5, Season: season})["x"]
			if e.Low <= .8 && .8 <= e.High {
				inside++
			}
		}
		t.Logf("season %d: %d of 100", season, inside)
		if inside < least {
			t.Errorf("season %d: %d of 100 intervals of 95%% hold the effect", season, inside)
		}
	}
}

// An event, the day before it and the second day after have their own effects, in the
// past and in the forecast; one that has not been yet is said to be unknown; months
// count its days.
func TestEvents(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	s := forecast.Series{ID: "hotel", Start: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC), Freq: day}
	var events []calendar.Event
	for _, at := range []int{50, 130, 190, 303} {
		events = append(events, calendar.Event{Name: "fair", Date: s.Time(at).Add(20 * time.Hour), Before: 1, After: 2})
	}
	events = append(events, calendar.Event{Name: "opening", Date: s.Time(305)}, calendar.Event{Name: "strike", Date: s.Time(77)})
	for i := range 300 {
		v := 200 + r.NormFloat64()
		for _, at := range []int{50, 130, 190} {
			v += map[int]float64{-1: 30, 0: 80, 1: 0, 2: -40}[i-at]
		}
		if i == 77 {
			v -= 90
		}
		s.Values = append(s.Values, v)
	}
	method := Regressed{Method: forecast.SES, Events: events}
	m, err := forecast.Fit(context.Background(), method, []forecast.Series{s}, forecast.Task{Horizon: 10, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, e := range m.(Affected).Effects() {
		got[e.Name] = math.Expm1(e.Size)
	}
	for name, want := range map[string]float64{"event fair": .4, "event fair, 1 day before": .15, "event fair, 2 days after": -.2, "event strike": -.45} {
		if math.Abs(got[name]-want) > .04 {
			t.Errorf("%s: %.3f, want %.2f", name, got[name], want)
		}
	}
	if notes := m.(Affected).Notes(); len(notes) != 1 || !strings.Contains(notes[0], `event "opening"`) {
		t.Errorf("notes %q", notes)
	}
	f := run(t, method, s, forecast.Task{Horizon: 10, Season: 1})
	if up, down := f.Mean[3]/f.Mean[0], f.Mean[5]/f.Mean[0]; math.Abs(up-1.4) > .05 || math.Abs(down-.8) > .05 {
		t.Errorf("the next fair: %.2f on the day, %.2f two days after", up, down)
	}
	month := forecast.Series{Start: s.Start, Freq: forecast.Freq{Unit: forecast.Month, N: 1}, Values: make([]float64, 12)}
	cols, _ := eventColumns(events, month, 12)
	if len(cols) != 3 || !slices.Equal(cols[0].values, []float64{0, 4, 0, 0, 4, 0, 4, 0, 0, 2, 2, 0}) {
		t.Errorf("in months: %+v", cols)
	}
}

type fixedDays map[string][]time.Time

func (f fixedDays) Days(int, int) map[string][]time.Time { return f }

// On business days a holiday on a weekend touches no step, and the day off in its place
// is the holiday; hours are those of the day.
func TestHolidaysBetweenSteps(t *testing.T) {
	at := func(d int) time.Time { return time.Date(2022, 7, d, 0, 0, 0, 0, time.UTC) }
	days := fixedDays{"fest": {at(9), at(20)}, "fest" + calendar.Observed: {at(11)}, "sunday": {at(10), at(17)}}
	s := forecast.Series{Start: at(4), Freq: forecast.Freq{Unit: forecast.BusinessDay, N: 1}, Values: make([]float64, 20)}
	cols := holidayColumns(days, s, 20)
	if len(cols) != 1 || cols[0].name != "holiday fest" {
		t.Fatalf("columns %+v", cols)
	}
	var on []int
	for i, v := range cols[0].values {
		if v != 0 {
			on = append(on, s.Time(i).Day())
		}
	}
	if !slices.Equal(on, []int{11, 20}) {
		t.Errorf("the fest is on July %v, want 11 and 20", on)
	}
	hours := forecast.Series{Start: at(9), Freq: forecast.Freq{Unit: forecast.Hour, N: 6}, Values: make([]float64, 60)}
	if got := fmt.Sprint(holidayColumns(days, hours, 60)[0].values[:6]); got != "[1 1 1 1 0 0]" {
		t.Errorf("in quarters of a day: %s", got)
	}
}

// A part of the history that a model was fitted to has the effects of the whole: two
// Christmases are known in a year with one. A short series tries few regressors.
func TestEffectsOfParts(t *testing.T) {
	s, _ := daily(1100)
	m, err := forecast.Fit(context.Background(), Regressed{Method: forecast.Naive, Terms: []Term{{Column: "promotion"}}, Events: []calendar.Event{
		{Name: "feast", Date: s.Time(358)}, {Name: "feast", Date: s.Time(723)}, {Name: "feast", Date: s.Time(1089)},
	}}, []forecast.Series{s}, forecast.Task{Horizon: 7, Season: 7})
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.Forecast(s.Head(1086).Tail(200))
	if err != nil {
		t.Fatal(err)
	}
	if f.Mean[3] > .6*slices.Min(slices.Concat(f.Mean[:3], f.Mean[4:])) {
		t.Errorf("the feast is not in the forecast of a part: %v", f.Mean)
	}
	short := forecast.Series{ID: "short", Values: s.Values[:20]}
	for k := range 9 {
		x := make([]float64, 25)
		x[k] = 1
		short.Regressors = append(short.Regressors, forecast.Regressor{Name: fmt.Sprint(k), Values: x, Known: true})
	}
	m, err = forecast.Fit(context.Background(), Regressed{Method: forecast.Naive}, []forecast.Series{short}, forecast.Task{Horizon: 3, Season: 1})
	if err != nil || !slices.Equal(m.(Affected).Notes(), []string{`series "short": 20 values are too few for the effects of 9 regressors: the 4 strongest are tried`}) {
		t.Errorf("notes %q (%v)", m.(Affected).Notes(), err)
	}
}

// Holidays and events of a series without times are refused, not forgotten.
func TestCausesNeedTimes(t *testing.T) {
	s := forecast.Series{ID: "a", Values: make([]float64, 40)}
	for _, r := range []Regressed{{Calendar: true}, {Events: []calendar.Event{{Name: "x"}}}, {Holidays: fixedDays{}}} {
		r.Method = forecast.Naive
		if _, err := forecast.Run(context.Background(), r, []forecast.Series{s}, forecast.Task{Horizon: 1, Season: 1}); !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), "without times") {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// Where values are judged by what was expected of them, a yearly holiday is expected,
// though a year has it once only.
func TestHolidaysAreExpected(t *testing.T) {
	s, _ := daily(800)
	s.Regressors = nil
	h, err := holidays.Of("us")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method forecast.Method
		want   bool
	}{{forecast.SeasonalNaive, false}, {Regressed{Method: forecast.SeasonalNaive, Holidays: h}, true}} {
		points, err := forecast.DetectAnomalies(context.Background(), c.method, []forecast.Series{s}, forecast.Task{Season: 7}, 99.9)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points[0] {
			if s.Time(p.Step).Format("01-02") == "12-25" && (p.Expected < 70) != c.want {
				t.Errorf("%s: expected %.0f on %s, when %.0f came", c.method.Name(), p.Expected, s.Time(p.Step), p.Value)
			}
		}
	}
}
