package main

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
)

// bandRow is a line of the report.
type bandRow struct {
	key, name    string
	ours, theirs float64 // theirs is negative if nobody was measured
	target       string
}

// bandRows compares the band with players.
func bandRows(ours, theirs *tally) []bandRow {
	row := func(key, name, target string, of func(*tally) ratio) bandRow {
		r := bandRow{key: key, name: name, target: target, ours: of(ours).value(), theirs: -1}
		if x := of(theirs); x.all > 0 {
			r.theirs = x.value()
		}
		return r
	}
	return []bandRow{
		row("root_on_one", "bass: root on one", ">= .85", func(t *tally) ratio { return t.roots }),
		row("bass_steps", "walking bass: steps", "", func(t *tally) ratio { return t.steps }),
		row("bass_repeats", "walking bass: repeated pitches", "", func(t *tally) ratio { return t.repeats }),
		row("ride_share", "drums: ride share", ">= .4", func(t *tally) ratio { return t.rides }),
		row("drum_bars", "drums: distinct bars per 64", ">= 8", func(t *tally) ratio { return t.drumBars }),
		row("outside_gm", "drums: notes outside General MIDI", "0", func(t *tally) ratio { return t.outside }),
		row("comp_rhythms", "piano: rhythms per 64 bars", "> 20", func(t *tally) ratio { return t.compBars }),
		row("comp_above", "piano: notes above the solo", "", func(t *tally) ratio { return t.above }),
		row("clashes", "piano: clashes with the solo", "", func(t *tally) ratio { return t.clashes }),
		row("resolved", "solo: resolved and held", "1", func(t *tally) ratio { return t.resolved }),
		row("cut_off", "solo: cut off at the last bar line", "0", func(t *tally) ratio { return t.cutOff }),
		row("in_scale", "solo: in the chord's scale", "", func(t *tally) ratio { return t.inScale }),
		row("pitch_first", "solo: mean pitch, first third", "", func(t *tally) ratio { return t.arc[0] }),
		row("pitch_second", "solo: mean pitch, second third", "", func(t *tally) ratio { return t.arc[1] }),
		row("pitch_third", "solo: mean pitch, last third", "", func(t *tally) ratio { return t.arc[2] }),
		row("velocity_gap", "solo: velocity, difference from the seed", "", func(t *tally) ratio { return t.velocity }),
		row("choruses_alike", "solo: choruses that end alike", "0", func(t *tally) ratio { return t.alike }),
		row("silent_bars", "bars without a note", "0", func(t *tally) ratio { return t.silent }),
		row("silent_solo", "bars without solo", "", func(t *tally) ratio { return t.quiet[0] }),
		row("silent_bass", "bars without bass", "0", func(t *tally) ratio { return t.quiet[1] }),
		row("silent_piano", "bars without piano", "", func(t *tally) ratio { return t.quiet[2] }),
		row("silent_drums", "bars without drums", "0", func(t *tally) ratio { return t.quiet[3] }),
	}
}

// readDrummers measures the jazz drummers of the Groove MIDI Dataset.
func (t *tally) readDrummers(fsys fs.FS) error {
	return grooves(fsys, func(style string, s *music.Score) {
		bar := 4 * music.Tick(s.Resolution)
		if n := int(s.End() / bar); n >= 16 && feelOf(style) == band.Swing {
			t.drums(s.PartNotes(s.Parts()[0]), 0, music.Tick(s.Resolution), n, true)
		}
	})
}

// feelOf is the feel of a style of the Groove MIDI Dataset; "" if the band has none.
func feelOf(style string) band.Feel {
	first, second, _ := strings.Cut(style, "/")
	switch {
	case style == "jazz", first == "jazz" && (strings.HasPrefix(second, "swing") || strings.HasPrefix(second, "mediumfast")):
		return band.Swing
	case strings.Contains(style, "shuffle"):
		return band.Shuffle
	case strings.Contains(style, "bossa"):
		return band.Bossa
	case strings.Contains(style, "samba"):
		return band.Samba
	case first == "funk":
		return band.Funk
	case first == "rock":
		return band.Rock
	}
	return ""
}

