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
