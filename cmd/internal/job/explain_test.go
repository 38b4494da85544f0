package job

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
)

// A gain that rounds to nothing is none.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		mase, naive float64
		want        string
	}{
		{.6, 1.2, "better than seasonal naive by 50%"},
		{.992, 1, "better than seasonal naive by 1%"},
		{.999, 1, "not better than seasonal naive"},
		{1.3, 1, "not better than seasonal naive"},
		{0, 0, "not better than seasonal naive"},
	} {
		if got := verdict(forecast.Check{MASE: c.mase, SeasonalNaive: c.naive}); got != c.want {
			t.Errorf("%g against %g: %s, want %s", c.mase, c.naive, got, c.want)
		}
	}
}

// Several futures are forecast by one fit, and set side by side in the table, the document,
// the picture and the explanation.
func TestScenarios(t *testing.T) {
	var table strings.Builder
	table.WriteString("day,sales,promo\n")
	for d := range 40 {
		promo, noise := uint64(0x9e3779b97f4a7c15)>>d&1, uint64(0xd1b54a32d192ed03)>>d&3 // irregular
		fmt.Fprintf(&table, "2021-%02d-%02d,%d,%d\n", 1+d/28, 1+d%28, 50+10*promo+noise, promo)
	}
	s := NewForecast()
	if err := s.Fields().Parse("value=sales&regressors=promo&method=naive&horizon=2&explain=true&levels=80"); err != nil {
		t.Fatal(err)
	}
	future := func(promo int) Input {
		return Bytes(fmt.Sprintf("plans/promo %d.csv", promo), fmt.Appendf(nil, "day,promo\n2021-02-13,%d\n2021-02-14,%d\n", promo, promo))
	}
	var notes []string
	f, err := s.Run(context.Background(), Inputs{Main: Bytes("", []byte(table.String())), Futures: []Input{future(0), future(1)}}, Listener{Note: func(n Note) { notes = append(notes, n.Text) }})
	if err != nil {
		t.Fatal(err)
	}
	csv, err := text(f.WriteCSV)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	if len(lines) != 5 || lines[0] != "scenario,day,mean,lo-80,hi-80" || !strings.HasPrefix(lines[1], "promo 0,2021-02-13,") || !strings.HasPrefix(lines[4], "promo 1,2021-02-14,") {
		t.Errorf("the table is\n%s", csv)
	}
	if doc := f.Document(); !slices.Equal(doc.Scenarios, []string{"promo 0", "promo 1"}) || len(doc.Forecast) != 4 || doc.Forecast[3]["scenario"] != "promo 1" {
		t.Errorf("the document has %v, %v", doc.Scenarios, doc.Forecast)
	}
	if gain := f.Others[0].Forecasts[0].Mean[0] - f.Forecasts[0].Mean[0]; gain < 5 || gain > 15 {
		t.Errorf("the promotion brings %v, want about 10", gain)
	}
	if !slices.ContainsFunc(notes, func(n string) bool {
		return strings.HasPrefix(n, "scenarios, sum of 2 steps: promo 0 ") && strings.HasSuffix(n, "%; promo 1 instead of 0)")
	}) {
		t.Errorf("the notes are %q", notes)
	}
	if svg, err := f.Chart("svg"); err != nil || !strings.Contains(string(svg), "promo 0") || !strings.Contains(string(svg), "promo 1") {
		t.Errorf("the chart does not name the scenarios: %v", err)
	}
	// one step back, what came is known, and of what follows the first future is taken
	s.Back = 1
	var means []float64
	for promo := range 2 {
		back, err := s.Run(context.Background(), Inputs{Main: Bytes("", []byte(table.String())), Futures: []Input{future(promo), future(1 - promo)}}, Listener{})
		if err != nil || len(back.Others) > 0 {
			t.Fatalf("a step back: %v, %v", err, back)
		}
		means = append(means, back.Forecasts[0].Mean...)
	}
	if means[0] != means[2] || means[3] < means[1]+5 {
		t.Errorf("a step back the means are %v", means)
	}
}

