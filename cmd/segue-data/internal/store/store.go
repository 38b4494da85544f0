// Package store reads rows from where they live, and writes results there: PostgreSQL,
// SQLite, and Prometheus. [Open] gives a [Source], whose rows [Input] hands to a job as
// the CSV that a file would hold; [OpenSink] gives a [Sink], which takes the CSV that a
// job writes.
//
// Reading happens in a transaction that cannot write; writing in one transaction, so that
// a lost connection leaves what was there before. A [Run] has an id: writing it again
// replaces its rows. No name and no error holds a password.
package store

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// Source gives rows of text.
type Source interface {
	Name() string // that people know it by, without secrets
	// Rows calls f with the names of the columns and then with the cells of every row;
	// a cell without a value is empty. The slice is reused.
	Rows(ctx context.Context, f func(cells []string) error) error
}

// Sink takes the rows of results.
type Sink interface {
	Name() string
	// Write writes a run's table, in the place of what an earlier one with the same id
	// wrote, all of it or nothing, and returns the number of rows.
	Write(ctx context.Context, run Run, csv io.Reader) (int, error)
}

// Run is what is known of a table that is written.
type Run struct {
	ID     string
	Table  string // with the schema before a dot, if any
	Labels int    // leading columns that are ids and times; 0: those before "mean"
}

// Options say what is read, and how. Zero fields mean the default.
type Options struct {
	Query   string
	Zone    string        // of times without one: an IANA name, default the server's
	Timeout time.Duration // for all of a reading or a writing, default ten minutes
	// Address replaces the place: it may hold a password, since it comes from a file.
	Address string
	// Token is sent to Prometheus as a bearer's.
	Token string

	Range, Step time.Duration // of Prometheus, default 14 days and an hour
	Now         time.Time     // the end of Range, default now
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		x *time.Duration
		v time.Duration
	}{{&o.Timeout, 10 * time.Minute}, {&o.Range, 14 * 24 * time.Hour}, {&o.Step, time.Hour}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	return o
}

// named puts the name of a sink before an error. Those of a source get it from whoever
// reads its Input.
func named(s Sink, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.Name(), err)
}

// ErrAddress is wrapped by errors about the place itself.
var ErrAddress = errors.New("bad address")

// kind is what an address means.
type kind int

const (
	file kind = iota
	postgresKind
	sqliteKind
	prometheusKind
)

// understand tells what a place is, and refuses a password that others can see.
func understand(place string, opt Options) (kind, string, error) {
	secret := opt.Address != ""
	if secret {
		place = strings.TrimSpace(opt.Address)
	}
	scheme, _, hasScheme := strings.Cut(place, "://")
	switch {
	case hasScheme && slices.Contains([]string{"postgres", "postgresql"}, scheme), place == "postgres:", isPairs(place):
		if !secret && holdsPassword(place) {
			return 0, "", fmt.Errorf("the address holds a password, which every user of this machine can see: put it into the environment (PGPASSWORD), ~/.pgpass, or a file for --dsn-file: %w", ErrAddress)
		}
		return postgresKind, place, nil
	case hasScheme && (scheme == "http" || scheme == "https"):
		if u, err := url.Parse(place); err != nil || u.Host == "" {
			return 0, "", fmt.Errorf("the address of Prometheus is not understood; it is like http://localhost:9090: %w", ErrAddress)
		} else if u.User != nil && !secret {
			return 0, "", fmt.Errorf("the address holds a password, which every user of this machine can see: put it into a file for --dsn-file, or a token into one for --token-file: %w", ErrAddress)
		}
		return prometheusKind, place, nil
	case hasScheme:
		return 0, "", fmt.Errorf("%s: there is no reader of such addresses; there are postgres://, http:// (Prometheus), and files: %w", scheme+"://", ErrAddress)
	case isSQLite(place):
		return sqliteKind, place, nil
	}
	return file, place, nil
}

// isPairs reports whether an address is one of libpq's: host=db dbname=sales.
func isPairs(place string) bool {
	name, _, ok := strings.Cut(place, "=")
	return ok && slices.Contains([]string{"host", "hostaddr", "port", "dbname", "user", "service", "sslmode", "password"}, name)
}

// holdsPassword reports whether an address of PostgreSQL holds a password.
func holdsPassword(place string) bool {
	if isPairs(place) {
		return strings.Contains(strings.ReplaceAll(place, " ", ""), "password=")
	}
	u, err := url.Parse(place)
	if err != nil {
		return true // perhaps
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password") || u.Query().Has("sslpassword")
}

// isSQLite reports whether a file is a database, by its first bytes or, if it does not
// exist, by its name.
func isSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return slices.Contains([]string{".db", ".sqlite", ".sqlite3"}, strings.ToLower(filepath.Ext(path)))
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := io.ReadFull(f, head)
	if n == 0 {
		return slices.Contains([]string{".db", ".sqlite", ".sqlite3"}, strings.ToLower(filepath.Ext(path)))
	}
	return string(head[:n]) == "SQLite format 3\x00"
}

// Open gives the source at a place: postgres://user@host/database, a file of SQLite, or
// the address of a Prometheus server. It is nil for any other file, which the caller
// reads as segue does.
func Open(place string, opt Options) (Source, error) {
	opt = opt.withDefaults()
	k, place, err := understand(place, opt)
	if err != nil {
		return nil, err
	}
	opt.Query = strings.TrimSuffix(strings.TrimSpace(opt.Query), ";")
	if k == file {
		if opt.Query != "" {
			return nil, fmt.Errorf("%s: a query is for databases and metrics, and this is a file: %w", place, ErrAddress)
		}
		return nil, nil
	}
	if opt.Query == "" {
		return nil, fmt.Errorf("say with --query what to read: %w", ErrAddress)
	}
	switch k {
	case postgresKind:
		return newPostgres(place, opt)
	case sqliteKind:
		return newSQLite(place, opt), nil
	}
	return newPrometheus(place, opt)
}

// OpenSink gives the sink at a place: a database of PostgreSQL, or a file of SQLite, which
// need not exist.
func OpenSink(place string, opt Options) (Sink, error) {
	opt = opt.withDefaults()
	k, place, err := understand(place, opt)
	switch {
	case err != nil:
		return nil, err
	case k == postgresKind:
		return newPostgres(place, opt)
	case k == sqliteKind:
		return newSQLite(place, opt), nil
	}
	return nil, fmt.Errorf("%s: tables are written to postgres:// and to SQLite (a file that ends in .db or .sqlite): %w", place, ErrAddress)
}

// Input is a source as the input of a job: its rows as CSV, as they come.
func Input(ctx context.Context, s Source) job.Input {
	return job.Input{Name: s.Name(), Open: func() (io.ReadCloser, error) {
		ctx, cancel := context.WithCancel(ctx)
		from, to := io.Pipe()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			to.CloseWithError(writeCSV(ctx, s, to))
		}()
		return &reading{from, func() { cancel(); from.Close(); <-ended }}, nil
	}}
}

// reading is a source that is being read; closing it ends the connection.
type reading struct {
	io.Reader
	end func()
}

func (r *reading) Close() error { r.end(); return nil }

// writeCSV writes a source's rows.
func writeCSV(ctx context.Context, s Source, to io.Writer) error {
	b := bufio.NewWriterSize(to, 64<<10)
	w := csv.NewWriter(b)
	err := s.Rows(ctx, func(cells []string) error {
		if len(cells) == 1 && cells[0] == "" {
			cells[0] = "NaN" // an empty line is no row
		}
		return w.Write(cells)
	})
	if err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return b.Flush()
}
