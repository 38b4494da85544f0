package sound

import (
	"math"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/jazz"
)

// played is a score as the synthesiser plays it, before its loudness is set.
func played(t *testing.T, s *music.Score) *Audio {
	t.Helper()
	const rate = 22050
	n := int((s.Seconds(s.End()) + tail) * rate)
	a := &Audio{Rate: rate, Left: make([]float32, n), Right: make([]float32, n)}
	if err := synthesise(t.Context(), s, a, 1800); err != nil {
		t.Fatal(err)
	}
	a.block()
	return a
}

// Every part of a band is heard in the whole: alone it is at most 25 LU softer than all
// together, the soloist at most 8, nobody is silent for long, and nothing clips.
func TestEveryPartIsHeard(t *testing.T) {
	m, err := jazz.Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	trio, err := jazz.PretrainedCombo()
	if err != nil {
		t.Fatal(err)
	}
	bands := map[string]string{"quartet": "fast samba, flute", "no-drums": "jazz waltz, quiet"}
	if !testing.Short() {
		bands["trio"], bands["organ"], bands["guitar"] = "ballad", "funk, trumpet, 100 bpm", "swing, loud, 140 bpm"
	}
	for lineup, words := range bands {
		combo := *trio
		if combo.Lineup, err = band.ParseLineup(lineup); err != nil {
			t.Fatal(err)
		}
		c, err := m.Compose(t.Context(), jazz.ParsePrompt(words), jazz.Options{Bars: 6, Combo: &combo, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		all := played(t, c.Score).Loudness()
		parts := c.Score.Parts()
		if want := 1 + len(combo.Lineup); len(parts) != want {
			t.Errorf("%s: %d parts, want %d", lineup, len(parts), want)
		}
		for i, p := range parts {
			alone := c.Score.Clone()
			for k := range alone.Tracks {
				if k != p.Track {
					alone.Tracks[k].Notes = nil
				}
			}
			a := played(t, alone)
			softer := 25.
			if i == 0 {
				softer = 8
			}
			if l := a.Loudness(); l < all-softer {
				t.Errorf("%s: %q alone has %.1f LUFS, the band %.1f", lineup, p.Name, l, all)
			}
			if gap := longestSilence(a); gap > 8 {
				t.Errorf("%s: %q is silent for %.1f s", lineup, p.Name, gap)
			}
		}
		out := render(t, c.Score)
		if l, p := out.Loudness(), out.Peak(); math.Abs(l-Target) > 1 || p > Ceiling {
			t.Errorf("%s: %.2f LUFS, peak %.2f dB", lineup, l, p)
		}
	}
}

// longestSilence is the longest time for which nothing is louder than -60 dB below the
// loudest, in seconds.
func longestSilence(a *Audio) float64 {
	var top float64
	for i := range a.Left {
		top = max(top, math.Abs(float64(a.Left[i])))
	}
	run, longest := 0, 0
	for i := range a.Left {
		run++
		if math.Abs(float64(a.Left[i])) > top/1000 {
			run = 0
		}
		longest = max(longest, run)
	}
	return float64(longest) / float64(a.Rate)
}
