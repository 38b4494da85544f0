package holidays

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
)

// Days that everybody knows are holidays of their countries.
func TestDays(t *testing.T) {
	for code, want := range map[string]string{
		"fi": "2025-06-21", "mx": "2026-02-02", "za": "2024-09-24", "co": "2025-06-30", "pt": "2024-05-30", "hu": "2023-05-29", "ee": "2024-02-24", "lu": "2025-05-09", "eu": "2024-05-01",
		"us": "2024-11-28", "US": "2023-07-04", "DE": "2024-10-03", "br": "2025-09-07", "fr": "2024-07-14", "gb": "2024-12-25", "jp": "2024-05-03", "es": "2024-10-12",
	} {
		c, err := Of(code)
		if err != nil {
			t.Fatal(err)
		}
		day, err := time.Parse("2006-01-02", want)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for name, days := range c.Days(2020, 2026) {
			for _, d := range days {
				found = found || d.Year() == day.Year() && d.YearDay() == day.YearDay()
				if d.Year() < 2020 || d.Year() > 2026 {
					t.Errorf("%s: %s is on %s", code, name, d)
				}
			}
		}
		if !found {
			t.Errorf("%s: %s is no holiday", code, want)
		}
	}
}

// Easter moves, Christmas does not; two countries have the holidays of both.
func TestMovingAndJoined(t *testing.T) {
	de, err := Of("de")
	if err != nil {
		t.Fatal(err)
	}
	var good []string
	for _, d := range de.Days(2023, 2025)["Karfreitag"] {
		good = append(good, d.Format("2006-01-02"))
	}
	if !slices.Equal(good, []string{"2023-04-07", "2024-03-29", "2025-04-18"}) {
		t.Errorf("Good Friday is on %v", good)
	}
	both, err := Of("de", "us")
	if err != nil {
		t.Fatal(err)
	}
	days := both.Days(2024, 2024)
	if len(days["Thanksgiving Day"]) != 1 || len(days["Karfreitag"]) != 1 {
		t.Errorf("holidays of two countries: %v", days)
	}
	if _, err := Of("de", "zz"); !errors.Is(err, forecast.ErrUnknown) || !strings.Contains(err.Error(), `country "zz" is none of AR, AT,`) {
		t.Errorf("country zz: %v", err)
	}
}

// The moving holidays of China, Korea and India are on the days on which they were, by
// the almanac and the governments' lists.
func TestMoon(t *testing.T) {
	for holiday, want := range map[string]string{
		"CN Spring Festival":      "2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08",
		"CN Dragon Boat Festival": "2008-06-08 2009-05-28 2010-06-16 2011-06-06 2012-06-23 2013-06-12 2014-06-02 2015-06-20 2016-06-09 2017-05-30 2018-06-18 2019-06-07 2020-06-25 2021-06-14 2022-06-03 2023-06-22 2024-06-10 2025-05-31",
		"CN Mid-Autumn Festival":  "2008-09-14 2009-10-03 2010-09-22 2011-09-12 2012-09-30 2013-09-19 2014-09-08 2015-09-27 2016-09-15 2017-10-04 2018-09-24 2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06",
		"CN Qingming":             "2008-04-04 2009-04-04 2010-04-05 2011-04-05 2019-04-05 2020-04-04 2023-04-05 2024-04-04 2025-04-04",
		"KR Seollal":              "2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-07 2028-01-27",
		"KR Chuseok":              "2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25",
		"KR Buddha's Birthday":    "2022-05-08 2023-05-27 2024-05-15 2025-05-05 2026-05-24",
		"IN Diwali":               "2010-11-05 2011-10-26 2012-11-13 2013-11-03 2014-10-23 2015-11-11 2016-10-30 2017-10-19 2018-11-07 2019-10-27 2020-11-14 2021-11-04 2022-10-24 2023-11-12 2024-10-31 2025-10-20 2026-11-08",
		"IN Holi":                 "2010-03-01 2011-03-20 2012-03-08 2013-03-27 2014-03-17 2015-03-06 2016-03-24 2017-03-13 2018-03-02 2019-03-21 2020-03-10 2021-03-29 2022-03-18 2023-03-08 2024-03-25 2025-03-14 2026-03-04",
		"IN Buddha Purnima":       "2019-05-18 2020-05-07 2021-05-26 2022-05-16 2023-05-05 2024-05-23 2025-05-12 2026-05-01",
		"IN Guru Nanak Jayanti":   "2018-11-23 2019-11-12 2020-11-30 2021-11-19 2022-11-08 2023-11-27 2024-11-15 2025-11-05",
	} {
		country, name, _ := strings.Cut(holiday, " ")
		c, err := Of(country)
		if err != nil {
			t.Fatal(err)
		}
		on := map[string]bool{}
		for _, d := range c.Days(2000, 2035)[name] {
			on[d.Format(time.DateOnly)] = true
		}
		for _, day := range strings.Fields(want) {
			if !on[day] {
				t.Errorf("%s: %s is no %s", country, day, name)
			}
		}
	}
}

// Days off in place of holidays have a name of their own; a country whose moving
// holidays are not all known says so; every code is a country with holidays in 2024.
func TestObservedAndLeft(t *testing.T) {
	for code, want := range map[string]string{"us": "Independence Day 2021-07-05", "kr": "Liberation Day 2021-08-16", "za": "Youth Day 2024-06-17"} {
		c, err := Of(code)
		if err != nil {
			t.Fatal(err)
		}
		i := strings.LastIndexByte(want, ' ')
		found := false
		for _, d := range c.Days(2020, 2026)[want[:i]+calendar.Observed] {
			found = found || d.Format(time.DateOnly) == want[i+1:]
		}
		if !found {
			t.Errorf("%s: the day off of %s is missing", code, want)
		}
	}
	for _, code := range Countries() {
		c, err := Of(code)
		if err != nil || len(c.Days(2024, 2024)) < 5 {
			t.Errorf("%s: %v (%v)", code, c, err)
		}
	}
	if in, err := Of("IN", "fr"); err != nil || len(in.Left()) != 1 || !strings.Contains(in.Left()[0], "holidays of IN are without") {
		t.Errorf("India leaves out %q (%v)", in.Left(), err)
	}
}
