package job

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/sound"
	"github.com/segue-go/segue/seq"
)

// worded is an error whose text names fields; Worded gives it a door's words for them.
type worded interface {
	error
	Worded(word func(name string) string) string
}

// Problem is an error of a job whose text names fields, in braces.
type Problem struct {
	Text string
	Err  error // a sentinel; may be nil
}

// Worded gives the text with words for the fields.
func (p *Problem) Worded(word func(name string) string) string {
	return field.Words(p.Text, known, word)
}

func (p *Problem) Error() string { return p.Worded(func(name string) string { return name }) }

// Unwrap returns the sentinel.
func (p *Problem) Unwrap() error { return p.Err }

// usagef makes an error about options that no input can put right.
func usagef(format string, args ...any) error {
	return &Problem{fmt.Sprintf(format, args...), ErrUsage}
}

// IsUsage reports whether an error is about options whatever the data.
func IsUsage(err error) bool {
	fe := (*field.Error)(nil)
	return errors.As(err, &fe) || errors.Is(err, ErrUsage)
}

// IsOption reports whether an error is about options.
func IsOption(err error) bool { return IsUsage(err) || errors.Is(err, ErrOption) }

// Voice is how a door speaks of fields to its own users.
type Voice struct {
	Door field.Door // what the door offers is what it may suggest
	Also string     // a field of another door that this one has in its own way; may be empty
	// Name is what a field is called; label is the page's name of it, empty if the
	// page does not show it.
	Name func(name, label string) string
	// With says by which field something is done, and with which value if it is not
	// empty.
	With func(name, value string) string
}

// The voices of the command's flags, of a request's parameters, and of the page's
// labels.
var (
	Command = Voice{field.Command, "", func(name, _ string) string { return "--" + name }, func(name, value string) string { return "with " + strings.TrimSpace(name+" "+value) }}
	Request = Voice{field.Request, "", func(name, _ string) string { return name }, func(name, value string) string {
		if value == "" {
			value = "true"
		}
		return "with the parameter " + name + "=" + value
	}}
	Page = Voice{field.Request, "future", func(name, label string) string {
		if label == "" {
			return name
		}
		return "“" + label + "”"
	}, func(name, value string) string {
		if value == "" || value == "NAME" {
			return "in " + name
		}
		return "in " + name + ", as " + value
	}}
)

// named is what all jobs together say of a name of fields.
type named struct {
	label string // the page's; empty if it does not show the field
	doors field.Door
}

// names are the names of fields.
var names = sync.OnceValue(func() map[string]named {
	out := map[string]named{}
	for _, k := range Kinds {
		for _, f := range k.New().Fields().Fields {
			n := out[f.Name]
			if n.label == "" {
				n.label = f.Label
			}
			for _, d := range []field.Door{field.Command, field.Request} {
				if f.At(d) {
					n.doors |= d
				}
			}
			out[f.Name] = n
		}
	}
	return out
})

func known(name string) bool {
	_, ok := names()[name]
	return ok
}

// word is a voice's name of a field.
func (v Voice) word(name string) string { return v.Name(name, names()[name].label) }

// Words replaces the names of fields in braces by a door's words.
func (v Voice) Words(text string) string { return field.Words(text, known, v.word) }

// Message makes an error fit for people: without the packages' prefixes and the
// sentinels at the end, which are for programs, and with a door's words for fields.
func Message(err error, v Voice) string {
	s := err.Error()
	var w worded
	if errors.As(err, &w) {
		s = strings.Replace(s, w.Error(), w.Worded(v.word), 1)
	}
	for _, e := range []error{forecast.ErrInput, forecast.ErrTooShort, forecast.ErrUnknown, forecast.ErrNoModel, datasets.ErrInput, music.ErrModel, music.ErrMIDI, seq.ErrFormat, seq.ErrConfig, sound.ErrSoundFont, sound.ErrTooLong, ErrUsage, ErrOption} {
		s = strings.TrimSuffix(s, ": "+e.Error())
	}
	for _, p := range []string{"forecast: ", "datasets: ", "music: ", "seq: ", "sound: ", "roll: "} {
		s = strings.ReplaceAll(s, p, "")
	}
	return clipped(s)
}

// clipped leaves the middle of a very long message out: an error may quote a cell.
func clipped(s string) string {
	const most = 1000 // bytes at each end
	if len(s) <= 2*most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + " ... " + strings.ToValidUTF8(s[len(s)-most:], "")
}

// Remedies are those of an error in data that a door offers.
func Remedies(err error, v Voice) []forecast.Remedy {
	p := (*forecast.Problem)(nil)
	if !errors.As(err, &p) {
		return nil
	}
	var out []forecast.Remedy
	for _, r := range p.Remedies {
		switch {
		case r.Option != "" && r.Option == v.Also:
			r.Suggest = "" // it is chosen, not named
		case r.Option != "" && names()[r.Option].doors&v.Door == 0:
			continue
		}
		out = append(out, r)
	}
	return out
}

// Wrong is an error as a door that answers in JSON words it.
type Wrong struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`

	Remedies []forecast.Remedy `json:"remedies,omitempty"` // what hint says, for programs
}

// Word words an error.
func (v Voice) Word(err error) Wrong {
	return Wrong{Message: Message(err, v), Hint: Hint(err, v), Remedies: Remedies(err, v)}
}

// Hint describes how to fix an error, in a door's words; it is empty if there is no advice.
func Hint(err error, v Voice) string {
	var parts []string
	for _, r := range Remedies(err, v) {
		text := r.Do
		if r.Option != "" {
			text += " " + v.With(v.word(r.Option), r.Suggest)
		}
		parts = append(parts, text)
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", or ")
	case errors.Is(err, forecast.ErrTooShort):
		return v.Words("give more history, or a smaller {horizon}")
	case errors.As(err, new(*TooMuch)) && v.Door == field.Command:
		return v.Words("use fewer series or a smaller {horizon}, or forecast into a folder: {output} FOLDER/")
	case errors.Is(err, os.ErrNotExist):
		return "check the file name"
	case errors.Is(err, music.ErrMIDI):
		return "the file must be a standard MIDI file (.mid)"
	case errors.Is(err, forecast.ErrNoModel), errors.Is(err, music.ErrModel), errors.Is(err, seq.ErrFormat):
		return "make a model with `segue train`"
	}
	return ""
}
