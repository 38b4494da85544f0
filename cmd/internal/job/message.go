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

// Problem is an error of a job whose text names fields, in braces.
type Problem struct {
	Text string
	Err  error // a sentinel; may be nil
}

// Template is the text with names of fields in braces.
func (p *Problem) Template() string { return p.Text }

func (p *Problem) Error() string {
	return field.Words(p.Text, known, func(name string) string { return name })
}

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

// Voice is how a door speaks of a field to its own users; label is the page's name of
// the field, empty if the page does not show it.
type Voice func(name, label string) string

// Command speaks of flags.
func Command(name, _ string) string { return "--" + name }

// Request speaks of parameters.
func Request(name, _ string) string { return name }

// Page speaks of what stands before a field of the form.
func Page(name, label string) string {
	if label == "" {
		return name
	}
	return "“" + label + "”"
}

// labels are the page's names of fields, by name. A field that the page does not
// show has an empty one.
var labels = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, k := range Kinds {
		for _, f := range k.New().Fields().Fields {
			if out[f.Name] == "" {
				out[f.Name] = f.Label
			}
		}
	}
	return out
})

func known(name string) bool {
	_, ok := labels()[name]
	return ok
}

// Words gives a text in which names of fields stand in braces a door's words.
func (v Voice) Words(text string) string {
	return field.Words(text, known, func(name string) string { return v(name, labels()[name]) })
}

// Message makes an error fit for people: without the packages' prefixes and the
// sentinels at the end, which are for programs, and with a door's words for fields.
func Message(err error, v Voice) string {
	s := err.Error()
	var t interface {
		error
		Template() string
	}
	if errors.As(err, &t) {
		s = strings.Replace(s, t.Error(), v.Words(t.Template()), 1)
	}
	for _, e := range []error{forecast.ErrInput, forecast.ErrTooShort, forecast.ErrUnknown, forecast.ErrNoModel, datasets.ErrInput, music.ErrModel, music.ErrMIDI, seq.ErrFormat, seq.ErrConfig, sound.ErrSoundFont, sound.ErrTooLong, ErrUsage, ErrOption} {
		s = strings.TrimSuffix(s, ": "+e.Error())
	}
	for _, p := range []string{"forecast: ", "datasets: ", "music: ", "seq: ", "sound: ", "roll: "} {
		s = strings.ReplaceAll(s, p, "")
	}
	return s
}

// Hint says how to mend an error.
func Hint(err error, _ Voice) string {
	s := err.Error()
	for _, h := range []struct{ part, hint string }{
		{"name the one to forecast, or take all", "choose a column with --value NAME, several with --value A,B, all with --wide"},
		{"name the one to forecast", "choose a column with --value NAME"},
		{"steps to forecast", "give the values in --future FILE, or name the column with --past-regressors"},
		{"there is no column", "names are matched without regard to case; see them with `segue inspect FILE`"},
		{"give the date format", "say it with --date-format, for example --date-format %d/%m/%Y"},
		{"does not match layout", "say how dates are written with --date-format, for example --date-format %Y-%m-%d"},
		{"is not a time that I know", "name the column with --time NAME, or say how it is written with --date-format"},
		{"stands on line", "name the column that tells series apart with --id NAME, or merge the rows with --duplicates mean"},
		{"too few to tell the frequency", "say the frequency with --freq, for example --freq M"},
		{"not evenly spaced", "say the frequency with --freq, for example --freq D"},
		{"is not on the grid", "say the frequency with --freq, for example --freq D"},
		{"is not a number", "mend the cell, or leave it empty if the value is missing"},
		{"too few values", "give more history, or a shorter --horizon"},
	} {
		if strings.Contains(s, h.part) {
			return h.hint
		}
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "check the file name"
	case errors.Is(err, music.ErrMIDI):
		return "the file must be a standard MIDI file (.mid)"
	case errors.Is(err, forecast.ErrNoModel), errors.Is(err, music.ErrModel), errors.Is(err, seq.ErrFormat):
		return "make a model with `segue train`"
	}
	return ""
}
