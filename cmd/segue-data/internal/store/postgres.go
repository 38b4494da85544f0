package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgres is a database of PostgreSQL, as a source and as a sink.
type postgres struct {
	conf *pgx.ConnConfig
	opt  Options
}

func newPostgres(place string, opt Options) (*postgres, error) {
	if place == "postgres:" {
		place = "" // all of it from the environment
	}
	place, err := withService(place)
	if err != nil {
		return nil, err
	}
	conf, err := pgx.ParseConfig(place)
	if err != nil { // its text may hold the address
		return nil, fmt.Errorf("the address of the database is not understood; it is like postgres://user@host:5432/database, or service=NAME: %w", ErrAddress)
	}
	if conf.ConnectTimeout == 0 {
		conf.ConnectTimeout = 10 * time.Second
	}
	conf.RuntimeParams["application_name"] = "segue"
	conf.DefaultQueryExecMode = pgx.QueryExecModeExec // nothing that a pooler between would lose
	return &postgres{conf, opt}, nil
}

// Name is host and database.
func (p *postgres) Name() string {
	host := p.conf.Host
	if !strings.HasPrefix(host, "/") {
		host = net.JoinHostPort(host, strconv.Itoa(int(p.conf.Port)))
	}
	return "postgres://" + host + "/" + p.conf.Database
}

// fail words an error of the server or of the way to it.
func (p *postgres) fail(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, errTaken) {
		return err
	}
	var pe *pgconn.PgError
	var ce *pgconn.ConnectError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.As(err, &pe) && pe.Code == "57014", errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("this takes longer than --timeout %s", p.opt.Timeout)
	case errors.As(err, &pe) && pe.Code == "25006":
		return errors.New("the query would write, and a source is only read")
	case errors.As(err, &ce):
		first, _, _ := strings.Cut(strings.TrimSpace(errors.Unwrap(ce).Error()), "\n") // of several addresses
		if pe != nil {
			first = pe.Message // what the server says, and not that an earlier try with TLS failed
		}
		return fmt.Errorf("no connection as user %s: %s", p.conf.User, first)
	case errors.As(err, &pe):
		text := pe.Message
		if pe.Hint != "" {
			text += " (" + pe.Hint + ")"
		}
		return errors.New(text)
	}
	return err
}

// errTaken is wrapped by errors of whom rows are handed to.
var errTaken = errors.New("not taken")

// within connects, and runs f in a transaction.
func (p *postgres) within(ctx context.Context, mode pgx.TxAccessMode, f func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, p.conf)
	if err != nil {
		return p.fail(ctx, err)
	}
	defer func() { // also after a cancellation
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = conn.Close(end)
	}()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: mode})
	if err != nil {
		return p.fail(ctx, err)
	}
	limit := strconv.FormatInt(p.opt.Timeout.Milliseconds(), 10)
	settings := "select set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true), set_config('statement_timeout', '" + limit + "', true), set_config('idle_in_transaction_session_timeout', '" + limit + "', true)"
	if _, err = tx.Exec(ctx, settings); err == nil && p.opt.Zone != "" {
		_, err = tx.Exec(ctx, "select set_config('timezone', $1, true)", p.opt.Zone)
	}
	if err == nil {
		err = f(ctx, tx)
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	return p.fail(ctx, err)
}

// Rows streams the rows of the query. PostgreSQL writes every type as text itself, times
// with a zone in the session's, with their offsets. If the first times of a column are
// all at midnight there, they are days, and are written as such: the offsets of a summer
// do not hold for the forecast of a winter.
func (p *postgres) Rows(ctx context.Context, f func(cells []string) error) error {
	return p.within(ctx, pgx.ReadOnly, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, p.opt.Query, pgx.QueryResultFormats{pgx.TextFormatCode})
		if err != nil {
			return err
		}
		defer rows.Close()
		var names []string
		w := &pgRows{f: f}
		for _, d := range rows.FieldDescriptions() {
			names = append(names, d.Name)
			w.types = append(w.types, d.DataTypeOID)
		}
		for rows.Next() {
			if w.names == nil {
				w.names = names
			}
			if err := w.row(rows.RawValues()); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if len(names) == 0 {
			return errors.New("the query gives no columns: it must be a SELECT")
		}
		w.names = names
		return w.flush()
	})
}

// pgRows holds rows back until their days are told from times.
type pgRows struct {
	f     func([]string) error
	names []string
	types []uint32
	held  [][]string
	days  []bool // per column; set when names were handed over
	n     int
}

func (w *pgRows) row(raw [][]byte) error {
	cells := make([]string, len(raw))
	for i, v := range raw {
		switch {
		case w.types[i] == pgtype.BoolOID && v != nil:
			cells[i] = strconv.FormatBool(bytes.Equal(v, []byte("t")))
		case bytes.HasSuffix(v, []byte("infinity")):
			return fmt.Errorf("row %d, column %q: %s is no time that can be used", w.n+1, w.names[i], v)
		default:
			cells[i] = string(v)
		}
	}
	w.n++
	if w.days == nil {
		if w.held = append(w.held, cells); len(w.held) < sampleRows {
			return nil
		}
		return w.flush()
	}
	return w.hand(cells)
}

// flush hands over what was held back.
func (w *pgRows) flush() error {
	if w.days != nil {
		return nil
	}
	w.days = make([]bool, len(w.names))
	for i, t := range w.types {
		any, all := false, true
		for _, cells := range w.held {
			if cells[i] != "" {
				any, all = true, all && midnight(cells[i])
			}
		}
		w.days[i] = t == pgtype.TimestamptzOID && any && all
	}
	if err := w.taken(w.f(w.names)); err != nil {
		return err
	}
	for _, cells := range w.held {
		if err := w.hand(cells); err != nil {
			return err
		}
	}
	w.held = nil
	return nil
}

func (w *pgRows) hand(cells []string) error {
	for i, day := range w.days {
		if !day || cells[i] == "" {
			continue
		}
		if !midnight(cells[i]) {
			return fmt.Errorf("column %q: the first %d times are at midnight and %s is not: give --time-zone, or write it in the query as %s at time zone 'UTC'", w.names[i], sampleRows, cells[i], w.names[i])
		}
		cells[i] = cells[i][:len("2006-01-02")]
	}
	return w.taken(w.f(cells))
}

// taken marks an error of whom rows are handed to.
func (w *pgRows) taken(err error) error {
	if err != nil {
		err = fmt.Errorf("%w: %w", errTaken, err)
	}
	return err
}

// midnight reports whether a time with its offset is at midnight: 2006-01-02 00:00:00+01.
func midnight(cell string) bool {
	const at = len("2006-01-02")
	rest, ok := strings.CutPrefix(cell[min(at, len(cell)):], " 00:00:00")
	return ok && len(rest) > 0 && (rest[0] == '+' || rest[0] == '-')
}
