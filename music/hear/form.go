package hear

import (
	"math"
	"slices"
)

// periods are the lengths of choruses in bars that are looked for.
var periods = []int{12, 16, 20, 24, 32, 36, 40, 48, 64}

// Tuned on the part dev (segue-lab bench hearing).
const (
	// by how much more than bars at other distances those at the distance of a chorus
	// must agree, in nats
	leastAgreement = .2
	// power of the number of choruses with which their evidence grows; with 1 they would
	// be independent
	chorusPower = .3
	// probability of the likeliest chords, on average, above which the notes say enough
	plainEnough = .4
)

// unsure reports whether spans need the help of others: no accompaniment, and chords that
// are hard to hear.
func unsure(spans []span, marginals [][states]float64) bool {
	var all float64
	for k, p := range marginals {
		if spans[k].rest != [12]float64{} {
			return false
		}
		all += slices.Max(p[:])
	}
	return all < plainEnough*float64(len(spans))
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

// period is the number of bars after which the chords repeat, 0 if they do not seem to: that
// whose bars agree most, given the probabilities of the states of spans.
func period(spans []span, marginals [][states]float64) int {
	if len(spans) == 0 {
		return 0
	}
	g := gridOf(spans)
	agree := func(bars int) float64 {
		var sum, n float64
		g.each(spans, bars, func(k, later int) {
			var same float64
			for i, p := range marginals[k] {
				same += p * marginals[later][i]
			}
			sum += math.Log(same + 1e-3)
			n++
		})
		return sum / math.Max(1, n)
	}
	first, last := spans[0].bar, spans[len(spans)-1].bar
	longest := (last - first + 1) * 10 / 19 // almost two choruses are there
	var usual, n float64
	for bars := 4; bars <= longest; bars++ {
		usual += agree(bars)
		n++
	}
	best, out := leastAgreement, 0
	for _, bars := range periods {
		if bars <= longest {
			if a := agree(bars) - usual/n; a > best {
				best, out = a, bars
			}
		}
	}
	return out
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