// grooves reads the beats in 4/4 of the Groove MIDI Dataset.
func grooves(fsys fs.FS, each func(style string, s *music.Score)) error {
	f, err := fsys.Open("info.csv")
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("info.csv: %w", err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, name := range []string{"style", "beat_type", "time_signature", "midi_filename"} {
		if _, ok := column[name]; !ok {
			return fmt.Errorf("info.csv: there is no column %q", name)
		}
	}
	for _, r := range rows[1:] {
		if r[column["beat_type"]] != "beat" || r[column["time_signature"]] != "4-4" {
			continue
		}
		name := r[column["midi_filename"]]
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		s, _, err := music.ReadMIDI(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(s.Parts()) > 0 {
			each(r[column["style"]], s)
		}
	}
	return nil
}

// progression is a form that jazz players use, written in C or A minor.
type progression struct {
	name   string
	feel   band.Feel
	chords string
}

// progressions are blues, turnarounds and forms of many tunes. With three keys each they
// are the sixty of `bench band`.
var progressions = []progression{
	{"blues", band.Swing, "C7 | F7 | C7 | C7 | F7 | F7 | C7 | A7 | Dm7 | G7 | C7 A7 | Dm7 G7"},
	{"blues, three chords", band.Shuffle, "C7 | C7 | C7 | C7 | F7 | F7 | C7 | C7 | G7 | F7 | C7 | G7"},
	{"blues, bebop", band.Swing, "Cmaj7 | Bm7b5 E7 | Am7 D7 | Gm7 C7 | F7 | Fm7 Bb7 | Em7 A7 | Ebm7 Ab7 | Dm7 | G7 | Em7 A7 | Dm7 G7"},
	{"minor blues", band.Swing, "Am7 | Dm7 | Am7 | Am7 | Dm7 | Dm7 | Am7 | Am7 | F7 | E7 | Am7 | Bm7b5 E7"},
	{"rhythm changes", band.Swing, "Cmaj7 A7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Cmaj7 C7 | F7 F#dim7 | C6 G7 | C6 | E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"},
	{"two five one", band.Swing, "Dm7 | G7 | Cmaj7 | Cmaj7"},
	{"turnaround", band.Swing, "Cmaj7 | Am7 | Dm7 | G7"},
	{"two five one in minor", band.Swing, "Bm7b5 | E7 | Am6 | Am6"},
	{"major and relative minor", band.Swing, "Dm7 | G7 | Cmaj7 | Fmaj7 | Bm7b5 | E7 | Am7 | Am7"},
	{"cycle of major sevenths", band.Swing, "Am7 | Dm7 | G7 | Cmaj7 | Fmaj7 | B7 | Em7 | Em7"},
	{"dominants round the circle", band.Swing, "E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"},
	{"modal", band.Swing, "Dm7 | Dm7 | Dm7 | Dm7 | Ebm7 | Ebm7 | Dm7 | Dm7"},
	{"bossa", band.Bossa, "Cmaj7 | D7 | Dm7 | G7 | Cmaj7 | D7 | Dm7 G7 | Cmaj7"},
	{"bossa in minor", band.Bossa, "Am7 | Bm7b5 E7 | Am7 | A7 | Dm7 | G7 | Cmaj7 | Bm7b5 E7"},
	{"samba", band.Latin, "Cmaj7 | Cmaj7 | Gm7 | C7 | Fmaj7 | Fm7 Bb7 | Em7 A7 | Dm7 G7"},
	{"ballad", band.Ballad, "Cmaj7 Am7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Gm7 C7 | Fmaj7 Bb7 | Em7 A7 | Dm7 G7"},
	{"ballad in minor", band.Ballad, "Am7 | Dm7 G7 | Cmaj7 Fmaj7 | Bm7b5 E7"},
	{"descending major keys", band.Swing, "Cmaj7 | Cm7 F7 | Bbmaj7 | Bbm7 Eb7 | Abmaj7 | Dm7b5 G7 | Cm7 | Dm7 G7"},
	{"funk", band.Funk, "C7 | C7 | F7 | C7"},
	{"back door", band.TwoBeat, "Cmaj7 | Fm7 Bb7 | Cmaj7 | C7 | Fmaj7 | Fm7 Bb7 | Cmaj7 A7 | Dm7 G7"},
}

// benchKeys are semitones above the written key.
var benchKeys = []int{0, 3, 8}

var chordRoot = regexp.MustCompile(`[A-G][b#]?`)

// transposed is the form a number of semitones higher.
func (p progression) transposed(semitones int) string {
	return chordRoot.ReplaceAllStringFunc(p.chords, func(root string) string {
		class, _, _ := harmony.PitchClass(root)
		return harmony.Name(class + semitones)
	})
}
