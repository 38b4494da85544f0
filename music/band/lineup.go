package band

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Instrument is a player of the band.
type Instrument string

const (
	Bass   Instrument = "bass"
	Piano  Instrument = "piano"
	Guitar Instrument = "guitar" // four to the bar beside a piano or an organ, else chords
	Organ  Instrument = "organ"
	Drums  Instrument = "drums"
)

// Instruments lists the players in the order of their tracks.
var Instruments = []Instrument{Bass, Piano, Organ, Guitar, Drums}

// Lineup holds the level of each instrument that plays: 1 is as usual, .5 half as loud,
// and one that is missing or 0 does not play.
type Lineup map[Instrument]float64

// lineups are the bands that have a name.
var lineups = map[string][]Instrument{
	"trio":     {Bass, Piano, Drums},
	"quartet":  {Bass, Piano, Guitar, Drums},
	"organ":    {Bass, Organ, Drums},
	"guitar":   {Bass, Guitar, Drums},
	"no-drums": {Bass, Piano},
	"no-piano": {Bass, Drums},
	"no-bass":  {Piano, Drums},
	"none":     {},
}

// LineupNames are the names that [ParseLineup] knows besides those of the instruments.
func LineupNames() []string { return slices.Sorted(maps.Keys(lineups)) }

// mostLevel is the largest level of an instrument.
const mostLevel = 2

// ParseLineup reads the name of a band ("trio", "no-drums") or a list of instruments
// with levels ("bass,guitar", "trio,piano=0.5,drums=0").
func ParseLineup(s string) (Lineup, error) {
	out := Lineup{}
	words := strings.Split(s, ",")
	for _, word := range words {
		name, level, given := strings.Cut(strings.ToLower(strings.TrimSpace(word)), "=")
		gain := 1.0
		if given {
			var err error
			if gain, err = strconv.ParseFloat(level, 64); err != nil || !(gain >= 0 && gain <= mostLevel) {
				return nil, fmt.Errorf("band: the level in %q is not a number from 0 to %d", word, mostLevel)
			}
		}
		members, ok := lineups[name]
		if slices.Contains(Instruments, Instrument(name)) && (!ok || len(words) > 1) { // in a list "guitar" is the instrument
			members, ok = []Instrument{Instrument(name)}, true
		}
		if !ok {
			return nil, fmt.Errorf("band: %q is no band and no instrument: want %s, or a list of bass, piano, organ, guitar, drums", word, strings.Join(LineupNames(), ", "))
		}
		for _, m := range members {
			out[m] = gain
		}
	}
	return out, nil
}
