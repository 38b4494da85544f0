package band

import "github.com/segue-go/segue/music"

// This file holds the time that drummers of jazz play. `segue-lab bench drums` measures it
// beside the drummers of the Groove MIDI Dataset. What each adds to the time, the chances
// of brushes and of the two-beat, and all velocities are set by hand: the band is softer
// than those drummers, who play alone.

// Chances of the ride's short note after a beat, and of a soft bass drum on a beat. Those
// of the ride are the drummers' (.79 and .15; bold, 1 on average, widens the second). The
// feathered bass drum is what method books teach; the drummers play .21.
const (
	skipAfterBack = .79 // after 2 and 4
	skipElsewhere = .17
	feathered     = .5
)

// backbeat reports whether the hi-hat closes on beat k of n.
func backbeat(k, n int) bool {
	switch n {
	case 3:
		return k == 1
	case 5: // three and two
		return k == 1 || k == 4
	}
	return k%2 == 1
}

// swing is the ride pattern, hi-hat on 2 and 4, a feathered bass drum, and a snare that
// speaks where the solo leaves room.
func (d *drummer) swing(b *bar) {
	n := len(b.beats)
	fast := 1.0
	if d.tempo >= fastFrom {
		fast = .6
	}
	for k, at := range b.beats {
		skip, loud := skipElsewhere*d.bold, 70.0
		if backbeat(k, n) {
			skip, loud = skipAfterBack, 78
			d.hit(at, pedal, 70)
		}
		d.hit(at, ride, loud)
		if d.chance(skip*fast) && at+d.offbeat() < b.length {
			d.hit(at+d.offbeat(), ride, 64)
		}
		if d.chance(feathered) {
			d.hit(at, kick, 32)
		}
	}
	d.comp(b, .16*fast)
}

// comp adds the snare and the bass drum of the left hand and the foot. They answer: they
// are rare where the solo starts notes and frequent where it rests.
func (d *drummer) comp(b *bar, often float64) {
	for _, beat := range b.beats {
		for _, at := range []int{beat, beat + d.offbeat()} {
			p := often * d.bold
			switch {
			case at >= b.length:
				continue
			case len(b.solo) > 0 && !b.plays(at, music.Grid):
				p *= 2.2
			case b.plays(at, 2):
				p *= .6
			}
			if !d.chance(p) {
				continue
			}
			if at != beat && d.chance(.3) {
				d.hit(at, kick, 66)
			} else {
				d.hit(at, snare, 40+30*d.r.Float64()*d.bold)
			}
		}
	}
}

// brushes are taps on every beat, a swirl under the long ones, hi-hat on 2 and 4; after
// sixteen bars the right hand may go to the ride.
func (d *drummer) brushes(b *bar) {
	n := len(b.beats)
	ridden := b.index >= 2*phraseBars && b.index/phraseBars%2 == 0
	for k, at := range b.beats {
		back := backbeat(k, n)
		if back {
			d.hit(at, pedal, 52)
		}
		switch {
		case ridden:
			d.hit(at, ride, 46)
			if back && d.chance(.7) && at+d.offbeat() < b.length {
				d.hit(at+d.offbeat(), ride, 38)
			}
		case back:
			d.hit(at, snare, 44)
		default:
			d.hit(at, snare, 34)
		}
		if !back && d.chance(.6) && at+d.offbeat() < b.length {
			d.hit(at+d.offbeat(), brush, 30)
		}
		if k == 0 && d.chance(.6) {
			d.hit(at, kick, 34)
		}
		if k == 0 && !ridden && d.chance(.4) {
			d.hit(at, ride, 40)
		}
	}
	d.comp(b, .06)
}

// twoBeat is the bass drum on 1 and 3 and a hi-hat that opens there.
func (d *drummer) twoBeat(b *bar) {
	n := len(b.beats)
	for k, at := range b.beats {
		if backbeat(k, n) {
			d.hit(at, hat, 74)
			if d.chance(skipAfterBack) && at+d.offbeat() < b.length {
				d.hit(at+d.offbeat(), hat, 58)
			}
			continue
		}
		d.hit(at, openHat, 64)
		d.hit(at, kick, 58)
		if d.chance(skipElsewhere) && at+d.offbeat() < b.length {
			d.hit(at+d.offbeat(), openHat, 50)
		}
	}
	d.comp(b, .12)
}
