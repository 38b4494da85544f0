package calendar

import (
	"math"
	"testing"
	"time"
)

// What is just allowed is read, what is just not is refused.
func TestParseEdges(t *testing.T) {
	for text, want := range map[string]string{
		"1H": "H", "100000H": "100000H", "100001H": "", "445-0": "445-0", "445-12": "445-12", "445-13": "", "445--1": "", "13m": "13min", "12m": "12M", "3m": "3M",
		"SM": "SM", "SM-1-2": "SM-1-2", "SM-1-31": "SM-1-31", "SM-0-15": "", "SM-15-15": "", "SM-16-15": "", "SM-1-32": "", "WOM-1Mon": "WOM-1Mon", "WOM-5Sun": "WOM-5Sun",
		"WOM-0Mon": "", "WOM-6Mon": "", "WOM-1Xyz": "", "BME": "BM", "t": "min", "9D": "9D",
	} {
		f, err := Parse(text)
		if got := f.String(); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%s is read as %s (%v), want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"0-24": "all", "Mon-Sun": "all", "8-12+14-18": "Mon-Sun 8-12+14-18", "mo-fr 8-18, sat 9-13": "Mon-Fri 8-18, Sat 9-13", "Sat-Mon": "Mon, Sat-Sun", "9:00-24:00": "Mon-Sun 9-24",
		"Mo": "Mon", "M": "", "8-25": "", "9-9": "", "9-8": "", "Mon-Xyz": "", "Wed 0-1, Wed 23-24": "Wed 0-1+23-24",
	} {
		o, err := ParseOpen(text)
		if (err == nil) != (want != "") || err == nil && o.String() != want {
			t.Errorf("%s is read as %s (%v), want %q", text, o, err, want)
		}
	}
}

