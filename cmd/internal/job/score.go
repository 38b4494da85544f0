package job

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// ScoreSpec asks how a forecast that was made before compares with what came. NewScore
// makes one with the defaults.
type ScoreSpec struct {
	SeriesSpec
	JSON   bool
	fields field.Set
}

// NewScore makes a specification with the defaults.
func NewScore() *ScoreSpec {
	s := &ScoreSpec{}
	s.Bind(&s.fields)
	s.fields.Bool(&s.JSON, field.Field{Name: "json", Help: "print JSON instead of a table", Group: "Files", Doors: field.Command})
	return s
}

// Fields is the list of options.
func (s *ScoreSpec) Fields() *field.Set { return &s.fields }

// Scored is how a forecast did so far.
type Scored struct {
	Series   int        `json:"series"` // with a value that was forecast
	Steps    int        `json:"steps"`  // such values
	Waiting  int        `json:"waiting"`
	Bias     *float64   `json:"bias"`     // mean of forecast less value
	Relative *float64   `json:"relative"` // the same, as a share of the mean size of the values
	MAE      *float64   `json:"mae"`
	MASE     *float64   `json:"mase"`
	WQL      *float64   `json:"wql"`
	Levels   []Coverage `json:"levels"`
	Drift    *Drift     `json:"drift"` // nil without intervals
}

// Coverage is the share of values inside the interval of a level.
type Coverage struct {
	Level  float64 `json:"level"` // in percent
	Inside float64 `json:"inside"`
}

// Drift says whether the forecast and what came part. The normal score of a value is
// where it lies in the distribution that was forecast, on the scale of the standard normal
// distribution: 0 for the median, with a variance of 1 if the forecast was right. Scores
// within one forecast are correlated: n of them with the lag-1 correlation r, at least
// .5, count as n(1-r)/(1+r).
type Drift struct {
	Alarm bool    `json:"alarm"` // one of both p is below .01
	Mean  float64 `json:"mean"`  // of the normal scores
	P     float64 `json:"p"`     // two-sided, that it is 0: a bias
	Size  float64 `json:"size"`  // mean square of the normal scores
	PSize float64 `json:"p_size"`
	Count float64 `json:"count"` // that the scores count as
}

// Run reads the forecast, in.Old, and the table, in.Main, and compares them.
func (s *ScoreSpec) Run(_ context.Context, in Inputs, l Listener) (*Scored, error) {
	t, err := s.Read(in.Main, l)
	if err != nil {
		return nil, err
	}
	fs, err := readForecast(in.Old)
	if err != nil {
		return nil, err
	}
	task := s.Task().Resolve(t.Series)
	out, err := score(fs, t, task.Season)
	return out, in.Old.fail(err)
}

// Answer runs the job for a request.
func (s *ScoreSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	return s.Run(ctx, in, l)
}

// old is the forecast of one series as a table holds it.
type old struct {
	id    string
	times []string
	forecast.Forecast
}

// column is what a column of a forecast's table holds: the quantile at P.
type quantileColumn struct {
	at int
	p  float64
}

