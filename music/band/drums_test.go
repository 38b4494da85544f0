package band

import (
	"fmt"
	"testing"

	"github.com/segue-go/segue/music"
)

// session plays bars of four over a blues, with a feel at a tempo.
func session(t *testing.T, feel Feel, tempo float64, meter music.Meter, bars int, seed uint64) (*music.Continuation, *Plan) {
	t.Helper()
	swing := 1.0
	if feel == Swing || feel == TwoBeat || feel == Shuffle || feel == Ballad {
		swing = 1.8
	}
	s := solo(meter, 480, 4, swing)
	s.Tempos[0].MicrosPerBeat = int(60e6 / tempo)
	c, p := plan(t, s, "F7 | Bb7 | F7 | F7 | Bb7 | Bb7 | F7 | D7 | Gm7 | C7 | F7 D7 | Gm7 C7", bars)
	p.Feel, p.Random = feel, seed
	for i, b := range p.bars() { // a solo that rests in every fourth bar
		for k := 0; k < b.length && i%4 != 3; k += 6 {
			p.Notes = append(p.Notes, music.LineNote{At: b.start + k, Dur: 5, Pitch: 67 + k%7, Velocity: 84})
		}
	}
	trio.Accompany(c, p)
	return c, p
}

// share is the part of notes for which is holds.
func share(notes []music.Note, is func(music.Note) bool) float64 {
	n := 0
	for _, x := range notes {
		if is(x) {
			n++
		}
	}
	return float64(n) / float64(max(len(notes), 1))
}

// onBeats counts the strokes of a key within a sixteenth of the beats k of each bar.
func onBeats(notes []music.Note, p *Plan, key uint8, k ...int) (hits, chances int) {
	for _, b := range p.bars() {
		for _, i := range k {
			chances++
			at := p.tick(&b, b.beats[i])
			for _, n := range notes {
				if d := n.Start - at; n.Pitch == key && d > -120 && d < 120 {
					hits++
					break
				}
			}
		}
	}
	return hits, chances
}

// Every feel at every tempo from 50 to 320 is played in General MIDI notes, with at
// least eight different bars in sixty-four and no bar without drums.
func TestDrumsOfEveryFeel(t *testing.T) {
	for _, feel := range append([]Feel{""}, Feels...) {
		for _, tempo := range []float64{50, 90, 140, 200, 260, 320} {
			c, p := session(t, feel, tempo, music.Meter{Num: 4, Den: 4}, 64, 3)
			notes := part(c, "Drums")
			bars := map[string]bool{}
			for _, b := range p.bars() {
				content := ""
				for _, n := range notes {
					if at := p.straight(n.Start+20) - b.start; at >= 0 && at < b.length {
						content += fmt.Sprint(at/3, ".", n.Pitch, " ")
					}
				}
				if content == "" {
					t.Errorf("%s at %v: bar %d is empty", feel, tempo, b.index+1)
				}
				bars[content] = true
			}
			if len(bars) < 8 {
				t.Errorf("%s at %v: %d different bars of 64", feel, tempo, len(bars))
			}
			for _, n := range notes {
				if n.Pitch < 35 || n.Pitch > 81 {
					t.Fatalf("%s at %v: note %d is not of General MIDI", feel, tempo, n.Pitch)
				}
			}
		}
	}
}

// In swing the ride plays every beat but those of fills, the hi-hat closes on 2 and 4,
// and most of what is not bass drum is cymbals.
func TestSwingTime(t *testing.T) {
	for _, tempo := range []float64{90, 140, 200, 260, 320} {
		c, p := session(t, Swing, tempo, music.Meter{Num: 4, Den: 4}, 64, 1)
		notes := part(c, "Drums")
		if hit, all := onBeats(notes, p, ride, 0, 1, 2, 3); hit < all*8/10 {
			t.Errorf("at %v the ride plays %d of %d beats", tempo, hit, all)
		}
		if hit, all := onBeats(notes, p, pedal, 1, 3); hit < all*9/10 {
			t.Errorf("at %v the hi-hat closes on %d of %d backbeats", tempo, hit, all)
		}
		if hit, _ := onBeats(notes, p, pedal, 0, 2); hit > 0 {
			t.Errorf("at %v the hi-hat closes on %d beats 1 and 3", tempo, hit)
		}
		loud := share(notes, func(n music.Note) bool { return n.Pitch == kick && n.Velocity > 60 })
		if loud > .1 {
			t.Errorf("at %v %.2f of the strokes are a loud bass drum, want it feathered", tempo, loud)
		}
	}
}

