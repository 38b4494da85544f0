package band

import (
	"fmt"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// chords groups the notes of a part by onset.
func chords(notes []music.Note) (onsets []music.Tick, voicings [][]int) {
	for _, n := range notes {
		if k := len(onsets); k == 0 || onsets[k-1] != n.Start {
			onsets, voicings = append(onsets, n.Start), append(voicings, nil)
		}
		last := &voicings[len(voicings)-1]
		*last = append(*last, int(n.Pitch))
	}
	for _, v := range voicings {
		slices.Sort(v)
	}
	return onsets, voicings
}

// Chords are voiced in their tones and tensions, or half a beat early in those of the
// next chord, with the third; voices move little, and the solo keeps its register.
func TestVoicings(t *testing.T) {
	meters := []music.Meter{{Num: 4, Den: 4}, {Num: 7, Den: 8}, {Num: 9, Den: 8}, {Num: 5, Den: 4}, {Num: 12, Den: 8}}
	changes := "Dm7 G7 | Cmaj7 | F#m7b5 B7 | Em7 | Cdim7 | A7sus4 | C+7 | Fm6 | Bb | G7b9"
	for seed := range uint64(20) {
		c, p := plan(t, solo(meters[seed%5], 480, 4, 1.7), changes, 40)
		p.Random = seed
		for _, b := range p.bars() {
			for k := 0; k < b.length; k += 6 {
				p.Notes = append(p.Notes, music.LineNote{At: b.start + k, Dur: 6, Pitch: 72 + k%12/6, Velocity: 84})
			}
		}
		trio.Accompany(c, p)
		onsets, voicings := chords(part(c, "Piano"))
		if len(onsets) < 30 {
			t.Errorf("seed %d: %d chords in 40 bars", seed, len(onsets))
		}
		for i, v := range voicings {
			at := p.straight(onsets[i])
			here, soon := p.Changes.At(at).Chord, p.Changes.At(min(at+music.Grid/2, p.to()-1)).Chord
			fits := func(c harmony.Chord) bool {
				for _, pitch := range v {
					if !allowed(c, pitch) {
						return false
					}
				}
				return true
			}
			if !fits(here) && !fits(soon) {
				t.Errorf("seed %d: %v over %s", seed, v, here.Symbol)
			}
			if len(v) < 3 || len(v) > 4 {
				t.Errorf("seed %d: a voicing of %d notes", seed, len(v))
			}
			if top := v[len(v)-1]; v[0] < compLow || top > 71 {
				t.Errorf("seed %d: %v under a solo from 72 on", seed, v)
			}
			if i > 0 {
				if d := v[len(v)-1] - voicings[i-1][len(voicings[i-1])-1]; d > 7 || d < -7 {
					t.Errorf("seed %d: the top voice jumps from %v to %v", seed, voicings[i-1], v)
				}
			}
		}
	}
}

// No major seventh over a dominant, no fourth over a major third, nothing besides the
// symbol over altered chords and triads.
func TestTensions(t *testing.T) {
	for symbol, want := range map[string][]int{
		"C7": {0, 2, 4, 7, 9, 10}, "Cmaj7": {0, 2, 4, 7, 9, 11}, "Cm7": {0, 2, 3, 5, 7, 10}, "C7b9": {0, 1, 4, 7, 10}, "C": {0, 4, 7}, "Cdim7": {0, 3, 6, 9},
	} {
		c, err := harmony.ParseChord(symbol)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for d := range 12 {
			if allowed(c, d) {
				got = append(got, d)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s may have %v, want %v", symbol, got, want)
		}
	}
}

// In sixty-four bars there are more than twenty rhythms.
func TestRhythms(t *testing.T) {
	for _, feel := range []Feel{Swing, Bossa, Funk, Shuffle} {
		c, p := session(t, feel, 140, music.Meter{Num: 4, Den: 4}, 64, 4)
		onsets, _ := chords(part(c, "Piano"))
		seen := map[string]bool{}
		for _, b := range p.bars() {
			rhythm := ""
			for _, at := range onsets {
				if s := p.straight(at) - b.start; s >= 0 && s < b.length {
					rhythm += fmt.Sprint(s, " ")
				}
			}
			seen[rhythm] = true
		}
		if len(seen) <= 20 {
			t.Errorf("%s: %d rhythms in 64 bars", feel, len(seen))
		}
	}
}

// The piano gets louder and softer with the solo.
func TestDynamics(t *testing.T) {
	mean := func(velocity int) float64 {
		c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1.7), "C7", 16)
		for _, b := range p.bars() {
			p.Notes = append(p.Notes, music.LineNote{At: b.start, Dur: 12, Pitch: 70, Velocity: velocity})
		}
		trio.Accompany(c, p)
		var sum float64
		all := append(part(c, "Piano"), part(c, "Drums")...)
		for _, n := range all {
			sum += float64(n.Velocity)
		}
		return sum / float64(len(all))
	}
	if soft, loud := mean(35), mean(110); soft > .75*loud {
		t.Errorf("mean velocity %.0f under a soft solo, %.0f under a loud one", soft, loud)
	}
}

// A guitar beside a piano plays four to the bar; an organ holds its chords.
func TestTouch(t *testing.T) {
	c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1.7), "Dm7 | G7", 8)
	lineup, err := ParseLineup("quartet,organ")
	if err != nil {
		t.Fatal(err)
	}
	(&Band{Lineup: lineup}).Accompany(c, p)
	if onsets, _ := chords(part(c, "Guitar")); len(onsets) != 32 {
		t.Errorf("%d chords of the guitar in 8 bars, want one on each beat", len(onsets))
	}
	var sounding music.Tick
	onsets, _ := chords(part(c, "Organ"))
	for i, at := range onsets {
		for _, n := range part(c, "Organ") {
			if n.Start == at {
				sounding += n.Dur
				break
			}
		}
		_ = i
	}
	if sounding < 7*1920 {
		t.Errorf("the organ sounds for %d of %d ticks", sounding, 8*1920)
	}
}
