package sound

import (
	"math"
	"math/rand/v2"
)

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
	vibrato  float64 // depth in cents, at about five and a half per second
	tremolo  float64 // depth, 0 to 1
	ratios   []float64
	prompt   float64   // share of a struck tone that dies away five times faster: two strings part (Weinreich 1977)
	beat     float64   // cents by which the two strings of a tone differ
	knock    float64   // noise of the hammer or finger, beside the tone
	breath   float64   // noise of the air, beside the tone
	scoop    float64   // cents by which a held tone begins too low
	bright   float64   // seconds in which a held tone gets its full colour
	formants []formant // of the body, the same at every pitch
}

// formant is a resonance: partials near hz are 1+gain times as loud.
type formant struct{ hz, width, gain float64 }

var (
	piano   = voice{gain: 1, partials: 14, slope: 1.1, soft: 1.3, stretch: 4e-4, odd: 1, ring: 9, attack: .002, release: .25, prompt: .55, beat: .6, knock: .12}
	mallet  = voice{gain: .8, odd: 1, ring: 5, attack: .001, release: .6, tremolo: .25, ratios: []float64{1, 3.93, 9.2}, slope: 1.2, partials: 3, soft: .5, knock: .05}
	organ   = voice{gain: .5, partials: 8, slope: .7, odd: .9, attack: .01, release: .08}
	guitar  = voice{gain: .9, partials: 14, slope: 1.2, soft: .6, stretch: 1e-4, odd: .8, ring: 4, attack: .002, release: .15, prompt: .4, knock: .06, formants: []formant{{110, 40, .6}, {220, 60, .4}}}
	bass    = voice{gain: 1.2, partials: 12, slope: 1.3, soft: .5, stretch: 1e-4, odd: .9, ring: 4.5, attack: .006, release: .12, prompt: .35, knock: .08, formants: []formant{{100, 40, .5}, {700, 300, .5}}}
	bowed   = voice{gain: .5, partials: 12, slope: 1.1, soft: .4, odd: 1, attack: .12, release: .35, vibrato: 9, bright: .15, breath: .01, formants: []formant{{280, 80, .5}, {1100, 400, .5}, {2500, 700, .8}}}
	brass   = voice{gain: .6, partials: 18, slope: .9, soft: 1.3, odd: 1, attack: .025, release: .09, vibrato: 10, bright: .07, breath: .015, scoop: 20, formants: []formant{{1200, 500, .7}}}
	reed    = voice{gain: .62, partials: 18, slope: 1.05, soft: 1.1, odd: .8, attack: .02, release: .09, vibrato: 22, bright: .05, breath: .03, scoop: 35, formants: []formant{{520, 180, .9}, {1350, 450, 1.1}, {2900, 800, .7}}}
	flute   = voice{gain: .8, partials: 6, slope: 2, soft: .6, odd: 1, attack: .04, release: .1, vibrato: 14, bright: .08, breath: .025, scoop: 10}
	clarine = voice{gain: .75, partials: 14, slope: 1.1, soft: .8, odd: .15, attack: .025, release: .08, vibrato: 4, bright: .04, breath: .02, formants: []formant{{1500, 600, .5}}}
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
		for _, f := range v.formants {
			d := (r*hz - f.hz) / f.width
			l *= 1 + f.gain*math.Exp(-d*d)
		}
		loud, ratio = append(loud, l), append(ratio, r)
	}
	return loud, ratio
}

// play adds a tone to dst, which begins when the tone does, and returns how many
// samples of it were used; r is for noise.
func (v voice) play(dst []float32, t tone, rate int, r *rand.Rand) int {
	hz := 440 * math.Exp2(float64(t.pitch-69)/12)
	dt := 1 / float64(rate)
	held := t.to - t.from
	n := min(len(dst), int((held+v.release)*float64(rate)))
	level := v.gain * (.15 + .85*t.force*t.force)
	// the envelope that all partials share: attack, and release after the key is let go
	env := func(i int) float64 {
		s := float64(i) * dt
		e := min(1, s/v.attack)
		if s > held {
			e *= math.Pow(1e-3, (s-held)/v.release)
		}
		return e
	}
	if v.ring > 0 {
		v.struck(dst[:n], hz, t, level, env, rate)
	} else {
		v.held(dst[:n], hz, t, level, rate)
	}
	v.noise(dst[:n], t.force, level, env, dt, r)
	return n
}

