package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/segue-go/segue/cmd/segue-data/internal/diary"
	"github.com/segue-go/segue/cmd/segue-data/internal/store"
	"github.com/spf13/cobra"
)

// tell does outside what the diary says is not done: tables first, then the webhook.
func (w *watcher) tell(ctx context.Context, p *place) error {
	if w.table != "" {
		runs, err := w.diary.Unwritten(ctx)
		if err != nil {
			return err
		}
		for _, r := range runs {
			if err := w.target.write(ctx, w.app, w.at, p, store.Run{ID: r.ID, Labels: r.Labels}, []byte(r.Forecast)); err != nil {
				return err
			}
			if err := w.diary.Written(ctx, r.ID); err != nil {
				return err
			}
		}
	}
	if w.webhook == "" {
		return nil
	}
	events, err := w.diary.Unsent(ctx)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := w.post(ctx, e); err != nil {
			return fmt.Errorf("the webhook is told again at the next look: %w", err)
		}
		if err := w.diary.Sent(ctx, e.ID, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// post tells the webhook of an event. Its errors do not hold the address, which may be
// secret.
func (w *watcher) post(ctx context.Context, e diary.Event) error {
	body, err := json.Marshal(map[string]any{"id": e.ID, "kind": e.Kind, "text": e.Text, "run": e.Run, "made_at": e.Made.UTC().Format(time.RFC3339), "forecast": w.name, "detail": e.Document})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	res, err := store.Post(ctx, w.webhook, "", map[string]string{"Content-Type": "application/json", "Idempotency-Key": e.ID}, body)
	if errors.Is(err, store.ErrAddress) {
		return errors.New("its address is not understood; it is like https://example.com/hook")
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("it answers with %s", res.Status)
	}
	return nil
}

// readBounds reads the bounds of a level from a run's table, by series and time.
func readBounds(r diary.Run, level float64) (map[[2]string]anomaly, error) {
	rows := csv.NewReader(strings.NewReader(r.Forecast))
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	name := strconv.FormatFloat(level, 'f', -1, 64)
	mean, lo, hi := slices.Index(header, "mean"), slices.Index(header, "lo-"+name), slices.Index(header, "hi-"+name)
	if mean != r.Labels || lo < 0 || hi < 0 {
		return nil, fmt.Errorf("run %s has no interval of %s%%", r.ID, name)
	}
	out := map[[2]string]anomaly{}
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		key := [2]string{"", cells[mean-1]}
		if mean > 1 {
			key[0] = cells[0]
		}
		var a anomaly
		for _, c := range []struct {
			at int
			to *float64
		}{{mean, &a.Mean}, {lo, &a.Lower}, {hi, &a.Upper}} {
			if *c.to, err = strconv.ParseFloat(cells[c.at], 64); err != nil {
				return nil, err
			}
		}
		out[key] = a
	}
}

// board is what the exporter shows.
type board struct {
	opt store.Exposition

	mu               sync.Mutex
	run              string // that is shown
	metrics          []byte
	looks, failures  int
	success, started time.Time
}

// shows reports whether a run is shown.
func (b *board) shows(run string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run == run
}

func (b *board) set(run string, metrics []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run, b.metrics = run, metrics
}

// done counts a look.
func (b *board) done(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.looks++; err != nil {
		b.failures++
	} else {
		b.success = time.Now()
	}
}

// text is what there is to show.
func (b *board) text() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := slices.Clone(b.metrics)
	out = fmt.Appendf(out, "# TYPE segue_watch_looks_total counter\nsegue_watch_looks_total %d\n# TYPE segue_watch_failures_total counter\nsegue_watch_failures_total %d\n", b.looks, b.failures)
	if !b.success.IsZero() {
		out = fmt.Appendf(out, "# TYPE segue_watch_last_success_timestamp_seconds gauge\nsegue_watch_last_success_timestamp_seconds %d\n", b.success.Unix())
	}
	return out
}

// serve answers until the function that it returns is called.
func (b *board) serve(l net.Listener) (end func()) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(b.text()) // the client is gone
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() { _ = srv.Serve(l) }() // until it is closed
	return func() { _ = srv.Close() }
}

