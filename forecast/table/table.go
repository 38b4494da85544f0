package table

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// RowReader returns the next row and its line number, or io.EOF. The row is
// valid until the next call.
type RowReader func() ([]string, int, error)

// names by which columns are recognised, in lower case
var (
	timeNames = []string{"ds", "date", "time", "datetime", "timestamp", "month", "period", "day", "week", "quarter", "year", "observation_date",
		"fecha", "data", "datum", "mes", "mês", "ano", "año", "período", "periodo", "trimestre", "jahr", "monat", "index"}
	idNames    = []string{"unique_id", "id", "series_id", "series", "item_id", "item", "ts_id"}
	valueNames = []string{"y", "value", "values", "target"}
)

const sniffRows = 200 // rows that columns are chosen by

// readHead reads the first rows and chooses the columns.
func readHead(next RowReader, opt Options) (t *Table, raw *rawTable, cols columns, used Options, err error) {
	if raw, err = readStart(next); err != nil {
		return nil, nil, cols, opt, err
	}
	if raw, opt, err = raw.relayout(opt); err != nil {
		return nil, nil, cols, opt, err
	}
	if err := raw.resample(); err != nil {
		return nil, nil, cols, opt, err
	}
	t = &Table{Notes: raw.notes}
	header, sample := raw.header, raw.sample
	if cols, err = chooseColumns(header, sample, opt.decimalComma, opt); err != nil {
		return nil, nil, cols, opt, err
	}
	if cols.id < 0 && cols.time >= 0 {
		if cols.id = tellApart(header, sample, cols); cols.id >= 0 {
			t.note(fmt.Sprintf("series told apart by column %q", header[cols.id]), 0)
		}
	}
	col := func(i int) string {
		if i < 0 {
			return ""
		}
		return header[i]
	}
	t.Time, t.Value, t.ID = col(cols.time), col(cols.value), col(cols.id)

	if i := cols.untimed; cols.time < 0 && i >= 0 && i != cols.value && i != cols.id {
		t.note(fmt.Sprintf("column %q holds no times that I know (%q): steps are counted instead", header[i], strings.TrimSpace(cell(sample[0].cells, i))), sample[0].line)
	}
	return t, raw, cols, opt, nil
}

// Read reads series from rows, the first of which may be a header; ReadCSV does so for
// CSV text.
func Read(next RowReader, opt Options) (*Table, error) {
	t, raw, cols, opt, err := readHead(next, opt)
	if err != nil {
		return nil, err
	}
	b := &tableBuilder{t: t, cols: cols, opt: opt, header: raw.header, ids: map[string]int{}}
	if cols.time >= 0 {
		var fixed *TimeLayout
		if opt.DateFormat != "" {
			l, err := ParseTimeLayout(opt.DateFormat)
			if err != nil {
				return nil, err
			}
			fixed = &l
		}
		b.times = newTimeColumn(fixed)
	}
	for rows := raw.rows(); ; {
		rec, line, err := rows()
		if errors.Is(err, io.EOF) {
			return t, b.finish(opt.Freq)
		}
		if err != nil {
			return nil, err
		}
		if err := b.add(rec, line); err != nil {
			return nil, err
		}
	}
}

type sampleRow struct {
	cells []string
	line  int
}

func cell(cells []string, i int) string {
	if i >= 0 && i < len(cells) {
		return cells[i]
	}
	return ""
}

func quoteList(names []string) string {
	const most = 12
	var q []string
	for i, n := range names {
		if i == most {
			q = append(q, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		q = append(q, strconv.Quote(n))
	}
	return strings.Join(q, ", ")
}
