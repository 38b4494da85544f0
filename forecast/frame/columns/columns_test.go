package columns

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// shops are daily sales of two shops by region, with a promotion and the weather.
func shops(zone *time.Location, days int) Slices {
	region, shop, day := Column{Name: "region"}, Column{Name: "shop"}, Column{Name: "day"}
	sales, promo, sky := Column{Name: "sales"}, Column{Name: "promo"}, Column{Name: "sky"}
	for k, id := range []string{"north", "south"} {
		for d := range days {
			p, s := float64((d*7+k)%3/2), []string{"sun", "sun", "rain"}[d%5%3]
			region.Strings = append(region.Strings, id)
			shop.Strings = append(shop.Strings, fmt.Sprintf("a/%d", k)) // a slash of its own
			day.Times = append(day.Times, time.Date(2024, 3, 1+d, 0, 0, 0, 0, zone))
			v := 100 + 40*p + math.Sin(float64(d*d))
			if s == "rain" {
				v -= 20
			}
			sales.Numbers = append(sales.Numbers, v)
			promo.Numbers = append(promo.Numbers, p)
			sky.Strings = append(sky.Strings, s)
		}
	}
	return Slices{region, shop, day, sales, promo, sky}
}

// Several ids, times in a zone with daylight-saving time, regressors with a frame of the
// future, quantiles and paths: all come out, keys as they went in.
func TestForecastWithEverything(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	var future Slices
	for _, c := range shops(berlin, 3)[:6] {
		if c.Name != "sales" {
			future = append(future, c)
		}
	}
	future[2].Times = slices.Clone(future[2].Times)
	for i := range future[2].Times {
		future[2].Times[i] = time.Date(2024, 3, 29+i%3, 0, 0, 0, 0, berlin) // the clocks change on the 31st
	}
	future[3] = Column{Name: "promo", Numbers: []float64{0, 1, 0, 1, 0, 0}}
	future[4] = Column{Name: "sky", Strings: []string{"sun", "sun", "rain", "sun", "sun", "sun"}}
	out, err := Forecast(context.Background(), shops(berlin, 28), Options{
		Table: table.Options{ID: "region,shop", Value: "sales", Regressors: []string{"promo", "sky"}}, Task: forecast.Task{Horizon: 3, Season: 1, Seed: 4},
		Method: forecast.SES, Future: future, Levels: []float64{90}, Quantiles: []float64{.5}, Paths: 2,
		Causes: regress.Regressed{Events: []calendar.Event{{Name: "never", Date: time.Date(2024, 3, 30, 0, 0, 0, 0, time.UTC)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range out {
		names = append(names, c.Name)
		if c.Len() != 6 {
			t.Errorf("column %s has %d rows", c.Name, c.Len())
		}
	}
	if got := strings.Join(names, " "); got != "region shop day mean lo-90 hi-90 q0.5 path1 path2" {
		t.Errorf("columns %s", got)
	}
	shop, _ := out.Column("shop")
	day, _ := out.Column("day")
	mean, _ := out.Column("mean")
	if shop.Strings[0] != "a/0" || shop.Strings[5] != "a/1" || !day.Times[2].Equal(time.Date(2024, 3, 31, 0, 0, 0, 0, berlin)) {
		t.Errorf("keys %v %v", shop.Strings, day.Times)
	}
	for i, want := range []float64{100, 140, 80, 140, 100, 100} {
		if math.Abs(mean.Numbers[i]-want) > 4 {
			t.Errorf("row %d: %.1f, want about %v", i, mean.Numbers[i], want)
		}
	}
}

// Hours keep their moments across the change of clocks, dates in UTC stay in UTC.
func TestTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	start := time.Date(2024, 3, 29, 0, 0, 0, 0, berlin)
	f := Slices{{Name: "hour"}, {Name: "load"}}
	for i := range 72 {
		f[0].Times = append(f[0].Times, start.Add(time.Duration(i)*time.Hour))
		f[1].Numbers = append(f[1].Numbers, float64(i%24))
	}
	out, err := Forecast(context.Background(), f, Options{Task: forecast.Task{Horizon: 2}, Method: forecast.SeasonalNaive, Levels: []float64{}})
	if err != nil {
		t.Fatal(err)
	}
	if at := out[0].Times[0]; !at.Equal(start.Add(72*time.Hour)) || at.Location() != berlin || len(out) != 2 {
		t.Errorf("the next hour is %s, in %d columns", at, len(out))
	}
}

// Frames that hold nothing or do not fit are errors, never panics.
func TestRefusedFrames(t *testing.T) {
	good := Slices{{Name: "t", Strings: []string{"2024-01", "2024-02", "2024-03"}}, {Name: "v", Numbers: []float64{1, 2, 3}}}
	for want, f := range map[string]Frame{
		"is nil": nil, "is empty": Slices{}, "empty": Slices{{Name: "v", Numbers: []float64{}}},
		"has 2 rows":              Slices{good[0], {Name: "v", Numbers: []float64{1, 2}}},
		"2 kinds of values":       Slices{{Name: "v", Numbers: []float64{1}, Strings: []string{"1"}}},
		"no column holds":         Slices{good[0]},
		"no column holds numbers": Slices{good[0], {Name: "v", Numbers: []float64{math.NaN(), math.NaN(), math.NaN()}}},
	} {
		if _, err := Forecast(context.Background(), f, Options{Method: forecast.Naive, Task: forecast.Task{Horizon: 1}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	for want, opt := range map[string]Options{
		"level 100":         {Levels: []float64{100}},
		"quantile 1":        {Quantiles: []float64{1}},
		"-1 paths":          {Paths: -1},
		"future is empty":   {Future: Slices{}},
		`no column "x"`:     {Table: table.Options{Regressors: []string{"x"}, Value: "v"}},
		"no regressors are": {Future: good},
	} {
		opt.Method, opt.Task.Horizon = forecast.Naive, 1
		if _, err := Forecast(context.Background(), good, opt); !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

// Plain slices go in and come out.
func ExampleForecast() {
	days := make([]time.Time, 28)
	visits := make([]float64, 28)
	for i := range days {
		days[i] = time.Date(2024, 5, 6+i, 0, 0, 0, 0, time.UTC)
		visits[i] = float64(100 + 50*(i%7/5)) // more on Saturdays and Sundays
	}
	out, err := Forecast(context.Background(), Slices{{Name: "day", Times: days}, {Name: "visits", Numbers: visits}}, Options{
		Task: forecast.Task{Horizon: 7}, Method: forecast.SeasonalNaive, Levels: []float64{80}, Quantiles: []float64{.5},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Name, out[1].Name, out[2].Name, out[3].Name, out[4].Name)
	for i, at := range out[0].Times[4:6] {
		fmt.Println(at.Format("Monday 2 January:"), out[1].Numbers[4+i])
	}
	// Output:
	// day mean lo-80 hi-80 q0.5
	// Friday 7 June: 100
	// Saturday 8 June: 150
}
