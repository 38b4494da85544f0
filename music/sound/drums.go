package sound

import (
	"math"
	"math/rand/v2"
)

// A drum is how a stroke sounds: partials of a head or of metal, a tone that falls as a
// loose head does, and noise of wires, of sizzling metal and of what strikes it.
type drum struct {
	level, pan float64
	even       float64 // share of the loudness that a soft stroke has too
	soft       float64 // how much duller a soft stroke is, in nepers per octave above its lowest partial
	modes      []mode
	noises     []noise
	fall       float64 // the first mode begins this much higher, as a part of its frequency
}

// mode is a partial; decay is in seconds to lose 60 dB, here and below.
type mode struct{ hz, loud, decay float64 }

// noise is noise of a band, loud as an average; it rises within attack, in seconds.
type noise struct{ hz, width, loud, attack, decay float64 }

const (
	settles = .03   // seconds in which a head's tone falls
	stopped = .06   // seconds to lose 60 dB once a hand or a pedal damps
	onset   = .0008 // seconds
	yields  = .25   // how much lower the noise of the softest stroke is
)

// General MIDI: the program of brushes, and the keys of a drum set.
const brushKit = 40

var (
	kick   = drum{level: 1.48, pan: .5, soft: .55, fall: 1.9, modes: []mode{{50, 1, .34}, {88, .25, .2}}, noises: []noise{{2600, 3200, .3, .0004, .022}, {420, 500, .35, .0004, .05}}}
	snare  = drum{level: 1.58, pan: .5, soft: .32, fall: .25, modes: []mode{{182, .6, .16}, {291, .25, .12}, {416, .16, .1}, {571, .1, .08}}, noises: []noise{{3600, 4500, .45, .0015, .21}, {7800, 6000, .28, .0015, .16}, {1200, 1500, .3, .0004, .02}}}
	stick  = drum{level: 1.24, pan: .45, soft: .4, modes: []mode{{412, .45, .05}, {1720, .5, .045}, {2660, .22, .03}}, noises: []noise{{3000, 4000, .3, .0003, .014}}}
	tap    = drum{level: 5.2, even: .15, pan: .48, soft: .3, modes: []mode{{190, .3, .1}, {300, .1, .07}}, noises: []noise{{2700, 3600, .5, .004, .13}, {6500, 5000, .22, .004, .1}}}
	slap   = drum{level: 4.2, even: .15, pan: .48, soft: .3, modes: []mode{{190, .5, .13}, {300, .2, .09}}, noises: []noise{{2900, 3800, .7, .001, .15}, {7000, 5000, .3, .001, .12}}}
	swirl  = drum{level: 5.8, even: .15, pan: .52, soft: .5, noises: []noise{{2400, 2600, .4, .11, .8}, {5600, 4500, .22, .09, .7}}}
	clap   = drum{level: 0.95, pan: .5, soft: .2, noises: []noise{{1300, 1400, .7, .001, .05}, {1500, 1800, .5, .018, .2}}}
	closed = drum{level: 1.56, pan: .35, soft: .5, modes: hat(.07), noises: []noise{{9000, 7000, .5, .0004, .075}, {5200, 3000, .18, .0004, .03}}}
	chick  = drum{level: 1.75, pan: .35, soft: .5, modes: hat(.05), noises: []noise{{6200, 5000, .45, .003, .09}, {2800, 2500, .2, .002, .04}}}
	open   = drum{level: 1.19, pan: .35, soft: .5, modes: hat(.7), noises: []noise{{8600, 7000, .45, .002, .9}, {5000, 3000, .22, .0006, .5}}}
	ride   = drum{level: 1.19, pan: .65, soft: .18, modes: []mode{{388, .07, 1.6}, {563, .06, 1.5}, {871, .06, 1.3}, {1364, .08, 1.1}, {2113, .13, .8}, {2791, .17, .7}, {3467, .2, .6}, {4283, .2, .5}, {5231, .17, .42}, {6829, .12, .35}, {8221, .08, .3}}, noises: []noise{{4600, 3400, .55, .0004, .055}, {6400, 5600, .13, .035, 1.9}}}
	cup    = drum{level: 0.76, pan: .65, soft: .26, modes: []mode{{803, .35, 1.3}, {1207, .3, 1.1}, {1811, .28, .9}, {2617, .26, .7}, {3571, .2, .5}, {4931, .14, .4}}, noises: []noise{{5000, 3400, .35, .0004, .04}, {6400, 5600, .1, .035, 1.5}}}
	crash  = drum{level: 1.33, pan: .6, soft: .18, modes: []mode{{443, .08, 1.4}, {719, .08, 1.2}, {1187, .08, 1}, {1931, .08, .8}, {2953, .08, .7}, {4127, .08, .6}}, noises: []noise{{5200, 5000, .55, .004, 1.5}, {9500, 6000, .35, .002, .9}, {2200, 2000, .25, .012, 1.1}}}
	shaker = drum{level: 1, pan: .55, soft: .3, noises: []noise{{6800, 4500, .5, .018, .09}}}
	jingle = drum{level: 0.9, pan: .55, soft: .4, modes: []mode{{5230, .15, .3}, {7110, .15, .25}, {8830, .12, .2}}, noises: []noise{{8200, 5000, .45, .003, .16}}}
	wood   = drum{level: 0.98, pan: .55, soft: .4, modes: []mode{{2450, .8, .07}, {2590, .3, .06}}, noises: []noise{{3200, 3000, .2, .0003, .008}}}
	cow    = drum{level: 0.8, pan: .55, soft: .4, modes: []mode{{562, .5, .35}, {845, .5, .3}, {1480, .2, .2}, {2390, .14, .15}}, noises: []noise{{3000, 3000, .2, .0003, .012}}}
	steel  = drum{level: 0.53, pan: .6, soft: .3, modes: []mode{{1270, .12, 1.6}, {3640, .4, 1.5}, {5510, .35, 1.3}, {7960, .25, 1}}}
)

