package job

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/regress"
)

// Explanation describes the model, a line each: the weights of an ensemble's members,
// how it compares with seasonal naive on the past, and the effects of regressors.
func (f *Forecast) Explanation() []string {
	var lines []string
	if m, ok := f.Model.(forecast.Weighted); ok && len(m.Weights()) > 0 {
		ws := m.Weights()
		sort.SliceStable(ws, func(i, j int) bool { return ws[i].Weight > ws[j].Weight })
		var parts []string
		for _, x := range ws {
			if x.Weight >= .005 {
				parts = append(parts, fmt.Sprintf("%s %.0f%%", x.Method, 100*x.Weight))
			}
		}
		lines = append(lines, "weights by errors on the past: "+strings.Join(parts, ", "))
		if f.Spec.Train && f.Spec.Method == "auto" && !slices.ContainsFunc(ws, func(w forecast.Weight) bool {
			return w.Method == (&neural.ZeroShot{}).Tuned(1).Name() || w.Method == neural.LSTM{}.Name() || w.Method == neural.Segment{}.Name()
		}) {
			lines = append(lines, "training did not clearly help on the past, or there was too little past to tell: the forecast is the one without it")
		}
	}
	if m, ok := f.Model.(forecast.Checked); ok && m.Check() != nil {
		c := m.Check()
		lines = append(lines, fmt.Sprintf("MASE on %s of the past: %.3f, seasonal naive %.3f: %s", count(c.Histories, "horizon"), c.MASE, c.SeasonalNaive, verdict(*c)))
	}
	if m, ok := inner(f.Model).(regress.Affected); ok {
		const most = 20
		for i, e := range m.Effects() {
			if i == most {
				lines = append(lines, fmt.Sprintf("and %d more effects", len(m.Effects())-most))
				break
			}
			lines = append(lines, effect(e))
		}
		for _, n := range m.Notes() {
			lines = append(lines, "regressors: "+n)
		}
	}
	return lines
}

// verdict compares the error with that of seasonal naive, in whole percent.
func verdict(c forecast.Check) string {
	if gain := math.Round(100 * (1 - c.MASE/c.SeasonalNaive)); gain >= 1 {
		return fmt.Sprintf("better than seasonal naive by %.0f%%", gain)
	}
	return "not better than seasonal naive"
}

func effect(e regress.Effect) string {
	unit, of := 1.0, "a unit"
	switch {
	case e.Reference != "":
		of = "against " + e.Reference
	case e.SD > 2 || e.SD < .02: // not a yes or no
		unit, of = e.SD, "a standard deviation"
	}
	size := func(v float64) string {
		if e.Relative {
			return fmt.Sprintf("%+.1f%%", 100*math.Expm1(unit*v))
		}
		return fmt.Sprintf("%+.4g", unit*v)
	}
	series := ""
	if e.Series != "" {
		series = e.Series + ": "
	}
	return fmt.Sprintf("effect: %s%s %s %s (95%%: %s to %s; t %.1f)", series, e.Name, size(e.Size), of, size(e.Low), size(e.High), e.T)
}

// Components describes what the first series are made of, a line each.
func (f *Forecast) Components() []string {
	const most = 10
	var lines []string
	for i, s := range f.Table.Series {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more series", len(f.Table.Series)-most))
			break
		}
		c := forecast.Explain(s, f.Task.Season)
		name := ""
		if s.ID != "" {
			name = s.ID + ": "
		}
		change := fmt.Sprintf("%+.4g a step", c.Slope)
		if c.Relative {
			change = fmt.Sprintf("%+.2f%% a step", 100*c.Slope)
		}
		line := fmt.Sprintf("%slevel %.5g, trend %s", name, c.Level, change)
		if len(c.Season) > 0 {
			line += f.season(s, c)
		}
		lines = append(lines, line)
	}
	return lines
}

// season describes the lowest and the highest step of a season.
func (f *Forecast) season(s forecast.Series, c forecast.Components) string {
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
		return f.Table.Layout.Format(s.Time(len(s.Values) + k))
	}
	size := func(v float64) string {
		if c.Relative {
			return fmt.Sprintf("%+.1f%%", 100*v)
		}
		return fmt.Sprintf("%+.4g", v)
	}
	return fmt.Sprintf(", season %s (%s) to %s (%s), strength %.2f", size(c.Season[lo]), at(lo), size(c.Season[hi]), at(hi), c.SeasonStrength)
}