// A forecast that was replaced, since it left the history, is remarked on at every door.
func TestRemarks(t *testing.T) {
	var table strings.Builder
	table.WriteString("day,sales,price\n")
	for d := range 40 {
		price, noise := 8+d*7%5, d*d%3
		fmt.Fprintf(&table, "2021-%02d-%02d,%d,%d\n", 1+d/28, 1+d%28, 200-10*price+noise, price)
	}
	s := NewForecast()
	if err := s.Fields().Parse("value=sales&regressors=price&method=naive&horizon=2"); err != nil {
		t.Fatal(err)
	}
	future := func(name string, price int) Input {
		return Bytes(name, fmt.Appendf(nil, "day,price\n2021-02-13,%d\n2021-02-14,%d\n", price, price))
	}
	v, err := s.Answer(context.Background(), Inputs{Main: Bytes("", []byte(table.String())), Futures: []Input{future("same.csv", 9), future("absurd.csv", -200)}}, Listener{})
	if err != nil {
		t.Fatal(err)
	}
	said := v.(*ForecastView).Remarks
	if len(said) != 1 || !strings.HasPrefix(said[0], `scenario "absurd": step 1 was forecast at `) || !strings.Contains(said[0], "far outside the history") {
		t.Errorf("the answer remarks %q", said)
	}
}

