package table

import (
	"errors"
	"fmt"
	"slices"
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

// Scenarios come as a column of the table, as one of the future's table, or as tables of
// their own, and are the same.
func TestScenarios(t *testing.T) {
	const past = "day,y,price,case\n2020-01-01,1,5,\n2020-01-02,2,6,\n2020-01-03,3,5,\n"
	opt := Options{Value: "y", Regressors: []string{"price"}, Scenario: "case"}
	inside, err := Parse(strings.NewReader(past+"2020-01-04,,4,low\n2020-01-04,,9,high\n2020-01-05,,4,low\n"), opt)
	if err != nil {
		t.Fatal(err)
	}
	plain := opt
	plain.Scenario = ""
	start := func() *Table {
		tab, err := Parse(strings.NewReader(strings.ReplaceAll(strings.ReplaceAll(past, ",case", ""), ",\n", "\n")), plain)
		if err != nil {
			t.Fatal(err)
		}
		return tab
	}
	column, apart := start(), start()
	if err := column.AddFuture(strings.NewReader("day,case,price\n2020-01-04,low,4\n2020-01-05,low,4\n2020-01-04,high,9\n"), opt); err != nil {
		t.Fatal(err)
	}
	for _, one := range [][2]string{{"low", "day,price\n2020-01-04,4\n2020-01-05,4\n"}, {"high", "day,price\n2020-01-04,9\n"}} {
		if err := apart.AddScenario(one[0], strings.NewReader(one[1]), plain); err != nil {
			t.Fatal(err)
		}
	}
	for name, tab := range map[string]*Table{"inside": inside, "column": column, "apart": apart} {
		if len(tab.Scenarios) != 2 || tab.Scenarios[0].Name != "low" || tab.Scenarios[1].Name != "high" || len(tab.Series[0].Values) != 3 {
			t.Fatalf("%s: %+v", name, tab.Scenarios)
		}
		for i, want := range [][]float64{{5, 6, 5, 4, 4}, {5, 6, 5, 9}} {
			if got := tab.Scenarios[i].Series[0].Regressors[0].Values; !slices.Equal(got, want) {
				t.Errorf("%s: scenario %d has the prices %v, want %v", name, i, got, want)
			}
		}
	}
	for body, says := range map[string]string{
		"day,price\n2020-01-04,4\n":          `there is no column "case"`,
		"day,case,price\n2020-01-04,,4\n":    "names no scenario",
		"day,case,other\n2020-01-04,low,4\n": "price",
		"day,case,price\n2020-01-04,low,4\n": "", // good
	} {
		err := start().AddFuture(strings.NewReader(body), opt)
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%q: %v, want %q", body, err, says)
		}
	}
	if err := apart.AddScenario("low", strings.NewReader("day,price\n2020-01-04,4\n"), plain); err == nil {
		t.Error("two scenarios of one name")
	}
}
