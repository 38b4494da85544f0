package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// Records are tables as programs write them in JSON: an object per line, an
// array of objects, or such an array inside an object, under whatever name; or an object
// of columns, each an array, or an object as pandas writes it.

// looksLikeJSON reports whether text begins as records do.
func looksLikeJSON(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) < 2 || head[0] != '{' && head[0] != '[' {
		return false
	}
	next := bytes.TrimLeft(head[1:], " \t\r\n")
	return len(next) == 0 || bytes.IndexByte([]byte(`"{[}]`), next[0]) >= 0
}

// recordReader turns records into rows: first the names of all fields that the
// first records have, then a row for each record. A field that comes up later is
// not read.
type recordReader struct {
	dec    *json.Decoder
	inside bool // in an array
	ended  bool // the array has
	header []string
	ahead  []record
	count  int
	named  bool // the header has been given
}

type record struct {
	names  []string
	values []string
}

// jsonRows reads records.
func jsonRows(r io.Reader) (RowReader, error) {
	d := &recordReader{dec: json.NewDecoder(r)}
	d.dec.UseNumber()
	if err := d.enter(); err != nil {
		return nil, err
	}
	for len(d.ahead) < sniffRows {
		rec, err := d.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		d.ahead = append(d.ahead, rec)
		for _, n := range rec.names {
			if !slices.Contains(d.header, n) {
				d.header = append(d.header, n)
			}
		}
		if len(d.header) > maxColumns {
			return nil, d.fail("%d fields, more than %d", len(d.header), maxColumns)
		}
	}
	if len(d.header) == 0 {
		return nil, d.fail("there are no records")
	}
	d.count = 0
	return d.row, nil
}

func (d *recordReader) fail(format string, args ...any) error {
	return fmt.Errorf("forecast: line %d: JSON: %s: %w", d.count+1, fmt.Sprintf(format, args...), forecast.ErrInput)
}

// enter goes to the first record: into an array, or into the first array of an
// object that is the whole file.
func (d *recordReader) enter() error {
	// the decoder gives an object as one value only if it is read from its start
	start, err := d.dec.Token()
	if err != nil {
		return d.wrong(err)
	}
	if start == json.Delim('[') {
		d.inside = true
		return nil
	}
	if start != json.Delim('{') {
		return d.fail("it begins with %v: want records, as {\"date\": ..., \"value\": ...}", start)
	}
	rec, raws, found, err := d.object()
	if err != nil {
		return err
	}
	if found {
		d.inside = true
		return nil
	}
	if !d.dec.More() {
		rows := columnsOf(rec.names, raws)
		if deep := deepRecords(raws); len(deep) > 1 && len(deep) >= len(rows) {
			for _, r := range deep {
				for _, n := range r.names {
					if !slices.Contains(d.header, n) {
						d.header = append(d.header, n)
					}
				}
			}
			d.ahead = deep
			return nil
		}
		if len(rec.names) > 2 && !slices.ContainsFunc(rec.names, func(n string) bool { return !isTime(n) }) {
			rows = nil // a value under each time
			for i, n := range rec.names {
				rows = append(rows, record{[]string{"time", "value"}, []string{n, rec.values[i]}})
			}
		}
		if len(rows) > 0 {
			d.header, d.ahead = rows[0].names, rows
			return nil
		}
	}
	d.ahead = append(d.ahead, rec)
	d.header = append(d.header, rec.names...)
	return nil
}

