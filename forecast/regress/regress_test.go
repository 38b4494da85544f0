package regress

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress/holidays"
)

// daily makes two years of days with a weekly season, an effect of a regressor
// and one of a holiday.
func daily(n int) (s forecast.Series, x []float64) {
	r := rand.New(rand.NewPCG(11, 11))
	s = forecast.Series{ID: "shop", Start: time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Day, N: 1}}
	for range n + 60 {
		price := 0.0
		if r.Float64() < .2 {
			price = 1
		}
		x = append(x, price)
	}
	for i := range n {
		v := 100 * math.Exp(.2*math.Sin(2*math.Pi*float64(i)/7)+.05*r.NormFloat64()+.3*x[i])
		if t := s.Time(i); t.Month() == time.December && t.Day() == 25 {
			v *= .4
		}
		s.Values = append(s.Values, v)
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Values: x, Known: true}}
	return s, x
}

// The effects that are in the data are found, in size, and those that are not
// are not; forecasts follow the future values of the regressor.
func TestRegressorsAndHolidays(t *testing.T) {
	s, x := daily(1100)
	r := rand.New(rand.NewPCG(3, 3))
	noise := make([]float64, len(x))
	for i := range noise {
		noise[i] = r.NormFloat64()
	}
	s.Regressors = append(s.Regressors, forecast.Regressor{Name: "noise", Values: noise, Known: true})
	h, err := holidays.Of("us")
	if err != nil {
		t.Fatal(err)
	}
	m, err := forecast.Fit(context.Background(), Regressed{Method: forecast.Blend, Holidays: h}, []forecast.Series{s}, forecast.Task{Horizon: 28})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Effect{}
	for _, e := range m.(Affected).Effects() {
		found[e.Name] = e
	}
	if e := found["promotion"]; math.Abs(e.Size-.3) > .03 || !e.Relative {
		t.Errorf("effect of the promotion: %+v, want .3", e)
	}
	if e := found["holiday Christmas Day"]; math.Abs(e.Size-math.Log(.4)) > .2 {
		t.Errorf("effect of Christmas: %+v, want %.2f", e, math.Log(.4))
	}
	if e, ok := found["noise"]; ok {
		t.Errorf("noise has an effect: %+v", e)
	}
	f, err := m.Forecast(s)
	if err != nil {
		t.Fatal(err)
	}
	var with, without, nw, no float64
	for k := range f.Mean {
		level := f.Mean[k] / math.Exp(.2*math.Sin(2*math.Pi*float64(1100+k)/7))
		if x[1100+k] == 1 {
			with, nw = with+level, nw+1
		} else {
			without, no = without+level, no+1
		}
	}
	if ratio := with / nw / (without / no); math.Abs(ratio-math.Exp(.3)) > .08 {
		t.Errorf("forecasts with a promotion are %.2f times those without, want %.2f", ratio, math.Exp(.3))
	}
}

// A regressor that is promised for the future must be given for it; one that is
// known for the past only is forecast.
func TestRegressorsOfTheFuture(t *testing.T) {
	s, x := daily(400)
	s.Regressors[0].Values = x[:410]
	method := Regressed{Method: forecast.Naive}
	fs, err := forecast.Run(context.Background(), method, []forecast.Series{s}, forecast.Task{Horizon: 28})
	if err != nil || fs[0].Horizon() != 10 || !strings.Contains(fs[0].Note, "known for 10 of the 28 steps") {
		t.Errorf("%d steps, %q, error %v; want the ten that can be had", fs[0].Horizon(), fs[0].Note, err)
	}
	s.Regressors[0].Values = x[:400]
	_, err = forecast.Run(context.Background(), method, []forecast.Series{s}, forecast.Task{Horizon: 28})
	if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), `regressor "promotion" is known for 0 of the 28 steps`) {
		t.Errorf("error %v", err)
	}
	s.Regressors[0].Known = false
	if _, err := forecast.Run(context.Background(), method, []forecast.Series{s}, forecast.Task{Horizon: 28}); err != nil {
		t.Error(err)
	}
	// in a backtest a past-only regressor ends with the fold
	if got := len(s.Head(300).Regressors[0].Values); got != 300 {
		t.Errorf("%d values of the regressor after 300 steps", got)
	}
	if _, err := holidays.Of("us", "xx"); !errors.Is(err, forecast.ErrUnknown) {
		t.Errorf("country xx: %v", err)
	}
}

// Wages on the last day of the month and shops that live from weekends: the
// calendar explains them, and a leap year's February ends on the 29th.
func TestCalendarEffects(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	day := forecast.Series{ID: "day", Start: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Day, N: 1}}
	for i := range 800 {
		v := 100 + r.NormFloat64()
		if day.Time(i).Month() != day.Time(i+1).Month() {
			v *= 1.5
		}
		day.Values = append(day.Values, v)
	}
	month := forecast.Series{ID: "month", Start: time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Month, N: 1}}
	weekends := calendarColumns(month, 160)[0].values
	if weekends[0] != 10 || weekends[1] != 8 || weekends[25] != 8 {
		t.Errorf("weekend days of January and February 2010 and February 2012: %v, %v, %v", weekends[0], weekends[1], weekends[25])
	}
	for i := range 150 {
		month.Values = append(month.Values, 100*math.Exp(.05*weekends[i]+.01*r.NormFloat64()))
	}
	for want, s := range map[string]forecast.Series{"last day of the month": day, "weekend days": month} {
		m, err := forecast.Fit(context.Background(), Regressed{Method: forecast.Naive, Calendar: true}, []forecast.Series{s}, forecast.Task{Horizon: 10})
		if err != nil {
			t.Fatal(err)
		}
		size := map[string]float64{"last day of the month": math.Log(1.5), "weekend days": .05}[want]
		es := m.(Affected).Effects()
		if len(es) == 0 || es[0].Name != want || math.Abs(es[0].Size-size) > .1*size {
			t.Errorf("%s: effects %+v, want %.3f", want, es, size)
		}
	}
}
