package sound

import (
	"math"
	"math/rand/v2"
)

// drum is a stroke: a falling tone and noise.
type drum struct {
	tone, fall   float64 // Hz at the end, and how many times that at the start
	toneDecay    float64 // seconds to lose 60 dB
	noise        float64 // loudness beside the tone's 1
	noiseDecay   float64
	bright       int // how often the noise is differentiated: 0 is full, 2 is hiss
	level, pan   float64
	metal        bool // inharmonic partials instead of a tone
	toneLoudness float64
}

// drumOf is the drum of a General MIDI key.
func drumOf(key int) drum {
	switch key {
	case 35, 36:
		return drum{tone: 48, fall: 3, toneDecay: .35, toneLoudness: 1, noise: .05, noiseDecay: .02, level: 1.1, pan: .5}
	case 37:
		return drum{tone: 420, fall: 1.5, toneDecay: .05, toneLoudness: .6, noise: .5, noiseDecay: .03, bright: 1, level: .6, pan: .45}
	case 38, 40:
		return drum{tone: 180, fall: 1.4, toneDecay: .15, toneLoudness: .5, noise: .8, noiseDecay: .25, bright: 1, level: .8, pan: .5}
	case 39:
		return drum{noise: 1, noiseDecay: .15, bright: 1, level: .6, pan: .5}
	case 42, 44:
		return drum{noise: 1, noiseDecay: .08, bright: 2, level: .35, pan: .35}
	case 46:
		return drum{noise: 1, noiseDecay: .6, bright: 2, level: .35, pan: .35}
	case 49, 52, 55, 57:
		return drum{metal: true, toneDecay: 1.5, toneLoudness: .3, noise: 1, noiseDecay: 1.4, bright: 2, level: .5, pan: .6}
	case 51, 53, 59:
		return drum{metal: true, toneDecay: 1.2, toneLoudness: .7, noise: .35, noiseDecay: .5, bright: 2, level: .45, pan: .65}
	case 41, 43, 45, 47, 48, 50:
		return drum{tone: 70 + 9*float64(key-41), fall: 1.6, toneDecay: .4, toneLoudness: 1, noise: .1, noiseDecay: .05, level: .9, pan: .35 + .03*float64(key-41)}
	}
	return drum{tone: 300 + 8*float64(key%24), fall: 1.2, toneDecay: .12, toneLoudness: .7, noise: .3, noiseDecay: .06, bright: 1, level: .5, pan: .55}
}

// play adds the stroke to dst and returns how many samples of it were used.
func (d drum) play(dst []float32, force float64, rate int, r *rand.Rand) int {
	dt := 1 / float64(rate)
	n := min(len(dst), int(max(d.toneDecay, d.noiseDecay)*float64(rate)))
	level := d.level * force * (.4 + .6*force)
	var phase, last, before float64
	scale := []float64{1, .7, .45}[d.bright]
	for i := range dst[:n] {
		s := float64(i) * dt
		var x float64
		if d.toneDecay > 0 {
			e := d.toneLoudness * math.Pow(1e-3, s/d.toneDecay)
			if d.metal {
				for _, hz := range []float64{2870, 3490, 4310, 5230, 6790} {
					x += .25 * e * math.Sin(2*math.Pi*hz*s)
				}
			} else {
				phase += 2 * math.Pi * d.tone * (1 + (d.fall-1)*math.Exp(-s/.03)) * dt
				x += e * math.Sin(phase)
			}
		}
		if d.noise > 0 {
			white := 2*r.Float64() - 1
			now := white
			if d.bright > 0 {
				now = white - last
			}
			out := now
			if d.bright > 1 {
				out = now - before
			}
			last, before = white, now
			x += d.noise * scale * out * math.Pow(1e-3, s/d.noiseDecay)
		}
		dst[i] += float32(level * x * min(1, s/.0008))
	}
	return n
}
