package table

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// Layouts that people use are read without a question.
func TestReadCSVLayouts(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		opt  Options
		want string // id, frequency and values of every series
		note string // part of a note
	}{
		"title lines":        {"Sales report\nprepared by,me\n\ndate,region code,sales\n2020-01,7,1\n2020-02,7,2\n2020-03,7,3\n", Options{Value: "sales"}, " M [1 2 3]", "lines above the header"},
		"footer":             {"date,sales\n2020-01,1\n2020-02,2\n2020-03,3\nTotal,6\nSource: me,\n", Options{}, " M [1 2 3]", "lines below the table"},
		"date in parts":      {"year,month,day,hour,v\n2020,1,31,23,5\n2020,2,1,0,6\n2020,2,1,1,7\n", Options{}, " H [5 6 7]", "joined from the columns"},
		"year and quarter":   {"year,quarter,v\n2019,4,5\n2020,1,6\n2020,2,7\n", Options{}, " Q [5 6 7]", "joined from"},
		"wide":               {"date,a,b\n2020-01,1,4\n2020-02,2,5\n2020-03,3,6\n", Options{Values: []string{"*"}}, "a M [1 2 3] b M [4 5 6]", ""},
		"two of three":       {"date,a,b,c\n2020-01,1,4,0\n2020-02,2,5,0\n2020-03,3,6,0\n", Options{Values: []string{"c", "a"}}, "a M [1 2 3] c M [0 0 0]", ""},
		"times across":       {"region,item,Jul-91,Aug-91,Sep-91,Oct-91\nN,x,1,2,3,4\nS,x,5,6,,8\n", Options{}, "N M [1 2 3 4] S M [5 6 NaN 8]", "times in the header"},
		"year by month":      {"YEAR,JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC\n2019,1,2,3,4,5,6,7,8,9,10,11,12\n", Options{}, " M [1 2 3 4 5 6 7 8 9 10 11 12]", "a year in every row"},
		"thousands":          {"date,v\n2020-01,\"1,234\"\n2020-02,\"12,345.5\"\n2020-03,$7\n2020-04,(8)\n2020-05,9%\n", Options{}, " M [1234 12345.5 7 -8 9]", ""},
		"thousands, comma":   {"date;v\n2020-01;1.234,5\n2020-02;12.345,5\n2020-03;€7\n", Options{}, " M [1234.5 12345.5 7]", ""},
		"duplicates, mean":   {"date,v\n2020-01,1\n2020-02,2\n2020-02,4\n2020-03,3\n", Options{Duplicates: DuplicateMean}, " M [1 3 3]", "rows for the same time, merged (mean): 1 (first on line 4)"},
		"duplicates, sum":    {"date,v\n2020-01,1\n2020-02,2\n2020-02,4\n2020-03,3\n", Options{Duplicates: DuplicateSum}, " M [1 6 3]", "(sum)"},
		"duplicates, last":   {"date,v\n2020-01,1\n2020-02,2\n2020-02,4\n2020-03,3\n", Options{Duplicates: DuplicateLast}, " M [1 4 3]", "(last)"},
		"clocks put back":    {"t,v\n2020-10-25 01:00,1\n2020-10-25 02:00,2\n2020-10-25 02:00,4\n2020-10-25 03:00,5\n2020-10-25 04:00,6\n", Options{}, " H [1 3 5 6]", "daylight-saving"},
		"offsets change":     {"t,v\n2020-03-28T00:00:00+01:00,1\n2020-03-29T00:00:00+01:00,2\n2020-03-30T00:00:00+02:00,3\n2020-03-31T00:00:00+02:00,4\n", Options{}, " D [1 2 3 4]", ""},
		"beside the grid":    {"t,v\n2020-01-06,1\n2020-01-13,2\n2020-01-20,3\n2020-01-28,4\n2020-02-03,5\n2020-02-10,6\n" + weeks(22), Options{}, "", "beside the grid"},
		"names that count":   {"0,1,2\n5,6,7\n6,7,8\n", Options{Value: "1"}, "  [6 7]", ""},
		"IMF months":         {"t,v\n2020M01,1\n2020M02,2\n2020M03,3\n", Options{}, " M [1 2 3]", ""},
		"unreadable times":   {"Month,v\n1-01,5\n1-02,6\n1-03,7\n", Options{}, "  [5 6 7]", `column "Month" holds no times that I know ("1-01")`},
		"true as regressor":  {"t,v,promo\n2020-01,1,TRUE\n2020-02,2,false\n2020-03,3,TRUE\n2020-04,,TRUE\n", Options{Value: "v", Regressors: []string{"promo"}}, " M [1 2 3]", ""},
		"numbers like years": {"pay date,v\n2022-01-07,994\n2022-01-21,984\n2022-02-04,1013\n2022-02-18,1020\n2022-03-04,1031\n2022-03-18,1030\n", Options{}, " 2W [994 984 1013 1020 1031 1030]", ""},
		"thirteen periods":   {"Fiscal Year,Period,v\n2022,P12,1\n2022,P13,2\n2023,P01,3\n2023,P02,4\n", Options{}, " 28D [1 2 3 4]", "joined from"},
		"year where changed": {"Year,Quarter,v\n2019,Q3,5\n,Q4,6\n2020,Q1,7\n,Q2,8\nSource: ONS,,\nTotal,,26\n", Options{}, " Q [5 6 7 8]", "rows of totals"},
		"operating days":     {"OperDate,HourEnding,Load\n20240101,22,5\n20240101,23,6\n20240101,24,7\n20240102,1,8\n", Options{}, " H [5 6 7 8]", "joined from"},
		"names in two rows":  {"Price,Close,Close\nTicker,A,B\nDate,,\n2024-01-01,1,4\n2024-01-02,2,5\n2024-01-03,3,6\n", Options{Value: "Close/B"}, " D [4 5 6]", "two rows of names"},
		"padded quotes":      {"t , v \n 2024-01-01 , \"1,200\" \n 2024-01-02 , \"1,300\" \n 2024-01-03 , \"1,450.5\" \n", Options{}, " D [1200 1300 1450.5]", ""},
		"first one marked":   {"t,v\n2020-Q1 (p),1p\n2019-Q4,2\n2019-Q3,3\n2019-Q2,4\n", Options{}, " Q [4 3 2 1]", "marks behind times"},
		"hours as numbers":   {"date,time,v\n01/14/2024,2300,5\n01/14/2024,2400,6\n01/15/2024,0100,7\n01/15/2024,0200,8\n", Options{}, " H [5 6 7 8]", "joined from"},
		"years of weeks":     {"iso_year,iso_week,v\n2020,52,5\n2020,53,6\n2021,1,7\n2021,2,8\n", Options{}, " W [5 6 7 8]", "joined from"},
		"columns in JSON":    {`{"lat":52.5,"units":{"time":"iso","v":"C"},"hourly":{"time":["2024-05-01T00:00","2024-05-01T01:00","2024-05-01T02:00"],"v":[1,2.5,null]}}`, Options{}, " H [1 2.5 NaN]", ""},
		"columns of pandas":  {`{"date":{"0":"2023-01","1":"2023-02","2":"2023-03"},"v":{"0":5,"1":6,"2":7}}`, Options{}, " M [5 6 7]", ""},
		"times as keys":      {`{"2023-01":5,"2023-02":6,"2023-03":7}`, Options{}, " M [5 6 7]", ""},
		"rows of the future": {"t,v,x\n2020-01,1,5\n2020-02,2,6\n2020-03,,7\n2020-04,,8\n", Options{Value: "v", Regressors: []string{"x"}}, " M [1 2]", ""},
	} {
		tab, err := Parse(strings.NewReader(c.text), c.opt)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, s := range tab.Series {
			got = append(got, fmt.Sprintf("%s %s %v", s.ID, s.Freq, s.Values))
		}
		if g := strings.Join(got, " "); c.want != "" && g != c.want {
			t.Errorf("%s: read %q, want %q", name, g, c.want)
		}
		if notes := fmt.Sprint(tab.Notes); !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %s, want %q", name, notes, c.note)
		}
	}
}

