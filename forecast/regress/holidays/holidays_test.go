package holidays

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
)

// Days that everybody knows are holidays of their countries.
func TestDays(t *testing.T) {
	for code, want := range map[string]string{
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
