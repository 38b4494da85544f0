package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{"number": func(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return job.Number(math.Round(v*1e4) / 1e4)
}}).Parse(reportPage))

// report is a page of its own, with the picture inside.
func (ans *answer) report(svg []byte) ([]byte, error) {
	const most = 500 // rows of the table
	if i := bytes.Index(svg, []byte("<svg")); i > 0 {
		svg = svg[i:]
	}
	rows, header, _ := ans.rows()
	header = header[:len(header)-ans.flags.paths]
	var body [][]string
	total := 0
	for _, f := range ans.forecasts {
		for h := range f.Mean {
			if total++; len(body) == most {
				continue
			}
			row := rows.Labels(f, h)
			for _, v := range rows.Numbers(f, h) {
				row = append(row, job.Number(v))
			}
			body = append(body, row)
		}
	}
	var how bytes.Buffer
	explainModel(&how, ans.model)
	explainSeries(&how, ans)
	var notes []string
	for _, n := range ans.table.Notes {
		notes = append(notes, n.String())
	}
	name := filepath.Base(ans.path)
	if name == "-" {
		name = "standard input"
	}
	var buf bytes.Buffer
	err := reportTemplate.Execute(&buf, map[string]any{
		"Name": name, "Picture": template.HTML(svg), "Header": header, "Body": body, "More": total - len(body), //nolint // made by us
		"Notes": notes, "How": strings.Split(strings.TrimSpace(how.String()), "\n"), "Backtest": ans.backtest,
		"Series": len(ans.table.Series), "Horizon": ans.task.Horizon, "Season": ans.task.Season, "Method": ans.method.Name(),
		"Frequency": ans.table.Series[0].Freq.String(), "Timed": ans.table.Series[0].Freq.Unit != forecast.None,
	})
	return buf.Bytes(), err
}
