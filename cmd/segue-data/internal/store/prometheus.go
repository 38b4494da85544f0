package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// prometheus is a server of metrics, as a source.
type prometheus struct {
	base *url.URL
	opt  Options
}

func newPrometheus(place string, opt Options) (*prometheus, error) {
	u, err := url.Parse(place)
	if err != nil {
		return nil, fmt.Errorf("the address of Prometheus is not understood: %w", ErrAddress)
	}
	switch {
	case opt.Step < time.Second || opt.Step%time.Second != 0:
		return nil, fmt.Errorf("--step %s: want whole seconds, as 30s, 5m, 1h or 1d: %w", opt.Step, ErrAddress)
	case opt.Range < 2*opt.Step:
		return nil, fmt.Errorf("--range %s holds fewer than two steps of %s: %w", opt.Range, opt.Step, ErrAddress)
	}
	return &prometheus{u, opt}, nil
}

// Name is the address without who asks.
func (p *prometheus) Name() string {
	u := *p.base
	u.User = nil
	return u.String()
}

// mostPoints is how many a series may have in an answer; Prometheus refuses more than
// 11000.
const mostPoints = 10000

// Rows gives a row for every value: its time, the labels of its series, and the value.
// The steps lie on multiples of the step, so that what is asked again is the same.
func (p *prometheus) Rows(ctx context.Context, f func(cells []string) error) error {
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	end := p.opt.Now.Truncate(p.opt.Step)
	from := end.Add(-p.opt.Range.Truncate(p.opt.Step))
	if err := f([]string{"time", "series", "value"}); err != nil {
		return err
	}
	n := 0
	for ; !from.After(end); from = from.Add(mostPoints * p.opt.Step) {
		to := from.Add((mostPoints - 1) * p.opt.Step)
		if to.After(end) {
			to = end
		}
		found, err := p.ask(ctx, from, to)
		if err != nil {
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				err = fmt.Errorf("this takes longer than --timeout %s", p.opt.Timeout)
			}
			return err
		}
		for _, s := range found {
			id := Labels(s.Metric)
			for _, v := range s.Values {
				if x, err := strconv.ParseFloat(v.value, 64); err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
					continue // a division by zero: there is no value
				}
				n++
				if err := f([]string{v.at.UTC().Format(time.RFC3339), id, v.value}); err != nil {
					return err
				}
			}
		}
	}
	if n == 0 {
		return fmt.Errorf("the query finds no value in the last %s", p.opt.Range)
	}
	return nil
}

// found is a series of an answer.
type found struct {
	Metric map[string]string `json:"metric"`
	Values []sample          `json:"values"`
}

// sample is [seconds, "value"].
type sample struct {
	at    time.Time
	value string
}

func (s *sample) UnmarshalJSON(data []byte) error {
	var seconds float64
	pair := []any{&seconds, &s.value}
	if err := json.Unmarshal(data, &pair); err != nil {
		return err
	}
	s.at = time.UnixMilli(int64(math.Round(seconds * 1000)))
	return nil
}

// ask asks for the values of some steps (HTTP API v1, query_range).
func (p *prometheus) ask(ctx context.Context, from, to time.Time) ([]found, error) {
	form := url.Values{
		"query": {p.opt.Query}, "step": {strconv.FormatFloat(p.opt.Step.Seconds(), 'f', -1, 64)},
		"start": {strconv.FormatInt(from.Unix(), 10)}, "end": {strconv.FormatInt(to.Unix(), 10)},
	}
	res, err := Post(ctx, p.base.JoinPath("api/v1/query_range").String(), p.opt.Token, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, []byte(form.Encode()))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	const most = 256 << 20
	var answer struct {
		Status, Error string
		Data          struct {
			ResultType string
			Result     []found
		}
	}
	limited := &io.LimitedReader{R: res.Body, N: most}
	err = json.NewDecoder(limited).Decode(&answer)
	switch {
	case err != nil && limited.N == 0:
		return nil, fmt.Errorf("the answer has more than %d MB: ask for fewer series, a longer --step or a shorter --range", most>>20)
	case answer.Status == "error":
		return nil, errors.New(answer.Error)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("answers with %s", res.Status)
	case err != nil:
		return nil, fmt.Errorf("the answer is not that of a Prometheus server: %w", err)
	case answer.Data.ResultType != "matrix":
		return nil, fmt.Errorf("the query gives a %s, not series", answer.Data.ResultType)
	}
	return answer.Data.Result, nil
}

// Labels writes the labels of a metric as queries have them: name{a="1",b="2"}.
func Labels(metric map[string]string) string {
	var parts []string
	for name, value := range metric {
		if name != "__name__" {
			parts = append(parts, name+"="+strconv.Quote(value))
		}
	}
	slices.Sort(parts)
	return metric["__name__"] + "{" + strings.Join(parts, ",") + "}"
}

// parseLabels reads what Labels wrote, as pairs name="value"; ok is false for any other
// text.
func parseLabels(id string) (pairs []string, ok bool) {
	name, rest, ok := strings.Cut(id, "{")
	if !ok || !strings.HasSuffix(rest, "}") {
		return nil, false
	}
	if name != "" {
		pairs = append(pairs, "metric="+strconv.Quote(name))
	}
	for rest = strings.TrimSuffix(rest, "}"); rest != ""; rest = strings.TrimPrefix(rest, ",") {
		label, after, ok := strings.Cut(rest, "=")
		quoted, err := strconv.QuotedPrefix(after)
		if !ok || err != nil || !isLabel(label) {
			return nil, false
		}
		pairs = append(pairs, label+"="+quoted)
		rest = after[len(quoted):]
	}
	return pairs, true
}

// isLabel reports whether a text is the name of a label.
func isLabel(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
