package beat

import "math"

// What says that beats are those of the music and not twice or half as many, in nats: a
// logistic regression on half of the composers of TestLevels, with fewer slow beats, which
// its engraved pieces have, than players do.
const (
	pulse     = .7   // seconds from beat to beat
	likes     = 2.5  // for the square of the logarithm of that
	onsetsFor = 1.95 // onsets for a beat
	counts    = .3   // for the square of the logarithm of those
	vacant    = -5.5 // for the share of the beats without an onset
	placed    = 4.   // for the share of the onsets at halves, quarters and thirds of beats
	heavier   = 1.5  // for how much heavier onsets on the beat are
	steps     = .9   // for the share of the changes of the bass that are on the beat
	held      = 3.   // for the share of the long notes that are
	slowBeat  = 1.2  // seconds; beats that are further apart are no choice
	quickBeat = .25
	stay      = .5 // for the beats as they were found
)

// level returns the beats at the rate that is the likeliest to be that of the music: a path
// at two or three times the rate, or a half or a third, fits the onsets nearly as well.
func level(list []onset, times []float64) []float64 {
	best, high := times, math.Inf(-1)
	for i, c := range rates(list, times) {
		x := like(list, c)
		if i == 0 {
			x += stay
		}
		if x > high {
			best, high = c, x
		}
	}
	return best
}

// rates are the beats as they are, and those at other rates.
func rates(list []onset, times []float64) [][]float64 {
	out := [][]float64{times}
	gap := median(periods(times))
	for _, m := range []int{2, 3} {
		for r := 0; r < m && gap*float64(m) < slowBeat && len(times) >= 8*m; r++ {
			var slow []float64
			for i := r; i < len(times); i += m {
				slow = append(slow, times[i])
			}
			out = append(out, slow)
		}
		if gap/float64(m) > quickBeat {
			var quick []float64
			for i, t := range times {
				quick = append(quick, t)
				for k := 1; k < m && i+1 < len(times); k++ {
					step := (times[i+1] - t) / float64(m)
					next := t + step*float64(k)
					if step > 3*spread { // else two may be moved to one onset
						next = snap(list, next)
					}
					quick = append(quick, next)
				}
			}
			out = append(out, quick)
		}
	}
	return out
}

// share counts how many of some onsets are on the beat.
type share struct{ on, all float64 }

func (s *share) add(on bool) {
	s.all++
	if on {
		s.on++
	}
}

func (s *share) of() float64 { return s.on / max(s.all, 1) }

// like is the log likelihood of beats, but for a constant.
func like(list []onset, times []float64) float64 {
	gaps := periods(times)
	rests := make([]float64, len(list))
	low := make([]float64, len(list))
	for i, o := range list {
		low[i] = float64(o.bass)
		if i > 0 {
			rests[i-1] = o.at - list[i-1].at
		}
	}
	middle, short := median(low), median(rests[:len(rests)-1])
	struck := make([]bool, len(times))
	var n, simple float64
	var bass, long share
	var weight, many [2]float64 // off and on the beat
	k := 0
	for i, o := range list {
		for k+2 < len(times) && times[k+1] <= o.at {
			k++
		}
		x := (o.at - times[k]) / gaps[k]
		if x < -.5 || x > 1.5 {
			continue
		}
		n++
		at := place(x, max(.05/gaps[k], .06))
		on := at == 0 || at == 1
		which := 0
		if on {
			struck[k+int(at)], which = true, 1
		} else if at > 0 {
			simple++
		}
		weight[which], many[which] = weight[which]+o.weight, many[which]+1
		if i > 0 && low[i] < middle && o.bass != list[i-1].bass {
			bass.add(on)
		}
		if rests[i] > 1.4*short {
			long.add(on)
		}
	}
	empty := 0.
	for _, s := range struck {
		if !s {
			empty++
		}
	}
	tempo, density := math.Log(median(gaps)/pulse), math.Log(max(n, 1)/float64(len(times))/onsetsFor)
	sum := -likes*tempo*tempo - counts*density*density + vacant*empty/float64(len(times)) +
		placed*simple/max(n, 1) + steps*bass.of() + held*long.of()
	if many[0] > 0 && many[1] > 0 {
		sum += heavier * (weight[1]/many[1] - weight[0]/many[0])
	}
	return sum
}

// place is the closest of places to x of a beat, or -1 if none is within reach.
func place(x, reach float64) float64 {
	at := -1.
	for _, p := range places {
		if d := math.Abs(x - p.at); d < reach {
			at, reach = p.at, d
		}
	}
	return at
}
