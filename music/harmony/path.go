package harmony

import (
	"math"

	"github.com/segue-go/segue/music"
)

const states = 12 * families // family*12 + root

// emissions are the log likelihoods of what sounds in each span, per state, up to a
// constant of the span.
func (h *Statistics) emissions(spans []evidence) [][states]float64 {
	chords := Untrained()
	thirds := missingThirds(spans)
	out := make([][states]float64, len(spans))
	for k, sp := range spans {
		for i := range states {
			root, f := i%12, i/12
			sum := 1.5*sp.bass[root] + third(f)*thirds[k][root]
			for p := range 12 {
				d := Class(p - root)
				sum += sp.solo[p]*(h.Tones[f][d]+math.Log(12)) + (2*sp.chord[p]+1.5*sp.bass[p])*(chords.Tones[f][d]+math.Log(12))
			}
			out[k][i] = sum
		}
	}
	return out
}

// next is the log probability that state j follows state i.
func (h *Statistics) next(i, j int) float64 { return h.Next[i/12][Class(j%12-i%12)][j/12] }

// path returns the most likely state of each span; -1 before anything sounds.
func (h *Statistics) path(spans []evidence) []int {
	var score [states]float64
	back := make([][states]int, len(spans))
	for k, e := range h.emissions(spans) {
		var now [states]float64
		for i := range now {
			best, from := math.Inf(-1), 0
			if k == 0 {
				best = 0
			} else {
				for j, v := range score {
					if v += h.next(j, i); v > best {
						best, from = v, j
					}
				}
			}
			back[k][i] = from
			now[i] = best + e[i]
		}
		score = now
	}
	at := 0
	for i := range score {
		if score[i] > score[at] {
			at = i
		}
	}
	path := make([]int, len(spans))
	for k := len(path) - 1; k >= 0; k-- {
		path[k] = at
		at = back[k][at]
	}
	for k, sp := range spans {
		if sp.solo != [12]float64{} || sp.chord != [12]float64{} || sp.bass != [12]float64{} {
			break
		}
		path[k] = -1
	}
	return path
}

// evidenceTemper scales the evidence before it becomes a probability, since the notes of
// a bar are not independent. It is judgement, not a fit.
const evidenceTemper = .5

// Hear is like Detect and also returns, per beat, the probability of the chord given all
// that sounds (the forward-backward algorithm; 0 without a chord).
func (h *Statistics) Hear(s *music.Score, end music.Tick) (chords Changes, certainty []float64) {
	spans := gather(s, end)
	path := h.path(spans)
	chords, index := beats(s, end, spans, path)
	sure := h.posterior(spans, path)
	for _, k := range index {
		certainty = append(certainty, sure[k])
	}
	return chords, certainty
}

// posterior is the probability of each state of a path.
func (h *Statistics) posterior(spans []evidence, path []int) []float64 {
	emissions := h.emissions(spans)
	forward := make([][states]float64, len(spans))
	backward := make([][states]float64, len(spans)+1)
	for k := range spans {
		for i := range states {
			if k > 0 {
				forward[k][i] = logSum(func(j int) float64 { return forward[k-1][j] + h.next(j, i) })
			}
			forward[k][i] += evidenceTemper * emissions[k][i]
		}
	}
	out := make([]float64, len(spans))
	for k := len(spans) - 1; k >= 0; k-- {
		if k+1 < len(spans) {
			for i := range states {
				backward[k][i] = logSum(func(j int) float64 { return h.next(i, j) + evidenceTemper*emissions[k+1][j] + backward[k+1][j] })
			}
		}
		if path[k] >= 0 {
			total := logSum(func(j int) float64 { return forward[k][j] + backward[k][j] })
			out[k] = math.Exp(forward[k][path[k]] + backward[k][path[k]] - total)
		}
	}
	return out
}

// logSum is the logarithm of the sum of exponentials over all states.
func logSum(v func(state int) float64) float64 {
	var all [states]float64
	top := math.Inf(-1)
	for j := range all {
		all[j] = v(j)
		top = max(top, all[j])
	}
	var sum float64
	for _, x := range all {
		sum += math.Exp(x - top)
	}
	return top + math.Log(sum)
}
