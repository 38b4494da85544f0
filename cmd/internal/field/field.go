// Package field describes what a job can be asked for. A [Field] has a name, a kind,
// a default, a range and a help text, written once; from a [Set] of them follow the
// flags of a command (a Field is a pflag.Value and a flag.Value), the strict reading
// of a query string ([Set.Parse]), the parameters of an OpenAPI document
// ([Set.Parameters]) and the fields of the page's form ([Set.Form]).
//
// A Set is bound to the variables of one job's specification. Neither may be used by
// several goroutines at a time.
package field

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is what a field holds.
type Kind string

// The kinds of fields.
const (
	Text    Kind = "text"
	Whole   Kind = "whole"   // a whole number
	Number  Kind = "number"  // any finite number
	Bool    Kind = "boolean" // true or false
	Choice  Kind = "choice"  // one of Choices
	List    Kind = "list"    // texts with commas between them
	Numbers Kind = "numbers" // numbers with commas between them
)

// Door is a set of ways in which people reach a job.
type Door uint

// The doors. Files are named on the command line only: a server gives its clients no
// way to the file system.
const (
	Command  Door = 1 << iota // segue's command line, and segue-beam's
	Request                   // the server's interface and the page, with and without a server
	Anywhere = Command | Request
)

// A Field is one thing that a job can be asked for.
type Field struct {
	Name  string // of the flag and of the parameter
	Short string // one letter for the command line; empty: none
	Kind  Kind   // set by the method of Set that adds the field
	Help  string // one line; words in backquotes name the value in a flag's usage
	Unset string // what happens when the field is left out, where that is no default
	Group string // heading under which help lists it; empty: the job's own
	Label string // on the page; empty: the page does not show it
	Start string // what the page's form starts with; empty: the default

	Min, Max float64  // range of a number, both included; both 0: any
	Above    bool     // Min is excluded
	Below    bool     // Max is excluded
	Served   float64  // largest number in requests, which others wait for; 0: Max
	Length   int      // most characters in requests; 0: 200
	Choices  []string // of Choice
	Doors    Door     // 0: Anywhere
	Hidden   bool     // left out of a command's help

	changed bool
	initial string
	set     func(text string) error
	get     func() string
}

// Error is a value that a field does not take.
type Error struct {
	Field, Value string
	Want         string // "a whole number from 1 to 10000"
}

func (e *Error) Error() string { return e.Worded(func(name string) string { return name }) }

// Worded gives the text with a word for the field.
func (e *Error) Worded(word func(name string) string) string {
	return fmt.Sprintf("%s %s: want %s", word(e.Field), e.shown(), e.Want)
}

// shown is the value, quoted where it is not a number or a list of such.
func (e *Error) shown() string {
	if e.Value != "" && strings.Trim(e.Value, "0123456789.,-+") == "" {
		return e.Value
	}
	return strconv.Quote(e.Value)
}

func (f *Field) fail(value, want string) error {
	const most = 60
	if len(value) > most {
		value = value[:most] + "..."
	}
	return &Error{f.Name, value, want}
}

// Set reads a value. A list that is set again grows.
func (f *Field) Set(text string) error {
	if err := f.set(text); err != nil {
		return err
	}
	f.changed = true
	return nil
}

// String writes the value as Set reads it.
func (f *Field) String() string {
	if f.get == nil { // package flag asks a zero value
		return ""
	}
	return f.get()
}

// Type names the kind of value in a flag's usage.
func (f *Field) Type() string {
	switch f.Kind {
	case Whole:
		return "int"
	case Number:
		return "float"
	case Bool:
		return "bool"
	case List:
		return "strings"
	case Numbers:
		return "floats"
	}
	return "string"
}

// IsBoolFlag tells package flag that no value need follow.
func (f *Field) IsBoolFlag() bool { return f.Kind == Bool }

// Changed reports whether somebody set the field.
func (f *Field) Changed() bool { return f.changed }

// At reports whether a door offers the field.
func (f *Field) At(d Door) bool { return f.Doors == 0 || f.Doors&d != 0 }

// Usage is the help text, with what happens when the field is left out and its
// choices.
func (f *Field) Usage() string {
	s := f.Help
	if len(f.Choices) > 0 {
		s += ": " + either(f.Choices)
	}
	if f.Unset != "" {
		s += " (" + f.Unset + ")"
	}
	return s
}

// want words the range of a number.
func (f *Field) want() string {
	noun := "a number"
	switch f.Kind {
	case Whole:
		noun = "a whole number"
	case Numbers:
		noun = "numbers"
	}
	lo, hi := write(f.Min), write(f.Max)
	switch {
	case f.Min == 0 && f.Max == 0:
		return noun
	case f.Above && f.Below:
		return noun + " between " + lo + " and " + hi
	case f.Above:
		return noun + " above " + lo + ", at most " + hi
	}
	return noun + " from " + lo + " to " + hi
}

// check refuses a number out of range; text is as somebody wrote it.
func (f *Field) check(x float64, text string) error {
	if f.Min == 0 && f.Max == 0 {
		return nil
	}
	if !(x >= f.Min && x <= f.Max) || f.Above && x == f.Min || f.Below && x == f.Max {
		return f.fail(text, f.want())
	}
	return nil
}

// served refuses what a request may not ask for.
func (f *Field) served(text string) error {
	most := f.Length
	if most == 0 {
		most = 200
	}
	if len(text) > most {
		return f.fail(text, fmt.Sprintf("at most %d characters", most))
	}
	if f.Served == 0 {
		return nil
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && x > f.Served {
		limited := *f
		limited.Max = f.Served
		return f.fail(text, limited.want())
	}
	return nil
}

func write(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// either joins choices for people.
func either(choices []string) string {
	n := len(choices)
	if n == 1 {
		return choices[0]
	}
	return strings.Join(choices[:n-1], ", ") + " or " + choices[n-1]
}

// split reads a list as a line of CSV, so that a name with a comma can be quoted.
func split(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	return r.Read()
}

// join writes a list as split reads it.
func join(list []string) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(list) // a builder takes everything
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// oneOf refuses what is no choice.
func (f *Field) oneOf(text string) error {
	if !slices.Contains(f.Choices, text) {
		return f.fail(text, either(f.Choices))
	}
	return nil
}
