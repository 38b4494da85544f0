package job

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The page is told which steps were repaired, why, and which are holidays.
func TestMarks(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("day,sales\n")
	for d := range 60 {
		day, v := time.Date(2023, 12, 1+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), fmt.Sprint(10+d%7)
		switch d {
		case 5: // no row
			continue
		case 9:
			v = ""
		case 12:
			fmt.Fprintf(&csv, "%s,%s\n", day, v)
		}
		fmt.Fprintf(&csv, "%s,%s\n", day, v)
	}
	answer, err := Do(context.Background(), "forecast", "method=theta&horizon=40&holidays=US", []byte(csv.String()), Listener{})
	if err != nil {
		t.Fatal(err)
	}
	s := answer.(*ForecastView).Series[0]
	for _, want := range []Mark{
		{Step: 5, What: "a time without a row, filled as missing"}, {Step: 9, What: "missing values"}, {Step: 12, What: "rows that come again with the same numbers, taken once"},
		{Step: 24, What: "Christmas Day", Holiday: true}, {Step: 80, What: "Presidents' Day", Holiday: true}, // the second is in the forecast
	} {
		if !slices.Contains(s.Marks, want) {
			t.Errorf("no %+v in %+v", want, s.Marks)
		}
	}
	if n := len(s.Marks); n > 10 {
		t.Errorf("%d marks: %+v", n, s.Marks)
	}
}