// weeks continues a column of Mondays.
func weeks(n int) string {
	var b strings.Builder
	f, _ := calendar.Parse("W")
	l, _ := stamp.ParseLayout("2006-01-02")
	start, _ := l.Parse("2020-02-17")
	for i := range n {
		fmt.Fprintf(&b, "%s,%d\n", l.Format(f.Add(start, i)), i)
	}
	return b.String()
}

// Regressors keep their values of the future, from the same file or another.
func TestFutureRegressors(t *testing.T) {
	opt := Options{Value: "v", Regressors: []string{"x", "z"}}
	tab, err := Parse(strings.NewReader("t,v,x,z\n2020-01,1,5,0\n2020-02,2,6,0\n2020-03,3,7,1\n"), opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.AddFuture(strings.NewReader("t,z,x\n2020-04,1,8\n2020-05,0,9\n"), opt); err != nil {
		t.Fatal(err)
	}
	for k, want := range []forecast.Regressor{{Name: "x", Values: []float64{5, 6, 7, 8, 9}, Known: true}, {Name: "z", Values: []float64{0, 0, 1, 1, 0}, Known: true}} {
		if got := tab.Series[0].Regressors[k]; !reflect.DeepEqual(got, want) {
			t.Errorf("regressor %+v, want %+v", got, want)
		}
	}
	err = tab.AddFuture(strings.NewReader("t,z\n2020-04,1\n"), opt)
	if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), `no column "x"`) {
		t.Errorf("a missing regressor: %v", err)
	}
}

// What cannot be understood is one question.
func TestReadCSVQuestions(t *testing.T) {
	for text, want := range map[string]string{
		"date,a,b\n2020-01,1,2\n2020-02,3,4\n":                                      `2 columns hold numbers ("a", "b"); name the one to forecast, or take all`,
		"date,v\n2020-01,1\n2020-02,2\n2020-03,3\nTill,6\n2020-05,9\n":              `line 5: time "Till" does not match`,
		"t,v\n2020-01-01,1\n2020-01-02,2\n2020-01-02,3\n2020-01-03,3\n":             "stands on line 3 too",
		"t,v\n2020-01-06,1\n2020-01-13,2\n2020-01-20,3\n2020-01-21,4\n" + weeks(30): "is not on the grid",
	} {
		_, err := Parse(bytes.NewReader([]byte(text)), Options{})
		if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want %q", text[:min(60, len(text))], err, want)
		}
	}
}

// Columns that are named must be there.
func TestReadCSVNamedColumns(t *testing.T) {
	const text = "t,a,b\n2020-01,1,2\n2020-02,3,4\n2020-03,5,high\n"
	for want, opt := range map[string]Options{
		`no column "c"; the columns are "t", "a", "b"`: {Values: []string{"a", "c"}},
		`no column "d"`: {Value: "a", Regressors: []string{"d"}},
		`line 4: column "b": "high" is not a number`:      {Value: "a", PastRegressors: []string{"b"}},
		`line 4: column "b": "high" is not a number: bad`: {Values: []string{"b"}},
		`date format "soon" has no date field`:            {Value: "a", DateFormat: "soon"},
	} {
		_, err := Parse(strings.NewReader(text), opt)
		if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", opt, err, want)
		}
	}
}
