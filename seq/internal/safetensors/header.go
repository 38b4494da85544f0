package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// entry is a tensor as the header describes it.
type entry struct {
	DType   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// header reads the JSON of a file in one pass. Package json reads every byte of a
// map five times, and the metadata of a network for music holds a text of a megabyte;
// here it reads the small parts only.
func header(text []byte) (meta map[string]string, entries map[string]entry, err error) {
	r := &reader{text}
	entries = map[string]entry{}
	err = r.object(func(name string) error {
		if name != "__metadata__" {
			var e entry
			part, err := r.value()
			if err == nil {
				err = json.Unmarshal(part, &e)
			}
			if err != nil {
				return fmt.Errorf("tensor %q: %w", name, err)
			}
			if _, twice := entries[name]; twice {
				return fmt.Errorf("two tensors have the name %q", name)
			}
			entries[name] = e
			return nil
		}
		if meta != nil {
			return errors.New("metadata: it stands twice")
		}
		meta = map[string]string{}
		err := r.object(func(key string) (err error) {
			if _, twice := meta[key]; twice {
				return fmt.Errorf("%q stands twice", key)
			}
			meta[key], err = r.text()
			return err
		})
		if err != nil {
			return fmt.Errorf("metadata: %w", err)
		}
		return nil
	})
	if r.next(); err == nil && len(r.b) > 0 {
		err = errors.New("header: more than one value")
	}
	return meta, entries, err
}

// reader is what is left of a JSON text.
type reader struct{ b []byte }

var errJSON = errors.New("the header is no JSON of objects and texts")

// next skips white space and returns the byte after it; 0 at the end.
func (r *reader) next() byte {
	r.b = bytes.TrimLeft(r.b, " \t\r\n")
	if len(r.b) == 0 {
		return 0
	}
	return r.b[0]
}

// take skips white space and one byte, which must be c.
func (r *reader) take(c byte) error {
	if r.next() != c || c == 0 {
		return errJSON
	}
	r.b = r.b[1:]
	return nil
}

// object reads an object; member reads the value of a key.
func (r *reader) object(member func(key string) error) error {
	if err := r.take('{'); err != nil {
		return err
	}
	if r.next() == '}' {
		return r.take('}')
	}
	for {
		key, err := r.text()
		if err == nil {
			err = r.take(':')
		}
		if err == nil {
			err = member(key)
		}
		if err != nil {
			return err
		}
		if r.next() != ',' {
			return r.take('}')
		}
		r.b = r.b[1:]
	}
}

// text reads a string. One of printable ASCII without escapes is copied, package json
// reads any other.
func (r *reader) text() (string, error) {
	if r.next() != '"' {
		return "", errJSON
	}
	plain, n := true, 1
	for ; ; n++ {
		if n >= len(r.b) {
			return "", errJSON
		}
		c := r.b[n]
		if c == '"' {
			break
		}
		if c < ' ' || c >= 0x7f {
			plain = false
		}
		if c == '\\' {
			plain = false
			n++
		}
	}
	part := r.b[:n+1]
	r.b = r.b[n+1:]
	if plain {
		return string(part[1:n]), nil
	}
	var s string
	err := json.Unmarshal(part, &s)
	return s, err
}

// value skips a value and returns its text, which package json has yet to check.
func (r *reader) value() ([]byte, error) {
	r.next()
	all, depth := r.b, 0
	for {
		switch r.next() {
		case 0:
			return nil, errJSON
		case '"':
			if _, err := r.text(); err != nil {
				return nil, err
			}
		case '{', '[':
			depth++
			r.b = r.b[1:]
		case '}', ']':
			depth--
			r.b = r.b[1:]
		default:
			r.b = r.b[1:]
		}
		if c := r.next(); depth < 0 || c == 0 {
			return nil, errJSON
		} else if depth == 0 && (c == ',' || c == '}') {
			return all[:len(all)-len(r.b)], nil
		}
	}
}