// readForecast reads a table that segue forecast wrote.
func readForecast(in Input) ([]*old, error) {
	r, err := in.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	rows := csv.NewReader(r)
	header, err := rows.Read()
	if err != nil {
		return nil, in.fail(fmt.Errorf("the forecast is empty: %w", forecast.ErrInput))
	}
	if header[0] == "scenario" {
		return nil, in.fail(&forecast.Problem{What: "the forecast has several scenarios: leave the rows of one, without the column \"scenario\""})
	}
	mean := max(slices.Index(header, pointMean), slices.Index(header, pointMedian))
	if mean < 1 || mean > 2 {
		return nil, in.fail(&forecast.Problem{What: "this is no table that segue forecast wrote: there is no column \"mean\" after the times"})
	}
	var quantiles []quantileColumn
	for i, name := range header[mean+1:] {
		if p, ok := probability(name); ok {
			quantiles = append(quantiles, quantileColumn{mean + 1 + i, p})
		}
	}
	slices.SortFunc(quantiles, func(a, b quantileColumn) int { return int(math.Copysign(1, a.p-b.p)) })
	quantiles = slices.CompactFunc(quantiles, func(a, b quantileColumn) bool { return a.p == b.p })
	var out []*old
	at := map[string]*old{}
	for {
		rec, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, in.fail(fmt.Errorf("%w: %w", err, forecast.ErrInput))
		}
		if rec[mean-1] == "total" {
			continue
		}
		id := ""
		if mean == 2 {
			id = rec[0]
		}
		f := at[id]
		if f == nil {
			f = &old{id: id}
			at[id], out = f, append(out, f)
		}
		row := make([]float64, 0, 1+len(quantiles))
		for _, c := range append([]quantileColumn{{at: mean}}, quantiles...) {
			v, err := strconv.ParseFloat(rec[c.at], 64)
			if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
				line, _ := rows.FieldPos(c.at)
				return nil, in.fail(&forecast.Problem{Place: fmt.Sprintf("line %d", line), What: fmt.Sprintf("column %q: %q is not a number", header[c.at], rec[c.at])})
			}
			row = append(row, v)
		}
		slices.Sort(row[1:])
		f.times, f.Mean, f.Q = append(f.times, rec[mean-1]), append(f.Mean, row[0]), append(f.Q, row[1:])
	}
	for _, f := range out {
		for _, c := range quantiles {
			f.Probs = append(f.Probs, c.p)
		}
	}
	if len(out) == 0 {
		return nil, in.fail(fmt.Errorf("the forecast has no rows: %w", forecast.ErrInput))
	}
	return out, nil
}

// probability reads the name of a column: lo-80, hi-95, q0.5.
func probability(name string) (p float64, ok bool) {
	for prefix, of := range map[string]func(x float64) float64{
		"lo-": func(x float64) float64 { return .5 - x/200 }, "hi-": func(x float64) float64 { return .5 + x/200 }, "q": func(x float64) float64 { return x },
	} {
		if rest, found := strings.CutPrefix(name, prefix); found {
			if x, err := strconv.ParseFloat(rest, 64); err == nil {
				if p = of(x); p > 0 && p < 1 {
					return math.Round(p*1e9) / 1e9, true
				}
			}
		}
	}
	return 0, false
}

// score compares forecasts with the values of a table.
func score(fs []*old, t *table.Table, season int) (*Scored, error) {
	out := &Scored{}
	var train, actual [][]float64
	var matched []forecast.Forecast
	var scores [][]float64
	var bias, size float64
	inside := map[float64]float64{}
	for _, f := range fs {
		i := slices.IndexFunc(t.Series, func(s forecast.Series) bool { return s.ID == f.id || len(t.Series) == 1 && len(fs) == 1 })
		if i < 0 {
			return nil, &forecast.Problem{Place: fmt.Sprintf("series %q", f.id), What: "the table does not hold it"}
		}
		s := t.Series[i]
		if s.Freq.Unit == forecast.None {
			return nil, &forecast.Problem{What: "without times the values cannot be matched with the forecast", Remedies: []forecast.Remedy{{Do: "name the column of times", Option: "time", Suggest: "NAME"}}}
		}
		steps := map[string]int{}
		for k := range s.Values {
			steps[t.Layout.Format(s.Time(k))] = k
		}
		var came, z []float64
		first := len(s.Values)
		for h, when := range f.times {
			k, ok := steps[when]
			if !ok || math.IsNaN(s.Values[k]) {
				out.Waiting++
				came = append(came, math.NaN())
				continue
			}
			v := s.Values[k]
			first = min(first, k-h)
			came = append(came, v)
			out.Steps++
			bias += f.Mean[h] - v
			size += math.Abs(v)
			if len(f.Probs) > 1 {
				z = append(z, normalScore(f.Forecast, h, v))
			}
			for _, p := range f.Probs[:len(f.Probs)/2] {
				if level := math.Round(1e7*(1-2*p)) / 1e5; p < .5 && slices.Contains(f.Probs, math.Round(1e9*(1-p))/1e9) {
					lo, hi := f.Interval(h, level)
					if inside[level] += 0; lo <= v && v <= hi {
						inside[level]++
					}
				}
			}
		}
		if slices.ContainsFunc(came, func(v float64) bool { return !math.IsNaN(v) }) {
			out.Series++
			g := f.Forecast
			if len(g.Probs) == 0 {
				g.Probs, g.Q = []float64{.5}, make([][]float64, len(g.Mean))
				for h, v := range g.Mean {
					g.Q[h] = []float64{v}
				}
			}
			train, actual, matched, scores = append(train, s.Values[:max(0, first)]), append(actual, came), append(matched, g), append(scores, z)
		}
	}
	if out.Steps == 0 {
		return nil, &forecast.Problem{What: fmt.Sprintf("no value of the table is at a time of the forecast, which starts at %q", fs[0].times[0])}
	}
	all := forecast.ScoreAll(matched, train, actual, season)
	n := float64(out.Steps)
	out.Bias, out.Relative, out.MAE, out.MASE = Finite(bias/n), Finite(bias/size), Finite(all.MAE), Finite(all.MASE)
	if len(fs[0].Probs) > 0 {
		out.WQL = Finite(all.WQL)
	}
	for level, k := range inside {
		out.Levels = append(out.Levels, Coverage{level, k / n})
	}
	slices.SortFunc(out.Levels, func(a, b Coverage) int { return int(math.Copysign(1, a.Level-b.Level)) })
	out.Drift = drift(scores)
	return out, nil
}

