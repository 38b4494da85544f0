package sound

import "math"

// This file measures loudness and true peak as ITU-R BS.1770-4 (2015) and EBU R 128 (2020)
// define them, and brings sound to one loudness.

// Loudness of rendered sound.
const (
	Target  = -16. // integrated loudness in LUFS
	Ceiling = -1.  // largest true peak in dB below full scale
)

// Gating of the integrated loudness (BS.1770-4, annex 1).
const (
	blockSeconds = .4
	overlap      = 4    // a block starts every quarter of a block
	silence      = -70. // LUFS; quieter blocks do not count
	relative     = 10.  // LU below the mean; quieter blocks do not count either
)

// biquad is a filter of second order with a0 = 1.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

// weighting is the K-weighting of BS.1770-4 for any sample rate: the shelf of a head and a
// high pass. The standard gives coefficients for 48 kHz; these are the analogue filters
// behind them (De Man 2014).
func weighting(rate int) [2]biquad {
	k := math.Tan(math.Pi * 1681.974450955533 / float64(rate))
	const q, high = .7071752369554196, 1.584864701130855 // 4 dB
	band := math.Pow(high, .4996667741545416)
	a := 1 + k/q + k*k
	shelf := biquad{(high + band*k/q + k*k) / a, 2 * (k*k - high) / a, (high - band*k/q + k*k) / a, 2 * (k*k - 1) / a, (1 - k/q + k*k) / a}
	k = math.Tan(math.Pi * 38.13547087602444 / float64(rate))
	const p = .5003270373238773
	a = 1 + k/p + k*k
	return [2]biquad{shelf, {1, -2, 1, 2 * (k*k - 1) / a, (1 - k/p + k*k) / a}}
}

// hops are the weighted energies of quarters of blocks, both channels together.
func (a *Audio) hops() (energy []float64, size int) {
	size = max(1, int(blockSeconds/overlap*float64(a.Rate)+.5))
	energy = make([]float64, (len(a.Left)+size-1)/size)
	for _, side := range [][]float32{a.Left, a.Right} {
		f := weighting(a.Rate)
		var x1, x2, y1, y2, z1, z2 float64
		for i, v := range side {
			x := float64(v)
			y := f[0].b0*x + f[0].b1*x1 + f[0].b2*x2 - f[0].a1*y1 - f[0].a2*y2
			z := f[1].b0*y + f[1].b1*y1 + f[1].b2*y2 - f[1].a1*z1 - f[1].a2*z2
			x1, x2, y1, y2, z1, z2 = x, x1, y, y1, z, z1
			energy[i/size] += z * z
			if i%size == 0 && math.Abs(y1)+math.Abs(z1)+math.Abs(z2) < 1e-20 { // numbers near zero are slow
				x1, x2, y1, y2, z1, z2 = 0, 0, 0, 0, 0, 0
			}
		}
	}
	return energy, size
}

// Loudness is the integrated loudness in LUFS; minus infinity for silence. Sound shorter
// than a block of 400 ms counts as one.
func (a *Audio) Loudness() float64 {
	hops, size := a.hops()
	blocks := make([]float64, max(1, len(hops)-overlap+1))
	for i := range blocks {
		for _, e := range hops[i:min(i+overlap, len(hops))] {
			blocks[i] += e / float64(overlap*size)
		}
	}
	lufs := func(e float64) float64 { return -.691 + 10*math.Log10(e) }
	gated := func(above float64) float64 {
		var sum, n float64
		for _, e := range blocks {
			if lufs(e) > above {
				sum, n = sum+e, n+1
			}
		}
		return lufs(sum / n)
	}
	mean := gated(silence)
	if math.IsNaN(mean) {
		return math.Inf(-1)
	}
	return gated(max(silence, mean-relative))
}

// taps is half the length of the filter that finds the sound between samples.
const taps = 6

// between holds the filters at a quarter, a half and three quarters of the way from one
// sample to the next: a sinc under a Hann window.
var between = func() (out [3][2 * taps]float64) {
	for k := range out {
		for i := range out[k] {
			x := float64(i-taps+1) - float64(k+1)/4
			out[k][i] = math.Sin(math.Pi*x) / (math.Pi * x) * (.5 + .5*math.Cos(math.Pi*x/taps))
		}
	}
	return out
}()

