package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/web"
	"github.com/segue-go/segue/datasets"
)

// asks are jobs, their inputs and their options as a query string: what every door
// must answer with the same bytes.
var asks = []struct{ job, input, query string }{
	{"forecast", "air.csv", "method=theta"}, {"forecast", "air.csv", "method=naive&horizon=3"},
	{"forecast", "air.csv", "method=snaive&horizon=3&season=6&levels=50,90"}, {"forecast", "air.csv", "horizon=6"},
	{"forecast", "air.csv", "method=zeroshot&horizon=2&seed=7"},
	{"forecast", "air.csv", "method=theta&horizon=3&quantiles=.1,.5,.9&round=true"},
	{"forecast", "air.csv", "method=theta&horizon=3&paths=3&seed=5"}, {"forecast", "air.csv", "method=theta&horizon=3&explain=true"},
	{"forecast", "air.csv", "method=theta&horizon=6&backtest=2"},
	{"forecast", "air.csv", "method=naive&time=month&value=passengers&date-format=%25Y-%25m&freq=M"},
	{"forecast", "air.csv", "method=naive&value=nothing"}, {"forecast", "panel.csv", "id=store&value=sales&method=theta&horizon=4"},
	{"forecast", "panel.csv", "method=naive&horizon=4&levels=80"}, {"forecast", "panel.csv", "id=store&value=sales&horizon=2&no-train=true"},
	{"forecast", "panel.csv", "id=store&value=sales&calendar=true&method=naive&horizon=7"},
	{"forecast", "wide.csv", "wide=true&method=theta&horizon=2"}, {"forecast", "wide.csv", "value=a,b&method=theta&horizon=2"},
	{"forecast", "wide.csv", "value=b&method=theta&horizon=2"}, {"forecast", "wide.csv", "method=theta"},
	{"forecast", "wide.csv", "wide=true&value=a"}, {"forecast", "promo.csv", "value=sales&regressors=promo&method=naive&horizon=2"},
	{"forecast", "promo.csv", "value=sales&past-regressors=promo&method=naive&horizon=2"},
	{"forecast", "promo.csv", "value=sales&holidays=BR,US&method=naive&horizon=2"},
	{"forecast", "promo.csv", "value=sales&regressors=promo@lag1,promo@weekday&method=naive&horizon=2"}, {"forecast", "promo.csv", "value=sales&past-regressors=promo@mean3@lag2&method=ses&horizon=2"},
	{"forecast", "promo.csv", "value=sales&regressors=promo@category&method=naive&horizon=2"}, {"forecast", "promo.csv", "value=sales&regressors=promo@mean0&method=naive&horizon=2"},
	{"forecast", "promo.csv", "value=sales&regressors=promo&method=naive&horizon=9"},
	{"forecast", "regions.csv", "reconcile=mint&method=naive&horizon=1"},
	{"forecast", "regions.csv", "reconcile=bottom-up&method=naive&horizon=1"},
	{"forecast", "regions.csv", "hierarchy=region*product&method=naive&horizon=2&paths=2&round=true"}, {"forecast", "regions.csv", "hierarchy=a*b*c&method=naive&horizon=1"},
	{"forecast", "regions.csv", "reconcile=bottom-up&joint=true&method=naive&horizon=1&seed=3"}, {"forecast", "regions.csv", "joint=true&method=naive&horizon=1"},
	{"forecast", "air.csv", "temporal=true&method=theta&horizon=6"},
	{"forecast", "air.csv", "point=median&method=theta&horizon=3&total=true"}, {"forecast", "regions.csv", "point=median&reconcile=mint&method=naive&horizon=1"},
	{"backtest", "regions.csv", "hierarchy=region*product&joint=true&methods=naive&horizon=1&folds=2&by=series"}, {"backtest", "regions.csv", "joint=true&methods=naive&horizon=1"},
	{"backtest", "air.csv", "temporal=true&methods=snaive,theta&horizon=6&folds=2"}, {"backtest", "air.csv", "temporal=true&no-refit=true&methods=naive"},
	{"forecast", "twice.csv", "method=naive&duplicates=sum&horizon=2"},
	{"forecast", "twice.csv", "method=naive"},
	{"forecast", "gaps.csv", "method=naive&fill=zero&horizon=2"},
	{"forecast", "lines.txt", "rows=true&method=theta&horizon=2&season=4"},
	{"forecast", "air.csv", "train=true&no-train=true"},
	{"forecast", "air.csv", "method=magic"},
	{"forecast", "air.csv", "method=theta&horizon=3&back=143"},
	{"forecast", "promo.csv", "value=sales&regressors=promo&method=naive&horizon=2&back=5"},
	{"forecast", "air.csv", "horizon=0"},
	{"forecast", "air.csv", "method=zeroshot&horizon=2&deterministic=true"},
	{"forecast", "formulas.csv", "id=shop&method=naive&horizon=2&spreadsheet=true"},
	{"forecast", "formulas.csv", "id=shop&method=naive&horizon=2"},
	{"fit", "promo.csv", "value=sales&regressors=promo&holidays=BR&method=ets&horizon=2"},
	{"backtest", "air.csv", "methods=snaive,theta&horizon=3&folds=5&step=1&no-refit=true&by=step"},
	{"backtest", "panel.csv", "methods=naive&id=store&value=sales&mase-season=3&by=series&no-train=true"},
	{"anomalies", "air.csv", "method=theta&level=90"},
	{"anomalies", "panel.csv", "id=store&value=sales&method=naive&all=true"},
	{"impute", "gaps.csv", ""},
	{"impute", "panel.csv", "id=store&value=sales"},
	{"inspect", "air.csv", ""},
	{"inspect", "swing.mid", "style=true"},
	{"inspect", "panel.csv", "id=store&value=sales"},
	{"continue", "swing.mid", "bars=2&candidates=1"},
	{"continue", "swing.mid", "bars=2&candidates=1&creativity=0.5"},
	{"continue", "swing.mid", "bars=2&candidates=1&creativity=0.9&seed=3"},
	{"continue", "swing.mid", "bars=2&candidates=1&temperature=1.2&top-p=0.9"},
	{"continue", "swing.mid", "bars=2&candidates=2&variations=3&no-seed=true"},
	{"continue", "swing.mid", "bars=2&candidates=1&prompt=busy+bebop,+high&combo=true"},
	{"continue", "swing.mid", "bars=2&candidates=1&chords=Dm7+G7+|+Cmaj7"},
	{"continue", "swing.mid", "bars=2&candidates=1&part=1"},
	{"continue", "swing.mid", "bars=2&candidates=1&at=3"},
	{"continue", "swing.mid", "bars=2&candidates=1&combo=true&deterministic=true"},
	{"continue", "swing.mid", "bars=2&part=99"},
	{"continue", "swing.mid", "bars=2&chords=H7"},
	{"continue", "rag.mid", "bars=1"},
	{"continue", "rag.mid", "bars=1&part=1"},
	{"continue", "rag.mid", "bars=6&sections=ba"},
	{"continue", "rag.mid", "bars=1&sections=A1"},
	{"continue", "rag.mid", "bars=1&style=jazz&part=1&candidates=1"},
	{"continue", "rag.mid", "bars=1&style=baroque&creativity=0.2"},
	{"continue", "rag.mid", "bars=1&combo=true"},
	{"continue", "rag.mid", "bars=1&creativity=0.4&temperature=1"},
	{"compose", "", "prompt=slow+blues+in+F&bars=2"},
	{"compose", "", "chords=Cm7+F7+|+Bbmaj7&bars=2&solo=true&seed=2"},
	{"compose", "", "prompt=walzer+xyz&bars=1&variations=2"},
	{"compose", "", ""},
	{"render", "swing.mid", ""}, {"render", "rag.mid", "mute=2"}, {"render", "swing.mid", "mute=1"}, {"render", "swing.mid", "mute=oboe"},
}

