package main

import (
	"context"
	"io"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/segue-data/internal/agent"
	"github.com/spf13/cobra"
)

func (a *app) mcpCommand() *cobra.Command {
	var opt agent.Options
	c := &cobra.Command{
		Use:   "mcp",
		Short: "Serve language models over the Model Context Protocol, on standard input and output",
		Long: `Serve the jobs forecast, backtest, anomalies, continue, compose and inspect as tools
of the Model Context Protocol, on standard input and output. A model gives data inline
or names a file below --root; it gets numbers, a picture, and a sentence that says what
was done and how it did on the past. Limits are those of segue serve: 16 MB, two minutes,
bounded memory. A file is written only where a tool is asked to save its result, below
--root, and never over another.

Configuration of a client:
	{"mcpServers": {"segue": {"command": "segue-data", "args": ["mcp", "--root", "/home/me/data"]}}}`,
		Example: `  segue-data mcp --root ~/data`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if opt.Limits.Work < time.Second {
				return cli.Usagef("--max-time %s: want a second or more", opt.Limits.Work)
			}
			return a.mcp(c.Context(), opt)
		},
	}
	c.Flags().StringVar(&opt.Root, "root", ".", "`FOLDER` of the files that tools may name")
	c.Flags().DurationVar(&opt.Limits.Work, "max-time", 2*time.Minute, "time limit for a call")
	return c
}

func (a *app) mcp(ctx context.Context, opt agent.Options) error {
	opt.Portable, opt.Version = a.Deterministic, cli.Version()
	server, err := agent.New(opt)
	if err != nil {
		return err
	}
	return server.Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(a.In), Writer: stay{a.Out}})
}

// stay is a writer that is not closed.
type stay struct{ io.Writer }

func (stay) Close() error { return nil }
