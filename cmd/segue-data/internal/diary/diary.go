// Package diary keeps what a watcher did: every forecast that it made, how each did when
// the values came, and what it has to tell. It is a file of SQLite with three tables that
// people may query: runs, scores, events.
//
// Everything that a round finds is written in one transaction with [Diary.Add], so that a
// watcher that is killed at any moment has either done a round or not. What is left to
// do outside (a table to write, a webhook to call) is marked as not done, and is done
// again until it is marked: its receivers must take the same run or event twice.
package diary

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
	_ "modernc.org/sqlite" // the driver "sqlite", without cgo
)

// Diary is an open diary. Its methods may be called by several goroutines.
type Diary struct{ db *sql.DB }

const schema = `
create table if not exists runs (
	id text primary key,              -- of the question and the data
	made_at text not null,            -- RFC 3339, UTC
	source text not null,
	method text not null,
	series integer not null,
	starts_at integer not null,       -- seconds since 1970 of the first step that is forecast
	labels integer not null,          -- columns of the forecast with ids and times
	forecast text not null,           -- CSV
	written integer not null default 0 -- into the table that was asked for
);
create table if not exists scores (
	run_id text primary key references runs (id),
	made_at text not null,
	steps integer not null,           -- values that came
	waiting integer not null,         -- values that are still to come
	bias real, relative_bias real, mae real, mase real, wql real,
	alarm integer not null,           -- of drift
	document text not null            -- all of it as JSON
);
create table if not exists events (
	id text primary key,              -- the same event has the same
	run_id text not null references runs (id),
	made_at text not null,
	kind text not null,               -- anomaly or drift
	text text not null,
	document text not null,           -- JSON
	sent_at text                      -- null until the webhook has taken it
);`

// Open opens a diary, or makes one.
func Open(path string) (*Diary, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder", path)
	}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("%s: the diary cannot be opened: %w", path, err)
	}
	return &Diary{db}, nil
}

// Read opens a diary that is there, to read it.
func Read(path string) (*Diary, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
	}
	f.Close()
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	n := 0
	err = db.QueryRow("select count(*) from sqlite_schema where name in ('runs', 'scores', 'events')").Scan(&n)
	if err != nil || n != 3 {
		db.Close()
		return nil, fmt.Errorf("%s: is no diary of segue-data watch", path)
	}
	return &Diary{db}, nil
}

// Close closes the file.
func (d *Diary) Close() error { return d.db.Close() }

// Run is a forecast that was made.
type Run struct {
	ID, Source, Method string
	Made               time.Time
	Series             int
	Starts             time.Time // of the first step that is forecast
	Labels             int
	Forecast           string // CSV
}

// Score is how a run did so far.
type Score struct {
	Run string
	*job.Scored
}

// Event is something to tell.
type Event struct {
	ID, Run, Kind, Text string
	Made                time.Time
	Document            any
}

// Round is what a look at the data came to. Run is nil if only scores changed.
type Round struct {
	Made   time.Time
	Run    *Run
	Scores []Score
	Events []Event
}

// Has reports whether a run is in the diary.
func (d *Diary) Has(ctx context.Context, id string) (bool, error) {
	n := 0
	err := d.db.QueryRowContext(ctx, "select count(*) from runs where id = ?", id).Scan(&n)
	return n > 0, err
}

