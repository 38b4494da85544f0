package field

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// asked has a field of every kind.
type asked struct {
	name, kind  string
	bars        int
	seed        uint64
	heat, level float64
	on          bool
	columns     []string
	levels      []float64
	file        string
}

func (a *asked) fields() *Set {
	s := &Set{}
	s.Text(&a.name, "", Field{Name: "name", Help: "a `NAME`", Length: 5})
	s.Choice(&a.kind, "csv", Field{Name: "kind", Help: "what", Choices: []string{"csv", "json"}})
	s.Whole(&a.bars, 8, Field{Name: "bars", Help: "length", Label: "Bars", Min: 1, Max: 1000, Served: 64})
	s.Seed(&a.seed, 1, Field{Name: "seed"})
	s.Number(&a.heat, 0, Field{Name: "heat", Unset: "by bars", Min: 0, Max: 10, Above: true})
	s.Number(&a.level, 99, Field{Name: "level", Min: 0, Max: 100, Above: true, Below: true})
	s.Bool(&a.on, Field{Name: "on"})
	s.List(&a.columns, nil, Field{Name: "columns", Unset: "all"})
	s.Numbers(&a.levels, []float64{80, 95}, Field{Name: "levels", Min: 0, Max: 100, Above: true, Below: true})
	s.Text(&a.file, "", Field{Name: "file", Doors: Command})
	return s
}

// A query sets what it names and leaves the rest at its default.
func TestParse(t *testing.T) {
	var a asked
	s := a.fields()
	if want := (asked{kind: "csv", bars: 8, seed: 1, level: 99, levels: []float64{80, 95}}); !reflect.DeepEqual(a, want) {
		t.Errorf("defaults %+v", a)
	}
	if err := s.Parse(`name=ab&kind=json&bars=64&seed=7&heat=1.5&on=on&columns=a,"b,c"&columns=d&levels=50,+90&level=`); err != nil {
		t.Fatal(err)
	}
	want := asked{name: "ab", kind: "json", bars: 64, seed: 7, heat: 1.5, level: 99, on: true, columns: []string{"a", "b,c", "d"}, levels: []float64{50, 90}}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got %+v\nwant %+v", a, want)
	}
	if s.Changed("level") || !s.Changed("bars") {
		t.Error("an empty value counts as set, or a set one does not")
	}
}

// What a request may not say is refused by an error that names the field.
func TestParseRefuses(t *testing.T) {
	for query, want := range map[string]string{
		"bars=0":        "bars 0: want a whole number from 1 to 1000",
		"bars=65":       "bars 65: want a whole number from 1 to 64",
		"bars=8.5":      "bars 8.5: want a whole number",
		"bars=2&bars=3": "bars 3: want one value",
		"seed=-1":       "seed -1: want a whole number of 0 or more",
		"seed=1e30":     `seed "1e30": want`,
		"heat=0":        "heat 0: want a number above 0, at most 10",
		"heat=NaN":      `heat "NaN": want a number above 0`,
		"level=100":     "level 100: want a number between 0 and 100",
		"levels=80,x":   `levels "80,x": want numbers between 0 and 100`,
		"on=maybe":      `on "maybe": want true or false`,
		"kind=xml":      `kind "xml": want csv or json`,
		"name=abcdef":   `name "abcdef": want at most 5 characters`,
		"file=x":        `file "x": want one of the options that there are: name, kind,`,
		"nome=x":        `nome "x": want one of`,
		`columns="a`:    "columns",
		"%zz":           "query",
	} {
		var a asked
		err := a.fields().Parse(query)
		fe := (*Error)(nil)
		if !errors.As(err, &fe) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
}

// A specification survives being written as a query; what is at its default does not
// show.
func TestQuery(t *testing.T) {
	var a, b asked
	s := a.fields()
	if err := s.Parse(`bars=3&columns=x,"y,z"&levels=5&on=true&kind=csv`); err != nil {
		t.Fatal(err)
	}
	a.file = "here.csv"
	q := s.Query()
	if strings.Contains(q, "kind") || strings.Contains(q, "file") {
		t.Errorf("query %s", q)
	}
	if err := b.fields().Restore(q); err != nil {
		t.Fatal(err)
	}
	b.file = a.file
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got %+v\nwant %+v", b, a)
	}
}

// Parameters and the form say what Parse takes.
func TestParameters(t *testing.T) {
	var a asked
	ps := map[string]Parameter{}
	for _, p := range a.fields().Parameters() {
		ps[p.Name] = p
	}
	if _, ok := ps["file"]; ok {
		t.Error("a file is a parameter")
	}
	if p := ps["bars"].Schema; p.Type != "integer" || *p.Minimum != 1 || *p.Maximum != 64 || p.Default != number("8") {
		t.Errorf("bars: %+v", p)
	}
	if p := ps["heat"].Schema; p.Minimum != nil || *p.ExclusiveMinimum != 0 || p.Default != nil {
		t.Errorf("heat: %+v", p)
	}
	if p := ps["name"]; p.Description != "a NAME" || p.Schema.MaxLength != 5 {
		t.Errorf("name: %+v", p)
	}
	if form := a.fields().Form(); len(form) != 1 || form[0].Start != "8" || *form[0].Max != 64 {
		t.Errorf("form: %+v", form)
	}
}

// Names of fields in braces become a door's words; other braces stay.
func TestWords(t *testing.T) {
	known := func(name string) bool { return name == "bars" }
	dash := func(name string) string { return "--" + name }
	for text, want := range map[string]string{"{bars} 0": "--bars 0", "a {b} {bars": "a {b} {bars", "{{bars}}": "{--bars}", "": ""} {
		if got := Words(text, known, dash); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
