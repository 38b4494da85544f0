package hear

import (
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/music/harmony"
)

// choruses are eighths of random chord tones over four choruses of twelve bars.
func choruses(t *testing.T, seed uint64) Piece {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	const chorus = "F7 | Bb7 | F7 | F7 | Bb7 | Bb7 | F7 | D7 | Gm7 | C7 | F7 | C7"
	return tune(t, chorus+" | "+chorus+" | "+chorus+" | "+chorus, func(c harmony.Chord, _ int) int {
		for {
			if p := 60 + r.IntN(20); c.Has(p) {
				return p
			}
		}
	})
}

// A line over the same twelve bars again and again tells so by itself; one of notes that have
// nothing to do with each other does not, and neither does a single note.
func TestRepeats(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	p := choruses(t, 1)
	if bars, alike := repeats(listen(p.Score, p.end())); bars != 12 || alike < repeatsSure {
		t.Errorf("twelve bars four times: %d bars, %.1f standard deviations", bars, alike)
	}
	h := shipped(t).Hear(p.Score, p.end())
	if h.Form != 12 && h.Form != 0 {
		t.Errorf("the chords of a blues repeat every %d bars", h.Form)
	}
	p = tune(t, "C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C", func(harmony.Chord, int) int { return 60 + r.IntN(12) })
	if bars, alike := repeats(listen(p.Score, p.end())); alike > repeatsSure {
		t.Errorf("random notes repeat every %d bars by %.1f standard deviations", bars, alike)
	}
	p = tune(t, "C | C | C | C | C | C | C | C | C | C | C | C | C | C | C | C", func(harmony.Chord, int) int { return 60 })
	if bars, _ := repeats(listen(p.Score, p.end())); bars != 0 {
		t.Errorf("one note repeats every %d bars", bars)
	}
	if bars, _ := repeats(nil); bars != 0 {
		t.Error("nothing repeats")
	}
}

// The echo of a bar holds what the other choruses play there, not what the bar itself plays, and
// music with chords has none.
func TestRecall(t *testing.T) {
	p := choruses(t, 4)
	spans := listen(p.Score, p.end())
	for k := range 8 {
		var want [12]float64
		for _, later := range []int{24, 48, 72} {
			for i, v := range spans[k+later].line {
				want[i] += v
			}
		}
		for i, v := range want {
			if d := v - spans[k].echo.line[i]; d > 1e-9 || d < -1e-9 {
				t.Fatalf("span %d: pitch class %d sounds for %v in the other choruses, not %v", k, i, v, spans[k].echo.line[i])
			}
		}
		if spans[k].echo.times != 3 {
			t.Errorf("span %d is heard %d times more", k, spans[k].echo.times)
		}
	}
	p.accompany(blocks, rand.New(rand.NewPCG(5, 6)))
	for k, sp := range listen(p.Score, p.end()) {
		if sp.echo.times != 0 {
			t.Fatalf("span %d of music with chords has an echo", k)
		}
	}
}