// Add writes a round, all of it or nothing. Runs and events that are there stay as they
// are; scores are brought up to date.
func (d *Diary) Add(ctx context.Context, r Round) error {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it was committed, or is given up
	at := r.Made.UTC().Format(time.RFC3339Nano)
	if x := r.Run; x != nil {
		_, err := tx.ExecContext(ctx, "insert into runs (id, made_at, source, method, series, starts_at, labels, forecast) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
			x.ID, x.Made.UTC().Format(time.RFC3339Nano), x.Source, x.Method, x.Series, x.Starts.Unix(), x.Labels, x.Forecast)
		if err != nil {
			return err
		}
	}
	for _, s := range r.Scores {
		doc, err := json.Marshal(s.Scored)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert or replace into scores (run_id, made_at, steps, waiting, bias, relative_bias, mae, mase, wql, alarm, document) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			s.Run, at, s.Steps, s.Waiting, s.Bias, s.Relative, s.MAE, s.MASE, s.WQL, s.Drift != nil && s.Drift.Alarm, string(doc))
		if err != nil {
			return err
		}
	}
	for _, e := range r.Events {
		doc, err := json.Marshal(e.Document)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert into events (id, run_id, made_at, kind, text, document) values (?, ?, ?, ?, ?, ?) on conflict do nothing", e.ID, e.Run, at, e.Kind, e.Text, string(doc))
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

// mostOpen is how many of the latest runs are scored again as values come.
const mostOpen = 200

// Open gives the latest runs that have started by a time and still wait for values,
// oldest first.
func (d *Diary) Open(ctx context.Context, by time.Time) ([]Run, error) {
	return d.runs(ctx, `select runs.id, source, method, series, starts_at, labels, forecast, runs.made_at from runs left join scores on run_id = runs.id
		where starts_at <= ? and coalesce(waiting, 1) > 0 order by runs.made_at desc limit ?`, by.Unix(), mostOpen)
}

// Latest gives the run that was made last; ok is false if there is none.
func (d *Diary) Latest(ctx context.Context) (r Run, ok bool, err error) {
	rs, err := d.runs(ctx, "select id, source, method, series, starts_at, labels, forecast, made_at from runs order by made_at desc limit ?", 1)
	if len(rs) == 0 {
		return r, false, err
	}
	return rs[0], true, err
}

// Unwritten gives the runs that are not in their table yet.
func (d *Diary) Unwritten(ctx context.Context) ([]Run, error) {
	return d.runs(ctx, "select id, source, method, series, starts_at, labels, forecast, made_at from runs where written = 0 order by made_at desc limit ?", mostOpen)
}

// Written marks a run as written.
func (d *Diary) Written(ctx context.Context, id string) error {
	_, err := d.db.ExecContext(ctx, "update runs set written = 1 where id = ?", id)
	return err
}

func (d *Diary) runs(ctx context.Context, query string, args ...any) ([]Run, error) {
	rows, err := d.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Run
	for rows.Next() {
		var r Run
		var starts int64
		var made string
		if err := rows.Scan(&r.ID, &r.Source, &r.Method, &r.Series, &starts, &r.Labels, &r.Forecast, &made); err != nil {
			return nil, err
		}
		r.Starts = time.Unix(starts, 0)
		if r.Made, err = time.Parse(time.RFC3339Nano, made); err != nil {
			return nil, err
		}
		out = append([]Run{r}, out...)
	}
	return out, rows.Err()
}

// Unsent gives the events that the webhook has not taken, oldest first.
func (d *Diary) Unsent(ctx context.Context) ([]Event, error) {
	rows, err := d.db.QueryContext(ctx, "select id, run_id, kind, text, document, made_at from events where sent_at is null order by made_at, id limit 1000")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		var e Event
		var doc, made string
		if err := rows.Scan(&e.ID, &e.Run, &e.Kind, &e.Text, &doc, &made); err != nil {
			return nil, err
		}
		e.Document = json.RawMessage(doc)
		if e.Made, err = time.Parse(time.RFC3339Nano, made); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// Sent marks an event as taken.
func (d *Diary) Sent(ctx context.Context, id string, at time.Time) error {
	_, err := d.db.ExecContext(ctx, "update events set sent_at = ? where id = ?", at.UTC().Format(time.RFC3339), id)
	return err
}

// Line is a run with its score as people read it; Scored is nil before values came.
type Line struct {
	Run    string      `json:"run"`
	Made   time.Time   `json:"made_at"`
	Method string      `json:"method"`
	Series int         `json:"series"`
	Scored *job.Scored `json:"score,omitempty"`
}

// Lines gives the latest runs, oldest first, and the number of events of each kind.
func (d *Diary) Lines(ctx context.Context, most int) ([]Line, map[string]int, error) {
	rows, err := d.db.QueryContext(ctx, "select runs.id, runs.made_at, method, series, document from runs left join scores on run_id = runs.id order by runs.made_at desc limit ?", most)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var out []Line
	for rows.Next() {
		var l Line
		var made string
		var doc *string
		if err := rows.Scan(&l.Run, &made, &l.Method, &l.Series, &doc); err != nil {
			return nil, nil, err
		}
		l.Made, err = time.Parse(time.RFC3339Nano, made)
		if err == nil && doc != nil {
			l.Scored = &job.Scored{}
			err = json.Unmarshal([]byte(*doc), l.Scored)
		}
		if err != nil {
			return nil, nil, err
		}
		out = append([]Line{l}, out...)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	events := map[string]int{}
	for _, kind := range []string{"anomaly", "drift"} {
		n := 0
		if err := d.db.QueryRowContext(ctx, "select count(*) from events where kind = ?", kind).Scan(&n); err != nil {
			return nil, nil, errors.Join(err)
		}
		events[kind] = n
	}
	return out, events, nil
}
