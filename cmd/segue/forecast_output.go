package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// rows gives the layout of the table, the names of its columns, and the possible
// futures (series, path, step) where they are asked for.
func (ans *answer) rows() (rows *table.Rows, header []string, futures [][][]float64) {
	f := ans.flags
	rows = table.NewRows(ans.table, f.levels, f.quantiles)
	header = rows.Header()
	for i := range f.paths {
		header = append(header, "path"+strconv.Itoa(i+1))
	}
	if f.paths > 0 {
		for i, fc := range ans.forecasts {
			s := ans.table.Series[i]
			c := forecast.PathCorrelation(s, ans.task.Season, ans.task.Horizon)
			paths := fc.Paths(f.paths, c, f.seed+uint64(i))
			if f.round {
				for _, p := range paths {
					for h := range p {
						p[h] = math.Round(p[h])
					}
				}
			}
			futures = append(futures, paths)
		}
	}
	return rows, header, futures
}

func (ans *answer) csv() ([]byte, error) {
	rows, header, futures := ans.rows()
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	if err := w.Write(header); err != nil {
		return nil, err
	}
	err := job.WriteForecasts(w, rows, ans.forecasts, func(i, h int) []float64 {
		var out []float64
		for p := range ans.flags.paths {
			out = append(out, futures[i][p][h])
		}
		return out
	})
	if err != nil {
		return nil, err
	}
	w.Flush()
	return buf.Bytes(), w.Error()
}

// json writes everything that the table says, and how it came about.
func (ans *answer) json() ([]byte, error) {
	type line map[string]any
	doc := struct {
		Method     string                `json:"method"`
		Horizon    int                   `json:"horizon"`
		Season     int                   `json:"season"`
		Frequency  string                `json:"frequency,omitempty"`
		Seed       uint64                `json:"seed"`
		Tier       string                `json:"tier"`
		Notes      []table.Note          `json:"notes"`
		Weights    []forecast.Weight     `json:"weights,omitempty"`
		Check      *forecast.Check       `json:"check,omitempty"`
		Effects    []regress.Effect      `json:"effects,omitempty"`
		Components []forecast.Components `json:"components,omitempty"`
		Backtest   []map[string]any      `json:"backtest,omitempty"`
		Forecast   []line                `json:"forecast"`
	}{
		Method: ans.method.Name(), Horizon: ans.task.Horizon, Season: ans.task.Season, Frequency: ans.table.Series[0].Freq.String(),
		Seed: ans.flags.seed, Tier: string(ans.flags.app.Tier().Actual()), Notes: ans.table.Notes, Backtest: job.Scores(ans.backtest),
	}
	if doc.Notes == nil {
		doc.Notes = []table.Note{}
	}
	if ans.flags.model != "" {
		doc.Method = "model"
	}
	if m, ok := ans.model.(forecast.Weighted); ok {
		doc.Weights = m.Weights()
	}
	if m, ok := ans.model.(forecast.Checked); ok {
		doc.Check = m.Check()
	}
	if m, ok := ans.model.(regress.Affected); ok {
		doc.Effects = m.Effects()
	}
	if ans.flags.explain {
		for _, s := range ans.table.Series {
			doc.Components = append(doc.Components, forecast.Explain(s, ans.task.Season))
		}
	}
	rows, names, futures := ans.rows()
	for i, fc := range ans.forecasts {
		for h := range fc.Mean {
			l := line{}
			labels, numbers := rows.Labels(fc, h), rows.Numbers(fc, h)
			for k, n := range names {
				switch k -= len(labels); {
				case k < 0:
					l[n] = labels[k+len(labels)]
				case k < len(numbers):
					l[n] = numbers[k]
				default:
					l[n] = futures[i][k-len(numbers)][h]
				}
			}
			doc.Forecast = append(doc.Forecast, l)
		}
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	return append(data, '\n'), err
}

// explainSeries says what the first series are made of.
func explainSeries(w io.Writer, ans *answer) {
	const most = 10
	for i, s := range ans.table.Series {
		if i == most {
			fmt.Fprintf(w, "and %d more series\n", len(ans.table.Series)-most)
			break
		}
		c := forecast.Explain(s, ans.task.Season)
		name := ""
		if s.ID != "" {
			name = s.ID + ": "
		}
		change := fmt.Sprintf("%+.4g a step", c.Slope)
		if c.Relative {
			change = fmt.Sprintf("%+.2f%% a step", 100*c.Slope)
		}
		fmt.Fprintf(w, "%slevel %.5g, trend %s", name, c.Level, change)
		if len(c.Season) > 0 {
			lo, hi := 0, 0
			for k, v := range c.Season {
				if v < c.Season[lo] {
					lo = k
				}
				if v > c.Season[hi] {
					hi = k
				}
			}
			at := func(k int) string {
				if s.Freq.Unit == forecast.None {
					return fmt.Sprintf("step %d", k+1)
				}
				return ans.table.Layout.Format(s.Time(len(s.Values) + k))
			}
			size := func(v float64) string {
				if c.Relative {
					return fmt.Sprintf("%+.1f%%", 100*v)
				}
				return fmt.Sprintf("%+.4g", v)
			}
			fmt.Fprintf(w, ", season %s (%s) to %s (%s), strength %.2f", size(c.Season[lo]), at(lo), size(c.Season[hi]), at(hi), c.SeasonStrength)
		}
		fmt.Fprintln(w)
	}
}

// sparklines draws the end of every series and its forecast in one line.
func sparklines(w io.Writer, ans *answer, colour bool) {
	const most, width = 8, 60
	on, off := "", ""
	if colour {
		on, off = "\x1b[36m", "\x1b[0m"
	}
	for i, f := range ans.forecasts {
		if i == most {
			break
		}
		values := ans.table.Series[i].Values
		values = values[max(0, len(values)-width):]
		fmt.Fprintf(w, "%s%s|%s %s\n", bars(values, values, f.Mean), on, bars(f.Mean, values, f.Mean), off+ans.table.Series[i].ID)
	}
}

// bars draws values as blocks, on the scale of a and b together.
func bars(values, a, b []float64) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range append(append([]float64(nil), a...), b...) {
		if v == v {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	var s strings.Builder
	blocks := []rune("▁▂▃▄▅▆▇█")
	for _, v := range values {
		if v != v {
			s.WriteByte(' ')
			continue
		}
		k := 0
		if hi > lo {
			k = int((v - lo) / (hi - lo) * 7.999)
		}
		s.WriteRune(blocks[k])
	}
	return s.String()
}
