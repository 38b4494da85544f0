package music

import "testing"

// twoHands is a tune over broken chords in one track; the tune starts low and climbs.
func twoHands() (s *Score, low map[uint8]bool) {
	s = &Score{Resolution: 480, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{{0, 4, 4}}, Tracks: []Track{{}}}
	low = map[uint8]bool{48: true, 52: true, 55: true}
	for i := range 64 {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, Note{Tick(240 * i), 220, []uint8{48, 52, 55, 52}[i%4], 60, 0})
		if i%2 == 0 {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, Note{Tick(240 * i), 460, uint8(64 + i/4), 80, 0})
		}
	}
	sortNotes(s.Tracks[0].Notes)
	return s, low
}

// Both hands are found where one track holds them, and joining them gives the music back.
func TestSplitHands(t *testing.T) {
	s, low := twoHands()
	split, right, left := SplitHands(s)
	if split == nil || len(split.Tracks) != 2 || right != 0 || left != 1 {
		t.Fatalf("tracks %d and %d of %v", right, left, split)
	}
	wrong := 0
	for _, n := range split.Tracks[1].Notes {
		if !low[n.Pitch] {
			wrong++
		}
	}
	for _, n := range split.Tracks[0].Notes {
		if low[n.Pitch] {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d notes are in the other hand", wrong)
	}
	again := JoinHands(split, right, left)
	if len(again.Tracks) != 1 || len(again.Tracks[0].Notes) != len(s.Tracks[0].Notes) {
		t.Fatalf("%d tracks", len(again.Tracks))
	}
	for i, n := range again.Tracks[0].Notes {
		if n != s.Tracks[0].Notes[i] {
			t.Fatalf("note %d is %v, was %v", i, n, s.Tracks[0].Notes[i])
		}
	}
	one := &Score{Resolution: 480, Tracks: []Track{{}}}
	for i := range 40 {
		one.Tracks[0].Notes = append(one.Tracks[0].Notes, Note{Tick(240 * i), 200, uint8(60 + i%5), 80, 0})
	}
	if s, _, _ := SplitHands(one); s != nil {
		t.Error("a tune in a small range is split")
	}
	if s, _, _ := SplitHands(split); s != nil {
		t.Error("two parts are split")
	}
}

// Hands are found below a singer, too, in a track of the piano's own or in one for all, but not
// where two parts are for piano, which may be hands already.
func TestSplitHandsBelowOthers(t *testing.T) {
	for _, one := range []bool{false, true} {
		s, low := twoHands()
		program := func(track int, channel, number uint8) {
			e := &s.Tracks[track].Events
			*e = append(*e, Event{0, []byte{0xc0 | channel, number}})
		}
		voice := Track{}
		for i := range 16 {
			voice.Notes = append(voice.Notes, Note{Tick(960 * i), 900, uint8(72 + i%5), 80, 1})
		}
		track := 0
		if one {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, voice.Notes...)
			sortNotes(s.Tracks[0].Notes)
		} else {
			s.Tracks = append(s.Tracks, voice)
			track = 1
		}
		program(0, 0, 0)
		program(track, 1, 52)
		split, right, left := SplitHands(s)
		if split == nil || right != 0 || left != track+1 {
			t.Fatalf("one track %v: tracks %d and %d", one, right, left)
		}
		for _, n := range split.Tracks[left].Notes {
			if n.Channel != 0 || !low[n.Pitch] {
				t.Fatalf("one track %v: the left hand plays %v", one, n)
			}
		}
		if again := JoinHands(split, right, left); again.Notes() != s.Notes() || len(again.Parts()) != 2 {
			t.Errorf("one track %v: %d notes in %d parts, were %d in 2", one, again.Notes(), len(again.Parts()), s.Notes())
		}
		s.Tracks[track].Events[len(s.Tracks[track].Events)-1].Message[1] = 0
		if split, _, _ := SplitHands(s); split != nil {
			t.Errorf("one track %v: two pianos are split", one)
		}
	}
}

// A piano that goes round below a singer is left whole: its rounds need not divide alike.
func TestSplitHandsOfLoop(t *testing.T) {
	var piano, voice [][3]float64
	for b := range 8 {
		at, root := 4*float64(b), []float64{36, 41, 43, 36}[b%4]
		for q := 0.; q < 4; q++ {
			voice = append(voice, [3]float64{at + q, .9, 64 + float64(3*b%8) + q})
			for _, tone := range [][]float64{{52, 55, 60}, {53, 57, 60}, {53, 55, 59}, {52, 55, 60}}[b%4] {
				piano = append(piano, [3]float64{at + q, .9, tone})
			}
		}
		piano = append(piano, [3]float64{at, 1.9, root}, [3]float64{at + 2, 1.9, root})
	}
	s := scoreOf(Meter{0, 4, 4}, voice, piano)
	sortNotes(s.Tracks[1].Notes)
	s.Tracks[0].Events = []Event{{0, []byte{0xc0, 52}}}
	if split, _, _ := SplitHands(s); split != nil {
		t.Error("the hands of a loop are divided")
	}
	s.Tracks[1].Notes = s.Tracks[1].Notes[:len(s.Tracks[1].Notes)-14] // the last bar
	if split, _, _ := SplitHands(s); split == nil {
		t.Error("the hands are not divided")
	}
}
