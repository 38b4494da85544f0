package jazz

import (
	"context"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// In every meter a chart stays with its bars to the end: the chords are printed as they
// were written, the bass plays each chord's root when it begins, and the drummer the
// first beat of every bar.
func TestChartsInEveryMeter(t *testing.T) {
	m := pretrained(t)
	combo, err := PretrainedCombo()
	if err != nil {
		t.Fatal(err)
	}
	const bars = 16
	for _, name := range []string{"7/8", "9/8", "5/4", "6/8", "12/8", "5/8", "7/4", "11/8", "3/4"} {
		p := ParsePrompt("swing in " + name)
		changes, err := harmony.ParseChanges("Dm7 G7 | Cmaj7 | Fm7 | Bb7 Eb", p.Bar())
		if err != nil {
			t.Fatal(err)
		}
		c, err := m.Compose(context.Background(), p, Options{Bars: bars, Changes: changes, Combo: combo, Ending: Open, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range c.Changes {
			if want := []string{"Dm7 G7", "Cmaj7", "Fm7", "Bb7 Eb"}[i%4]; got != want {
				t.Errorf("%s: bar %d is %q, want %q", name, i+1, got, want)
			}
		}
		length := c.BarLength(c.MeterAt(0))
		if len(c.Changes) != bars || c.To != bars*length {
			t.Errorf("%s: %d bars of chords, %d ticks", name, len(c.Changes), c.To)
		}
		near := func(notes []music.Note, at music.Tick) *music.Note { // within a 32nd, since drummers are human
			if i := slices.IndexFunc(notes, func(n music.Note) bool { return n.Start >= at-60 && n.Start <= at+60 }); i >= 0 {
				return &notes[i]
			}
			return nil
		}
		var bass, drums []music.Note
		for _, x := range c.Score.Parts() {
			switch {
			case x.Drums():
				drums = c.Score.PartNotes(x)
			case x.Name == "Bass":
				bass = c.Score.PartNotes(x)
			}
		}
		for bar := range music.Tick(bars) {
			if near(drums, bar*length) == nil {
				t.Errorf("%s: no stroke on the first beat of bar %d", name, bar+1)
			}
		}
		step := 40 * changes.Step()
		for i, b := range changes.Until(int(c.To) / 40).Beats {
			if i > 0 && b.Chord == changes.At((i-1)*changes.Step()).Chord {
				continue
			}
			if n := near(bass, music.Tick(i*step)); n == nil || harmony.Class(int(n.Pitch)) != b.Chord.Bass {
				t.Errorf("%s: %s begins at tick %d without its root in the bass", name, b.Chord.Symbol, i*step)
			}
		}
	}
}
