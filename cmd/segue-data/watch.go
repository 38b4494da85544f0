package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/segue-data/internal/diary"
	"github.com/segue-go/segue/cmd/segue-data/internal/store"
	"github.com/segue-go/segue/forecast"
	"github.com/spf13/cobra"
)

// watcher looks at a source again and again.
type watcher struct {
	*app
	at    string
	query string // of the fields that were set
	spec  func() *job.ForecastSpec
	place place
	target
	metrics
	every, diaryPath, listen, webhook, webhookFile string
	once                                           bool

	diary  *diary.Diary
	board  board
	latest *job.Forecast // which the board shows
}

func (a *app) watchCommand() *cobra.Command {
	s := job.NewForecast()
	s.Levels = []float64{80, 95, 99} // the last tells what is an anomaly
	w := &watcher{app: a}
	c := &cobra.Command{
		Use:   "watch SOURCE --diary FILE",
		Short: "Forecast again as values come, score what was forecast, and tell what is odd",
		Long: `Look at SOURCE every --every. If its data are new, forecast them; score the
earlier forecasts on the values that have come (as segue score does); and write both into
the --diary, a file of SQLite with the tables runs, scores and events, in one transaction,
so that a watcher that is killed neither loses nor doubles an entry. A new value outside
the widest of --levels is an anomaly; a score whose drift test raises the alarm is a
drift: each is an event, of which the --webhook gets a POST with JSON, at least once, with
the event's id in the header Idempotency-Key. ` + sources,
		Example: `  segue-data watch postgres://me@db/shop --query "select day, sales from sales" --every 1h --diary shop.db --into forecast
  segue-data watch http://localhost:9090 --query "node_filesystem_avail_bytes" --every 15m --diary disk.db --listen 127.0.0.1:9464 --ahead 4d --horizon 96
  segue-data watch sales.csv --once --diary sales.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			w.at, w.query = args[0], s.Fields().Query()
			levels := s.Levels
			w.spec = func() *job.ForecastSpec { // a specification belongs to one run
				one := job.NewForecast()
				_ = one.Fields().Restore(w.query) // it was written from fields that were accepted
				one.Levels = levels
				return one
			}
			return w.run(c.Context())
		},
	}
	a.Flags(c, without(s.Fields(), "report", "memory", "shard", "parts", "resume", "plot", "output", "format", "json", "dark", "future", "scenario", "point", "total", "paths", "model", "events", "spreadsheet"))
	w.place.flags(c)
	w.target.flags(c)
	w.metrics.flags(c)
	fl := c.Flags()
	fl.StringVar(&w.every, "every", "1h", "time from one look to the next, as 5m or 1d; looks are at multiples of it")
	fl.StringVar(&w.diaryPath, "diary", "", "`FILE` of the diary (required)")
	fl.StringVar(&w.listen, "listen", "", "serve /metrics and /healthz at this `ADDRESS`, as 127.0.0.1:9464")
	fl.StringVar(&w.webhook, "webhook", "", "`URL` that is told of anomalies and drift")
	fl.StringVar(&w.webhookFile, "webhook-file", "", "`FILE` with the URL for --webhook, which may hold a secret")
	fl.BoolVar(&w.once, "once", false, "look once, and end")
	_ = c.MarkFlagRequired("diary")
	_ = fl.MarkHidden("run-id")
	return c
}

// run looks until the context is done.
func (w *watcher) run(ctx context.Context) error {
	if err := w.target.check(); err != nil {
		return err
	}
	every, err := store.ParseSpan(w.every)
	if err != nil || every < time.Second {
		return cli.Usagef("--every %s: want a second or more, as 5m or 1d", w.every)
	}
	if w.board.opt, err = w.exposition(w.app); err != nil {
		return err
	}
	if w.webhookFile != "" {
		if w.webhook, err = w.secret(w.webhookFile); err != nil {
			return err
		}
	}
	if w.diary, err = diary.Open(w.diaryPath); err != nil {
		return err
	}
	defer w.diary.Close()
	if w.listen != "" {
		l, err := net.Listen("tcp", w.listen)
		if err != nil {
			return fmt.Errorf("--listen %s: %w", w.listen, err)
		}
		w.Say("metrics at http://%s/metrics", l.Addr())
		defer w.board.serve(l)()
	}
	for {
		err := w.round(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if w.once || job.IsUsage(err) || errors.As(err, new(*cli.UsageError)) {
			return err
		}
		if w.board.done(err); err != nil {
			w.Say("this look failed, the next is in %s or less: %s", every, job.Message(err, job.Command))
		}
		next := time.Now().Truncate(every).Add(every)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(next)):
		}
	}
}

// round looks once.
func (w *watcher) round(ctx context.Context) error {
	p := w.place // its end of a range is now
	main, err := p.input(ctx, w.app, w.at)
	if err != nil {
		return err
	}
	data, err := readAll(main)
	if err != nil {
		return err
	}
	d := newDigest(main.Name, p.opt.Query, w.query)
	d.Write(data)
	known, err := w.diary.Has(ctx, d.id())
	if err != nil {
		return err
	}
	if !known || !w.board.shows(d.id()) {
		if err := w.look(ctx, d.id(), job.Bytes(main.Name, data), known); err != nil {
			return err
		}
	}
	if err := w.tell(ctx, &p); err != nil {
		return err
	}
	now := w.board.opt // at every look, as if the metrics were scraped
	now.At = time.Now()
	return w.send(ctx, w.latest, now)
}

// most is the largest table that is watched, in bytes.
const most = 1 << 30

func readAll(in job.Input) ([]byte, error) {
	r, err := in.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && len(data) > most {
		err = fmt.Errorf("more than %d MB", most>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	return data, nil
}

// look forecasts data, scores earlier forecasts on them, and writes the diary. A run that
// is known is computed again for the metrics only.
func (w *watcher) look(ctx context.Context, id string, main job.Input, known bool) error {
	l, done := w.Listener()
	defer done()
	f, err := w.spec().Run(ctx, job.Inputs{Main: main}, l)
	done()
	if err != nil {
		return err
	}
	if f.Table.Layout == nil {
		return fmt.Errorf("%s: a watcher needs times, to match values with what it expected: name their column with --time", main.Name)
	}
	now := time.Now()
	r := diary.Round{Made: now}
	if !known {
		var csv bytes.Buffer
		if err := f.WriteCSV(&csv); err != nil {
			return err
		}
		r.Run = &diary.Run{ID: id, Source: main.Name, Method: f.Method, Made: now, Series: len(f.Forecasts), Starts: starts(f), Labels: labels(f), Forecast: csv.String()}
		if r.Scores, err = w.scores(ctx, main, lastValue(f)); err != nil {
			return err
		}
		for _, s := range r.Scores {
			if s.Drift != nil && s.Drift.Alarm {
				r.Events = append(r.Events, diary.Event{ID: "drift-" + s.Run, Run: s.Run, Kind: "drift", Text: fmt.Sprintf("the forecast %s and what came part: mean of the normal scores %.2f, p %.2g", s.Run, s.Drift.Mean, min(s.Drift.P, s.Drift.PSize)), Document: s.Scored})
			}
		}
		before, ok, err := w.diary.Latest(ctx)
		if err != nil {
			return err
		}
		if ok {
			r.Events = append(r.Events, anomalies(before, f)...)
		}
	}
	if err := w.diary.Add(ctx, r); err != nil {
		return fmt.Errorf("%s: %w", w.diaryPath, err)
	}
	if !known {
		w.Say("run %s: %d series forecast, %d earlier runs scored, %d events", id, len(f.Forecasts), len(r.Scores), len(r.Events))
	}
	w.board.opt.Made, w.latest = now, f
	exposed := store.Metrics(f, w.board.opt)
	lines, events, err := w.diary.Lines(ctx, 1000)
	if err != nil {
		return err
	}
	w.board.set(id, append(exposed, diaryMetrics(w.name, lines, events)...))
	if w.file != "" {
		return w.Write(w.file, w.board.text())
	}
	return nil
}

// scores compares the runs of the diary that wait for values with the table.
func (w *watcher) scores(ctx context.Context, main job.Input, last time.Time) ([]diary.Score, error) {
	runs, err := w.diary.Open(ctx, last)
	if err != nil {
		return nil, err
	}
	var out []diary.Score
	for _, r := range runs {
		s := job.NewScore()
		s.SeriesSpec = w.spec().SeriesSpec
		scored, err := s.Run(ctx, job.Inputs{Main: main, Old: job.Bytes("run "+r.ID, []byte(r.Forecast))}, job.Listener{})
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			w.Say("run %s cannot be scored: %s", r.ID, job.Message(err, job.Command))
			continue
		}
		out = append(out, diary.Score{Run: r.ID, Scored: scored})
	}
	return out, nil
}

// starts is the time of the first step that is forecast.
func starts(f *job.Forecast) time.Time {
	var first time.Time
	for _, s := range f.Table.Series {
		if t := s.Time(len(s.Values)); first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first
}

// lastValue is the time of the last value.
func lastValue(f *job.Forecast) time.Time {
	var last time.Time
	for _, s := range f.Table.Series {
		if t := s.Time(len(s.Values) - 1); t.After(last) {
			last = t
		}
	}
	return last
}

// anomaly is a value outside its interval, as a webhook gets it.
type anomaly struct {
	Series string  `json:"series"`
	Time   string  `json:"time"`
	Value  float64 `json:"value"`
	Mean   float64 `json:"mean"`
	Lower  float64 `json:"lower"`
	Upper  float64 `json:"upper"`
	Level  float64 `json:"level"`
}

// anomalies are the values that came after a run outside of its widest interval.
func anomalies(r diary.Run, f *job.Forecast) []diary.Event {
	level := slices.Max(append([]float64{0}, f.Spec.Levels...))
	bounds, err := readBounds(r, level)
	if err != nil {
		return nil // another level was asked for then
	}
	var out []diary.Event
	for _, s := range f.Table.Series {
		if s.Freq.Unit == forecast.None {
			continue
		}
		for k, v := range s.Values {
			if s.Time(k).Before(r.Starts) || math.IsNaN(v) {
				continue
			}
			when := f.Table.Layout.Format(s.Time(k))
			b, ok := bounds[[2]string{s.ID, when}]
			if !ok || v >= b.Lower && v <= b.Upper {
				continue
			}
			b.Series, b.Time, b.Value, b.Level = s.ID, when, v, level
			hash := sha256.Sum256([]byte(r.Source + "\x00" + s.ID + "\x00" + when))
			name := ""
			if s.ID != "" {
				name = fmt.Sprintf("series %q, ", s.ID)
			}
			out = append(out, diary.Event{ID: "anomaly-" + hex.EncodeToString(hash[:8]), Run: r.ID, Kind: "anomaly", Document: b,
				Text: fmt.Sprintf("%s%s: %s is outside of %s to %s, the %g%% interval", name, when, job.Number(v), job.Number(b.Lower), job.Number(b.Upper), level)})
		}
	}
	return out
}
