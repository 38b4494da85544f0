package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// made holds the recipes of the example tables that nobody measured: each is a
// formula of trend, seasons and events, with noise from a fixed seed.
var made = map[string]func(*rand.Rand) string{
	"csv/sales.csv":   func(r *rand.Rand) string { sales, _ := salesAndPlan(r); return sales },
	"csv/plan.csv":    func(r *rand.Rand) string { _, plan := salesAndPlan(r); return plan },
	"csv/panel.csv":   panel,
	"csv/traffic.csv": traffic,
	"csv/sensor.csv":  sensor,
}

// TestMade compares the files with their recipes; SEGUE_WRITE=1 writes them.
func TestMade(t *testing.T) {
	for name, recipe := range made {
		want := recipe(rand.New(rand.NewPCG(2026, 11)))
		if os.Getenv("SEGUE_WRITE") != "" {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s is not what its recipe writes (%v)", name, err)
		}
	}
}

// salesAndPlan is two years of a shop's days: a week, a year, a price that
// changes and has promotions, and the price of the four weeks after. The shop
// sells a third on the national holidays of Brazil.
func salesAndPlan(r *rand.Rand) (sales, plan string) {
	week := [7]float64{.70, .86, .88, .92, 1.02, 1.24, 1.38} // from Sunday
	closed := map[string]bool{
		"01-01": true, "04-21": true, "05-01": true, "09-07": true, "10-12": true,
		"11-02": true, "11-15": true, "11-20": true, "12-25": true,
	}
	var past, future strings.Builder
	past.WriteString("date,sales,price\n")
	future.WriteString("date,price\n")
	const days = 731
	level, start := 9.90, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := range days + 28 {
		day := start.AddDate(0, 0, d)
		if d > 0 && d%120 == 0 {
			level += .4
		}
		price := level
		if d%35 >= 30 { // the last five days of five weeks
			price = math.Round(level*85) / 100
		}
		if d >= days {
			fmt.Fprintf(&future, "%s,%.2f\n", day.Format("2006-01-02"), price)
			continue
		}
		v := 220 * (1 + .0004*float64(d)) * week[day.Weekday()] * (1 + .12*math.Cos(2*math.Pi*float64(d-350)/365.25))
		v *= math.Pow(price/9.90, -1.8) * math.Exp(.05*r.NormFloat64())
		if closed[day.Format("01-02")] {
			v /= 3
		}
		fmt.Fprintf(&past, "%s,%.0f,%.2f\n", day.Format("2006-01-02"), v, price)
	}
	return past.String(), future.String()
}

// panel is six stores of three regions over five years of months.
func panel(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("store,month,sales\n")
	for i, store := range []string{"north/harbour", "north/mill", "centre/market", "centre/station", "south/beach", "south/hill"} {
		size, growth, summer := 300+150*float64(i), .004+.002*float64(i%3), .10
		if store == "south/beach" {
			summer = .45
		}
		for m := range 60 {
			month := time.Date(2021, time.Month(1+m), 1, 0, 0, 0, 0, time.UTC)
			v := size * math.Exp(growth*float64(m)) * (1 - summer*math.Cos(2*math.Pi*(float64(m%12)-.5)/12))
			if month.Month() == time.December {
				v *= 1.3
			}
			fmt.Fprintf(&b, "%s,%s,%.0f\n", store, month.Format("2006-01"), v*math.Exp(.04*r.NormFloat64()))
		}
	}
	return b.String()
}

// traffic is five weeks of cars an hour on a busy road. On Wednesday
// of the fifth week the road is closed at eight, and the counter counts thrice
// on Friday at 14:00.
func traffic(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("time,cars\n")
	start := time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC) // a Monday
	for h := range 5 * 7 * 24 {
		t := start.Add(time.Duration(h) * time.Hour)
		at := func(hour, width float64) float64 {
			d := (float64(t.Hour()) - hour) / width
			return math.Exp(-d * d / 2)
		}
		v := 90 + 400*at(14, 4.5) + 320*at(8, 1.4) + 360*at(17.5, 1.6)
		v *= math.Exp(.06 * r.NormFloat64())
		switch t.Format("01-02 15") {
		case "04-02 08":
			v = 12
		case "04-04 14":
			v *= 3
		}
		fmt.Fprintf(&b, "%s,%.0f\n", t.Format("2006-01-02 15:04"), v)
	}
	return b.String()
}

// sensor is three weeks of temperatures an hour: a day without rows, some cells
// that are empty, and some hours that were never sent.
func sensor(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("time,temperature\n")
	start, drift := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC), 0.0
	for h := range 21 * 24 {
		t := start.Add(time.Duration(h) * time.Hour)
		drift = .98*drift + .25*r.NormFloat64()
		v := 16 + drift + .08*float64(h)/24 - 5*math.Cos(2*math.Pi*(float64(t.Hour())-4)/24) + .2*r.NormFloat64()
		switch {
		case h >= 200 && h < 224, h%97 == 40: // nothing was sent
		case h >= 330 && h < 336, h%83 == 20: // sent without a value
			fmt.Fprintf(&b, "%s,\n", t.Format("2006-01-02 15:04"))
		default:
			fmt.Fprintf(&b, "%s,%.1f\n", t.Format("2006-01-02 15:04"), v)
		}
	}
	return b.String()
}