// hat are the partials of two small cymbals.
func hat(decay float64) []mode {
	return []mode{{3187, .05, decay}, {4391, .08, decay}, {5647, .1, .9 * decay}, {7213, .1, .8 * decay}, {9041, .08, .7 * decay}}
}

// skin is a drum without wires, tuned to a frequency.
func skin(hz, decay, level, pan float64) drum {
	return drum{level: level, pan: pan, soft: .5, fall: .5, modes: []mode{{hz, .9, decay}, {1.59 * hz, .3, .6 * decay}, {2.14 * hz, .14, .45 * decay}, {2.3 * hz, .1, .4 * decay}}, noises: []noise{{1800, 2600, .25, .0004, .025}}}
}

// drumOf is the drum of a General MIDI key in the kit of a program.
func drumOf(key, program int) drum {
	if program == brushKit {
		switch key {
		case 38:
			return tap
		case 39:
			return slap
		case 40:
			return swirl
		}
	}
	switch key {
	case 35, 36:
		return kick
	case 37:
		return stick
	case 38, 40:
		return snare
	case 39:
		return clap
	case 42:
		return closed
	case 44:
		return chick
	case 46:
		return open
	case 49, 52, 55, 57:
		return crash
	case 51, 59:
		return ride
	case 53:
		return cup
	case 41, 43, 45, 47, 48, 50:
		return skin(70+9*float64(key-41), .42, 1.2, .35+.03*float64(key-41))
	case 54:
		return jingle
	case 56:
		return cow
	case 69, 70, 82:
		return shaker
	case 75, 76, 77:
		return wood
	case 80, 81:
		return steel
	}
	return skin(300+8*float64(key%24), .16, .7, .55) // bongos, congas, timbales
}

// damps are the keys whose strokes stop what another key left ringing: the hi-hat closes,
// a hand is laid on the triangle.
var damps = map[int][]int{46: {42, 44, 46}, 81: {80, 81}}

