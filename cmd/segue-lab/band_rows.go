package main

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"

	"github.com/segue-go/segue/music"
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
		row("silent_bars", "bars without a note", "0", func(t *tally) ratio { return t.silent }),
	}
}

// readDrummers measures the jazz drummers of the Groove MIDI Dataset.
func (t *tally) readDrummers(fsys fs.FS) error {
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
		style := r[column["style"]]
		if r[column["beat_type"]] != "beat" || r[column["time_signature"]] != "4-4" || style != "jazz" && !strings.HasPrefix(style, "jazz/swing") && !strings.HasPrefix(style, "jazz/mediumfast") {
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
		bar := 4 * music.Tick(s.Resolution)
		if n := int(s.End() / bar); n >= 16 && len(s.Parts()) > 0 {
			t.drums(s.PartNotes(s.Parts()[0]), 0, music.Tick(s.Resolution), n, true)
		}
	}
	return nil
}
