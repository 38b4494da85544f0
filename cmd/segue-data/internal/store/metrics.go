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
}

// Metrics writes a forecast in the text format of Prometheus, which an exporter serves
// and the textfile collector of the node exporter reads: segue_forecast_mean, and _lower
// and _upper with the label level, per series and per distance ahead. A series of
// Prometheus has its own labels, any other the label series. For each distance it takes
// the step that is nearest.
func Metrics(f *job.Forecast, e Exposition) []byte {
	var mean, lower, upper, last bytes.Buffer
	for i, fc := range f.Forecasts {
		s := f.Table.Series[i]
		base := append([]string{"forecast=" + label(e.Name)}, seriesLabels(fc.ID)...)
		if s.Freq.Unit != forecast.None {
			fmt.Fprintf(&last, "segue_forecast_last_value_timestamp_seconds{%s} %d\n", strings.Join(base, ","), lastTime(s).Unix())
		}
		for _, at := range distances(s, fc, e.Ahead) {
			labels := append(slices.Clone(base), "ahead="+label(at.name))
			fmt.Fprintf(&mean, "segue_forecast_mean{%s} %s\n", strings.Join(labels, ","), job.Number(fc.Mean[at.step]))
			for _, level := range f.Spec.Levels {
				lo, hi := fc.Interval(at.step, level)
				with := strings.Join(append(slices.Clone(labels), "level="+label(strconv.FormatFloat(level, 'f', -1, 64))), ",")
				fmt.Fprintf(&lower, "segue_forecast_lower{%s} %s\n", with, job.Number(lo))
				fmt.Fprintf(&upper, "segue_forecast_upper{%s} %s\n", with, job.Number(hi))
			}
		}
	}
	var out bytes.Buffer
	for _, m := range []struct {
		name, help string
		lines      []byte
	}{
		{"segue_forecast_mean", "Expected value.", mean.Bytes()},
		{"segue_forecast_lower", "Lower bound of the interval of a level in percent.", lower.Bytes()},
		{"segue_forecast_upper", "Upper bound of the interval of a level in percent.", upper.Bytes()},
		{"segue_forecast_last_value_timestamp_seconds", "Time of the last value that the forecast knows.", last.Bytes()},
		{"segue_forecast_made_timestamp_seconds", "Time at which the forecast was made.", fmt.Appendf(nil, "segue_forecast_made_timestamp_seconds{forecast=%s} %d\n", label(e.Name), e.Made.Unix())},
	} {
		if len(m.lines) > 0 {
			fmt.Fprintf(&out, "# HELP %s %s\n# TYPE %s gauge\n%s", m.name, m.help, m.name, m.lines)
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
func seriesLabels(id string) []string {
	pairs, ok := parseLabels(id)
	if !ok {
		if id == "" {
			return nil
		}
		return []string{"series=" + label(id)}
	}
	for i, p := range pairs {
		name, quoted, _ := strings.Cut(p, "=")
		value, _ := strconv.Unquote(quoted)
		if slices.Contains(reserved, name) {
			name = "exported_" + name
		}
		pairs[i] = name + "=" + label(value)
	}
	return pairs
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