// sameAnswer lists asks that say the same in other words: a default that is stated.
var sameAnswer = [][2]string{
	{"bars=2&candidates=1", "bars=2&candidates=1&creativity=0.5"},
}

// inputs writes the files that are asked about.
func inputs(t *testing.T) map[string][]byte {
	t.Helper()
	var panel, promo strings.Builder
	panel.WriteString("store,day,sales,price\n")
	promo.WriteString("day,sales,promo\n")
	for d := range 42 {
		day := fmt.Sprintf("2021-%02d-%02d", 1+d/28, 1+d%28)
		for s := range 3 {
			fmt.Fprintf(&panel, "s%d,%s,%d,%d\n", s, day, 20+5*s+(d%7)*3+(d*s*5)%4, 7)
		}
		sales := fmt.Sprint(10 + 10*(d%3/2) + d%5)
		if d >= 40 {
			sales = ""
		}
		fmt.Fprintf(&promo, "%s,%s,%d\n", day, sales, d%3/2)
	}
	months := func(header string, row func(m int) string) []byte {
		var b strings.Builder
		b.WriteString(header + "\n")
		for m := range 24 {
			fmt.Fprintf(&b, "%d-%02d,%s\n", 2020+m/12, m%12+1, row(m))
		}
		return []byte(b.String())
	}
	var regions strings.Builder
	regions.WriteString("id,month,y\n")
	for m := range 8 {
		for i, id := range []string{"north/a", "north/b", "south/a"} {
			fmt.Fprintf(&regions, "%s,2020-%02d,%d\n", id, m+1, 1+i+m*m)
		}
	}
	lines := strings.SplitAfter(promo.String(), "\n")
	return map[string][]byte{
		"half.csv": []byte(strings.Join(lines[:39], "")), "more.csv": []byte(lines[0] + lines[39] + lines[40]), "fairs.csv": []byte("event,date,before,after\nfair,2021-01-09,1,0\nfair,2021-02-02,0,0\n"),
		"some.csv": []byte("day,promo\n2021-02-11,1\n2021-02-12,0\n"), "none.csv": []byte("day,promo\n2021-02-11,0\n2021-02-12,0\n"), "later.txt": []byte("a,5,6\nb,3,2\n"),
		"cases.csv": []byte("case,day,promo\nsome,2021-02-11,1\nsome,2021-02-12,0\nnone,2021-02-11,0\nnone,2021-02-12,0\n"),
		"old.csv":   []byte("day,mean,lo-80,hi-80\n2021-02-11,12,5,20\n2021-02-12,14,6,22\n2021-02-13,14,6,22\n"),
		"air.csv":   datasets.MustFile("csv/air_passengers.csv"), "swing.mid": datasets.MustFile("midi/swing_seed.mid"), "rag.mid": datasets.MustFile("midi/pineapple_rag.mid"),
		"panel.csv": []byte(panel.String()), "promo.csv": []byte(promo.String()), "regions.csv": []byte(regions.String()),
		"wide.csv":     months("month,a,b", func(m int) string { return fmt.Sprintf("%d,%d", 5+m+m%4, 40+2*m-m%3) }),
		"twice.csv":    []byte("month,y\n2020-01,1\n2020-02,2\n2020-03,2\n2020-03,1\n2020-04,5\n2020-05,4\n"),
		"formulas.csv": []byte("shop,month,y\n=1+1,2020-01,1\n=1+1,2020-02,-2\n@b,2020-01,1\n@b,2020-02,-2\n"),
		"gaps.csv":     []byte("day,v\n2020-01-01,1\n2020-01-02,2\n2020-01-04,4\n2020-01-05,5\n2020-01-06,\n2020-01-07,7\n2020-01-08,8\n"),
		"lines.txt":    []byte("a,1,2,3,4,2,3,4,5,3,4,5,6\nb,9,8,7,6,8,7,6,5,7,6,5,4\n"),
	}
}

