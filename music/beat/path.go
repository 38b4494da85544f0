package beat

import "math"

// What music is like between two beats, set by hand on pieces that were played with
// random rubato (TestRubato).
const (
	frame    = .01 // seconds
	fastest  = .3  // seconds from beat to beat
	slowest  = 1.2
	ratio    = 1.04 // of a period and the next
	changes  = 3    // largest change from beat to beat, in ratios
	spread   = .03  // seconds by which onsets miss their place
	usual    = .62  // seconds from beat to beat
	variety  = .35  // standard deviation of the logarithm of the period
	prior    = 1    // weight of the usual period, for each beat
	stiff    = .05  // standard deviation of the logarithm of a change
	silent   = 1.6  // nats for a beat without an onset
	accent   = 1    // nats for the weight of an onset on the beat
	anywhere = .02  // share of the onsets that have no place
)

// places are where onsets are between two beats, and what share of them.
var places = []struct{ at, share float64 }{{0, .5}, {1, .5}, {.5, .25}, {.25, .07}, {.75, .07}, {1. / 3, .055}, {2. / 3, .055}}

// path finds the times of the beats: the likeliest pairs of a time and a period.
func path(list []onset) []float64 {
	var period []int // in frames
	for p := fastest; p <= slowest; p *= ratio {
		period = append(period, int(math.Round(p/frame)))
	}
	most := period[len(period)-1]
	begin := list[0].at - float64(most)*frame
	frames := int((list[len(list)-1].at-begin)/frame) + most + 2
	// after[t] is the first onset that is not before frame t; near[t] is how much sounds there
	after, near := make([]int, frames+1), make([]float64, frames)
	k := 0
	for t := range after {
		for k < len(list) && list[k].at < begin+float64(t)*frame {
			k++
		}
		after[t] = k
	}
	for _, o := range list {
		at := int(math.Round((o.at - begin) / frame))
		for t := max(0, at-8); t <= min(frames-1, at+8); t++ {
			d := (begin + float64(t)*frame - o.at) / spread
			near[t] = max(near[t], (1+accent*(o.weight-1))*math.Exp(-d*d/2))
		}
	}
	n := len(period)
	score := make([]float64, frames*n)
	from := make([]int8, frames*n) // the period of the beat before; -1 is none
	last := list[len(list)-1].at
	best, end := math.Inf(-1), -1
	for t := most; t < frames; t++ {
		for p, long := range period {
			x := between(list[after[t-long]:after[t]], begin+float64(t-long)*frame, float64(long)*frame)
			l := math.Log(float64(long)*frame/usual) / variety
			x += silent*(near[t]-1) - prior*l*l/2
			i := t*n + p
			from[i] = -1
			before := 0.
			if begin+float64(t-long)*frame >= list[0].at-2*spread {
				before = math.Inf(-1)
				for q := max(0, p-changes); q <= min(n-1, p+changes); q++ {
					d := float64(p-q) * math.Log(ratio) / stiff
					if y := score[(t-long)*n+q] - d*d/2; t-long >= most && y > before {
						before, from[i] = y, int8(q)
					}
				}
			}
			score[i] = x + before
			if begin+float64(t)*frame >= last-2*spread && score[i] > best {
				best, end = score[i], i
			}
		}
	}
	if end < 0 {
		return nil
	}
	var out []float64
	for i := end; i >= 0; {
		t, p := i/n, i%n
		out = append(out, snap(list, begin+float64(t)*frame))
		if from[i] < 0 {
			if first := begin + float64(t-period[p])*frame; first > list[0].at-2*spread {
				out = append(out, snap(list, first))
			}
			break
		}
		i = (t-period[p])*n + int(from[i])
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// between is the log likelihood of the onsets between two beats.
func between(list []onset, from, period float64) (sum float64) {
	for _, o := range list {
		x := anywhere
		for _, p := range places {
			d := (o.at - from - p.at*period) / spread
			if d > -4 && d < 4 {
				x += p.share * math.Exp(-d*d/2)
			}
		}
		sum += math.Log(x)
	}
	return sum
}

// snap moves a beat to an onset that is close.
func snap(list []onset, t float64) float64 {
	best := t
	gap := 1.3 * spread
	for _, o := range list {
		if d := math.Abs(o.at - t); d < gap {
			best, gap = o.at, d
		}
	}
	return best
}
