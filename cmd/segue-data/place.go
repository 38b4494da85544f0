package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/segue-data/internal/store"
	"github.com/spf13/cobra"
)

// place is where rows come from: a database, a server of metrics, or a file.
type place struct {
	opt                           store.Options
	queryFile, dsnFile, tokenFile string
	span, step, timeout           string
}

// flags adds the flags of a place. A job that has a field "step" calls Prometheus's
// "resolution".
func (p *place) flags(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&p.opt.Query, "query", "", "what to read: a SELECT, or a query of Prometheus")
	fl.StringVar(&p.queryFile, "query-file", "", "`FILE` with the query")
	fl.StringVar(&p.dsnFile, "dsn-file", "", "`FILE` with the address of SOURCE, which may hold a password; SOURCE is - then")
	fl.StringVar(&p.tokenFile, "token-file", "", "`FILE` with a token for Prometheus")
	fl.StringVar(&p.opt.Zone, "time-zone", "", "zone in which times are read and written, as Europe/Berlin (PostgreSQL; the server's)")
	fl.StringVar(&p.timeout, "timeout", "10m", "time limit for reading, and for writing")
	fl.StringVar(&p.span, "range", "14d", "how far back Prometheus is asked")
	step := "step"
	if fl.Lookup(step) != nil {
		step = "resolution"
	}
	fl.StringVar(&p.step, step, "1h", "time from one value of Prometheus to the next")
}

// resolve reads what the flags name.
func (p *place) resolve(a *app) (err error) {
	for _, d := range []struct {
		flag, text string
		to         *time.Duration
	}{{"--timeout", p.timeout, &p.opt.Timeout}, {"--range", p.span, &p.opt.Range}, {"--step", p.step, &p.opt.Step}} {
		if *d.to, err = store.ParseSpan(d.text); err != nil {
			return cli.Usagef("%s %w", d.flag, err)
		}
	}
	if p.opt.Query != "" && p.queryFile != "" {
		return cli.Usagef("--query and --query-file contradict each other")
	}
	for _, f := range []struct {
		path string
		to   *string
	}{{p.queryFile, &p.opt.Query}, {p.dsnFile, &p.opt.Address}, {p.tokenFile, &p.opt.Token}} {
		if f.path == "" {
			continue
		}
		read := a.secret
		if f.path == p.queryFile {
			read = a.text
		}
		if *f.to, err = read(f.path); err != nil {
			return err
		}
	}
	return nil
}

// text reads a file that holds a text.
func (a *app) text(path string) (string, error) {
	data, err := a.Read(path, 1<<20)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", fmt.Errorf("%s: is empty", path)
	}
	return text, nil
}

// secret is text of a file that others should not read.
func (a *app) secret(path string) (string, error) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		a.Say("note: %s can be read by other users of this machine", path)
	}
	return a.text(path)
}

// input is the place as the main input of a job.
func (p *place) input(ctx context.Context, a *app, at string) (job.Input, error) {
	if err := p.resolve(a); err != nil {
		return job.Input{}, err
	}
	s, err := store.Open(at, p.opt)
	if err != nil {
		return job.Input{}, usage(err)
	}
	if s == nil {
		return a.Table(at), nil
	}
	return store.Input(ctx, s), nil
}

// usage marks errors that no data can put right.
func usage(err error) error {
	if errors.Is(err, store.ErrAddress) {
		return &cli.UsageError{Err: errors.New(strings.TrimSuffix(err.Error(), ": "+store.ErrAddress.Error()))}
	}
	return err
}

// target is where results go besides files.
type target struct {
	table, to, toFile, run string
}

// flags adds the flags of a target.
func (t *target) flags(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&t.table, "into", "", "`TABLE` to write the result to, in one transaction; it is made if there is none")
	fl.StringVar(&t.to, "to", "", "database with the table: postgres://..., or a file of SQLite (SOURCE)")
	fl.StringVar(&t.toFile, "to-file", "", "`FILE` with the address for --to, which may hold a password")
	fl.StringVar(&t.run, "run-id", "", "id of this run: its earlier rows in the table are replaced (one that follows from the question and the data)")
}

// write writes a table of results, which run computed of digest.
func (t *target) write(ctx context.Context, a *app, from string, p *place, run store.Run, csv []byte) error {
	if t.table == "" {
		return nil
	}
	opt, at := p.opt, from
	if t.to != "" {
		opt.Address, at = "", t.to
	}
	if t.toFile != "" {
		address, err := a.secret(t.toFile)
		if err != nil {
			return err
		}
		opt.Address = address
	}
	sink, err := store.OpenSink(at, opt)
	if err != nil {
		return usage(err)
	}
	if run.Table = t.table; t.run != "" {
		run.ID = t.run
	}
	n, err := sink.Write(ctx, run, bytes.NewReader(csv))
	if err != nil {
		return err
	}
	a.Say("%s: %d rows in table %s, run %s", sink.Name(), n, run.Table, run.ID)
	return nil
}

// check refuses a target without a table.
func (t *target) check() error {
	if t.table == "" && (t.to != "" || t.toFile != "" || t.run != "") {
		return cli.Usagef("--to and --run-id need --into TABLE")
	}
	return nil
}

// digest hashes what a run reads.
type digest struct{ hash.Hash }

func newDigest(parts ...string) digest {
	d := digest{sha256.New()}
	for _, p := range parts {
		fmt.Fprintf(d, "%d:%s", len(p), p)
	}
	return d
}

// of hashes an input while it is read.
func (d digest) of(in job.Input) job.Input {
	if in.Open == nil {
		return in
	}
	open := in.Open
	in.Open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r, d), r}, nil
	}
	return in
}

// id is the run's: the same question to the same data has the same.
func (d digest) id() string { return hex.EncodeToString(d.Sum(nil))[:16] }

// without is a set without some fields.
func without(set *field.Set, names ...string) *field.Set {
	out := &field.Set{}
next:
	for _, f := range set.Fields {
		for _, name := range names {
			if f.Name == name {
				continue next
			}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}
