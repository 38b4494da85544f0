package job

import (
	"errors"
	"os"
	"strings"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/sound"
	"github.com/segue-go/segue/seq"
)

// Message makes a library's error fit for a command: without the packages'
// prefixes and the sentinels at the end, which are for programs.
func Message(err error) string {
	s := err.Error()
	for _, e := range []error{forecast.ErrInput, forecast.ErrTooShort, forecast.ErrUnknown, forecast.ErrNoModel, datasets.ErrInput, music.ErrModel, music.ErrMIDI, seq.ErrFormat, seq.ErrConfig, sound.ErrSoundFont, sound.ErrTooLong, ErrOption} {
		s = strings.TrimSuffix(s, ": "+e.Error())
	}
	for _, p := range []string{"forecast: ", "datasets: ", "music: ", "seq: ", "sound: ", "roll: "} {
		s = strings.ReplaceAll(s, p, "")
	}
	return s
}

// Hint says how to mend an error.
func Hint(err error) string {
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
