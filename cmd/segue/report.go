package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

//go:embed report.html
var reportPage string

var reportTemplate = sync.OnceValue(func() *template.Template {
	number := func(v float64) string {
		if math.IsNaN(v) {
			return "–"
		}
		return rounded(v, places(4, v))
	}
	return template.Must(template.New("report").Funcs(template.FuncMap{"number": number}).Parse(reportPage))
})

// decimals is how many digits after the point of a forecast mean something: two digits of
// its narrowest interval, or four of its largest number if it has no intervals.
func decimals(rows *table.Rows, fc forecast.Forecast) int {
	narrowest, largest := math.Inf(1), 0.
	for h := range fc.Mean {
		numbers := slices.DeleteFunc(slices.Clone(rows.Numbers(fc, h)), math.IsNaN)
		if len(numbers) == 0 {
			continue
		}
		lo, hi := slices.Min(numbers), slices.Max(numbers)
		largest = max(largest, math.Abs(lo), math.Abs(hi))
		if hi > lo {
			narrowest = min(narrowest, hi-lo)
		}
	}
	if math.IsInf(narrowest, 1) {
		return places(4, largest)
	}
	return places(2, narrowest)
}

// places is how many digits after the point a number needs to show some digits of it.
func places(digits int, v float64) int {
	if v == 0 || math.IsInf(v, 0) {
		return 0
	}
	return max(0, min(9, digits-1-int(math.Floor(math.Log10(math.Abs(v))))))
}

// rounded writes a number with so many digits after the point.
func rounded(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) >= 1e15 || digits == 9 && math.Abs(v) < 1e-7 {
		return job.Number(v)
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

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
			digits := decimals(rows, fc)
			for h := range fc.Mean {
				if total++; len(body) == most {
					continue
				}
				row := rows.Labels(fc, h)
				for _, v := range rows.Numbers(fc, h) {
					row = append(row, rounded(v, digits))
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
