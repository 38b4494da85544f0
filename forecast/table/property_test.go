package table

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// sales is a long table of three shops and a few months, row by row.
func sales() (rows []string) {
	for k, shop := range []string{"north", "south", "west"} {
		for i := range 14 {
			rows = append(rows, fmt.Sprintf("%s,%d-%02d,%.2f", shop, 2020+i/12, 1+i%12, float64(100*k+10)+float64(i)*1.25))
		}
	}
	return rows
}

func text(header string, rows []string) string {
	return header + "\n" + strings.Join(rows, "\n") + "\n"
}

// bySeries writes what a table holds, series by name.
func bySeries(tab *Table) string {
	var out []string
	for _, s := range tab.Series {
		out = append(out, fmt.Sprint(s.ID, " ", s.Start.Format("2006-01-02"), " ", s.Freq, " ", s.Values))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// A table says the same in any order of rows, with any separator, quotes, line ends or
// byte-order mark, and with columns in another order.
func TestReadingDoesNotDependOnTheDress(t *testing.T) {
	rows := sales()
	plain := text("shop,month,sales", rows)
	want := bySeries(table(t, plain, Options{ID: "shop"}))
	if strings.Count(want, "\n") != 2 || !strings.Contains(want, "south 2020-01-01 M [110 111.25 ") {
		t.Fatalf("read as\n%s", want)
	}
	shuffled := slices.Clone(rows)
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	other := make([]string, len(rows))
	quoted := make([]string, len(rows))
	for i, row := range rows {
		c := strings.Split(row, ",")
		other[i] = strings.Join([]string{c[2], c[0], c[1]}, ",")
		quoted[i] = fmt.Sprintf("%q, %q,%q", c[0], c[1], c[2])
	}
	for name, same := range map[string]string{
		"shuffled rows":       text("shop,month,sales", shuffled),
		"semicolons":          strings.ReplaceAll(plain, ",", ";"),
		"tabs":                strings.ReplaceAll(plain, ",", "\t"),
		"bars":                strings.ReplaceAll(plain, ",", "|"),
		"Windows line ends":   strings.ReplaceAll(plain, "\n", "\r\n"),
		"a byte-order mark":   "\ufeff" + plain,
		"blank lines":         strings.ReplaceAll(plain, "\nsouth", "\n\nsouth"),
		"no last line end":    strings.TrimSuffix(plain, "\n"),
		"columns in a ring":   text("sales,shop,month", other),
		"names in upper case": text("SHOP,MONTH,SALES", rows),
		"quotes":              text("shop,month,sales", quoted),
		"decimal commas":      strings.ReplaceAll(strings.ReplaceAll(plain, ",", ";"), ".", ","),
	} {
		if got := bySeries(table(t, same, Options{ID: "shop"})); got != want {
			t.Errorf("%s: read as\n%s\nwant\n%s", name, got, want)
		}
	}
}

// Forecasts that are written as a table are read as the same numbers, times and ids.
func TestRowsAreReadBack(t *testing.T) {
	tab := table(t, text("shop,month,sales", sales()), Options{ID: "shop"})
	var fs []forecast.Forecast
	for _, s := range tab.Series {
		fs = append(fs, forecast.Normal([]float64{1. / 3, 1e-7, 12345678.9}, []float64{1, 2, 3}).For(s))
	}
	rows := NewRows(tab, []float64{80, 99.5}, []float64{.05})
	labels, numbers := rows.Columns()
	if got := strings.Join(rows.Header(), ","); got != "shop,month,mean,lo-80,hi-80,lo-99.5,hi-99.5,q0.05" || len(labels) != 2 || len(numbers) != 6 {
		t.Fatalf("header %s", got)
	}
	var lines []string
	for _, f := range fs {
		for h := range f.Mean {
			line := strings.Join(rows.Labels(f, h), ",")
			for _, v := range rows.Numbers(f, h) {
				line += fmt.Sprintf(",%v", v)
			}
			lines = append(lines, line)
		}
	}
	again := table(t, text(strings.Join(rows.Header(), ","), lines), Options{ID: "shop", Value: "mean"})
	for i, s := range again.Series {
		if s.ID != fs[i].ID || !s.Start.Equal(fs[i].Start) || !slices.Equal(s.Values, fs[i].Mean) {
			t.Errorf("%+v is read back as %+v", fs[i], s)
		}
	}
	steps := NewRows(&Table{}, nil, nil)
	if got := fmt.Sprint(steps.Header(), steps.Labels(forecast.Normal([]float64{1, 2}, []float64{0, 0}), 1)); got != "[step mean] [2]" {
		t.Errorf("without times and ids: %s", got)
	}
}

// Numbers are read as people write them; what is no number is refused by its line and
// column.
func TestNumbers(t *testing.T) {
	for cell, want := range map[string]float64{
		"1": 1, " 2 ": 2, "-3.5": -3.5, "+4": 4, "1e3": 1000, "1,234.5": 1234.5, "$7": 7, "-$7": -7, "(8)": -8, "9%": 9, "€1,000": 1000, "\u22125": -5, "1 000": 1000, "1'000.5": 1000.5, ".5": .5,
		"NA": math.NaN(), "": math.NaN(), "n/a": math.NaN(), "-": math.NaN(), "NULL": math.NaN(),
	} {
		tab, err := Parse(strings.NewReader(fmt.Sprintf("date,v,w\n2020-01,1,0\n2020-02,\"%s\",0\n2020-03,3,0\n", cell)), Options{Value: "v"})
		if err != nil {
			t.Errorf("%q: %v", cell, err)
			continue
		}
		if got := tab.Series[0].Values[1]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%q is read as %v, want %v", cell, got, want)
		}
	}
	for _, bad := range []string{"0x10", "1_000", "twelve", "1.2.3", "1e999"} {
		_, err := Parse(strings.NewReader(fmt.Sprintf("date,v\n2020-01,1\n2020-02,2\n2020-03,3\n2020-04,4\n2020-05,%s\n2020-06,6\n", bad)), Options{Value: "v"})
		if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), `line 6: column "v"`) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Rows for the same time are refused, unless a policy says what to do with them.
func TestDuplicates(t *testing.T) {
	const rows = "date,v\n2020-01,1\n2020-02,2\n2020-02,NA\n2020-02,6\n2020-03,3\n"
	for policy, want := range map[Duplicates]float64{DuplicateMean: 4, DuplicateSum: 8, DuplicateFirst: 2, DuplicateLast: 6} {
		if tab := table(t, rows, Options{Duplicates: policy}); tab.Series[0].Values[1] != want {
			t.Errorf("%s of 2, nothing and 6 is %v, want %v", policy, tab.Series[0].Values[1], want)
		}
	}
	_, err := Parse(strings.NewReader(rows), Options{})
	if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), "line 4") || !strings.Contains(err.Error(), "2020-02") {
		t.Errorf("without a policy: %v", err)
	}
}

