package store

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
)

// Exposition says how a forecast is laid out as metrics.
type Exposition struct {
	Name  string          // of the forecast: the label "forecast"
	Ahead []time.Duration // from the last value; empty: the end of the horizon
	Made  time.Time
	At    time.Time // of the samples; default Made
}

// Sample is a value of a metric.
type Sample struct {
	Name   string
	Labels [][2]string // name and value
	Value  float64
	At     time.Time
}

// help of the metrics, in the order in which they are written.
var help = [][2]string{
	{"segue_forecast_mean", "Expected value."},
	{"segue_forecast_lower", "Lower bound of the interval of a level in percent."},
	{"segue_forecast_upper", "Upper bound of the interval of a level in percent."},
	{"segue_forecast_last_value_timestamp_seconds", "Time of the last value that the forecast knows."},
	{"segue_forecast_made_timestamp_seconds", "Time at which the forecast was made."},
}

// Samples are a forecast's metrics: segue_forecast_mean, and _lower and _upper with the
// label level, per series and per distance ahead. A series of Prometheus has its own
// labels, any other the label series. For each distance they have the step that is
// nearest. All are samples of the present: values at future times would make Prometheus
// refuse those of the present.
func Samples(f *job.Forecast, e Exposition) []Sample {
	var out []Sample
	at := e.At
	if at.IsZero() {
		at = e.Made
	}
	add := func(name string, value float64, labels ...[2]string) {
		out = append(out, Sample{name, append([][2]string{{"forecast", e.Name}}, labels...), value, at})
	}
	for i, fc := range f.Forecasts {
		s := f.Table.Series[i]
		base := seriesLabels(fc.ID)
		if s.Freq.Unit != forecast.None {
			add("segue_forecast_last_value_timestamp_seconds", float64(lastTime(s).Unix()), base...)
		}
		for _, d := range distances(s, fc, e.Ahead) {
			labels := append(slices.Clip(base), [2]string{"ahead", d.name})
			for _, v := range values(f, fc, d.step) {
				add(v.Name, v.Value, append(slices.Clip(labels), v.Labels...)...)
			}
		}
	}
	add("segue_forecast_made_timestamp_seconds", float64(e.Made.Unix()))
	return out
}

// values are those of a step, with the label level.
func values(f *job.Forecast, fc forecast.Forecast, step int) []Sample {
	out := []Sample{{Name: "segue_forecast_mean", Value: fc.Mean[step]}}
	for _, level := range f.Spec.Levels {
		lo, hi := fc.Interval(step, level)
		labels := [][2]string{{"level", strconv.FormatFloat(level, 'f', -1, 64)}}
		out = append(out, Sample{Name: "segue_forecast_lower", Labels: labels, Value: lo}, Sample{Name: "segue_forecast_upper", Labels: labels, Value: hi})
	}
	return out
}

// Metrics writes a forecast in the text format of Prometheus, which an exporter serves
// and the textfile collector of the node exporter reads.
func Metrics(f *job.Forecast, e Exposition) []byte {
	lines := map[string][]byte{}
	for _, s := range Samples(f, e) {
		var labels []string
		for _, l := range s.Labels {
			labels = append(labels, l[0]+"="+label(l[1]))
		}
		number := job.Number(s.Value)
		if strings.HasSuffix(s.Name, "_seconds") {
			number = strconv.FormatFloat(s.Value, 'f', 0, 64)
		}
		lines[s.Name] = fmt.Appendf(lines[s.Name], "%s{%s} %s\n", s.Name, strings.Join(labels, ","), number)
	}
	var out bytes.Buffer
	for _, h := range help {
		if text := lines[h[0]]; len(text) > 0 {
			fmt.Fprintf(&out, "# HELP %s %s\n# TYPE %s gauge\n%s", h[0], h[1], h[0], text)
		}
	}
	return out.Bytes()
}

// label writes the value of a label; what is no text is replaced.
func label(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(strings.ToValidUTF8(s, "\ufffd")) + `"`
}

// reserved are labels that the metrics have for themselves.
var reserved = []string{"forecast", "ahead", "level", "series"}

// seriesLabels are those of a series.
func seriesLabels(id string) [][2]string {
	pairs, ok := parseLabels(id)
	if !ok {
		if id == "" {
			return nil
		}
		return [][2]string{{"series", id}}
	}
	out := make([][2]string, len(pairs))
	for i, p := range pairs {
		name, quoted, _ := strings.Cut(p, "=")
		value, _ := strconv.Unquote(quoted)
		if slices.Contains(reserved, name) {
			name = "exported_" + name
		}
		out[i] = [2]string{name, value}
	}
	return out
}

// lastTime is the time of a series' last step.
func lastTime(s forecast.Series) time.Time { return s.Time(len(s.Values) - 1) }

// distance is a step of a forecast and the name of how far ahead it is.
type distance struct {
	step int
	name string
}

// distances are the steps that are nearest to the distances asked for; those beyond the
// horizon are left out.
func distances(s forecast.Series, f forecast.Forecast, ahead []time.Duration) (out []distance) {
	h := f.Horizon()
	if s.Freq.Unit == forecast.None {
		return []distance{{h - 1, fmt.Sprintf("%d steps", h)}}
	}
	from := lastTime(s)
	at := func(step int) time.Duration { return s.Time(len(s.Values) + step).Sub(from) }
	if len(ahead) == 0 {
		return []distance{{h - 1, Span(at(h - 1))}}
	}
	for _, want := range ahead {
		best := 0
		for step := range h {
			if math.Abs(float64(at(step)-want)) < math.Abs(float64(at(best)-want)) {
				best = step
			}
		}
		half := at(h-1) / time.Duration(2*h)
		if want <= at(h-1)+half {
			out = append(out, distance{best, Span(want)})
		}
	}
	return out
}

// Span writes a duration as Prometheus does: 4d, 90m, 1h30m.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	var b strings.Builder
	for _, u := range []struct {
		name string
		unit time.Duration
	}{{"d", day}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if n := d / u.unit; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			d -= n * u.unit
		}
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

// ParseSpan reads a duration as Prometheus writes it: 30d, 2w, 1h30m; Go's do too.
func ParseSpan(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	for rest != "" {
		digits := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if digits <= 0 {
			return 0, fmt.Errorf("%q: want a duration, as 30d, 12h or 90m", s)
		}
		n, err := strconv.ParseFloat(rest[:digits], 64)
		end := digits
		for end < len(rest) && rest[end] >= 'a' && rest[end] <= 'z' {
			end++
		}
		unit, ok := map[string]time.Duration{"s": time.Second, "m": time.Minute, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour}[rest[digits:end]]
		if err != nil || !ok || n*float64(unit) > float64(math.MaxInt64/4) {
			return 0, fmt.Errorf("%q: want a duration, as 30d, 12h or 90m", s)
		}
		total += time.Duration(n * float64(unit))
		rest = rest[end:]
	}
	if total <= 0 {
		return 0, fmt.Errorf("%q: want a duration, as 30d, 12h or 90m", s)
	}
	return total, nil
}
