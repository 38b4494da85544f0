package field

import (
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A Set is the fields of a job, in the order in which they are shown. The methods
// that add a field bind it to a variable and give that its default.
type Set struct {
	Fields []*Field
}

func (s *Set) add(f Field, set func(f *Field, text string) error, get func() string) {
	p := &f
	p.set, p.get = func(text string) error { return set(p, text) }, get
	p.initial = get()
	s.Fields = append(s.Fields, p)
}

// Text adds a field of text.
func (s *Set) Text(p *string, def string, f Field) {
	*p, f.Kind = def, Text
	s.add(f, func(_ *Field, text string) error { *p = text; return nil }, func() string { return *p })
}

// Choice adds a field that takes one of f.Choices.
func (s *Set) Choice(p *string, def string, f Field) {
	*p, f.Kind = def, Choice
	s.add(f, func(f *Field, text string) error {
		if err := f.oneOf(text); err != nil {
			return err
		}
		*p = text
		return nil
	}, func() string { return *p })
}

// Bool adds a field that is true or false, at first false.
func (s *Set) Bool(p *bool, f Field) {
	*p, f.Kind = false, Bool
	s.add(f, func(f *Field, text string) error {
		if text == "on" { // what a form's box says
			text = "true"
		}
		b, err := strconv.ParseBool(text)
		if err != nil {
			return f.fail(text, "true or false")
		}
		*p = b
		return nil
	}, func() string { return strconv.FormatBool(*p) })
}

// Whole adds a field of a whole number.
func (s *Set) Whole(p *int, def int, f Field) {
	*p, f.Kind = def, Whole
	s.add(f, func(f *Field, text string) error {
		n, err := strconv.Atoi(text)
		if err != nil {
			return f.fail(text, f.want())
		}
		if err := f.check(float64(n), text); err != nil {
			return err
		}
		*p = n
		return nil
	}, func() string { return strconv.Itoa(*p) })
}

// Seed adds a field of a whole number without a sign. Requests take what JSON holds
// exactly.
func (s *Set) Seed(p *uint64, def uint64, f Field) {
	*p, f.Kind = def, Whole
	f.Served = 1 << 53
	s.add(f, func(f *Field, text string) error {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return f.fail(text, "a whole number of 0 or more")
		}
		*p = n
		return nil
	}, func() string { return strconv.FormatUint(*p, 10) })
}

// Number adds a field of a number.
func (s *Set) Number(p *float64, def float64, f Field) {
	*p, f.Kind = def, Number
	s.add(f, func(f *Field, text string) error {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return f.fail(text, f.want())
		}
		if err := f.check(x, text); err != nil {
			return err
		}
		*p = x
		return nil
	}, func() string { return write(*p) })
}

// List adds a field of texts.
func (s *Set) List(p *[]string, def []string, f Field) {
	*p, f.Kind = def, List
	s.add(f, func(f *Field, text string) error {
		list, err := split(text)
		if err != nil {
			return f.fail(text, "texts with commas between them, in quotes where they hold commas themselves")
		}
		if f.changed {
			list = append(slices.Clone(*p), list...)
		}
		*p = list
		return nil
	}, func() string { return join(*p) })
}

// Numbers adds a field of numbers, each of which is in the field's range.
func (s *Set) Numbers(p *[]float64, def []float64, f Field) {
	*p, f.Kind = def, Numbers
	s.add(f, func(f *Field, text string) error {
		var list []float64
		if f.changed {
			list = slices.Clone(*p)
		}
		for _, one := range strings.Split(text, ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(one), 64)
			if err != nil {
				return f.fail(text, f.want())
			}
			if err := f.check(x, text); err != nil {
				return err
			}
			list = append(list, x)
		}
		*p = list
		return nil
	}, func() string {
		texts := make([]string, len(*p))
		for i, x := range *p {
			texts[i] = write(x)
		}
		return strings.Join(texts, ",")
	})
}

// Lookup finds a field by its name; nil if there is none.
func (s *Set) Lookup(name string) *Field {
	for _, f := range s.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Changed reports whether somebody set the field of a name.
func (s *Set) Changed(name string) bool {
	f := s.Lookup(name)
	return f != nil && f.changed
}

// At lists the fields that a door offers.
func (s *Set) At(d Door) []*Field {
	return slices.DeleteFunc(slices.Clone(s.Fields), func(f *Field) bool { return !f.At(d) })
}

// Parse reads the query string of a request, strictly: unknown names, values out of
// range, and values given twice are errors, of type *Error. Fields that are there and
// empty count as left out, as forms send them.
func (s *Set) Parse(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return &Error{"query", query, "names and values as in a URL"}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names) // the same request gives the same error
	for _, name := range names {
		f := s.Lookup(name)
		if f == nil || !f.At(Request) {
			var known []string
			for _, f := range s.At(Request) {
				known = append(known, f.Name)
			}
			if len(known) == 0 {
				known = []string{"no option at all"}
			}
			return &Error{name, values.Get(name), "one of the options that there are: " + strings.Join(known, ", ")}
		}
		for i, text := range values[name] {
			if text == "" {
				continue
			}
			if i > 0 && f.Kind != List && f.Kind != Numbers {
				return f.fail(text, "one value")
			}
			if err := f.served(text); err != nil {
				return err
			}
			if err := f.Set(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// Query writes the fields of requests that differ from their defaults as a query
// string: two specifications with the same string give the same results.
func (s *Set) Query() string {
	values := url.Values{}
	for _, f := range s.At(Request) {
		if text := f.String(); text != f.initial {
			values.Set(f.Name, text)
		}
	}
	return values.Encode()
}

// Restore reads what Query wrote.
func (s *Set) Restore(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	for _, f := range s.Fields {
		if values.Has(f.Name) {
			if err := f.Set(values.Get(f.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Words replaces the names of fields in braces by the words of a door:
// "{horizon} 0" becomes "--horizon 0" with a function that puts dashes before a name.
// Braces around anything else stay.
func Words(text string, known func(name string) bool, word func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok || !known(name) {
			b.WriteByte('{')
			text = rest
			continue
		}
		b.WriteString(word(name))
		text = after
	}
}