// diaryMetrics are how the forecasts of a diary did: the latest scores together.
func diaryMetrics(name string, lines []diary.Line, events map[string]int) []byte {
	var out bytes.Buffer
	with := "{forecast=" + strconv.Quote(name)
	for _, m := range []struct{ name, help string }{{"segue_watch_bias", "Mean of forecast less value, of the latest run with values."}, {"segue_watch_relative_bias", "The same as a share of the values."}, {"segue_watch_mase", "Mean absolute scaled error of that run."}} {
		for _, l := range slices.Backward(lines) {
			if l.Scored == nil {
				continue
			}
			if v := map[string]*float64{"segue_watch_bias": l.Scored.Bias, "segue_watch_relative_bias": l.Scored.Relative, "segue_watch_mase": l.Scored.MASE}[m.name]; v != nil {
				fmt.Fprintf(&out, "# HELP %s %s\n# TYPE %s gauge\n%s%s} %g\n", m.name, m.help, m.name, m.name, with, *v)
			}
			break
		}
	}
	inside, steps := map[float64]float64{}, map[float64]float64{}
	alarms := 0
	for _, l := range lines {
		if l.Scored == nil {
			continue
		}
		if l.Scored.Drift != nil && l.Scored.Drift.Alarm {
			alarms++
		}
		for _, c := range l.Scored.Levels {
			inside[c.Level] += c.Inside * float64(l.Scored.Steps)
			steps[c.Level] += float64(l.Scored.Steps)
		}
	}
	if len(steps) > 0 {
		fmt.Fprintf(&out, "# HELP segue_watch_coverage Share of values inside the interval of a level, over all runs.\n# TYPE segue_watch_coverage gauge\n")
		for _, level := range slices.Sorted(mapKeys(steps)) {
			fmt.Fprintf(&out, "segue_watch_coverage%s,level=\"%g\"} %g\n", with, level, inside[level]/steps[level])
		}
	}
	fmt.Fprintf(&out, "# HELP segue_watch_events_total Anomalies and drifts so far.\n# TYPE segue_watch_events_total counter\n")
	for _, kind := range []string{"anomaly", "drift"} {
		fmt.Fprintf(&out, "segue_watch_events_total%s,kind=%q} %d\n", with, kind, events[kind])
	}
	fmt.Fprintf(&out, "# HELP segue_watch_runs Runs in the diary, at most 1000.\n# TYPE segue_watch_runs gauge\nsegue_watch_runs%s} %d\n", with, len(lines))
	fmt.Fprintf(&out, "# HELP segue_watch_drifting_runs Runs of those with an alarm of drift.\n# TYPE segue_watch_drifting_runs gauge\nsegue_watch_drifting_runs%s} %d\n", with, alarms)
	return out.Bytes()
}

func mapKeys(m map[float64]float64) func(yield func(float64) bool) {
	return func(yield func(float64) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (a *app) diaryCommand() *cobra.Command {
	asJSON := false
	most := 30
	c := &cobra.Command{
		Use:     "diary FILE",
		Short:   "Print the diary of segue-data watch: the runs, and how each did",
		Example: `  segue-data diary shop.db`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := diary.Read(args[0])
			if err != nil {
				return err
			}
			defer d.Close()
			lines, events, err := d.Lines(c.Context(), most)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if asJSON {
				return a.WriteJSON(map[string]any{"runs": lines, "events": events})
			}
			return writeDiary(a.Out, lines, events)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of a table")
	c.Flags().IntVar(&most, "last", 30, "number of runs")
	return c
}

// writeDiary writes a diary for people.
func writeDiary(out io.Writer, lines []diary.Line, events map[string]int) error {
	fmt.Fprintf(out, "%-16s  %-20s  %6s  %7s  %8s  %8s  %s\n", "run", "made", "values", "waiting", "bias", "MASE", "inside")
	for _, l := range lines {
		row := fmt.Sprintf("%-16s  %-20s", l.Run, l.Made.UTC().Format("2006-01-02T15:04:05Z"))
		if s := l.Scored; s != nil {
			row += fmt.Sprintf("  %6d  %7d  %8s  %8s ", s.Steps, s.Waiting, brief(s.Bias), brief(s.MASE))
			for _, c := range s.Levels {
				row += fmt.Sprintf(" %g%%: %.0f%%", c.Level, 100*c.Inside)
			}
			if s.Drift != nil && s.Drift.Alarm {
				row += "  DRIFT"
			}
		}
		fmt.Fprintln(out, row)
	}
	_, err := fmt.Fprintf(out, "%d anomalies, %d drifts\n", events["anomaly"], events["drift"])
	return err
}

func brief(x *float64) string {
	if x == nil {
		return "-"
	}
	return strconv.FormatFloat(*x, 'g', 4, 64)
}