// object reads the rest of the first object: a record, unless it has an array of
// objects, in which it then stops.
func (d *recordReader) object() (rec record, raws []json.RawMessage, found bool, err error) {
	for d.dec.More() {
		name, err := d.dec.Token()
		if err != nil {
			return rec, nil, false, d.wrong(err)
		}
		var value json.RawMessage
		if err := d.dec.Decode(&value); err != nil {
			return rec, nil, false, d.wrong(err)
		}
		raws = append(raws, value)
		if inner := bytes.TrimSpace(value); len(inner) > 1 && inner[0] == '[' && bytes.IndexByte([]byte("{["), bytes.TrimSpace(inner[1:])[0]) >= 0 {
			d.dec = json.NewDecoder(bytes.NewReader(inner))
			d.dec.UseNumber()
			_, err := d.dec.Token()
			return rec, nil, true, err
		}
		rec.names, rec.values = append(rec.names, fmt.Sprint(name)), append(rec.values, scalar(value))
	}
	if _, err = d.dec.Token(); err != nil {
		return rec, nil, false, d.wrong(err)
	}
	return rec, raws, false, nil
}

// wrong is the error of text that is no JSON, or that ends too early.
func (d *recordReader) wrong(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return d.fail("the text ends within its records: was the file cut off?")
	}
	return d.fail("%v", err)
}

// columnsOf turns an object of columns into records: columns are arrays of one length,
// or objects with as many members. Where an object in it has more rows, they are taken.
func columnsOf(names []string, raws []json.RawMessage) (rows []record) {
	for _, open := range []byte("[{") {
		var heads []string
		var columns [][]string
		for i, raw := range raws {
			if raw[0] != open {
				continue
			}
			if _, _, cells := members(raw); cells != nil && (len(columns) == 0 || len(cells) == len(columns[0])) {
				heads, columns = append(heads, names[i]), append(columns, cells)
			}
		}
		if len(columns) == 0 || len(columns[0]) < 2 || len(columns[0]) <= len(rows) || open == '{' && len(columns) < 2 {
			continue
		}
		rows = make([]record, len(columns[0]))
		for k := range rows {
			rows[k].names = heads
			for _, c := range columns {
				rows[k].values = append(rows[k].values, c[k])
			}
		}
	}
	for _, raw := range raws {
		if raw[0] == '{' {
			if inner, values, _ := members(raw); len(values) > 0 {
				if deeper := columnsOf(inner, values); len(deeper) > len(rows) {
					rows = deeper
				}
			}
		}
	}
	return rows
}

// deepRecords finds the longest array of records inside values: of objects or of rows. An
// object with one such array in it, as a monitoring system gives for each of its series,
// gives its rows, each with the object's other texts and numbers.
func deepRecords(raws []json.RawMessage) (best []record) {
	for _, raw := range raws {
		if raw[0] != '{' && raw[0] != '[' {
			continue
		}
		_, values, cells := members(raw)
		if cells != nil || len(values) == 0 {
			continue
		}
		found := []record{}
		if raw[0] == '[' {
			for _, v := range values {
				if inner := nestedRows(v); inner != nil {
					found = append(found, inner...)
				} else if r, ok := flat(v); ok {
					found = append(found, r)
				}
			}
		}
		if deeper := deepRecords(values); len(deeper) > len(found) {
			found = deeper
		}
		if len(found) > len(best) {
			best = found
		}
	}
	return best
}

// nestedRows are the rows of the one array of an object, with what else the object has.
func nestedRows(raw json.RawMessage) []record {
	if raw[0] != '{' {
		return nil
	}
	names, values, _ := members(raw)
	var rest record
	var rows []json.RawMessage
	for i, v := range values {
		switch {
		case v[0] == '[':
			_, inner, cells := members(v)
			if rows != nil || cells != nil || len(inner) < 2 {
				return nil
			}
			rows = inner
		case v[0] == '{':
			if r, ok := flat(v); ok {
				rest.names, rest.values = append(rest.names, r.names...), append(rest.values, r.values...)
			}
		default:
			rest.names, rest.values = append(rest.names, names[i]), append(rest.values, scalar(v))
		}
	}
	var out []record
	for _, v := range rows {
		r, ok := flat(v)
		if !ok {
			return nil
		}
		out = append(out, record{slices.Concat(r.names, rest.names), slices.Concat(r.values, rest.values)})
	}
	return out
}

