package field

import "strings"

// Parameter is a parameter of an OpenAPI document.
type Parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Description string `json:"description"`
	Schema      Schema `json:"schema"`
}

// Schema is the part of JSON Schema that parameters need.
type Schema struct {
	Type             string   `json:"type"`
	Enum             []string `json:"enum,omitempty"`
	Minimum          *float64 `json:"minimum,omitempty"`
	ExclusiveMinimum *float64 `json:"exclusiveMinimum,omitempty"`
	Maximum          *float64 `json:"maximum,omitempty"`
	ExclusiveMaximum *float64 `json:"exclusiveMaximum,omitempty"`
	MaxLength        int      `json:"maxLength,omitempty"`
	Default          any      `json:"default,omitempty"`
}

// Parameters describes the fields that requests may have.
func (s *Set) Parameters() []Parameter {
	out := []Parameter{}
	for _, f := range s.At(Request) {
		p := Parameter{Name: f.Name, In: "query", Description: f.described()}
		switch f.Kind {
		case Whole:
			p.Schema.Type = "integer"
		case Number:
			p.Schema.Type = "number"
		case Bool:
			p.Schema.Type = "boolean"
		default:
			p.Schema.Type = "string"
		}
		switch f.Kind {
		case Whole, Number:
			p.Schema.bound(f)
		case Choice:
			p.Schema.Enum = f.Choices
		case Text, List, Numbers:
			if p.Schema.MaxLength = f.Length; f.Length == 0 {
				p.Schema.MaxLength = 200
			}
		}
		p.Schema.Default = f.fallback()
		out = append(out, p)
	}
	return out
}

// described is the help for people who read documents.
func (f *Field) described() string {
	s := strings.ReplaceAll(f.Help, "`", "")
	if f.Unset != "" {
		s += "; if left out: " + f.Unset
	}
	return s
}

func (s *Schema) bound(f *Field) {
	lo, hi := f.Min, f.Max
	if f.Served != 0 {
		hi = f.Served
	}
	if lo == 0 && hi == 0 {
		return
	}
	s.Minimum, s.Maximum = &lo, &hi
	if f.Above {
		s.Minimum, s.ExclusiveMinimum = nil, &lo
	}
	if f.Below {
		s.Maximum, s.ExclusiveMaximum = nil, &hi
	}
}

// fallback is the default as JSON has it; nil where leaving the field out says
// something else.
func (f *Field) fallback() any {
	switch f.Kind {
	case Bool:
		return f.initial == "true"
	case Whole, Number:
		if f.Unset == "" {
			return number(f.initial)
		}
	default:
		if f.initial != "" {
			return f.initial
		}
	}
	return nil
}

// number writes digits into JSON as they are.
type number string

// MarshalJSON gives the digits.
func (n number) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// Input is a field of the page's form.
type Input struct {
	Name    string   `json:"name"`
	Label   string   `json:"label"`
	Help    string   `json:"help"`
	Kind    Kind     `json:"kind"`
	Start   string   `json:"start"`            // what the form starts with
	Empty   string   `json:"empty,omitempty"`  // what happens when it is left empty
	Min     *float64 `json:"min,omitempty"`    // least number
	Max     *float64 `json:"max,omitempty"`    // largest number
	Most    int      `json:"length,omitempty"` // most characters
	Choices []string `json:"choices,omitempty"`
}

// Form describes the fields that the page shows.
func (s *Set) Form() []Input {
	var out []Input
	for i, p := range s.Parameters() {
		f := s.At(Request)[i]
		if f.Label == "" {
			continue
		}
		in := Input{Name: f.Name, Label: f.Label, Help: p.Description, Kind: f.Kind, Start: f.Start, Empty: f.Unset, Min: p.Schema.Minimum, Max: p.Schema.Maximum, Most: p.Schema.MaxLength, Choices: f.Choices}
		if in.Start == "" && f.Unset == "" {
			in.Start = f.initial
		}
		out = append(out, in)
	}
	return out
}
