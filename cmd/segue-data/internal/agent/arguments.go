package agent

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/scale"
)

// asked are the arguments of a call: options as a query, and the data.
type asked struct {
	query string
	body  []byte
	save  string
}

// arguments reads what a model sent. It may send numbers as texts and texts as numbers.
func (s *server) arguments(k job.Kind, raw json.RawMessage) (asked, error) {
	var given map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&given); err != nil && len(raw) > 0 {
		return asked{}, fmt.Errorf("the arguments are not a JSON object: %w", err)
	}
	var a asked
	var sources []string
	values := url.Values{}
	known := schema(k)["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		v := given[name]
		if known[name] == nil {
			return a, &field.Error{Field: name, Value: fmt.Sprint(v), Want: "one of the arguments that there are: " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")}
		}
		var err error
		switch name {
		case "file", "data", "midi":
			sources = append(sources, name)
			a.body, err = s.data(name, v)
		case "save":
			a.save, err = word(name, v)
		default:
			values[name], err = words(name, v)
		}
		if err != nil {
			return a, err
		}
	}
	switch {
	case len(sources) > 1:
		return a, fmt.Errorf("give one of %s", strings.Join(sources, " and "))
	case len(sources) == 0 && k.Body != "":
		return a, errors.New("there are no data: give file (a path), or the data themselves")
	case int64(len(a.body)) > s.opt.Limits.Body:
		return a, fmt.Errorf("the data are too large: at most %d MB, unpacked", s.opt.Limits.Body>>20)
	}
	if s.opt.Portable {
		values.Set("deterministic", "true")
	}
	a.query = values.Encode()
	return a, nil
}

// data reads a table or a MIDI file from an argument.
func (s *server) data(name string, v any) ([]byte, error) {
	if list, ok := v.([]any); ok && name == "data" {
		return rows(list)
	}
	text, err := word(name, v)
	if err != nil {
		return nil, err
	}
	switch name {
	case "data":
		return []byte(text), nil
	case "midi":
		body, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			return nil, &field.Error{Field: name, Value: text[:min(len(text), 20)], Want: "a MIDI file in base64"}
		}
		return body, nil
	}
	return s.file(text)
}

// file reads a file below the root, unpacked.
func (s *server) file(path string) ([]byte, error) {
	if strings.EqualFold(filepath.Ext(path), ".parquet") {
		return nil, fmt.Errorf("%s: Parquet is read by the command segue only; give the table as CSV", path)
	}
	f, err := s.root.Open(path)
	if err != nil {
		return nil, s.plain(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is not a file", path)
	}
	r, err := scale.Unpack(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	body, err := io.ReadAll(io.LimitReader(r, s.opt.Limits.Body+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return body, nil
}

// plain is an error of a file without the system call.
func (s *server) plain(path string, err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("%s: %w (files are below %s)", path, err, s.root.Name())
}

// save writes a new file below the root.
func (s *server) save(path string, data []byte) error {
	f, err := s.root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return s.plain(path, err)
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = s.root.Remove(path) // half of it
		return s.plain(path, err)
	}
	return nil
}

// word is the text of one value.
func word(name string, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	case nil:
		return "", nil
	}
	return "", &field.Error{Field: name, Value: fmt.Sprint(v), Want: "a text, a number, true or false"}
}

// words are the texts of a value or of several, as a query holds them.
func words(name string, v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		text, err := word(name, v)
		return []string{text}, err
	}
	out := make([]string, len(list))
	for i := range list {
		text, err := word(name, list[i])
		if err != nil {
			return nil, err
		}
		out[i] = text
	}
	return out, nil
}

// rows writes rows as CSV: objects, arrays, or the numbers of one series.
func rows(list []any) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	var names []string
	if len(list) > 0 {
		switch list[0].(type) {
		case map[string]any:
			seen := map[string]bool{}
			for _, row := range list {
				if o, ok := row.(map[string]any); ok {
					for name := range o {
						seen[name] = true
					}
				}
			}
			names = slices.Sorted(maps.Keys(seen)) // JSON has no order; columns are told by name and content
			_ = w.Write(names)
		case []any:
		default:
			_ = w.Write([]string{"value"})
		}
	}
	for i, row := range list {
		cells, err := rowCells(row, names)
		if err != nil {
			return nil, fmt.Errorf("data: row %d: %w", i+1, err)
		}
		if len(cells) == 1 && cells[0] == "" {
			cells[0] = "NaN" // a value that is missing: an empty line is no row
		}
		_ = w.Write(cells) // a buffer takes everything
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func rowCells(row any, names []string) ([]string, error) {
	var values []any
	switch row := row.(type) {
	case map[string]any:
		for _, name := range names {
			values = append(values, row[name])
		}
	case []any:
		values = row
	default:
		values = []any{row}
	}
	if _, object := row.(map[string]any); object != (names != nil) {
		return nil, errors.New("all rows must be objects, or all arrays, or all numbers")
	}
	out := make([]string, len(values))
	for i, v := range values {
		text, err := word("data", v)
		if err != nil {
			return nil, err
		}
		out[i] = text
	}
	return out, nil
}
