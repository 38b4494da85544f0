package hear

import (
	"math"
	"slices"

	"github.com/segue-go/segue/music"
)

// Tuned on the part dev (segue-lab bench hearing).
const (
	// power of the number of choruses with which their evidence grows; with 1 they would
	// be independent
	chorusPower = .3
	// probability of the likeliest chords, on average, above which the notes say enough
	plainEnough = .4
	// notes a quarter note, and bars, above which a line is a solo, whose choruses say
	// different things of the same chords; the verses of a song say the same again
	soloNotes = 1.3
	soloBars  = 72
)

// improvised reports whether spans, of which there is one at least, are those of a solo without an
// accompaniment.
func improvised(s *music.Score, spans []span) bool {
	var notes, quarters float64
	for k := range spans {
		sp := &spans[k]
		if sp.rest != [12]float64{} {
			return false
		}
		if notes += float64(sp.onsets); sp.sounds {
			quarters += sp.length(s)
		}
	}
	return notes > soloNotes*quarters || spans[len(spans)-1].bar-spans[0].bar >= soloBars
}

// unsure reports whether chords are hard to hear.
func unsure(marginals [][states]float64) bool {
	var all float64
	for k := range marginals {
		all += slices.Max(marginals[k][:])
	}
	return all < plainEnough*float64(len(marginals))
}

// grid finds spans by their bar and half.
type grid map[[2]int]int

func gridOf(spans []span) grid {
	g := grid{}
	for k := range spans {
		half := 0
		if spans[k].second {
			half = 1
		}
		g[[2]int{spans[k].bar, half}] = k
	}
	return g
}

// each calls f for every span and the one a number of bars later.
func (g grid) each(spans []span, bars int, f func(k, later int)) {
	for k := range spans {
		half := 0
		if spans[k].second {
			half = 1
		}
		if j, ok := g[[2]int{spans[k].bar + bars, half}]; ok {
			f(k, j)
		}
	}
}

// tie joins the scores of spans that are whole choruses apart.
func tie(spans []span, scores [][states]float64, bars int) [][states]float64 {
	type place struct{ bar, half int }
	sums, counts := map[place]*[states]float64{}, map[place]float64{}
	at := func(k int) place {
		if spans[k].second {
			return place{spans[k].bar % bars, 1}
		}
		return place{spans[k].bar % bars, 0}
	}
	for k := range spans {
		p := at(k)
		if sums[p] == nil {
			sums[p] = new([states]float64)
		}
		counts[p]++
		for i, v := range scores[k] {
			sums[p][i] += v
		}
	}
	out := make([][states]float64, len(spans))
	for k := range spans {
		p := at(k)
		f := math.Pow(counts[p], chorusPower-1)
		for i, v := range sums[p] {
			out[k][i] = f * v
		}
	}
	return out
}