// struck adds partials that die away, the higher ones faster; each is a sine made
// by its recurrence. A part of each dies away soon, and the rest beats.
func (v voice) struck(dst []float32, hz float64, t tone, level float64, env func(int) float64, rate int) {
	const piece = 64 // samples over which the shared envelope is a line
	dt := 1 / float64(rate)
	loud, ratio := v.spectrum(hz, t.force, rate)
	ring := v.ring * math.Pow(261.6/hz, .6)
	beat := hz * (math.Exp2(v.beat/1200) - 1)
	for k, l := range loud {
		w := 2 * math.Pi * hz * ratio[k] * dt
		c := 2 * math.Cos(w)
		a, b := -math.Sin(w), 0.0 // sines of the steps before
		slower := dt * (1 + .35*float64(k)) / ring
		decay, soon := math.Pow(1e-3, slower), math.Pow(1e-3, 5*slower)
		amp, early := level*l*(1-v.prompt), level*l*v.prompt
		for at := 0; at < len(dst); at += piece {
			end := min(at+piece, len(dst))
			e, to := env(at), env(end)
			slope := (to - e) / float64(end-at)
			now := float64(at) * dt
			trem := 1.0
			if v.tremolo > 0 {
				trem = 1 - v.tremolo*(.5+.5*math.Sin(2*math.Pi*5*now))
			}
			if v.beat > 0 {
				trem *= .85 + .15*math.Cos(2*math.Pi*beat*ratio[k]*now)
			}
			for i := at; i < end; i++ {
				dst[i] += float32((amp*trem + early) * e * b)
				a, b = b, c*b-a
				amp *= decay
				early *= soon
				e += slope
			}
		}
	}
}

// held adds harmonics that last: the tone begins a little low and dull, opens, and after a
// while gets vibrato in pitch, loudness and colour. The colour lies between that of a
// softly and that of a strongly played tone; sin(kx) comes from the two before by
// Chebyshev's recurrence.
func (v voice) held(dst []float32, hz float64, t tone, level float64, rate int) {
	const wait = .28 // seconds before the vibrato
	dt := 1 / float64(rate)
	held := t.to - t.from
	loud, _ := v.spectrum(hz, t.force, rate)
	soft, _ := v.spectrum(hz, .4*t.force, rate)
	off := math.Pow(1e-3, dt/v.release)
	speed := 5.4 + .4*math.Sin(float64(13*t.pitch)+9*t.from) // no two tones alike
	opening := math.Exp(-dt / max(v.bright, 1e-4))
	var phase float64
	release, closed := 1.0, 1.0
	for i := range dst {
		s := float64(i) * dt
		bend := -v.scoop * math.Exp(-s/.035)
		swing := 0.0
		if v.vibrato > 0 && s > wait {
			swing = min(1, (s-wait)/.5) * math.Sin(2*math.Pi*speed*(s-wait))
			bend += v.vibrato * swing
		}
		phase += 2 * math.Pi * hz * (1 + bend*math.Ln2/1200) * dt
		if phase > 2*math.Pi {
			phase -= 2 * math.Pi
		}
		sin, cos := math.Sincos(phase)
		a, b := 0.0, sin
		var full, dull float64
		for k, l := range loud {
			full += l * b
			dull += soft[k] * b
			a, b = b, 2*cos*b-a
		}
		if s > held {
			release *= off
			closed += .3 * (1 - release) * (1 - closed)
		}
		open := 1 - closed
		if v.bright > 0 {
			open *= .85 + .15*math.Exp(-6*s)
			open += .06 * swing * v.vibrato / 22
		}
		closed *= opening
		attack := min(1, s/v.attack)
		sum := dull + open*(full-dull)
		dst[i] += float32(level * sum * attack * release * (.85 + .15*math.Exp(-4*s)) * (1 + .05*swing*v.vibrato/22))
	}
}

// noise adds the hammer, which is over soon, and the air, which is strongest at first.
func (v voice) noise(dst []float32, force, level float64, env func(int) float64, dt float64, r *rand.Rand) {
	const piece = 64
	if v.knock == 0 && v.breath == 0 {
		return
	}
	keep := math.Exp(-2 * math.Pi * 2500 * dt) // of a low pass
	var low, slow float64
	for at := 0; at < len(dst); at += piece {
		s := float64(at) * dt
		loud := level * (v.knock*force*math.Exp(-s/.012) + v.breath*(.3+1.2*math.Exp(-s/.03)))
		if v.breath == 0 && s > .1 {
			return
		}
		e := loud * env(at)
		for i := at; i < min(at+piece, len(dst)); i++ {
			low = keep*low + (1-keep)*(2*r.Float64()-1)
			slow = .98*slow + .02*low // no rumble
			dst[i] += float32(3 * e * (low - slow))
		}
	}
}