// The snare speaks where the solo rests.
func TestSnareAnswers(t *testing.T) {
	var answers, covered int
	for seed := range uint64(8) {
		s := solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1.8)
		c, p := plan(t, s, "F7 | Bb7", 64)
		p.Feel, p.Random = Swing, seed
		for _, b := range p.bars() {
			for k := 0; k < 18; k += 6 {
				p.Notes = append(p.Notes, music.LineNote{At: b.start + k, Dur: 5, Pitch: 70, Velocity: 84})
			}
		}
		trio.Accompany(c, p)
		for _, n := range part(c, "Drums") {
			at := p.straight(n.Start + 20)
			for _, b := range p.bars() {
				if n.Pitch == snare && b.phrase%4 != 3 && at >= b.start && at < b.start+b.length {
					if at-b.start < 20 {
						covered++
					} else if at-b.start >= 26 && at-b.start < 46 {
						answers++
					}
				}
			}
		}
	}
	if answers < 2*covered {
		t.Errorf("%d strokes where the solo rests, %d where it plays", answers, covered)
	}
}

// The backbeat of rock, funk and shuffle is the snare on 2 and 4; a bossa nova has its
// bass drum on 1 and 3 and before them.
func TestBackbeats(t *testing.T) {
	for _, feel := range []Feel{Rock, Funk, Shuffle} {
		c, p := session(t, feel, 110, music.Meter{Num: 4, Den: 4}, 64, 2)
		if hit, all := onBeats(part(c, "Drums"), p, snare, 1, 3); hit < all*8/10 {
			t.Errorf("%s: snare on %d of %d backbeats", feel, hit, all)
		}
	}
	c, p := session(t, Bossa, 130, music.Meter{Num: 4, Den: 4}, 64, 2)
	if hit, all := onBeats(part(c, "Drums"), p, kick, 0, 2); hit < all*8/10 {
		t.Errorf("bossa: bass drum on %d of %d of the beats 1 and 3", hit, all)
	}
}

// Every meter has its first beat, and compound meters are played in groups of three.
func TestDrumsOfMeters(t *testing.T) {
	for _, m := range []music.Meter{{Num: 3, Den: 4}, {Num: 5, Den: 4}, {Num: 6, Den: 8}, {Num: 9, Den: 8}, {Num: 12, Den: 8}, {Num: 7, Den: 8}, {Num: 7, Den: 4}} {
		for _, feel := range []Feel{Swing, Latin, Rock} {
			c, p := session(t, feel, 130, m, 32, 5)
			notes := part(c, "Drums")
			first := 0
			for _, b := range p.bars() {
				for _, n := range notes {
					if d := n.Start - p.tick(&b, 0); d > -60 && d < 60 {
						first++
						break
					}
				}
			}
			if first < 31 {
				t.Errorf("%s in %d/%d: a stroke on the first beat of %d of 32 bars", feel, m.Num, m.Den, first)
			}
			bars := p.bars()
			if got := bars[0].beats; m.Den == 8 && m.Num%3 == 0 && (len(got) != m.Num/3 || got[1] != 18) {
				t.Errorf("%d/%d has beats at %v", m.Num, m.Den, got)
			}
		}
	}
}

// Phrases end in fills: the eighth bar has more snare and toms than the others.
func TestFills(t *testing.T) {
	var fill, rest float64
	for seed := range uint64(4) {
		c, _ := session(t, Swing, 150, music.Meter{Num: 4, Den: 4}, 64, seed)
		for _, n := range part(c, "Drums") {
			if n.Pitch != snare && n.Pitch != lowTom && n.Pitch != midTom && n.Pitch != highTom {
				continue
			}
			bar := int(n.Start+30-c.From) / 1920
			if bar%phraseBars == phraseBars-1 {
				fill++
			} else {
				rest += 1. / (phraseBars - 1)
			}
		}
	}
	if fill < 1.3*rest {
		t.Errorf("%.0f strokes of snare and toms in eighth bars, %.0f in the others", fill, rest)
	}
}
