package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/web"
	"github.com/spf13/cobra"
)

type serveFlags struct {
	listen    string
	anyHost   bool
	megabytes int64
	work      time.Duration
	workers   int
}

func (a *app) serveCommand() *cobra.Command {
	f := &serveFlags{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a page that forecasts and plays on",
		Long: `Serve a page on which files are dropped and forecasts and continuations come out,
and the HTTP interface beneath it (/api/v1/openapi.json). It listens on the loopback
interface unless --listen says otherwise, stores nothing, and gives clients no way
to the file system. There is no password: put a proxy in front of it if it is to be
reached by others. Requests are logged on standard error as JSON; /healthz and
/metrics are for machines. Ctrl-C lets running work end.`,
		Example: `  segue serve
  segue serve --listen 127.0.0.1:9000
  segue serve --listen 0.0.0.0:8080 --any-host --max-body 64`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.listen, "listen", "127.0.0.1:8765", "`ADDRESS` and port; port 0 takes a free one")
	fl.BoolVar(&f.anyHost, "any-host", false, "answer under any name, as behind a proxy; otherwise under localhost only")
	fl.Int64Var(&f.megabytes, "max-body", 16, "largest file in megabytes")
	fl.DurationVar(&f.work, "max-time", 2*time.Minute, "longest time for one request's work")
	fl.IntVar(&f.workers, "workers", 0, "requests that are worked on at a time (the number of cores)")
	return c
}

func (a *app) serve(ctx context.Context, f *serveFlags) error {
	switch {
	case f.megabytes < 1 || f.megabytes > 1024:
		return cli.Usagef("--max-body %d: want 1 to 1024", f.megabytes)
	case f.work < time.Second:
		return cli.Usagef("--max-time %s: want a second or more", f.work)
	case f.workers < 0 || f.workers > 1000:
		return cli.Usagef("--workers %d: want 1 to 1000", f.workers)
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", f.listen, err)
	}
	a.Linger(15 * time.Second) // more than running jobs get
	level := slog.LevelInfo
	if a.Quiet {
		level = slog.LevelWarn
	}
	log := slog.New(slog.NewJSONHandler(a.Err, &slog.HandlerOptions{Level: level}))
	fmt.Fprintf(a.Out, "http://%s/\n", l.Addr())
	return web.Serve(ctx, l, web.Options{Body: f.megabytes << 20, Work: f.work, Workers: f.workers, AnyHost: f.anyHost, Portable: a.Deterministic, Log: log})
}