// reach is the largest level at a sample and up to the next one. Below the level that
// matters only the sample itself is looked at.
func reach(x []float32, i int, matters float64) float64 {
	top := math.Abs(float64(x[i]))
	if i+1 < len(x) {
		if next := math.Abs(float64(x[i+1])); max(top, next) < matters {
			return top
		}
	}
	for k := range between {
		var sum float64
		for j, w := range between[k] {
			if at := i - taps + 1 + j; at >= 0 && at < len(x) {
				sum += w * float64(x[at])
			}
		}
		top = max(top, math.Abs(sum))
	}
	return top
}

// Peak is the true peak, four times oversampled, in dB below full scale; minus infinity
// for silence.
func (a *Audio) Peak() float64 {
	var top float64
	for _, side := range [][]float32{a.Left, a.Right} {
		for i := range side {
			top = max(top, reach(side, i, .7*top))
		}
	}
	return 20 * math.Log10(top)
}

// scale makes the sound louder or softer.
func (a *Audio) scale(gain float64) {
	for _, side := range [][]float32{a.Left, a.Right} {
		for i := range side {
			side[i] *= float32(gain)
		}
	}
}

// The limiter. It takes no more than mostLimited from the loudest peak: what would need
// more, as a single stroke on a drum, stays softer than Target.
const (
	mostLimited = 10. // dB
	lookSeconds = .008
	rounds      = 4 // limiting costs loudness, so it is repeated
	near        = .1
)

// level brings the sound to Target with its peaks under Ceiling.
func (a *Audio) level() {
	loud := a.Loudness()
	if math.IsInf(loud, -1) {
		return
	}
	peak := a.Peak()
	gain := min(Target-loud, Ceiling+mostLimited-peak)
	a.scale(decibels(gain))
	const margin = .05 // for what the limiter's own movement adds
	for range rounds {
		a.limit(decibels(Ceiling - margin))
		short := Target - a.Loudness()
		if short < near || gain+short > Ceiling+mostLimited-peak {
			break
		}
		gain += short
		a.scale(decibels(short))
	}
	if over := a.Peak() - Ceiling; over > 0 {
		a.scale(decibels(-over - .001))
	}
}

func decibels(x float64) float64 { return math.Pow(10, x/20) }

// limit turns the sound down around the peaks above a level: the gain that a peak needs
// holds for a moment before and after it, and moves there in a straight line.
func (a *Audio) limit(top float64) {
	gain := make([]float32, len(a.Left))
	over := false
	for i := range gain {
		x := max(reach(a.Left, i, .7*top), reach(a.Right, i, .7*top))
		gain[i] = 1
		if x > top {
			gain[i], over = float32(top/x), true
		}
	}
	if !over {
		return
	}
	r := max(1, int(lookSeconds*float64(a.Rate)))
	lowest(gain, r)
	// the mean over the same span reaches the lowest value where it is needed
	var sum float64
	ring := make([]float32, 2*r+1)
	for i := range ring {
		ring[i] = 1
		sum++
	}
	for i := range len(gain) + r {
		v := float32(1)
		if i < len(gain) {
			v = gain[i]
		}
		k := i % len(ring)
		sum += float64(v) - float64(ring[k])
		ring[k] = v
		if at := i - r; at >= 0 {
			g := float32(sum / float64(len(ring)))
			a.Left[at] *= g
			a.Right[at] *= g
		}
	}
}

// lowest replaces every value by the lowest within r of it.
func lowest(x []float32, r int) {
	type entry struct {
		at int
		v  float32
	}
	var queue []entry // rising values whose turn as the lowest may come
	for i := range len(x) + r {
		if i < len(x) {
			for len(queue) > 0 && queue[len(queue)-1].v >= x[i] {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, entry{i, x[i]})
		}
		if at := i - r; at >= 0 {
			for queue[0].at < at-r {
				queue = queue[1:]
			}
			x[at] = queue[0].v
		}
	}
}
