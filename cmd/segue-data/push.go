package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/segue-go/segue/cmd/segue-data/internal/store"
)

func (a *app) push(ctx context.Context, at string, files []string, p *place, t *target) error {
	p.span, p.step = "1d", "1h" // of Prometheus, which is no database
	if err := p.resolve(a); err != nil {
		return err
	}
	sink, err := store.OpenSink(at, p.opt)
	if err != nil {
		return usage(err)
	}
	run := store.Run{ID: t.run, Table: t.table}
	if run.ID == "" {
		d := newDigest()
		for _, path := range files {
			r, err := d.of(a.File(path)).Open()
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, r)
			r.Close()
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		run.ID = d.id()
	}
	from, to := io.Pipe()
	go func() { to.CloseWithError(a.join(to, files)) }()
	defer from.Close()
	n, err := sink.Write(ctx, run, from)
	if err != nil {
		return err
	}
	a.Say("%s: %d rows in table %s, run %s", sink.Name(), n, run.Table, run.ID)
	return nil
}

// join writes tables with the same header as one.
func (a *app) join(to io.Writer, files []string) error {
	var header string
	for i, path := range files {
		f, err := a.Open(path)
		if err != nil {
			return err
		}
		r := bufio.NewReader(f)
		line, err := r.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			f.Close()
			return fmt.Errorf("%s: %w", path, err)
		}
		switch {
		case i == 0:
			header = line
			_, err = io.WriteString(to, line)
		case line != header:
			err = fmt.Errorf("%s: its columns differ from those of %s", path, files[0])
		default:
			err = nil
		}
		if err == nil {
			_, err = io.Copy(to, r)
		}
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