// door gives a job's answer as JSON values or bytes by name, and its error.
type door func(t *testing.T, name, input, query string) (map[string]any, string)

// doors are the ways to the same answers.
type doors struct {
	files   map[string][]byte
	dir     string // with the files
	ways    map[string]door
	answers map[string]map[string]any // of the command, by input and query
}

func openDoors(t *testing.T) *doors {
	d := &doors{files: inputs(t), dir: t.TempDir(), answers: map[string]map[string]any{}}
	for name, data := range d.files {
		put(t, d.dir, name, data)
	}
	server := httptest.NewServer(web.Handler(web.Options{Log: slog.New(slog.DiscardHandler), Memory: -1}))
	t.Cleanup(server.Close)
	d.ways = map[string]door{
		"server": func(t *testing.T, name, input, query string) (map[string]any, string) {
			return overHTTP(t, server.URL, name, d.files[input], query)
		},
		"page": func(t *testing.T, name, input, query string) (map[string]any, string) {
			result, err := job.Do(context.Background(), name, query, d.files[input], job.Listener{})
			if err != nil {
				return nil, job.Message(err, job.Request)
			}
			return answerOf(t, name, result), ""
		},
	}
	return d
}

// compare asks every door the same; inputs are those of the command by their roles, the
// table first.
func (d *doors) compare(t *testing.T, name, input, query string, inputs [][2]string) {
	t.Helper()
	title := name + " " + input + "?" + query
	want, failed := onCommandLine(t, d.dir, name, inputs, query)
	d.answers[input+"?"+query] = want
	failed = strings.ReplaceAll(failed, "--", "")
	for _, part := range inputs {
		failed = strings.TrimPrefix(failed, filepath.Join(d.dir, part[1])+": ")
	}
	for where, open := range d.ways {
		got, err := open(t, name, input, query)
		for _, part := range inputs {
			err = strings.TrimPrefix(strings.TrimPrefix(err, part[0]+": "), part[1]+": ")
		}
		if err != failed {
			t.Errorf("%s: %s says %q, the command %q", title, where, err, failed)
			continue
		}
		for key := range want {
			if !reflect.DeepEqual(got[key], want[key]) {
				t.Errorf("%s: %s differs at the %s from the command:\n%.300v\nwant\n%.300v", title, where, key, got[key], want[key])
			}
		}
	}
}

// Every door gives the same answer to the same question, or the same error.
func TestDoors(t *testing.T) {
	d := openDoors(t)
	for _, ask := range asks {
		d.compare(t, ask.job, ask.input, ask.query, [][2]string{{"table", ask.input}})
	}
	for _, pair := range sameAnswer {
		a, b := d.answers["swing.mid?"+pair[0]], d.answers["swing.mid?"+pair[1]]
		if a == nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s and %s differ", pair[0], pair[1])
		}
	}
}