// Files that are no tables, or would fill the memory, are refused in a line.
func TestHostileTables(t *testing.T) {
	for name, bad := range map[string]string{
		"nothing":        "",
		"spaces":         " \n \n",
		"a zero byte":    "date,v\n2020-01,\x001\n",
		"no number":      "a,b\nx,y\nz,w\n",
		"a long cell":    "date,v\n2020-01," + strings.Repeat("9", 1<<17) + "\n",
		"many columns":   "date" + strings.Repeat(",v", 5000) + "\n2020-01" + strings.Repeat(",1", 5000) + "\n",
		"an open quote":  "date,v\n2020-01,\"1\n" + strings.Repeat("2020-02,2\n", 80000),
		"centuries":      "date,v\n0001-01-01,1\n0001-01-02,1\n9999-12-31,2\n",
		"a header alone": "date,v\n",
	} {
		tab, err := Parse(strings.NewReader(bad), Options{})
		if !errors.Is(err, forecast.ErrInput) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 400 {
			t.Errorf("%s: %v, %.300v", name, tab, err)
		}
	}
}

// The plan for the future joins the series that it belongs to; what does not fit is
// refused.
func TestAddFuture(t *testing.T) {
	const past = "shop,date,sales,price\na,2020-01,1,5\na,2020-02,2,6\na,2020-03,3,7\nb,2020-01,1,1\nb,2020-02,2,2\nb,2020-03,3,3\n"
	opt := Options{ID: "shop", Value: "sales", Regressors: []string{"price"}}
	tab := table(t, past, opt)
	if err := tab.AddFuture(strings.NewReader("shop,date,price\nb,2020-04,40\nb,2020-05,50\na,2020-04,8\na,2020-05,9\n"), opt); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(tab.Series[0].Regressors[0].Values, tab.Series[1].Regressors[0].Values); got != "[5 6 7 8 9] [1 2 3 40 50]" {
		t.Errorf("the regressors are %s", got)
	}
	for name, bad := range map[string]string{
		"a shop is missing": "shop,date,price\na,2020-04,8\na,2020-05,9\n",
		"another column":    "shop,date,cost\na,2020-04,8\na,2020-05,9\n",
	} {
		if err := table(t, past, opt).AddFuture(strings.NewReader(bad), opt); !errors.Is(err, forecast.ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := table(t, past, Options{ID: "shop", Value: "sales"}).AddFuture(strings.NewReader("shop,date,price\n"), Options{}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("no regressor: %v", err)
	}
}

// Hours across a change of the clocks are an hour apart, in one zone; days keep their
// clock time.
func TestDaylightSaving(t *testing.T) {
	tab := table(t, "time,v\n2021-03-28T00:00:00+01:00,1\n2021-03-28T01:00:00+01:00,2\n2021-03-28T03:00:00+02:00,3\n2021-03-28T04:00:00+02:00,4\n", Options{})
	if s := tab.Series[0]; s.Freq.String() != "H" || len(s.Values) != 4 {
		t.Errorf("hours: %s, %v", s.Freq, s.Values)
	}
	tab = table(t, "time,v\n2021-03-27T00:00:00+01:00,1\n2021-03-28T00:00:00+01:00,2\n2021-03-29T00:00:00+02:00,3\n2021-03-30T00:00:00+02:00,4\n", Options{})
	if s := tab.Series[0]; s.Freq.String() != "D" || len(s.Values) != 4 {
		t.Errorf("days: %s, %v", s.Freq, s.Values)
	}
	var autumn strings.Builder
	autumn.WriteString("time,v\n")
	for h := range 48 {
		fmt.Fprintf(&autumn, "2021-10-%02d %02d:00,%d\n", 30+h/24, h%24, h)
		if h == 26 {
			fmt.Fprintf(&autumn, "2021-10-31 02:00,%d\n", h+2)
		}
	}
	tab = table(t, autumn.String(), Options{})
	if s := tab.Series[0]; len(s.Values) != 48 || s.Values[26] != 27 {
		t.Errorf("the hour that comes twice is %v of %d values", s.Values[26], len(s.Values))
	}
}
