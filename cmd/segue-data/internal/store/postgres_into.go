package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

var pgTypes = map[cellKind]string{text: "text", number: "double precision", boolean: "boolean", date: "date", stamp: "timestamp", zoned: "timestamptz"}

// Write copies the rows into a temporary table of texts, and from there into the table,
// whose own types they take. A table that does not exist is made.
func (p *postgres) Write(ctx context.Context, run Run, r io.Reader) (n int, err error) {
	rows, err := readRows(r, run.Labels)
	if err != nil {
		return 0, named(p, err)
	}
	err = p.within(ctx, pgx.ReadWrite, func(ctx context.Context, tx pgx.Tx) error {
		// two that write the same run take turns
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended($1, 0))", "segue "+run.Table); err != nil {
			return err
		}
		if err := pgMake(ctx, tx, run, rows); err != nil {
			return err
		}
		types, err := pgColumns(ctx, tx, run.Table)
		if err != nil {
			return err
		}
		for _, name := range append([]string{"run_id"}, rows.names()...) {
			if types[name] == "" {
				return fmt.Errorf("table %s has no column %q: add it, or choose another table", run.Table, name)
			}
		}
		var stage, cast, names []string
		for i, c := range rows.columns {
			cell := fmt.Sprintf("c%d", i)
			stage = append(stage, cell+" text")
			names = append(names, quotedOne(c.name))
			cast = append(cast, fmt.Sprintf("nullif(%s, '')::%s", cell, types[c.name]))
		}
		if _, err := tx.Exec(ctx, "create temporary table segue_rows ("+strings.Join(stage, ", ")+") on commit drop"); err != nil {
			return err
		}
		var cells []string
		for i := range rows.columns {
			cells = append(cells, fmt.Sprintf("c%d", i))
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"segue_rows"}, cells, &pgCopy{rows: rows}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from "+quoted(run.Table)+" where run_id = $1", run.ID); err != nil {
			return err
		}
		done, err := tx.Exec(ctx, "insert into "+quoted(run.Table)+" (run_id, "+strings.Join(names, ", ")+") select $1, "+strings.Join(cast, ", ")+" from segue_rows", run.ID)
		n = int(done.RowsAffected())
		return err
	})
	return n, named(p, err)
}

// pgMake makes the table if there is none.
func pgMake(ctx context.Context, tx pgx.Tx, run Run, rows *rows) error {
	lines := []string{"run_id text not null", "made_at timestamptz not null default now()"}
	key := []string{"run_id"}
	for i, c := range rows.columns {
		if slices.Contains([]string{"run_id", "made_at"}, c.name) {
			return fmt.Errorf("the result's column %q has the name of one that the table has for itself: rename it in the query", c.name)
		}
		line := quotedOne(c.name) + " " + pgTypes[c.kind]
		if i < rows.labels {
			line += " not null"
			key = append(key, quotedOne(c.name))
		}
		lines = append(lines, line)
	}
	there := false
	if err := tx.QueryRow(ctx, "select to_regclass($1) is not null", quoted(run.Table)).Scan(&there); err != nil || there {
		return err
	}
	_, err := tx.Exec(ctx, "create table "+quoted(run.Table)+" ("+strings.Join(lines, ", ")+", primary key ("+strings.Join(key, ", ")+"))")
	return err
}

// pgColumns are the types of a table's columns, without lengths: a cast to those would cut
// texts off, and an assignment refuses them.
func pgColumns(ctx context.Context, tx pgx.Tx, table string) (map[string]string, error) {
	rows, err := tx.Query(ctx, "select attname::text, format_type(atttypid, null) from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped", quoted(table))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var name, kind string
	_, err = pgx.ForEachRow(rows, []any{&name, &kind}, func() error { out[name] = kind; return nil })
	return out, err
}

// pgCopy hands rows to COPY.
type pgCopy struct {
	rows  *rows
	cells []any
	err   error
}

func (c *pgCopy) Next() bool {
	cells, err := c.rows.next()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			c.err = err
		}
		return false
	}
	c.cells = c.cells[:0]
	for _, cell := range cells {
		c.cells = append(c.cells, cell)
	}
	return true
}

func (c *pgCopy) Values() ([]any, error) { return c.cells, nil }
func (c *pgCopy) Err() error             { return c.err }