// flat is an object or a row of scalars as a record.
func flat(raw json.RawMessage) (r record, ok bool) {
	if raw[0] != '{' && raw[0] != '[' {
		return r, false
	}
	names, values, _ := members(raw)
	for i, v := range values {
		if v[0] == '{' || v[0] == '[' {
			continue
		}
		name := fmt.Sprintf("column%d", i+1)
		if raw[0] == '{' {
			name = names[i]
		}
		r.names, r.values = append(r.names, name), append(r.values, scalar(v))
	}
	return r, len(r.names) > 0
}

// members are what an array or an object holds; cells is nil unless all are scalars.
func members(raw json.RawMessage) (names []string, values []json.RawMessage, cells []string) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	start, err := dec.Token()
	for err == nil && dec.More() {
		if start == json.Delim('{') {
			var name json.Token
			if name, err = dec.Token(); err != nil {
				return nil, nil, nil
			}
			names = append(names, fmt.Sprint(name))
		}
		var value json.RawMessage
		if err = dec.Decode(&value); err == nil {
			values = append(values, value)
		}
	}
	if err != nil {
		return nil, nil, nil
	}
	for _, v := range values {
		if v[0] == '[' || v[0] == '{' {
			return names, values, nil
		}
		cells = append(cells, scalar(v))
	}
	return names, values, cells
}

// read reads one record.
func (d *recordReader) read() (record, error) {
	var rec record
	if d.inside && !d.dec.More() {
		if !d.ended {
			if _, err := d.dec.Token(); err != nil {
				return rec, d.wrong(err)
			}
			d.ended = true
		}
		return rec, io.EOF
	}
	var raw json.RawMessage
	err := d.dec.Decode(&raw)
	if errors.Is(err, io.EOF) {
		return rec, io.EOF
	}
	d.count++
	if err != nil {
		return rec, d.wrong(err)
	}
	if len(raw) > maxRow {
		return rec, d.fail("a record of %d bytes, more than %d", len(raw), maxRow)
	}
	switch raw[0] {
	case '{':
		return d.fields(raw)
	case '[': // a row without names
		var cells []json.RawMessage
		if err := json.Unmarshal(raw, &cells); err != nil {
			return rec, d.wrong(err)
		}
		for i, c := range cells {
			rec.names, rec.values = append(rec.names, fmt.Sprintf("column%d", i+1)), append(rec.values, scalar(c))
		}
		return rec, nil
	}
	return rec, d.fail("%s is not a record", raw[:min(len(raw), 20)])
}

// fields reads the names and values of an object in their order.
func (d *recordReader) fields(raw json.RawMessage) (rec record, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	_, _ = dec.Token()
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return rec, d.wrong(err)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return rec, d.wrong(err)
		}
		rec.names, rec.values = append(rec.names, fmt.Sprint(name)), append(rec.values, scalar(value))
	}
	return rec, nil
}

// scalar is a JSON value as a cell: strings without quotes, null as nothing.
func scalar(v json.RawMessage) string {
	switch text := strings.TrimSpace(string(v)); {
	case text == "null":
		return ""
	case strings.HasPrefix(text, `"`):
		var s string
		if json.Unmarshal(v, &s) == nil {
			return s
		}
		return text
	default:
		return text
	}
}

// row gives the header, then the records; rows count from 1 as lines do.
func (d *recordReader) row() ([]string, int, error) {
	if !d.named {
		d.named = true
		return slices.Clone(d.header), 0, nil
	}
	var rec record
	if len(d.ahead) > 0 {
		rec, d.ahead = d.ahead[0], d.ahead[1:]
		d.count++
	} else {
		var err error
		if rec, err = d.read(); err != nil {
			return nil, d.count, err
		}
	}
	cells := make([]string, len(d.header))
	for i, n := range rec.names {
		if at := slices.Index(d.header, n); at >= 0 {
			cells[at] = rec.values[i]
		}
	}
	return cells, d.count, nil
}