// Comparison sets the scenarios side by side, a line for each of the first series.
func (f *Forecast) Comparison() []string {
	const most = 10
	if len(f.Others) == 0 {
		return nil
	}
	var lines []string
	for i, fc := range f.Forecasts {
		if i == most {
			return append(lines, fmt.Sprintf("and %d more series", len(f.Forecasts)-most))
		}
		line := "scenarios, " + f.compare(i)
		if fc.ID != "" {
			line = fc.ID + ": " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// compare says what a series comes to under each scenario over the horizon that all reach,
// how that differs from the first, and which regressors differ.
func (f *Forecast) compare(i int) string {
	h := f.Forecasts[i].Horizon()
	for _, o := range f.Others {
		h = min(h, o.Forecasts[i].Horizon())
	}
	line := fmt.Sprintf("sum of %s: ", count(h, "step"))
	first := sum(f.Forecasts[i].Mean[:h])
	for k, one := range f.scenarios() {
		s := sum(one.Forecasts[i].Mean[:h])
		if k == 0 {
			line += fmt.Sprintf("%s %.5g", one.Scenario, s)
			continue
		}
		line += fmt.Sprintf(", %s %.5g", one.Scenario, s)
		var why []string
		if first != 0 {
			why = append(why, fmt.Sprintf("%+.1f%%", 100*(s-first)/math.Abs(first)))
		}
		if why = append(why, f.causes(one, i, h)...); len(why) > 0 {
			line += " (" + strings.Join(why, "; ") + ")"
		}
	}
	return line
}

// causes says which regressors of a series another scenario changes over h steps, and from
// which mean to which.
func (f *Forecast) causes(other *Forecast, i, h int) (out []string) {
	a, b := f.Table.Series[i], other.Table.Series[i]
	n := len(a.Values)
	for k, r := range a.Regressors {
		if k >= len(b.Regressors) || len(r.Values) < n+h || len(b.Regressors[k].Values) < n+h {
			continue
		}
		was, is := r.Values[n:n+h], b.Regressors[k].Values[n:n+h]
		from, to := sum(was)/float64(h), sum(is)/float64(h)
		switch {
		case slices.Equal(was, is) || math.IsNaN(from) || math.IsNaN(to):
		case math.Abs(to-from) < 1e-9*(math.Abs(to)+math.Abs(from)):
			out = append(out, r.Name+" at other times")
		default:
			out = append(out, fmt.Sprintf("%s %.4g instead of %.4g", r.Name, to, from))
		}
	}
	return out
}

func sum(xs []float64) (s float64) {
	for _, x := range xs {
		s += x
	}
	return s
}

// alike reports whether there are scenarios and none differs from the first.
func (f *Forecast) alike() bool {
	for _, o := range f.Others {
		for i, fc := range o.Forecasts {
			if !slices.Equal(fc.Mean, f.Forecasts[i].Mean) {
				return false
			}
		}
	}
	return len(f.Others) > 0
}

// bounds are remarks on values that stop at a bound, where the forecast goes past it: a
// line for each of both sides at most.
func (f *Forecast) bounds() (lines []string) {
	if len(f.Spec.Levels) == 0 {
		return nil
	}
	level := slices.Max(f.Spec.Levels)
	for _, side := range []struct {
		option, given string
		sign          float64
	}{{"cap", f.Spec.Cap, 1}, {"floor", f.Spec.Floor, -1}} {
		if side.given != "" {
			continue
		}
		line, more := "", 0
		for i, s := range f.Table.Series {
			stop, n := pileUp(s.Values, side.sign)
			share := 0.
			if n == 0 && side.sign > 0 {
				share = f.shareOf(s)
				stop = share
			}
			if n == 0 && share == 0 || s.NonNegative() && stop == 0 {
				continue
			}
			far := stop
			for h := range f.Forecasts[i].Horizon() {
				lo, hi := f.Forecasts[i].Interval(h, level)
				far = side.sign * max(side.sign*far, side.sign*map[bool]float64{true: hi, false: lo}[side.sign > 0])
			}
			if lo, hi := ends(s.Values); math.Abs(far-stop) <= .02*(hi-lo) {
				continue
			}
			if line == "" {
				what := fmt.Sprintf("%d values are exactly %v and none is beyond", n, stop)
				if share > 0 {
					what = fmt.Sprintf("no value of %q is above %v", f.Table.Value, stop)
				}
				line = fmt.Sprintf("%s, and the forecast's intervals go to %.4g: if %v is a limit, say so with {%s} %v", what, far, stop, side.option, stop)
				if s.ID != "" {
					line = fmt.Sprintf("series %q: %s", s.ID, line)
				}
			} else {
				more++
			}
		}
		if more > 0 {
			line += fmt.Sprintf(" (and %s)", map[bool]string{true: "another series", false: fmt.Sprintf("%d more series", more)}[more == 1])
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// shareOf is the 100 or the 1 that a share cannot pass: values that are named as such, none
// above it, and some in its upper fifth. 0 if they are none.
func (f *Forecast) shareOf(s forecast.Series) float64 {
	name := strings.ToLower(f.Table.Value)
	lo, hi := ends(s.Values)
	if lo < 0 || !slices.ContainsFunc(strings.Fields("% percent pct prozent porcent pourcent occupancy utilization utilisation uptime availability auslastung anteil ocupación ocupação"), func(w string) bool { return strings.Contains(name, w) }) {
		return 0
	}
	for _, whole := range []float64{1, 100} {
		if hi <= whole && hi > .8*whole {
			return whole
		}
	}
	return 0
}

// ends are the smallest and the largest value.
func ends(values []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

// pileUp is the largest value (sign 1) or the smallest (sign -1) of a series and how often
// it comes, if it is a bound rather than a record: one value in twenty, five at least, and
// twice as many as of the next one, in three stretches or more. n is 0 if it is none.
func pileUp(values []float64, sign float64) (stop float64, n int) {
	stop, next := math.Inf(-1), math.Inf(-1)
	counts := map[float64]int{}
	known := 0
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		known++
		v *= sign
		counts[v]++
		if v > stop {
			stop, next = v, stop
		} else if v > next && v < stop {
			next = v
		}
	}
	runs, inside := 0, false
	for _, v := range values {
		at := sign*v == stop
		if at && !inside {
			runs++
		}
		inside = at
	}
	const distinct = 6
	if n = counts[stop]; n < 5 || n*20 < known || n < 2*counts[next] || runs < 3 || len(counts) < distinct {
		return 0, 0
	}
	return sign * stop, n
}