// lasts is how long a stroke sounds that is damped after a time, in seconds.
func (d drum) lasts(rings float64) float64 {
	last := 0.
	for _, m := range d.modes {
		last = max(last, m.decay)
	}
	for _, m := range d.noises {
		last = max(last, m.decay+m.attack)
	}
	return min(last, rings+stopped)
}

// play adds the stroke to dst and returns how many samples of it were used; rings is when
// it is damped, in seconds.
func (d drum) play(dst []float32, force, rings float64, rate int, r *rand.Rand) int {
	dt := 1 / float64(rate)
	lowest := math.Inf(1)
	for _, m := range d.modes {
		lowest = min(lowest, m.hz)
	}
	for _, m := range d.noises {
		lowest = min(lowest, m.hz)
	}
	last := d.lasts(rings)
	n := min(len(dst), int(last*float64(rate)))
	level := d.level * (d.even + (1-d.even)*force*(.4+.6*force))
	dull := func(hz float64) float64 { // a soft stroke excites the high partials less
		return math.Exp(-d.soft * (1 - force) * math.Log2(hz/lowest))
	}
	for i, m := range d.modes {
		if m.hz > .45*float64(rate) {
			continue
		}
		m.loud *= level * dull(m.hz)
		if i == 0 && d.fall > 0 {
			m.falling(dst[:n], 1+d.fall*(.5+.5*force), dt)
		} else {
			m.play(dst[:n], dt)
		}
	}
	for _, m := range d.noises {
		m.loud *= level * dull(m.hz)
		m.hz *= 1 - yields*(1-force)
		m.play(dst[:n], rate, r)
	}
	for i := range min(n, int(onset*float64(rate))) {
		dst[i] *= float32(float64(i) * dt / onset)
	}
	for i := int(min(rings, last) * float64(rate)); i < n; i++ {
		dst[i] *= float32(math.Pow(1e-3, (float64(i)*dt-rings)/stopped))
	}
	return n
}

// play adds a sine that dies away, by its recurrence.
func (m mode) play(dst []float32, dt float64) {
	w := 2 * math.Pi * m.hz * dt
	keep := math.Pow(1e-3, dt/m.decay)
	c, k := 2*keep*math.Cos(w), keep*keep
	a, b := -m.loud*math.Sin(w)/keep, 0.0
	for i := range dst[:min(len(dst), int(m.decay/dt))] {
		dst[i] += float32(b)
		a, b = b, c*b-k*a
	}
}

// falling adds a sine that begins at high times its frequency.
func (m mode) falling(dst []float32, high, dt float64) {
	loud, keep := m.loud, math.Pow(1e-3, dt/m.decay)
	up, sink := high-1, math.Exp(-dt/settles)
	var phase float64
	for i := range dst[:min(len(dst), int(m.decay/dt))] {
		phase += 2 * math.Pi * m.hz * (1 + up) * dt
		dst[i] += float32(loud * math.Sin(phase))
		loud *= keep
		up *= sink
	}
}

// play adds noise through a band pass of second order.
func (m noise) play(dst []float32, rate int, r *rand.Rand) {
	dt := 1 / float64(rate)
	hz := min(m.hz, .4*float64(rate))
	w := 2 * math.Pi * hz * dt
	alpha := math.Sin(w) / 2 * min(2, m.width/hz)
	b0, a1, a2 := alpha/(1+alpha), -2*math.Cos(w)/(1+alpha), (1-alpha)/(1+alpha)
	// the same loudness at every rate and width: uniform noise has a variance of 1/3, and
	// the filter passes b0 of it
	loud := m.loud * math.Sqrt(3/b0) / 2
	keep, rise := math.Pow(1e-3, dt/m.decay), math.Exp(-dt/m.attack)
	closed := 1.
	var x1, x2, y1, y2 float64
	for i := range dst[:min(len(dst), int((m.decay+m.attack)/dt))] {
		x := 2*r.Float64() - 1
		y := b0*(x-x2) - a1*y1 - a2*y2
		x1, x2, y1, y2 = x, x1, y, y1
		dst[i] += float32(loud * (1 - closed) * y)
		loud *= keep
		closed *= rise
	}
}