// onCommandLine gives the answer of the command; the first input is the table.
func onCommandLine(t *testing.T, dir, name string, inputs [][2]string, query string) (map[string]any, string) {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{name}
	if inputs[0][1] != "" {
		args = append(args, filepath.Join(dir, inputs[0][1]))
	}
	for _, p := range inputs[1:] {
		if path := filepath.Join(dir, p[1]); name == "update" || name == "score" {
			args = slices.Insert(args, 1, path)
		} else {
			args = append(args, "--"+p[0]+"="+path)
		}
	}
	for _, f := range slices.Sorted(mapKeys(values)) {
		args = append(args, "--"+f+"="+values.Get(f))
	}
	out := filepath.Join(t.TempDir(), "out")
	segue := func(more ...string) ([]byte, string) {
		var stdout, stderr bytes.Buffer
		if run(context.Background(), append(append(args, "-q"), more...), strings.NewReader(""), &stdout, &stderr) != 0 {
			first, _, _ := strings.Cut(strings.TrimPrefix(stderr.String(), "error: "), "\n")
			return nil, first
		}
		return stdout.Bytes(), ""
	}
	answer := map[string]any{}
	var text []byte
	var failed string
	switch name {
	case "forecast":
		if text, failed = segue("--format", "json", "--plot", out+".svg"); failed == "" {
			answer["document"] = plain(t, text)
			csv, _ := segue()
			answer["csv"] = string(csv)
			if !strings.Contains(query, "backtest") { // the command draws the past too
				answer["svg"] = string(contents(t, out+".svg"))
			}
		}
	case "fit", "update":
		if _, failed = segue("-o", out); failed == "" {
			answer["document"] = plain(t, contents(t, out))
		}
	case "backtest", "anomalies", "impute", "score":
		if text, failed = segue("--json"); failed == "" {
			answer["document"] = plain(t, text)
		}
	case "inspect":
		text, failed = segue()
		answer["text"] = string(text)
	case "render":
		if _, failed = segue("--soundfont", "none", "-o", out+".wav"); failed == "" {
			answer["wav"] = string(contents(t, out+".wav"))
		}
	default:
		if text, failed = segue("--json", "-o", out+".mid"); failed != "" {
			break
		}
		made := []any{}
		for d := json.NewDecoder(bytes.NewReader(text)); ; {
			var doc map[string]any
			if err := d.Decode(&doc); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			midi := contents(t, doc["file"].(string))
			delete(doc, "file")
			made = append(made, map[string]any{"document": doc, "midi": midi})
		}
		answer["variations"] = made
	}
	return answer, failed
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mapKeys(m url.Values) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// plain reads JSON without the times that methods took.
func plain(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	forget(v)
	return v
}

func forget(v any) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "seconds")
		for _, x := range v {
			forget(x)
		}
	case []any:
		for _, x := range v {
			forget(x)
		}
	}
}

// overHTTP gives the answer of a server.
func overHTTP(t *testing.T, base, name string, body []byte, query string) (map[string]any, string) {
	t.Helper()
	resp, err := http.Post(base+"/api/v1/"+name+"?"+query, "application/octet-stream", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 {
		var wrong struct{ Error struct{ Message string } }
		if err := json.Unmarshal(data, &wrong); err != nil || wrong.Error.Message == "" {
			t.Fatalf("status %d: %s", resp.StatusCode, data)
		}
		return nil, wrong.Error.Message
	}
	if name == "render" {
		return map[string]any{"wav": string(data)}, ""
	}
	return answerOf(t, name, json.RawMessage(data)), ""
}

// answerOf takes a result for requests apart.
func answerOf(t *testing.T, name string, result any) map[string]any {
	t.Helper()
	if wav, ok := result.(job.Sound); ok {
		return map[string]any{"wav": string(wav)}
	}
	data, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	switch name {
	case "forecast":
		doc := map[string]any{}
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		answer := map[string]any{"csv": doc["csv"], "svg": doc["svg"]}
		for _, only := range []string{"csv", "svg", "series", "count"} {
			delete(doc, only)
		}
		forget(doc)
		answer["document"] = doc
		return answer
	case "inspect":
		var v struct{ Text string }
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		return map[string]any{"text": v.Text}
	case "continue", "compose":
		var v struct {
			Variations []struct {
				Document map[string]any
				MIDI     []byte
			}
		}
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		made := []any{}
		for _, one := range v.Variations {
			made = append(made, map[string]any{"document": one.Document, "midi": one.MIDI})
		}
		return map[string]any{"variations": made}
	}
	return map[string]any{"document": plain(t, data)}
}
