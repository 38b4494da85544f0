package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/segue-data/internal/store"
	"github.com/spf13/cobra"
)

func (a *app) backtestCommand() *cobra.Command {
	s := job.NewBacktest()
	var p place
	c := &cobra.Command{
		Use:   "backtest SOURCE",
		Short: "Compare the errors of methods on the past of a database's series",
		Long: `Do what segue backtest does on the series that a query finds. ` + sources + `
The step of Prometheus is called --resolution here.`,
		Example: `  segue-data backtest postgres://me@db/shop --query "select day, sales from sales" --methods snaive,theta --folds 3`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.backtest(c.Context(), args[0], s, &p) },
	}
	a.Flags(c, without(s.Fields(), "plot", "forecasts"))
	p.flags(c)
	return c
}

func (a *app) backtest(ctx context.Context, at string, s *job.BacktestSpec, p *place) error {
	main, err := p.input(ctx, a, at)
	if err != nil {
		return err
	}
	l, done := a.Listener()
	b, err := s.Run(ctx, job.Inputs{Main: main, Test: a.Table(s.Test), Events: a.Table(s.Events)}, l)
	done()
	if err != nil {
		return err
	}
	if s.JSON {
		return a.WriteJSON(b.Document())
	}
	return b.WriteTable(a.Out)
}

func (a *app) anomaliesCommand() *cobra.Command {
	s := job.NewAnomalies()
	var p place
	var t target
	c := &cobra.Command{
		Use:     "anomalies SOURCE",
		Short:   "Find values of a database that differ from what the past predicts",
		Long:    `Do what segue anomalies does on the series that a query finds. ` + sources,
		Example: `  segue-data anomalies postgres://me@db/shop --query "select day, sales from sales" --into anomalies`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.anomalies(c.Context(), args[0], s, &p, &t) },
	}
	a.Flags(c, s.Fields())
	p.flags(c)
	t.flags(c)
	return c
}

func (a *app) anomalies(ctx context.Context, at string, s *job.AnomaliesSpec, p *place, t *target) error {
	if err := t.check(); err != nil {
		return err
	}
	main, err := p.input(ctx, a, at)
	if err != nil {
		return err
	}
	d := newDigest(main.Name, p.opt.Query, s.Fields().Query())
	l, done := a.Listener()
	r, err := s.Run(ctx, job.Inputs{Main: d.of(main), Events: d.of(a.Table(s.Events))}, l)
	done()
	if err != nil {
		return err
	}
	var csv bytes.Buffer
	if err := r.WriteCSV(&csv); err != nil {
		return err
	}
	columns := 1
	if r.Table.ID != "" {
		columns = 2
	}
	if err := t.write(ctx, a, at, p, store.Run{ID: d.id(), Labels: columns}, csv.Bytes()); err != nil {
		return err
	}
	switch {
	case s.Files.JSON:
		data, err := job.Indented(r.Lines)
		if err != nil {
			return err
		}
		return a.Write(s.Files.Output, data)
	case s.Files.Output == "" && t.table != "":
		return nil
	}
	return a.Write(s.Files.Output, csv.Bytes())
}

func (a *app) pullCommand() *cobra.Command {
	var p place
	var output string
	c := &cobra.Command{
		Use:   "pull SOURCE",
		Short: "Write the rows of a database or of metrics as CSV",
		Long: `Write the rows that a query finds as CSV, as they come, in little memory: for panels
larger than memory, which segue forecast -o FOLDER/ takes from a file, and for every other
command of segue. ` + sources,
		Example: `  segue-data pull postgres://me@db/shop --query-file panel.sql -o panel.csv && segue forecast panel.csv -o out/`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			in, err := p.input(c.Context(), a, args[0])
			if err != nil {
				return err
			}
			r, err := in.Open()
			if err != nil {
				return err
			}
			defer r.Close()
			return a.WriteTo(output, func(w io.Writer) error {
				if _, err := io.Copy(w, r); err != nil {
					return fmt.Errorf("%s: %w", in.Name, err)
				}
				return nil
			})
		},
	}
	p.flags(c)
	c.Flags().StringVarP(&output, "output", "o", "", "file to write (standard output)")
	return c
}

func (a *app) pushCommand() *cobra.Command {
	var p place
	var t target
	c := &cobra.Command{
		Use:   "push DATABASE FILE... --into TABLE",
		Short: "Write the tables that segue forecast wrote into a database",
		Long: `Write tables that segue forecast wrote, as the parts of a run into a folder, into a
table of PostgreSQL or SQLite: all of them or nothing, in the place of what an earlier run
with the same --run-id wrote.`,
		Example: `  segue-data push postgres://me@db/shop out/part-*.csv --into forecast --run-id 2026-11-29`,
		Args:    cobra.MinimumNArgs(2),
		RunE:    func(c *cobra.Command, args []string) error { return a.push(c.Context(), args[0], args[1:], &p, &t) },
	}
	fl := c.Flags()
	fl.StringVar(&t.table, "into", "", "`TABLE` to write to; it is made if there is none (required)")
	fl.StringVar(&t.run, "run-id", "", "id of this run: its earlier rows in the table are replaced (one that follows from the files)")
	fl.StringVar(&p.dsnFile, "dsn-file", "", "`FILE` with the address of DATABASE, which may hold a password; DATABASE is - then")
	fl.StringVar(&p.opt.Zone, "time-zone", "", "zone of times without one, as Europe/Berlin (PostgreSQL; the server's)")
	fl.StringVar(&p.timeout, "timeout", "10m", "time limit for the writing")
	_ = c.MarkFlagRequired("into")
	return c
}
