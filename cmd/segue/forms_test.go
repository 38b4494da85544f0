package main

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/cmd/internal/job"
)

// forms are asks with more inputs than one: parts of a form, flags or arguments of the
// command. The first is the table.
var forms = []struct{ job, query, parts string }{
	{"forecast", "value=sales&regressors=promo&method=naive&horizon=2", "table=half.csv future=some.csv"},
	{"forecast", "value=sales&regressors=promo&method=naive&horizon=2&explain=true", "table=half.csv future=some.csv future=none.csv"},
	{"forecast", "value=sales&regressors=promo&method=naive&horizon=2&scenario=case&total=true&paths=1", "table=half.csv future=cases.csv"},
	{"forecast", "value=sales&regressors=promo&method=naive&horizon=2", "table=half.csv future=some.csv future=some.csv"},
	{"forecast", "value=sales&method=naive&horizon=2", "table=half.csv events=fairs.csv"},
	{"fit", "value=sales&regressors=promo&method=ets&horizon=2", "table=half.csv future=some.csv events=fairs.csv"},
	{"update", "", "table=more.csv model=MODEL"}, {"update", "refit=true", "table=more.csv model=MODEL"}, {"update", "", "table=half.csv model=half.csv"},
	{"score", "value=sales", "table=promo.csv forecast=old.csv"}, {"score", "value=sales", "table=promo.csv forecast=half.csv"},
	{"backtest", "value=sales&methods=naive,ses&horizon=2&folds=2", "table=half.csv events=fairs.csv"},
	{"backtest", "methods=naive&horizon=2&rows=true&season=4", "table=lines.txt test=later.txt"},
	{"anomalies", "value=sales&method=naive", "table=half.csv events=fairs.csv"},
}

// A form of several files gives what the command gives with the same files.
func TestDoorsForms(t *testing.T) {
	d := openDoors(t)
	model, err := job.Do(context.Background(), "fit", "value=sales&method=ets&horizon=2", d.files["half.csv"], job.Listener{})
	if err != nil {
		t.Fatal(err)
	}
	d.files["MODEL"], _ = json.Marshal(model)
	put(t, d.dir, "MODEL", d.files["MODEL"])
	for _, ask := range forms {
		var parts [][2]string
		for _, p := range strings.Fields(ask.parts) {
			name, file, _ := strings.Cut(p, "=")
			parts = append(parts, [2]string{name, file})
		}
		d.files[ask.parts] = formOf(t, parts, d.files)
		d.compare(t, ask.job, ask.parts, ask.query, parts)
	}
}

// formOf is a form with files as its parts.
func formOf(t *testing.T, parts [][2]string, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		part, err := w.CreateFormFile(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(files[p[1]])
	}
	w.Close()
	return b.Bytes()
}

// A run into a folder forecasts what the command forecasts, for everything that looks
// at every series alone.
func TestFolderDoor(t *testing.T) {
	files, dir := inputs(t), t.TempDir()
	for _, ask := range []struct{ input, flags string }{
		{"panel.csv", "--id store --value sales --method theta --horizon 4"},
		{"panel.csv", "--id store --value sales --method naive --levels 50,90 --quantiles .5 --round --point median"},
		{"panel.csv", "--id store --value price --method blend --horizon 2 --season 7"},
		{"panel.csv", "--id store --value sales --method zeroshot --horizon 3 --seed 4"},
		{"regions.csv", "--method naive --horizon 2"},
		{"lines.txt", "--rows --method theta --horizon 2 --season 4"},
		{"formulas.csv", "--id shop --method naive --horizon 2 --spreadsheet"},
	} {
		path := put(t, dir, ask.input, files[ask.input])
		args := append([]string{"forecast", path, "-q"}, strings.Fields(ask.flags)...)
		var want, errs, none bytes.Buffer
		if run(context.Background(), args, nil, &want, &errs) != 0 {
			t.Fatalf("%s: %s", ask.flags, &errs)
		}
		folder := t.TempDir()
		if run(context.Background(), append(args, "-o", folder+"/", "--parts", "2"), nil, &none, &errs) != 0 {
			t.Fatalf("%s: %s", ask.flags, &errs)
		}
		var got []string
		parts, _ := filepath.Glob(filepath.Join(folder, "part-*.csv"))
		for _, p := range parts {
			got = append(got, strings.SplitAfter(string(contents(t, p)), "\n")[1:]...)
		}
		got = slices.DeleteFunc(got, func(l string) bool { return l == "" })
		lines := slices.DeleteFunc(strings.SplitAfter(want.String(), "\n")[1:], func(l string) bool { return l == "" })
		slices.Sort(got)
		slices.Sort(lines)
		if len(lines) < 4 || !slices.Equal(got, lines) {
			t.Errorf("%s: the folder has\n%s\nwant\n%s", ask.flags, strings.Join(got, ""), strings.Join(lines, ""))
		}
	}
}
