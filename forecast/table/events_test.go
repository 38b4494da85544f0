package table

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// Events are read as people write them: other separators, dates and names of columns,
// windows that are left out, Prophet's negative ones.
func TestParseEvents(t *testing.T) {
	for text, want := range map[string]string{
		"event,date,before,after\nFair,2024-05-01,1,2\nFair,2025-05-03,,\n":    "[{Fair 2024-05-01 1 2} {Fair 2025-05-03 0 0}]",
		"holiday;ds;lower_window;upper_window\r\nFest;31.12.2023;-2;0\r\n\r\n": "[{Fest 2023-12-31 2 0}]",
		"Date\tEvent\n12/25/2023\tX mas\n1/6/2024\tKings\n":                    "[{X mas 2023-12-25 0 0} {Kings 2024-01-06 0 0}]",
		"\ufeffdate,event,note\n\"March 3, 2024\",\"Sale, big\",said\n":        "[{Sale, big 2024-03-03 0 0}]",
		"[{\"event\":\"a\",\"date\":\"2024-02-29\",\"after\":3}]":              "[{a 2024-02-29 0 3}]",
		"event,date\nStrike,20240229\n":                                        "[{Strike 2024-02-29 0 0}]",
		"event,date\nnoon,2024-02-29T12:00:00\nmidnight,2024-03-01T00:00:00\n": "[{noon 2024-02-29 0 0} {midnight 2024-03-01 0 0}]",
	} {
		events, err := ParseEvents(strings.NewReader(text), Options{})
		var got []string
		for _, e := range events {
			got = append(got, fmt.Sprintf("{%s %s %d %d}", e.Name, e.Date.Format("2006-01-02"), e.Before, e.After))
		}
		if err != nil || "["+strings.Join(got, " ")+"]" != want {
			t.Errorf("%q: %v (%v), want %s", text, got, err, want)
		}
	}
}

// What is wrong with a table of events is said with its line.
func TestParseEventsErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "empty",
		"event,date\n":              "no events",
		"day,sales\n2024-01-01,5\n": "line 1: a table of events has the columns event and date",
		"event,date\nx,2024-01-01\n,2024-01-02\n": "line 3: the event has no name",
		"event,date\nx,soon\n":                    `line 2: "soon" is not a time`,
		"event,date,before\nx,2024-01-01,1.5\n":   `line 2: before: "1.5" is not a whole number`,
		"event,date,after\nx,2024-01-01,400\n":    "from 0 to 60",
		"event,date,after\nx,2024-01-01,-1\n":     "from 0 to 60",
		"event,date\nx,01/02/2024\n":              "could be",
	} {
		_, err := ParseEvents(strings.NewReader(text), Options{})
		if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if events, err := ParseEvents(strings.NewReader("event,date\nx,01/02/2024\n"), Options{DateFormat: "%d/%m/%Y"}); err != nil || events[0].Date.Day() != 1 {
		t.Errorf("with a format: %v (%v)", events, err)
	}
}