// The point of a forecast is the mean, or the median where that is asked for; the column,
// the document and the total say which.
func TestPoint(t *testing.T) {
	var y strings.Builder
	y.WriteString("day,y\n")
	for m := range 60 { // skewed
		fmt.Fprintf(&y, "2021-%02d-%02d,%d\n", 1+m/28, m%28+1, 3+m*m*7919%11*(m*31%7)*(m*17%5))
	}
	run := func(query string) *Forecast {
		s := NewForecast()
		if err := s.Fields().Parse("horizon=2&total=true&quantiles=.5&method=" + query); err != nil {
			t.Fatal(err)
		}
		f, err := s.Run(context.Background(), Inputs{Main: Bytes("", []byte(y.String()))}, Listener{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	mean, median := run("zeroshot"), run("zeroshot&point=median")
	if csv, err := text(median.WriteCSV); err != nil || !strings.HasPrefix(csv, "day,median,lo-80,") {
		t.Errorf("%v: %.60s", err, csv)
	}
	doc := median.Document()
	if doc.Point != "median" || mean.Document().Point != "mean" || doc.Forecast[0]["median"] != doc.Forecast[0]["q0.5"] || doc.Totals[0]["median"] != doc.Totals[0]["q0.5"] {
		t.Errorf("the document is %+v", doc)
	}
	if a, b := mean.Forecasts[0].Mean[0], median.Forecasts[0].Mean[0]; a == b || b != mean.Forecasts[0].Median(0) {
		t.Errorf("mean %v, median %v", a, b)
	}
}

// The folds of a backtest know the structure of sums, joint intervals and sums over time.
func TestBacktestOfSums(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("region,product,month,y\n")
	for m := range 30 {
		for i, id := range []string{"n,a", "n,b", "s,a", "s,b"} {
			fmt.Fprintf(&rows, "%s,%d-%02d,%d\n", id, 2015+m/12, m%12+1, 10+i+m+m*(i+3)%7)
		}
	}
	run := func(query string) (*Backtest, error) {
		s := NewBacktest()
		if err := s.Fields().Parse("id=region,product&methods=naive&horizon=2&folds=2&" + query); err != nil {
			t.Fatal(err)
		}
		return s.Run(context.Background(), Inputs{Main: Bytes("", []byte(rows.String()))}, Listener{})
	}
	crossed, err := run("hierarchy=region*product")
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]float64{}
	for _, trial := range crossed.Results[0].Trials {
		if trial.Fold == 1 {
			of[trial.History.ID] = trial.Forecast.Mean[1]
		}
	}
	if sum := of["n/a"] + of["s/a"]; len(of) != 9 || math.Abs(sum-of["*/a"]) > 1e-9*sum {
		t.Errorf("crossed sums: %v", of)
	}
	joint, err := run("hierarchy=region*product&joint=true")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := crossed.Results[0].Scores, joint.Results[0].Scores; a.RMSE != b.RMSE || a.WQL == b.WQL {
		t.Errorf("joint intervals: RMSE %v and %v, WQL %v and %v", a.RMSE, b.RMSE, a.WQL, b.WQL)
	}
	if temporal, err := run("temporal=true&season=12"); err != nil || temporal.Results[0].MAE == crossed.Results[0].MAE {
		t.Errorf("temporal: %v", err)
	}
	for _, query := range []string{"hierarchy=region*product&no-refit=true", "temporal=true&season=12&no-refit=true"} {
		b, err := run(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		of := map[string]float64{}
		for _, trial := range b.Results[0].Trials {
			of[trial.History.ID] += trial.Forecast.Mean[1]
		}
		if sum := of["n/a"] + of["s/a"]; !strings.HasPrefix(query, "temporal") && math.Abs(of["*/a"]-sum) > 1e-9*sum {
			t.Errorf("%s: the sums of models that were fitted once: %v", query, of)
		}
	}
	if _, err := run("joint=true"); !IsUsage(err) {
		t.Errorf("joint without sums: %v", err)
	}
}

// A form that lacks something, or has what the job does not know, is refused with what to
// send.
func TestForms(t *testing.T) {
	for _, c := range []struct{ job, body, says string }{
		{"update", "a,b\n", "send a form (multipart/form-data) with the parts model and table"},
		{"update", "", "send a form"},
		{"score", "--x\r\nContent-Disposition: form-data; name=table\r\n\r\na\r\n--x--\r\n", "parts forecast and table"},
		{"forecast", "--x\r\nContent-Disposition: form-data; name=events\r\n\r\na\r\n--x--\r\n", `no part "table"`},
		{"forecast", "--x\r\nContent-Disposition: form-data; name=table\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; name=table\r\n\r\nb\r\n--x--\r\n", `two parts "table": want one`},
		{"forecast", "--x\r\nContent-Disposition: form-data; name=tabel\r\n\r\na\r\n--x--\r\n", `a part "tabel": want table, future, events, model`},
		{"impute", "--x\r\nContent-Disposition: form-data; name=table\r\n\r\na\r\n--x--\r\n", "want the file itself"},
		{"forecast", "--x\r\nContent-Disposition: form-data; name=table\r\n\r\na", "cannot be read"},
		{"forecast", strings.Repeat("--x\r\nContent-Disposition: form-data; name=future\r\n\r\na\r\n", 200) + "--x--\r\n", "more than"},
		{"forecast", "--x\r\n1,2\r\n", ""}, // a table, if an odd one
	} {
		_, err := Do(context.Background(), c.job, "", []byte(c.body), Listener{})
		if err == nil || !strings.Contains(Message(err, Request), c.says) || IsUsage(err) != (c.says != "") {
			t.Errorf("%s %.60q: %v, want %q", c.job, c.body, err, c.says)
		}
	}
}

// A pile of values at a bound is remarked on where the forecast goes past it, and only
// there: not for counts that are mostly small, a plateau, or once the limit is given.
func TestBoundsAreHinted(t *testing.T) {
	remarks := func(query string, value func(i int) float64) string {
		var text strings.Builder
		column, query, _ := strings.Cut(query, " ")
		text.WriteString("day," + column + "\n")
		for i := range 120 {
			fmt.Fprintf(&text, "%s,%v\n", time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02"), value(i))
		}
		s := NewForecast()
		if err := s.Fields().Parse("method=theta&horizon=3&" + query); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if _, err := s.Run(context.Background(), Inputs{Main: Bytes("", []byte(text.String()))}, Listener{Note: func(n Note) { out.WriteString(n.Text + "\n") }}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	noise := func(i int) float64 { return math.Round(20 * math.Sin(float64(i*i))) }
	percent := func(i int) float64 { return min(100, 95+noise(i)) }
	for _, c := range []struct {
		what, query string
		value       func(i int) float64
		want        string
	}{
		{"percent", "v", percent, "{cap} 100"},
		{"percent with a cap", "v cap=100", percent, ""},
		{"percent by its name", "occupancy%", func(i int) float64 { return 94 + noise(i)/4 }, "{cap} 100"},
		{"a rate that is no share", "taux", func(i int) float64 { return .95 + noise(i)/400 }, ""},
		{"percent far below 100", "occupancy%", func(i int) float64 { return 50 + noise(i)/4 }, ""},
		{"a share", "availability", func(i int) float64 { return .97 + noise(i)/700 }, "{cap} 1"},
		{"close to 100", "uptime", func(i int) float64 { return min(100, 99.5+noise(i)/40) }, "{cap} 100"},
		{"a freezer", "v", func(i int) float64 { return max(-18, -15+noise(i)/4) }, "{floor} -18"},
		{"small counts", "v", func(i int) float64 { return float64(i * i % 7 / 3) }, ""},
		{"a plateau", "v", func(i int) float64 { return min(40, float64(i)) }, ""},
		{"nothing", "v", noise, ""},
	} {
		got := remarks(c.query, c.value)
		if has := strings.Contains(got, "if "); has != (c.want != "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.what, got)
		}
	}
}
