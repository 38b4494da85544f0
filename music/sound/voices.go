package sound

import "math"

// A voice is how an instrument sounds: a row of partials that either die away
// (struck and plucked ones) or are held.
type voice struct {
	gain     float64
	partials int
	slope    float64 // partial k is k^-slope as loud when played hard
	soft     float64 // and falls by so much more when played softly
	stretch  float64 // inharmonicity: partial k is at k·sqrt(1+stretch·k²)
	odd      float64 // loudness of the even partials, beside the odd ones
	ring     float64 // seconds until a middle C has lost 60 dB; 0 is held
	attack   float64 // seconds
	release  float64 // seconds to lose 60 dB after the key is let go
	vibrato  float64 // depth in cents, at five and a half per second
	tremolo  float64 // depth, 0 to 1
	ratios   []float64
}

var (
	piano   = voice{gain: 1, partials: 12, slope: 1.1, soft: 1.1, stretch: 4e-4, odd: 1, ring: 7, attack: .002, release: .25}
	mallet  = voice{gain: .8, odd: 1, ring: 5, attack: .001, release: .6, tremolo: .25, ratios: []float64{1, 3.93, 9.2}, slope: 1.2, partials: 3, soft: .5}
	organ   = voice{gain: .5, partials: 8, slope: .7, odd: .9, attack: .01, release: .08}
	guitar  = voice{gain: .9, partials: 14, slope: 1.2, soft: .6, stretch: 1e-4, odd: .8, ring: 4, attack: .002, release: .15}
	bass    = voice{gain: 1.2, partials: 10, slope: 1.3, soft: .4, stretch: 1e-4, odd: .9, ring: 4.5, attack: .006, release: .12}
	bowed   = voice{gain: .5, partials: 12, slope: 1.1, soft: .3, odd: 1, attack: .12, release: .35, vibrato: 6}
	brass   = voice{gain: .7, partials: 14, slope: .9, soft: .9, odd: 1, attack: .03, release: .09, vibrato: 8}
	reed    = voice{gain: .75, partials: 14, slope: 1, soft: .6, odd: .75, attack: .025, release: .08, vibrato: 12}
	flute   = voice{gain: .8, partials: 5, slope: 2, soft: .3, odd: 1, attack: .04, release: .1, vibrato: 10}
	clarine = voice{gain: .75, partials: 12, slope: 1.1, soft: .5, odd: .15, attack: .025, release: .08, vibrato: 4}
)

// voiceOf is the voice of a General MIDI program.
func voiceOf(program int) voice {
	switch {
	case program < 8:
		return piano
	case program < 16:
		return mallet
	case program < 24:
		return organ
	case program < 32:
		return guitar
	case program < 40:
		return bass
	case program < 56 || program >= 88 && program < 104:
		return bowed
	case program < 64:
		return brass
	case program == 71:
		return clarine
	case program < 72:
		return reed
	case program < 80:
		return flute
	case program < 88:
		return reed // synthesised leads
	case program < 112:
		return guitar // banjo, sitar, koto
	}
	return mallet
}

// loudness of the partials, for a pitch and a force, and their ratios to the
// lowest; partials above the limit of hearing or of the sample rate are left out.
func (v voice) spectrum(hz, force float64, rate int) (loud, ratio []float64) {
	top := min(14000, .45*float64(rate))
	slope := v.slope + v.soft*(1-force)
	for k := 1; k <= v.partials; k++ {
		x := float64(k)
		r := x * math.Sqrt(1+v.stretch*x*x)
		if v.ratios != nil {
			r = v.ratios[k-1]
		}
		if r*hz > top {
			break
		}
		l := math.Pow(x, -slope)
		if k%2 == 0 {
			l *= v.odd
		}
		loud, ratio = append(loud, l), append(ratio, r)
	}
	return loud, ratio
}

// play adds a tone to dst, which begins when the tone does, and returns how many
// samples of it were used.
func (v voice) play(dst []float32, t tone, rate int) int {
	hz := 440 * math.Exp2(float64(t.pitch-69)/12)
	loud, ratio := v.spectrum(hz, t.force, rate)
	dt := 1 / float64(rate)
	held := t.to - t.from
	n := min(len(dst), int((held+v.release)*float64(rate)))
	level := v.gain * (.15 + .85*t.force*t.force)
	// the envelope that all partials share: attack, and release after the key is let go
	off := math.Pow(1e-3, dt/v.release)
	env := func(i int) float64 {
		s := float64(i) * dt
		e := min(1, s/v.attack)
		if s > held {
			e *= math.Pow(1e-3, (s-held)/v.release)
		}
		return e
	}
	if v.ring > 0 {
		v.struck(dst[:n], loud, ratio, hz, level, env, dt)
		return n
	}
	v.held(dst[:n], loud, hz, level, held, off, dt)
	return n
}

// struck adds partials that die away, the higher ones faster; each is a sine made
// by its recurrence.
func (v voice) struck(dst []float32, loud, ratio []float64, hz, level float64, env func(int) float64, dt float64) {
	const piece = 64 // samples over which the shared envelope is a line
	ring := v.ring * math.Pow(261.6/hz, .6)
	for k, l := range loud {
		w := 2 * math.Pi * hz * ratio[k] * dt
		c := 2 * math.Cos(w)
		a, b := -math.Sin(w), 0.0 // sines of the steps before
		decay := math.Pow(1e-3, dt*(1+.35*float64(k))/ring)
		amp := level * l
		for at := 0; at < len(dst); at += piece {
			end := min(at+piece, len(dst))
			e, to := env(at), env(end)
			slope := (to - e) / float64(end-at)
			trem := 1.0
			if v.tremolo > 0 {
				trem = 1 - v.tremolo*(.5+.5*math.Sin(2*math.Pi*5*float64(at)*dt))
			}
			for i := at; i < end; i++ {
				dst[i] += float32(amp * e * trem * b)
				a, b = b, c*b-a
				amp *= decay
				e += slope
			}
		}
	}
}

// held adds harmonics that last, with vibrato after a while; sin(kx) comes from
// the two before by Chebyshev's recurrence.
func (v voice) held(dst []float32, loud []float64, hz, level, held, off, dt float64) {
	const wait = .25 // seconds before the vibrato
	var phase float64
	release := 1.0
	for i := range dst {
		s := float64(i) * dt
		bend := 1.0
		if v.vibrato > 0 && s > wait {
			depth := v.vibrato * min(1, (s-wait)/.4) / 1200 * math.Ln2
			bend = 1 + depth*math.Sin(2*math.Pi*5.5*s)
		}
		phase += 2 * math.Pi * hz * bend * dt
		if phase > 2*math.Pi {
			phase -= 2 * math.Pi
		}
		sin, cos := math.Sincos(phase)
		a, b := 0.0, sin
		var sum float64
		for _, l := range loud {
			sum += l * b
			a, b = b, 2*cos*b-a
		}
		if s > held {
			release *= off
		}
		attack := min(1, s/v.attack)
		dst[i] += float32(level * sum * attack * release * (.85 + .15*math.Exp(-4*s)))
	}
}
