package main

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/segue-data/internal/store"
	"github.com/spf13/cobra"
)

// metrics is where a forecast goes as metrics.
type metrics struct {
	file, name string
	ahead      []string

	remote, remoteFile, remoteToken string
	server                          store.Remote // resolved; without an address there is none
}

func (m *metrics) flags(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&m.file, "metrics", "", "write the forecast as metrics to this `FILE`, for the textfile collector: it ends in .prom")
	fl.StringVar(&m.name, "name", "segue", "label \"forecast\" of the metrics")
	fl.StringSliceVar(&m.ahead, "ahead", nil, "distances of the metrics from the last value, as 1h,4d (the end of the horizon)")
	fl.StringVar(&m.remote, "remote-write", "", "send the metrics to this `URL`, as http://localhost:9090/api/v1/write (Prometheus, Mimir, VictoriaMetrics)")
	fl.StringVar(&m.remoteFile, "remote-write-file", "", "`FILE` with the URL for --remote-write, which may hold a password")
	fl.StringVar(&m.remoteToken, "remote-token-file", "", "`FILE` with a token for --remote-write")
}

// exposition reads the flags.
func (m *metrics) exposition(a *app) (store.Exposition, error) {
	e := store.Exposition{Name: m.name, Made: time.Now()}
	for _, text := range m.ahead {
		d, err := store.ParseSpan(text)
		if err != nil {
			return e, cli.Usagef("--ahead %w", err)
		}
		e.Ahead = append(e.Ahead, d)
	}
	if m.file != "" && filepath.Ext(m.file) != ".prom" {
		return e, cli.Usagef("--metrics %s: the collector reads files that end in .prom", m.file)
	}
	return e, m.resolve(a)
}

// resolve finds the server that takes metrics.
func (m *metrics) resolve(a *app) (err error) {
	switch {
	case m.remote != "" && m.remoteFile != "":
		return cli.Usagef("--remote-write and --remote-write-file contradict each other")
	case m.remoteFile != "":
		if m.server.Address, err = a.secret(m.remoteFile); err != nil {
			return err
		}
	case m.remote == "":
		if m.remoteToken != "" {
			return cli.Usagef("--remote-token-file needs --remote-write URL")
		}
		return nil
	default:
		if u, err := url.Parse(m.remote); err == nil && u.User != nil {
			return cli.Usagef("--remote-write: the address holds a password, which every user of this machine can see: put it into a file for --remote-write-file, or a token into one for --remote-token-file")
		}
		m.server.Address = m.remote
	}
	if m.remoteToken != "" {
		if m.server.Token, err = a.secret(m.remoteToken); err != nil {
			return err
		}
	}
	if err := m.server.Check(); err != nil {
		return cli.Usagef("--remote-write: %w", usage(err))
	}
	return nil
}

// send sends a forecast's metrics to the server, if there is one.
func (m *metrics) send(ctx context.Context, f *job.Forecast, e store.Exposition) error {
	if m.server.Address == "" {
		return nil
	}
	if err := m.server.Write(ctx, store.Samples(f, e)); err != nil {
		return fmt.Errorf("remote-write: %w", err)
	}
	return nil
}

// sources is what the help of commands says of SOURCE.
const sources = `SOURCE is postgres://user@host/database, a file of SQLite, or
the address of a Prometheus server (http://...), each with --query; or a file, as for
segue. "postgres:" takes everything from the environment (PGHOST, PGDATABASE, PGUSER,
PGPASSWORD, PGSERVICE, ~/.pgpass). A password is refused in SOURCE, since other users see
it in the list of processes: use those, or --dsn-file. The query runs in a transaction
that cannot write.`

