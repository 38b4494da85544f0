package jazz

import (
	"context"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// tune is a line of eight bars in a key over I IV V I, given by its scale.
func tune(tonic int, scale []int) *music.Score {
	s := riff(music.Meter{Num: 4, Den: 4}, 480, 1, 60)
	s.Tracks[0].Notes = nil
	degrees := []int{2, 4, 2, 3, 5, 3, 4, 1, 6, 0, 2, 0}
	for bar := range 8 {
		for k, at := range []music.Tick{0, 480, 960} {
			pitch := tonic + scale[degrees[bar%4*3+k]]
			dur := music.Tick(450)
			if k == 2 {
				dur = 920
			}
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(bar)*1920 + at, Dur: dur, Pitch: uint8(pitch), Velocity: 80, Channel: 2})
		}
	}
	return s
}

// A continuation ends on a tone of the tonic's triad, held for the last bar, in every
// key and for every seed of the random numbers.
func TestEndingResolves(t *testing.T) {
	m := pretrained(t)
	major, minor := []int{0, 2, 4, 5, 7, 9, 11}, []int{0, 2, 3, 5, 7, 8, 11}
	for tonic := range 12 {
		for k, scale := range [][]int{major, minor} {
			c, err := m.Continue(context.Background(), tune(60+tonic, scale), Options{Bars: 8, Seed: uint64(tonic)})
			if err != nil {
				t.Fatal(err)
			}
			notes := fresh(c)
			last := notes[len(notes)-1]
			above := harmony.Class(int(last.Pitch) - tonic)
			if above != 0 && above != scale[2] && above != 7 {
				t.Errorf("in %s, mode %d, the last note is %s", harmony.Name(tonic), k, harmony.Name(int(last.Pitch)))
			}
			if last.Start < c.To-1920-60 || last.Dur < 1700 || last.End() > c.To {
				t.Errorf("the last note %+v is not held in the last bar, up to %d", last, c.To)
			}
			if d := int(last.Pitch) - int(notes[len(notes)-2].Pitch); d > 12 || d < -12 {
				t.Errorf("the last note is reached by a leap of %d", d)
			}
		}
	}
}

