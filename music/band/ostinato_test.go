package band

import (
	"fmt"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// barsOf describes each bar of a bass by its onsets and its pitches above the chord's
// lowest note, without its last eighth, which may lead to the next chord.
func barsOf(p *Plan, notes []music.Note) []string {
	out := make([]string, len(p.Bars)-1)
	for _, b := range p.bars() {
		for _, n := range notes {
			if n.Start >= p.Bars[b.index] && n.Start < p.tick(&b, b.length-eighth) {
				at := p.straight(n.Start) - b.start
				out[b.index] += fmt.Sprint(at, ":", harmony.Class(int(n.Pitch)-p.chord(&b, at).Bass), " ")
			}
		}
	}
	return out
}

// repeated is the share of bars that are as the bar before or the one before that.
func repeated(bars []string) float64 {
	same := 0
	for i := 2; i < len(bars); i++ {
		if bars[i] == bars[i-1] || bars[i] == bars[i-2] {
			same++
		}
	}
	return float64(same) / float64(len(bars)-2)
}

// Over a chord that lasts, and in Latin music, the bass repeats a figure; over a form
// that moves it does not, nor in fast jazz. A figure begins with the root and does not
// last for ever.
func TestOstinato(t *testing.T) {
	const dorian = "Dm7 | % | % | % | % | % | % | % | Ebm7 | % | % | % | Dm7 | % | % | %"
	for _, c := range []struct {
		chords  string
		feel    Feel
		meter   music.Meter
		repeats bool
	}{
		{dorian, Swing, music.Meter{Num: 4, Den: 4}, true}, {"Dm7", Swing, music.Meter{Num: 6, Den: 8}, true}, {"Dm7", Swing, music.Meter{Num: 7, Den: 8}, true},
		{"Gm7", Funk, music.Meter{Num: 4, Den: 4}, true}, {"C7sus4", Rock, music.Meter{Num: 4, Den: 4}, true}, {dorian, Bossa, music.Meter{Num: 4, Den: 4}, true},
		{"Cmaj7 | A7 | Dm7 | G7", Bossa, music.Meter{Num: 4, Den: 4}, true}, {"Cmaj7 | A7 | Dm7 | G7", Samba, music.Meter{Num: 4, Den: 4}, true}, {"Dm7", Swing, music.Meter{Num: 5, Den: 4}, true},
		{standards[2], Swing, music.Meter{Num: 4, Den: 4}, false}, {"Cmaj7 | A7 | Dm7 | G7", Swing, music.Meter{Num: 4, Den: 4}, false},
	} {
		for seed := range uint64(2) {
			p, notes := walked(t, c.chords, c.feel, c.meter, seed)
			bars := barsOf(p, notes)
			if r := repeated(bars); c.repeats && r < .4 || !c.repeats && r > .3 {
				t.Errorf("%s in %d/%d over %q: %.2f of the bars repeat", c.feel, c.meter.Num, c.meter.Den, c.chords, r)
			}
			seen := map[string]bool{}
			for _, b := range bars {
				seen[b] = true
			}
			if len(seen) < 3 {
				t.Errorf("%s over %q: %d different bars in 32", c.feel, c.chords, len(seen))
			}
			for i, b := range p.bars() {
				if !c.repeats {
					break
				}
				if len(bars[i]) < 4 || bars[i][:4] != "0:0 " {
					t.Errorf("%s over %q: bar %d begins with %q and not with %s", c.feel, c.chords, i+1, bars[i], harmony.Name(p.chord(&b, 0).Bass))
					break
				}
			}
		}
	}
	c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1.7), dorian, 32)
	p.Seed.Tempos[0].MicrosPerBeat = 250000 // 240 a minute
	p.Feel = Swing
	trio.Accompany(c, p)
	if r := repeated(barsOf(p, part(c, "Bass"))); r > .3 {
		t.Errorf("fast modal jazz: %.2f of the bars repeat", r)
	}
}