// Seasons of calendars with closed hours, and the lengths of steps.
func TestSeasonsAndLengths(t *testing.T) {
	for name, want := range map[string]int{
		"D[Mon-Sat]": 6, "H[7-17]": 10, "30min[Mon-Fri 8-12+13-18]": 18, "H[Mon-Fri 8-18, Sat 9-13]": 54, "30min[Mon-Fri 8-18, Sat 9-13]": 108, "15min[Tue 9-10]": 4, "H[Mon 8-10, Tue 14-16]": 2,
		"28D": 13, "27D": 1, "DEK": 36, "SM": 24, "445-0": 12, "7D": 1, "24H": 1, "1440min": 1, "2W": 26,
	} {
		f, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Season(); got != want {
			t.Errorf("the season of %s is %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]float64{"S": 1. / 3600, "30min": .5, "6H": 6, "D": 24, "W": 168, "2W": 336, "Y": 365.25 * 24} {
		f, _ := Parse(name)
		if got := f.Duration().Hours(); math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s lasts %v hours, want %v", name, got, want)
		}
	}
}

// Before 1970 days, weeks and months are counted as after; a step from what lies between
// two goes to the next.
func TestOldTimes(t *testing.T) {
	for _, c := range []struct {
		freq, from string
		k          int
		want       string
	}{
		{"B", "1965-01-01", 1, "1965-01-04"}, {"B", "1965-01-04", -1, "1965-01-01"}, {"B", "1965-01-04", 5, "1965-01-11"}, {"B", "1965-01-02", 1, "1965-01-04"}, {"B", "1965-01-03", 0, "1965-01-01"},
		{"B", "1969-12-29", -1, "1969-12-26"}, {"B", "2024-03-02", 1, "2024-03-04"},
		{"D[Mon-Sat]", "1965-01-02", 1, "1965-01-04"}, {"D[Mon-Sat]", "1965-01-04", -1, "1965-01-02"}, {"D[Mon-Sat]", "1965-01-04", 6, "1965-01-11"}, {"D[Tue, Thu]", "2024-03-05", 3, "2024-03-14"},
		{"H[Mon-Fri 8-18]", "1965-01-01 17:00:00", 1, "1965-01-04 08:00:00"}, {"H[Mon-Fri 8-18]", "1965-01-04 08:00:00", -1, "1965-01-01 17:00:00"},
		{"30min[Mon-Fri 8-12+13-18]", "1965-01-01 11:30:00", 1, "1965-01-01 13:00:00"}, {"2H[8-18]", "2024-03-01 16:00:00", 1, "2024-03-02 08:00:00"},
		{"15min[Mon-Fri 9-10]", "2024-03-01 09:45:00", 1, "2024-03-04 09:00:00"},
		{"DEK", "1965-01-01", -1, "1964-12-21"}, {"DEK", "1965-01-21", 1, "1965-02-01"}, {"DEK-end", "1965-02-20", 1, "1965-02-28"}, {"DEK-end", "1965-02-28", 1, "1965-03-10"}, {"DEK-end", "1965-03-10", 1, "1965-03-20"},
		{"SM", "1965-01-15", 1, "1965-02-01"}, {"SM-15-31", "1965-01-31", 1, "1965-02-15"}, {"SM-15-31", "1965-02-15", 1, "1965-02-28"}, {"SM", "1965-01-01", -1, "1964-12-15"},
		{"445-0", "1969-12-29", 1, "1970-01-26"}, {"445-0", "1969-12-29", 2, "1970-02-23"}, {"445-0", "1969-12-29", 3, "1970-03-30"}, {"445-0", "1969-12-29", -1, "1969-11-24"}, {"445-0", "1969-12-31", -3, "1969-10-01"},
		{"BM", "1965-01-29", 1, "1965-02-26"}, {"BM", "2020-01-31", 1, "2020-02-28"}, {"WOM-3Fri", "1965-01-15", 1, "1965-02-19"}, {"WOM-5Sun", "1965-01-31", 1, "1965-02-28"}, {"WOM-5Sun", "1965-02-28", 1, "1965-03-28"},
		{"WOM-1Mon", "2024-01-01", 1, "2024-02-05"}, {"WOM-1Sun", "2024-01-07", 1, "2024-02-04"}, {"WOM-5Thu", "2024-01-25", 1, "2024-02-29"},
	} {
		f, err := Parse(c.freq)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Add(date(t, c.from), c.k); !got.Equal(date(t, c.want)) {
			t.Errorf("%s: %s plus %d is %s, want %s", c.freq, c.from, c.k, got, c.want)
		}
	}
	for name, from := range freqs {
		f, _ := Parse(name)
		start := date(t, from)
		for _, k := range []int{-9000, -3001} {
			if n, ok := f.Steps(start, f.Add(start, k)); !ok || n != k {
				t.Errorf("%s: %d steps count as %d (%v)", name, k, n, ok)
			}
		}
	}
}

// A time that is open is not closed, to the hour.
func TestClosed(t *testing.T) {
	for freq, times := range map[string]map[string]bool{
		"H[Mon-Fri 8-18]": {"2024-03-01 08:00:00": false, "2024-03-01 07:59:59": true, "2024-03-01 17:59:00": false, "2024-03-01 18:00:00": true, "2024-03-02 09:00:00": true, "2024-03-04 09:00:00": false},
		"D[Mon-Sat]":      {"2024-03-02": false, "2024-03-03": true, "2024-03-04": false}, "D": {"2024-03-03": false},
	} {
		f, _ := Parse(freq)
		for at, want := range times {
			if got := f.Closed(date(t, at)); got != want {
				t.Errorf("%s: %s is closed: %v", freq, at, got)
			}
		}
	}
}

// every lists n times of a calendar without those whose number is left out.
func every(t *testing.T, freq, from string, n int, left ...int) (out []time.Time) {
	t.Helper()
	f, err := Parse(freq)
	if err != nil {
		t.Fatal(err)
	}
	gone := map[int]bool{}
	for _, i := range left {
		gone[i] = true
	}
	for i := range n {
		if !gone[i] {
			out = append(out, f.Add(date(t, from), i))
		}
	}
	return out
}

// moved adds days to times, in turn.
func moved(times []time.Time, days ...int) []time.Time {
	for i := range times {
		times[i] = times[i].AddDate(0, 0, days[i%len(days)])
	}
	return times
}

// Calendars that are nearly another, at the border of what is taken for which.
func TestInferEdges(t *testing.T) {
	days := func(list ...string) (out []time.Time) {
		for _, s := range list {
			out = append(out, date(t, s))
		}
		return out
	}
	clockTimes := func(off int) []time.Time { // of 101 distances that many are no hour's
		times := every(t, "H", "2024-03-01", 102)
		for i := range off {
			times[101-i] = times[101-i].Add(time.Duration(off-i) * 7 * time.Minute)
		}
		return times
	}
	for name, c := range map[string]struct {
		times []time.Time
		want  string // "" is none
	}{
		"no time":                         {nil, ""},
		"two months":                      {days("2024-01-05", "2024-02-05"), "M"},
		"two weeks, on one day of months": {days("2024-02-29", "2024-03-07"), "W"},
		"two days":                        {days("2024-03-01", "2024-03-02"), "D"},
		"half years":                      {days("2024-01-31", "2024-07-31", "2025-01-31"), "6M"},
		"two years apart":                 {days("2020-05-01", "2022-05-01", "2026-05-01"), "2Y"},
		"quarters":                        {days("2024-03-31", "2024-06-30", "2024-09-30"), "Q"},
		"business month ends":             {days("2024-03-29", "2024-04-30", "2024-05-31", "2024-06-28"), "BM"},
		"with a holiday at one end":       {every(t, "BM", "2024-01-31", 12), "BM"},
		"dekads, four":                    {days("2024-01-01", "2024-01-11", "2024-01-21", "2024-02-01"), "DEK"},
		"halves":                          {days("2024-01-10", "2024-01-20", "2024-02-10", "2024-02-20"), "SM-10-20"},
		"halves nearer than ten days":     {days("2024-01-10", "2024-01-19", "2024-02-10", "2024-02-19"), "D"},
		"hours, few of them off":          {clockTimes(2), "H"},
		"business days, five":             {days("2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08"), "D"},
		"business days, six":              {days("2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11"), "B"},
		"every second weekday":            {days("2024-03-04", "2024-03-06", "2024-03-08", "2024-03-12", "2024-03-14", "2024-03-18"), "2D"},
		"weeks with some off":             {append(every(t, "W", "2024-01-03", 20), date(t, "2024-05-23")), "W"},
		"28 days":                         {every(t, "28D", "2024-01-03", 9), "28D"},
		"months of weeks, six":            {every(t, "445-0", "2024-01-01", 6), "445-0"},
		"third Fridays":                   {every(t, "WOM-3Fri", "2024-01-19", 4), "WOM-3Fri"},
		"third Fridays of quarters":       {days("2024-03-15", "2024-06-21", "2024-09-20", "2024-12-20"), "3WOM-3Fri"},
		"months within days":              {moved(every(t, "M", "2024-01-12", 24), -2, 3, 0, 1, -3), "M"},
		"weeks within days":               {moved(every(t, "W", "2024-01-03", 30), 0, 1, 0, -1, 0, 2, 0), "W"},
		"quarters within days":            {moved(every(t, "Q", "2020-02-12", 16), -2, 3, 0, 1, -3), "Q"},
		"open days":                       {every(t, "D[Mon-Sat]", "2024-01-01", 60), "D[Mon-Sat]"},
		"open days, too short to tell":    {every(t, "D[Mon-Sat]", "2024-01-01", 15), "D"},
		"open hours, two weeks":           {every(t, "H[Mon-Fri 8-18]", "2024-01-01 08:00:00", 110), "H[Mon-Fri 8-18]"},
		"open hours, less":                {every(t, "H[Mon-Fri 8-18]", "2024-01-01 08:00:00", 60), "H"},
	} {
		f, ok := Infer(c.times)
		got := f.String()
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The share of steps without a time is told.
func TestAbsent(t *testing.T) {
	for name, c := range map[string]struct {
		times []time.Time
		want  float64
	}{
		"none": {every(t, "D", "2024-01-01", 50), 0}, "ten of fifty": {every(t, "D", "2024-01-01", 50, 3, 4, 5, 11, 12, 20, 21, 30, 31, 44), .2},
		"months": {every(t, "M", "2024-01-15", 20, 3, 4, 5, 11, 12), .25},
	} {
		if f, ok := Infer(c.times); !ok || math.Abs(f.Absent-c.want) > 1e-12 {
			t.Errorf("%s: %v absent (%v), want %v", name, f.Absent, ok, c.want)
		}
	}
}

// Loose times belong to the step they lie in, or to the nearest.
func TestPlace(t *testing.T) {
	f, ok := Infer(moved(every(t, "M", "2024-01-12", 24), -2, 3, 0, 1, -3))
	if !ok || !f.Loose {
		t.Fatalf("%+v", f)
	}
	if want := date(t, "2024-01-12"); !f.Start.Equal(want) && f.Start.Month() != want.Month() {
		t.Errorf("months start at %s", f.Start)
	}
	for at, want := range map[string]int{"2024-01-01": 0, "2024-01-31": 0, "2024-02-01": 1, "2025-01-31": 12, "2023-12-31": -1} {
		if n, ok := f.Place(date(t, at)); !ok || n != want {
			t.Errorf("%s belongs to month %d (%v), want %d", at, n, ok, want)
		}
	}
	w, ok := Infer(moved(every(t, "W", "2024-01-03", 30), 0, 1, 0, -1, 0, 2, 0))
	if !ok || !w.Loose || w.Start.Weekday() != time.Wednesday {
		t.Fatalf("%+v starts on %s", w, w.Start.Weekday())
	}
	for at, want := range map[string]int{"2024-01-01": 0, "2024-01-05": 0, "2024-01-08": 1, "2024-01-17": 2} {
		if n, ok := w.Place(date(t, at)); !ok || n != want {
			t.Errorf("%s belongs to week %d (%v), want %d", at, n, ok, want)
		}
	}
	days := Freq{Unit: Day, N: 4}
	if n, ok := days.Near(date(t, "2024-01-01"), date(t, "2024-01-10")); !ok || n != 2 {
		t.Errorf("a day late counts as step %d (%v)", n, ok)
	}
	if _, ok := (Freq{Unit: Day, N: 3}).Near(date(t, "2024-01-01"), date(t, "2024-01-04")); ok {
		t.Error("three days have a nearest step")
	}
}

// Loggers whose clocks drift are understood up to a tenth of readings elsewhere.
func TestReadingsEdges(t *testing.T) {
	late := func(freq string, n, off int, by time.Duration) []time.Time {
		times := every(t, freq, "2024-03-01", n)
		for i := range times {
			times[i] = times[i].Add(time.Duration(i%5) * time.Second)
		}
		for i := range off {
			times[3+8*i] = times[3+8*i].Add(by)
		}
		return times
	}
	for name, c := range map[string]struct {
		times []time.Time
		want  string
	}{
		"twelve":                   {late("H", 12, 0, 0), "H"},
		"a tenth far off":          {late("H", 100, 10, 24*time.Minute), "H"},
		"more than a tenth":        {late("H", 100, 12, 24*time.Minute), ""},
		"as many, less far":        {late("H", 100, 12, 15*time.Minute), "H"},
		"ten seconds":              {every(t, "10S", "2024-03-01", 60), "10S"},
		"quarters of an hour":      {late("15min", 60, 0, 0), "15min"},
		"half days":                {late("12H", 60, 0, 0), "12H"},
		"no step of a clock":       {late("47min", 60, 0, 0), ""},
		"more holes than readings": {late("H", 100, 0, 0)[:20], "H"},
	} {
		f, ok := Infer(c.times)
		if got := f.String(); ok != (c.want != "") && f.Unit != Second && f.Unit != Minute || c.want != "" && got != c.want {
			t.Errorf("%s: %s (%v), want %q", name, got, ok, c.want)
		}
	}
}