// normalScore is where a value lies in the distribution of step h, between -4 and 4.
func normalScore(f forecast.Forecast, h int, v float64) float64 {
	const most = 4
	lo, hi := -float64(most), float64(most)
	for range 40 {
		mid := (lo + hi) / 2
		if f.Quantile(h, distuv.UnitNormal.CDF(mid)) < v {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// drift tests the normal scores of each series; nil if there are fewer than two.
func drift(scores [][]float64) *Drift {
	var all []float64
	var ab, aa float64
	for _, z := range scores {
		all = append(all, z...)
		for i, v := range z {
			aa += v * v
			if i > 0 {
				ab += v * z[i-1]
			}
		}
	}
	if len(all) < 2 || aa == 0 {
		return nil
	}
	const least = .5 // one forecast's errors are correlated; its length does not show it
	r := max(least, min(.95, ab/aa))
	n := float64(len(all))
	d := &Drift{Mean: stat.Mean(all, nil), Size: aa / n, Count: max(1, n*(1-r)/(1+r))}
	d.P = 2 * distuv.UnitNormal.CDF(-math.Abs(d.Mean)*math.Sqrt(d.Count))
	chi := distuv.ChiSquared{K: d.Count}.CDF(d.Size * d.Count)
	d.PSize = 2 * min(chi, 1-chi)
	d.Alarm = min(d.P, d.PSize) < .01
	return d
}

// WriteTable writes the result for people.
func (s *Scored) WriteTable(w io.Writer) error {
	number := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return strconv.FormatFloat(*x, 'g', 4, 64)
	}
	lines := [][2]string{{"values", fmt.Sprintf("%d of %s; %d of the forecast are still to come", s.Steps, count(s.Series, "series"), s.Waiting)}}
	lines[0][1] = strings.Replace(lines[0][1], "seriess", "series", 1)
	if s.Relative != nil {
		lines = append(lines, [2]string{"bias", fmt.Sprintf("%s (%+.1f%%; above 0 the forecast was too high)", number(s.Bias), 100**s.Relative)})
	}
	lines = append(lines, [2]string{"MAE", number(s.MAE)}, [2]string{"MASE", number(s.MASE)}, [2]string{"WQL", number(s.WQL)})
	for _, c := range s.Levels {
		lines = append(lines, [2]string{fmt.Sprintf("inside %g%%", c.Level), fmt.Sprintf("%.1f%%", 100*c.Inside)})
	}
	if d := s.Drift; d != nil {
		verdict := "no alarm"
		if d.Alarm {
			verdict = "ALARM: the forecast and what came part"
		}
		lines = append(lines, [2]string{"drift", fmt.Sprintf("%s (normal scores: mean %.2f, p %.2g; mean square %.2f, p %.2g; counted as %.1f)", verdict, d.Mean, d.P, d.Size, d.PSize, d.Count)})
	}
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%-11s %s\n", l[0], l[1]); err != nil {
			return err
		}
	}
	return nil
}