// With the ending "none" nothing is held; a tag adds four bars and ends held.
func TestEndings(t *testing.T) {
	m := pretrained(t)
	combo, err := PretrainedCombo()
	if err != nil {
		t.Fatal(err)
	}
	changes, err := harmony.ParseChanges("Dm7 | G7 | Cmaj7 | A7", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	for ending, bars := range map[Ending]int{Open: 8, Held: 8, Tag: 12} {
		c, err := m.Continue(context.Background(), tune(60, []int{0, 2, 4, 5, 7, 9, 11}), Options{Bars: 8, Changes: changes, Combo: combo, Ending: ending})
		if err != nil {
			t.Fatal(err)
		}
		if got := int(c.To-c.From) / 1920; got != bars {
			t.Errorf("%s: %d bars, want %d", ending, got, bars)
		}
		for _, p := range c.Score.Parts() {
			var last []music.Note
			for _, n := range c.Score.PartNotes(p) {
				if n.Start >= c.To-1920-60 {
					last = append(last, n)
				}
			}
			held := len(last) > 0 && len(last) <= 4
			for _, n := range last {
				held = held && n.Start <= c.To-1920+60 && n.Dur > 1700
			}
			if held != (ending != Open) {
				t.Errorf("%s: %q holds the last bar: %v", ending, p.Name, held)
			}
			for _, n := range last {
				if ending != Open && !p.Drums() && !map[int]bool{0: true, 4: true, 7: true, 11: true, 9: true, 2: true}[harmony.Class(int(n.Pitch))] {
					t.Errorf("%s: %q ends on %s", ending, p.Name, harmony.Name(int(n.Pitch)))
				}
			}
		}
	}
	if _, err := m.Continue(context.Background(), tune(60, []int{0, 2, 4, 5, 7, 9, 11}), Options{Ending: "fade"}); err == nil {
		t.Error("an ending that does not exist is accepted")
	}
}

// The other parts of the seed hold the last chord with the solo.
func TestOthersHold(t *testing.T) {
	s := tune(60, []int{0, 2, 4, 5, 7, 9, 11})
	var chords, bass music.Track
	for bar, root := range []int{48, 53, 55, 48, 48, 53, 55, 48} {
		for _, above := range []int{0, 4, 7} {
			chords.Notes = append(chords.Notes, music.Note{Start: music.Tick(bar) * 1920, Dur: 900, Pitch: uint8(root + above), Velocity: 60, Channel: 1})
		}
		for beat := range 4 {
			bass.Notes = append(bass.Notes, music.Note{Start: music.Tick(bar)*1920 + music.Tick(beat)*480, Dur: 400, Pitch: uint8(root - 12), Velocity: 60, Channel: 3})
		}
	}
	s.Tracks = append(s.Tracks, chords, bass)
	c, err := pretrained(t).Continue(context.Background(), s, Options{Bars: 7, Part: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []int{1, 2} {
		for _, n := range c.Tracks[k].Notes {
			if n.Start < c.To-1920 {
				continue
			}
			if n.Start != c.To-1920 || n.Dur != 1920 || n.Pitch%12 != 0 && n.Pitch%12 != 4 && n.Pitch%12 != 7 {
				t.Errorf("part %d ends with %+v", k+1, n)
			}
		}
	}
}

func TestFindKey(t *testing.T) {
	for chords, want := range map[string]string{
		"Dm7 | G7 | Cmaj7 | A7": "C major",
		"G | C | F | G":         "G major",
		"F7 | Bb7 | F7 | F7 | Bb7 | Bb7 | F7 | F7 | Gm7 | C7 | F7 | C7": "F major",
		"Am7 | D7 | Gmaj7 | Cmaj7 | F#m7b5 | B7 | Em | Em":              "E minor",
		"Cm7 | Fm7 | Dm7b5 G7 | Cm7":                                    "C minor",
		"Dm7 | % | % | % | Ebm7 | % | Dm7 | %":                          "D minor",
		"Am7 | Dm7 | G7 | Cmaj7 | Fmaj7 | B7 | Em7 | Em7":               "E minor",
		"Am | F | C | G": "C major",
	} {
		changes, err := harmony.ParseChanges(chords, music.Meter{Num: 4, Den: 4})
		if err != nil {
			t.Fatal(err)
		}
		if got := findKey(changes.Beats, nil, false).String(); got != want && !(chords == "Am | F | C | G" && got == "A minor") {
			t.Errorf("%s: %s, want %s", chords, got, want)
		}
	}
}

// Two choruses do not end alike, neither the solo nor the band.
func TestChorusesEndDifferently(t *testing.T) {
	combo, err := PretrainedCombo()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(2) {
		c, err := pretrained(t).Compose(context.Background(), ParsePrompt("blues in F, two choruses"), Options{Combo: combo, Seed: seed, Ending: Open})
		if err != nil {
			t.Fatal(err)
		}
		if c.To != 24*1920 {
			t.Fatalf("%d ticks", c.To)
		}
		for _, p := range c.Score.Parts() {
			var ends [2][]music.Note
			for _, n := range c.Score.PartNotes(p) {
				if k := n.Start / (12 * 1920); n.Start-k*12*1920 >= 10*1920 {
					n.Start -= k * 12 * 1920
					n.Dur, n.Velocity = 0, 0
					ends[k] = append(ends[k], n)
				}
			}
			same := 0
			for _, n := range ends[0] {
				if slices.ContainsFunc(ends[1], func(m music.Note) bool { return m.Pitch == n.Pitch && max(m.Start-n.Start, n.Start-m.Start) < 60 }) {
					same++
				}
			}
			if all := min(len(ends[0]), len(ends[1])); all > 3 && same > all*9/10 {
				t.Errorf("seed %d: %q ends both choruses alike, %d of %d notes", seed, p.Name, same, all)
			}
		}
	}
}
