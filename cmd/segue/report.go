package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"path/filepath"
	"slices"
	"sync"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
)

//go:embed report.html
var reportPage string

var reportTemplate = sync.OnceValue(func() *template.Template {
	number := func(v float64) string {
		if math.IsNaN(v) {
			return "–"
		}
		return job.Number(math.Round(v*1e4) / 1e4)
	}
	return template.Must(template.New("report").Funcs(template.FuncMap{"number": number}).Parse(reportPage))
})

// report is a page of its own, with the picture inside.
func report(f *job.Forecast, path string) ([]byte, error) {
	svg, err := f.Chart("svg")
	if err != nil {
		return nil, err
	}
	const most = 500 // rows of the table
	if i := bytes.Index(svg, []byte("<svg")); i > 0 {
		svg = svg[i:]
	}
	rows := f.Rows()
	var body [][]string
	total := 0
	for _, one := range append([]*job.Forecast{f}, f.Others...) {
		rows := one.Rows()
		for _, fc := range one.Forecasts {
			for h := range fc.Mean {
				if total++; len(body) == most {
					continue
				}
				row := rows.Labels(fc, h)
				for _, v := range rows.Numbers(fc, h) {
					row = append(row, job.Number(v))
				}
				body = append(body, row)
			}
		}
	}
	var notes []string
	for _, n := range f.Table.Notes {
		notes = append(notes, n.String())
	}
	name := filepath.Base(path)
	if name == "-" {
		name = "standard input"
	}
	var buf bytes.Buffer
	err = reportTemplate().Execute(&buf, map[string]any{
		"Name": name, "Picture": template.HTML(svg), "Header": rows.Header(), "Body": body, "More": total - len(body), //nolint // made by us
		"Notes": notes, "How": slices.Concat(f.Explanation(), f.Components(), f.Comparison()), "Backtest": f.Backtest,
		"Series": len(f.Table.Series), "Horizon": f.Task.Horizon, "Season": f.Task.Season, "Method": f.Method,
		"Frequency": f.Table.Series[0].Freq.String(), "Timed": f.Table.Series[0].Freq.Unit != forecast.None,
	})
	return buf.Bytes(), err
}
