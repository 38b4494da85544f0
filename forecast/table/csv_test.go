package table

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

func table(t *testing.T, text string, opt Options) *Table {
	t.Helper()
	tab, err := Parse(strings.NewReader(text), opt)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return tab
}

func TestReadCSVUnderstands(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		freq   string
		last   string // last time as the file writes it
		values string
	}{
		"months":             {"ds,y\n2020-01,1\n2020-02,2\n2020-03,3\n", "M", "2020-03", "[1 2 3]"},
		"newest first":       {"ds,y\n2020-03,3\n2020-02,2\n2020-01,1\n", "M", "2020-03", "[1 2 3]"},
		"a gap":              {"ds,y\n2020-01,1\n2020-02,2\n2020-04,4\n", "M", "2020-04", "[1 2 NaN 4]"},
		"missing markers":    {"ds,y\n2020-01,1\n2020-02,NA\n2020-03,X\n2020-04,\n2020-05,5\n", "M", "2020-05", "[1 NaN NaN NaN 5]"},
		"quarters":           {"q,y\n2019Q3,1\n2019Q4,2\n2020Q1,3\n", "Q", "2020Q1", "[1 2 3]"},
		"quarters, spaced":   {"q,y\n2019 Q3,1\n2019 Q4,2\n2020 Q1,3\n", "Q", "2020 Q1", "[1 2 3]"},
		"years":              {"year,y\n1871,1\n1872,2\n1873,3\n", "Y", "1873", "[1 2 3]"},
		"month ends":         {"ds,y\n2020-01-31,1\n2020-02-29,2\n2020-03-31,3\n", "M", "2020-03-31", "[1 2 3]"},
		"days":               {"ds,y\n2020-02-28,1\n2020-02-29,2\n2020-03-01,3\n", "D", "2020-03-01", "[1 2 3]"},
		"business days":      {"ds,y\n2020-01-02,1\n2020-01-03,2\n2020-01-06,3\n2020-01-07,4\n2020-01-08,5\n2020-01-09,6\n", "B", "2020-01-09", "[1 2 3 4 5 6]"},
		"weeks on Tuesdays":  {"ds,y\n2020-01-07,1\n2020-01-14,2\n2020-01-28,4\n", "W", "2020-01-28", "[1 2 NaN 4]"},
		"ISO weeks":          {"w,y\n2020-W52,1\n2020-W53,2\n2021-W01,3\n", "W", "2021-W01", "[1 2 3]"},
		"half hours":         {"ds,y\n2020-01-01 00:00:00,1\n2020-01-01 00:30:00,2\n2020-01-01 01:00:00,3\n", "30min", "2020-01-01 01:00:00", "[1 2 3]"},
		"hours with zone":    {"ds,y\n2020-01-01T00:00:00Z,1\n2020-01-01T01:00:00Z,2\n2020-01-01T02:00:00Z,3\n", "H", "2020-01-01T02:00:00Z", "[1 2 3]"},
		"epoch seconds":      {"time,y\n1577836800,1\n1577836860,2\n1577836920,3\n", "min", "1577836920", "[1 2 3]"},
		"American dates":     {"ds,y\n1/13/2020,1\n1/14/2020,2\n1/15/2020,3\n", "D", "1/15/2020", "[1 2 3]"},
		"European dates":     {"ds,y\n30/01/2020,1\n31/01/2020,2\n01/02/2020,3\n", "D", "01/02/2020", "[1 2 3]"},
		"firsts of months":   {"ds,y\n01/01/2020,1\n01/02/2020,2\n01/03/2020,3\n01/04/2020,4\n", "M", "01/04/2020", "[1 2 3 4]"},
		"undecided":          {"ds,y\n02/03/2020,1\n02/04/2020,2\n02/05/2020,3\n02/06/2020,4\n", "", "", ""},
		"short month names":  {"ds,y\nNov-91,1\nDec-91,2\nJan-92,3\n", "M", "Jan-92", "[1 2 3]"},
		"Spanish months":     {"fecha,y\nene-2020,1\nfeb-2020,2\nmar-2020,3\n", "M", "mar-2020", "[1 2 3]"},
		"Portuguese months":  {"data,y\nFev 2020,1\nMar 2020,2\nAbr 2020,3\n", "M", "Abr 2020", "[1 2 3]"},
		"German dates":       {"Datum;y\n1 März 2020;1\n1 April 2020;2\n1 Mai 2020;3\n", "M", "1 Mai 2020", "[1 2 3]"},
		"decimal commas":     {"ds;y\n2020-01;1,5\n2020-02;2,5\n", "M", "2020-02", "[1.5 2.5]"},
		"tabs, BOM, quotes":  {"\ufeff\"ds\"\t\"y\"\n\"2020-01\"\t\"1\"\n\"2020-02\"\t\"2\"\n", "M", "2020-02", "[1 2]"},
		"no header":          {"2020-01,1\n2020-02,2\n", "M", "2020-02", "[1 2]"},
		"two years of weeks": {"ds,y\n2020-01-01,1\n2020-01-08,2\n2020-01-15,3\n", "W", "2020-01-15", "[1 2 3]"},
	} {
		tab, err := Parse(strings.NewReader(c.text), Options{})
		if c.freq == "" {
			if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "date format") {
				t.Errorf("%s: error %v, want a question about the date format", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s := tab.Series[0]
		last := tab.Layout.Format(s.Time(len(s.Values) - 1))
		if s.Freq.String() != c.freq || last != c.last || fmt.Sprint(s.Values) != c.values {
			t.Errorf("%s: frequency %s, last %s, values %v; want %s, %s, %s", name, s.Freq, last, s.Values, c.freq, c.last, c.values)
		}
	}
}

func TestReadCSVLong(t *testing.T) {
	tab := table(t, "store,day,other,sales\nb,2020-01-02,x,20\na,2020-01-01,x,1\nb,2020-01-01,x,10\na,2020-01-03,x,3\n",
		Options{ID: "Store", Value: "sales"})
	if len(tab.Series) != 2 || tab.ID != "store" || tab.Time != "day" {
		t.Fatalf("read %+v", tab)
	}
	if got := fmt.Sprint(tab.Series[0].Values, tab.Series[1].Values); got != "[10 20] [1 NaN 3]" {
		t.Errorf("values %s", got)
	}
}

// Each fault gives one line that says where.
func TestReadCSVErrors(t *testing.T) {
	long := strings.Repeat("2020-01-01,1\n", 0)
	for text, want := range map[string]string{
		"":     "line 1: the file is empty",
		" \n ": "line 1: the file is empty",
		"ds,y": "line 2: there is a header and no data",
		"ds,y\n2020-01,1\n2020-02,abc\n2020-03,2\n2020-04,2\n2020-05,5\n2020-06,6\n": `line 3: column "y": "abc" is not a number`,
		"ds,y\n2020-01,1\n2020-13,2\n":                                  `line 3: time "2020-13" does not match layout "2006-01" of line 2`,
		"ds,y\n2020-01,1\n01/02/2020,2\n":                               `line 3: time "01/02/2020" does not match`,
		"ds,y\n2020-01,1\n2020-02,2\n2020-01,3\n":                       `line 4: time 2020-01 stands on line 2 too`,
		"ds,a,b\n2020-01,1,2\n":                                         `2 columns hold numbers ("a", "b")`,
		"ds,y\n2020-01,word\n2020-02,more\n":                            `line 2: column "y": "word" is not a number`,
		"ds,y\n2020-01-01,1\n2020-01-02,2\n2020-01-17 10:00,3\n" + long: `line 3: the times are not evenly spaced`,
		"a,b\x00\n":         "zero byte",
		"ds,y\n2020-01,5\n": "line 2: one time is too few to tell the frequency",
	} {
		_, err := Parse(strings.NewReader(text), Options{})
		if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	_, err := Parse(strings.NewReader("ds,y\n2020-01,1\n"), Options{Value: "sales"})
	if err == nil || !strings.Contains(err.Error(), `no column "sales"; the columns are "ds", "y"`) {
		t.Errorf("missing column: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("ds,y\n2020-01,1\n2020-02,2\n")
	f.Add("a;b;c\n1/2/2020;1,5;x\n2/2/2020;;y\n")
	f.Add("1991,5\n1992,6\n")
	f.Fuzz(func(t *testing.T, text string) {
		tab, err := Parse(strings.NewReader(text), Options{})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		for _, s := range tab.Series {
			if len(s.Values) == 0 {
				t.Error("a series without steps")
			}
			for _, v := range s.Values {
				if math.IsInf(v, 0) {
					t.Error("an infinite value")
				}
			}
		}
	})
}
