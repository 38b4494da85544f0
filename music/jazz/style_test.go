package jazz

import (
	"context"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// What is composed in a style is on average more probably heard in it than what is
// composed in another, and probabilities add up.
func TestStyles(t *testing.T) {
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	changes, err := harmony.ParseChanges("Dm7 | G7 | Cmaj7 | A7", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	heard := func(style int) []float64 {
		tags := NoTags()
		tags.Style = style
		mean := make([]float64, len(Styles))
		const takes = 8
		for seed := range uint64(takes) {
			c, err := m.Compose(context.Background(), Prompt{Tags: tags}, Options{Bars: 32, Changes: changes, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.StylesOf(c.Score, 0)
			if err != nil {
				t.Fatal(err)
			}
			var sum float64
			for k, x := range p {
				sum += x
				mean[k] += x / takes
			}
			if sum < .999 || sum > 1.001 {
				t.Errorf("probabilities add up to %v", sum)
			}
		}
		return mean
	}
	const traditional, postbop = 0, 5
	a, b := heard(traditional), heard(postbop)
	if a[traditional] <= b[traditional] || b[postbop] <= a[postbop] {
		t.Errorf("traditional: %.2f, post-bop: %.2f", a, b)
	}
	if _, err := m.StylesOf(&music.Score{Resolution: 480}, 0); err == nil {
		t.Error("a score without notes has a style")
	}
}
