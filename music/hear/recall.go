package hear

import "math"

// period is a length of choruses in bars, and how often solos of the Weimar Jazz Database
// (part train) have it: shares of those whose chords repeat within them.
type period struct {
	bars  int
	share float64
}

var periods = []period{
	{8, .11}, {12, .25}, {16, .15}, {20, .016}, {24, .053}, {28, .045}, {32, .25}, {36, .045},
	{40, .016}, {44, .016}, {48, .036}, {52, .004}, {56, .012}, {64, .02}, {72, .004},
}

const (
	// weight of what the melody says beside how usual a period is; of .5, 1, 2 and 4 the
	// one that finds most periods of the part train (192 of the 237 there are)
	periodPower = 2
	// standard deviations by which bars a period apart are alike above which their chords
	// are heard together (of the part dev), and above which the period is told: five of
	// six are right then in solos of the part train
	repeatsLikely = 1.5
	repeatsSure   = 2.5
)

// repeats is the number of bars after which a melody seems to go over the same chords
// again, and by how many standard deviations of all distances bars that far apart are more
// alike than others. It is 0 where the melody is too short.
func repeats(spans []span) (bars int, alike float64) {
	if len(spans) == 0 {
		return 0, 0
	}
	first, last := spans[0].bar, spans[len(spans)-1].bar
	n := last - first + 1
	x := contours(spans)
	g := gridOf(spans)
	sums, counts := make([]float64, n), make([]float64, n)
	var all, pairs float64
	for d := 4; d < n*3/4; d++ {
		g.each(spans, d, func(k, later int) {
			for i, v := range x[k] {
				sums[d] += v * x[later][i]
			}
			counts[d]++
		})
		all, pairs = all+sums[d], pairs+counts[d]
	}
	if pairs == 0 {
		return 0, 0
	}
	var square, distances float64
	for d, c := range counts {
		if c > 0 {
			sums[d] = (sums[d] - c*all/pairs) / math.Sqrt(c)
			square += sums[d] * sums[d]
			distances++
		}
	}
	if square < 1e-9 {
		return 0, 0 // every bar is like every other
	}
	best, spread := math.Inf(-1), math.Sqrt(square/distances)
	for _, p := range periods {
		if p.bars > n*2/3 || counts[p.bars] == 0 {
			continue
		}
		z := math.Round(sums[p.bars]/spread*1e6) / 1e6 // the same in every key
		if v := periodPower*z + math.Log(p.share); v > best {
			best, bars, alike = v, p.bars, z
		}
	}
	return bars, alike
}

// contours are what is special about the melody of each span: its pitch classes, those on
// beats twice, less their mean over all spans; half of the spans beside it is added.
func contours(spans []span) [][12]float64 {
	x := make([][12]float64, len(spans))
	var mean [12]float64
	for k := range spans {
		line, strong := &spans[k].line, &spans[k].strong
		least := max(1, sum(*line)+sum(*strong))
		for i := range x[k] {
			x[k][i] = math.Sqrt((line[i] + strong[i]) / least)
			mean[i] += x[k][i] / float64(len(spans))
		}
	}
	for k := range x {
		if !spans[k].sounds {
			x[k] = [12]float64{}
			continue
		}
		for i := range x[k] {
			x[k][i] -= mean[i]
		}
	}
	out := make([][12]float64, len(x))
	for k := range x {
		for i := range out[k] {
			out[k][i] = x[k][i]
			if k > 0 {
				out[k][i] += x[k-1][i] / 2
			}
			if k+1 < len(x) {
				out[k][i] += x[k+1][i] / 2
			}
		}
	}
	return out
}

// echo is what a lone melody plays where, in its other choruses, the same chord should
// sound.
type echo struct {
	line, strong [12]float64 // as those of a span, over all other choruses
	times        int         // how many there are
	alike        float64     // see repeats
}

// recall writes the echoes of spans, if they are those of a lone melody.
func recall(spans []span) {
	for k := range spans {
		if spans[k].rest != [12]float64{} {
			return
		}
	}
	if bars, alike := repeats(spans); bars > 0 {
		echoes(spans, bars, alike)
	}
}

// echoes writes those of spans whose chords repeat after some bars.
func echoes(spans []span, bars int, alike float64) {
	type place struct {
		bar    int
		second bool
	}
	sums := map[place]*echo{}
	at := func(sp *span) place { return place{sp.bar % bars, sp.second} }
	for k := range spans {
		sp := &spans[k]
		e := sums[at(sp)]
		if e == nil {
			e = &echo{alike: alike}
			sums[at(sp)] = e
		}
		if sp.sounds {
			e.times++
		}
		for i := range 12 {
			e.line[i] += sp.line[i]
			e.strong[i] += sp.strong[i]
		}
	}
	for k := range spans {
		sp := &spans[k]
		sp.echo = *sums[at(sp)]
		if sp.sounds {
			sp.echo.times--
		}
		for i := range 12 {
			sp.echo.line[i] = max(0, sp.echo.line[i]-sp.line[i])
			sp.echo.strong[i] = max(0, sp.echo.strong[i]-sp.strong[i])
		}
	}
}