func (a *app) forecastCommand() *cobra.Command {
	s := job.NewForecast()
	var p place
	var t target
	var m metrics
	c := &cobra.Command{
		Use:   "forecast SOURCE",
		Short: "Continue the time series of a database or of metrics",
		Long: `Continue the time series that a query finds, as segue forecast does those of a
file, and print the table or write it --into a table. ` + sources + `

The columns of the query are those of a file: an id, a time, a value, regressors. Times
with a zone that are all at midnight are days. The table has run_id and made_at before
the result's columns, whose dashes become underscores (lo_80); a run with the same id
is replaced, and the same question to the same data has the same id.`,
		Example: `  segue-data forecast postgres://me@db/shop --query "select day, store, sales from sales" --into forecast
  segue-data forecast shop.db --query "select day, sales from sales" --horizon 28 --to results.db --into forecast
  segue-data forecast http://localhost:9090 --query "node_filesystem_avail_bytes" --range 30d --step 1h --horizon 96 --metrics disk.prom --ahead 4d
  segue-data forecast http://localhost:9090 --query "up" --remote-write http://localhost:9090/api/v1/write --name up --ahead 1h,1d`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.forecast(c.Context(), args[0], s, &p, &t, &m) },
	}
	a.Flags(c, without(s.Fields(), "report", "memory", "shard", "parts", "resume"))
	p.flags(c)
	t.flags(c)
	m.flags(c)
	return c
}

func (a *app) forecast(ctx context.Context, at string, s *job.ForecastSpec, p *place, t *target, m *metrics) error {
	if err := t.check(); err != nil {
		return err
	}
	e, err := m.exposition(a)
	if err != nil {
		return err
	}
	if ext := filepath.Ext(s.Files.Plot); s.Files.Plot != "" && ext != ".svg" && ext != ".png" {
		return cli.Usagef("--plot %s: the name must end in .svg or .png", s.Files.Plot)
	}
	if err := a.SettleFormat(s); err != nil {
		return err
	}
	if strings.HasSuffix(s.Files.Output, "/") {
		return cli.Usagef("-o FOLDER/ is what segue does: segue-data pull writes the rows into a file for it")
	}
	f, id, err := a.forecasts(ctx, at, s, p)
	if err != nil {
		return err
	}
	var csv bytes.Buffer
	if err := f.WriteCSV(&csv); err != nil {
		return err
	}
	if err := t.write(ctx, a, at, p, store.Run{ID: id, Labels: labels(f)}, csv.Bytes()); err != nil {
		return err
	}
	if m.file != "" {
		if err := a.Write(m.file, store.Metrics(f, e)); err != nil {
			return err
		}
	}
	if err := m.send(ctx, f, e); err != nil {
		return err
	}
	if s.Files.Plot != "" {
		data, err := f.Chart(strings.TrimPrefix(filepath.Ext(s.Files.Plot), "."))
		if err != nil {
			return fmt.Errorf("%s: %w", s.Files.Plot, err)
		}
		if err := a.Write(s.Files.Plot, data); err != nil {
			return err
		}
	}
	if s.Files.Output == "" && (t.table != "" || m.file != "" || m.server.Address != "") && s.Files.Format == "csv" {
		return nil // it is where it was asked for
	}
	return a.WriteForecast(f)
}

// forecasts reads the source and forecasts its series; id is that of the run.
func (a *app) forecasts(ctx context.Context, at string, s *job.ForecastSpec, p *place) (f *job.Forecast, id string, err error) {
	main, err := p.input(ctx, a, at)
	if err != nil {
		return nil, "", err
	}
	d := newDigest(main.Name, p.opt.Query, s.Fields().Query())
	in := job.Inputs{Main: d.of(main), Model: d.of(a.File(s.Files.Model)), Events: d.of(a.Table(s.Events))}
	for _, path := range s.Files.Futures {
		in.Futures = append(in.Futures, d.of(a.Table(path)))
	}
	l, done := a.Listener()
	defer done()
	s.Rehearse = s.Files.Plot != ""
	f, err = s.Run(ctx, in, l)
	return f, d.id(), err
}

// labels is the number of columns with ids and times of a forecast's table.
func labels(f *job.Forecast) int {
	names, _ := f.Rows().Columns()
	return len(names)
}
