package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", without cgo
)

// sqlite is a file of SQLite, as a source and as a sink.
type sqlite struct {
	path string
	opt  Options
}

func newSQLite(path string, opt Options) *sqlite { return &sqlite{path, opt} }

// Name is the file's.
func (s *sqlite) Name() string { return s.path }

// open opens the file; mode is ro, rw or rwc.
func (s *sqlite) open(mode string) (*sql.DB, error) {
	if mode == "ro" {
		f, err := os.Open(s.path)
		if err != nil {
			return nil, errors.Unwrap(err) // without the system call
		}
		f.Close()
	}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: s.path}).EscapedPath(), RawQuery: "mode=" + mode + "&_pragma=busy_timeout(10000)&_txlock=immediate"}
	if mode == "ro" {
		address.RawQuery = "mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)"
	}
	db, err := sql.Open("sqlite", address.String())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// fail words an error.
func (s *sqlite) fail(ctx context.Context, err error) error {
	switch {
	case err == nil, errors.Is(err, errTaken):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("this takes longer than --timeout %s", s.opt.Timeout)
	}
	return err
}

// Rows gives the rows of the query.
func (s *sqlite) Rows(ctx context.Context, f func(cells []string) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeout)
	defer cancel()
	return s.fail(ctx, s.rows(ctx, f))
}

func (s *sqlite) rows(ctx context.Context, f func(cells []string) error) error {
	db, err := s.open("ro")
	if err != nil {
		return err
	}
	defer db.Close()
	names, err := columnsOf(ctx, db, "select * from ("+s.opt.Query+"\n) limit 0")
	if err != nil {
		return err
	}
	// a plus takes the declared type from a column, by which the driver would turn texts
	// into times
	plain := make([]string, len(names))
	for i, name := range names {
		plain[i] = "+" + quotedOne(name) + " as " + quotedOne(name)
	}
	found, err := db.QueryContext(ctx, "select "+strings.Join(plain, ", ")+" from ("+s.opt.Query+"\n)")
	if err != nil {
		return err
	}
	defer found.Close()
	if err := f(names); err != nil {
		return fmt.Errorf("%w: %w", errTaken, err)
	}
	values, at, cells := make([]any, len(names)), make([]any, len(names)), make([]string, len(names))
	for i := range values {
		at[i] = &values[i]
	}
	for n := 1; found.Next(); n++ {
		if err := found.Scan(at...); err != nil {
			return err
		}
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				cells[i] = ""
			case int64:
				cells[i] = strconv.FormatInt(v, 10)
			case float64:
				cells[i] = strconv.FormatFloat(v, 'g', -1, 64)
			case string:
				cells[i] = v
			case time.Time: // not without a declared type
				cells[i] = v.Format("2006-01-02 15:04:05")
			default:
				return fmt.Errorf("row %d, column %q: a blob is neither a number nor a text", n, names[i])
			}
		}
		if err := f(cells); err != nil {
			return fmt.Errorf("%w: %w", errTaken, err)
		}
	}
	return found.Err()
}

// columnsOf are the names of a query's columns.
func columnsOf(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string) ([]string, error) {
	found, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	return found.Columns()
}

var sqliteTypes = map[cellKind]string{text: "text", number: "real", boolean: "text", date: "text", stamp: "text", zoned: "text"}

// Write writes the rows in one transaction. A file or a table that does not exist is
// made.
func (s *sqlite) Write(ctx context.Context, run Run, r io.Reader) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeout)
	defer cancel()
	n, err = s.begin(ctx, run, r)
	return n, named(s, s.fail(ctx, err))
}

func (s *sqlite) begin(ctx context.Context, run Run, r io.Reader) (n int, err error) {
	rows, err := readRows(r, run.Labels)
	if err != nil {
		return 0, err
	}
	db, err := s.open("rwc")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() //nolint:errcheck // it was committed, or is given up
	if n, err = s.write(ctx, tx, run, rows); err == nil {
		err = tx.Commit()
	}
	return n, err
}

func (s *sqlite) write(ctx context.Context, tx *sql.Tx, run Run, rows *rows) (n int, err error) {
	lines := []string{"run_id text not null", "made_at text not null default (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"}
	key := []string{"run_id"}
	var names []string
	for i, c := range rows.columns {
		lines = append(lines, quotedOne(c.name)+" "+sqliteTypes[c.kind])
		names = append(names, quotedOne(c.name))
		if i < rows.labels {
			key = append(key, quotedOne(c.name))
		}
	}
	statement := "create table if not exists " + quotedOne(run.Table) + " (" + strings.Join(lines, ", ") + ", primary key (" + strings.Join(key, ", ") + "))"
	if _, err := tx.ExecContext(ctx, statement); err != nil {
		return 0, err
	}
	there, err := columnsOf(ctx, tx, "select * from "+quotedOne(run.Table)+" limit 0")
	if err != nil {
		return 0, err
	}
	for _, name := range append([]string{"run_id"}, rows.names()...) {
		if !slices.Contains(there, name) {
			return 0, fmt.Errorf("table %s has no column %q: add it, or choose another table", run.Table, name)
		}
	}
	if _, err := tx.ExecContext(ctx, "delete from "+quotedOne(run.Table)+" where run_id = ?", run.ID); err != nil {
		return 0, err
	}
	marks := strings.Repeat(", ?", len(names))
	insert, err := tx.PrepareContext(ctx, "insert into "+quotedOne(run.Table)+" (run_id, "+strings.Join(names, ", ")+") values (?"+marks+")")
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	for {
		cells, err := rows.next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
		args := []any{run.ID}
		for i, cell := range cells {
			switch x, err := strconv.ParseFloat(cell, 64); {
			case cell == "":
				args = append(args, nil)
			case err == nil && rows.columns[i].kind == number:
				args = append(args, x)
			default:
				args = append(args, cell)
			}
		}
		if _, err := insert.ExecContext(ctx, args...); err != nil {
			return 0, err
		}
		n++
	}
}
