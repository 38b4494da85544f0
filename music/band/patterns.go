package band

import "github.com/segue-go/segue/music"

// voice is what one limb plays in a pattern, a letter per cell:
//
//	X  always, loud      o  usually (70%)      g  a ghost note, half of the time
//	x  always            -  seldom (12%)       .  never
type voice struct {
	key   int
	cells string
}

// letter is the chance of a stroke, and its velocity against a voice's loud stroke.
var letter = map[byte]struct{ chance, loud float64 }{
	'X': {1, 1}, 'x': {1, .8}, 'o': {.7, .75}, '-': {.12, .7}, 'g': {.5, .4},
}

// loudest is the velocity of a loud stroke.
var loudest = map[int]float64{kick: 84, snare: 100, stick: 66, hat: 80, pedal: 64, openHat: 84, ride: 78, bell: 86, lowTom: 80, midTom: 76, highTom: 76}

// groove is a drum pattern of one or more bars of four quarter notes.
type groove struct {
	cell   int // steps of a letter
	voices []voice
}

const (
	eighth    = music.Grid / 2
	sixteenth = music.Grid / 4
)

// grooves lists the patterns of each feel. They were written by hand after method books,
// with an eye on the beats in 4/4 of the Groove MIDI Dataset; so are letter and loudest.
// `segue-lab bench drums` prints how far the chances of bass drum and snare are from the
// drummers' at each sixteenth: .10 in swing, .13 in funk, .15 in bossa nova (2 performances),
// .16 in rock, .18 in samba and .25 in shuffle, whose drummers differ from each other.
var grooves = map[Feel][]groove{
	Bossa: {
		{eighth, []voice{{hat, "xxxxxxxxxxxxxxxx"}, {pedal, "..x...x...x...x."}, {kick, "X..xx..xX..xx..x"}, {stick, "X..X..X...X..X.."}}},
		{eighth, []voice{{ride, "xxxxxxxxxxxxxxxx"}, {pedal, "..x...x...x...x."}, {kick, "X..xx..xX..xx..x"}, {stick, "..X..X..X..X..X."}, {snare, "-....-...-....-."}}},
		{eighth, []voice{{hat, "xxxxxxxxxxxxxxxx"}, {pedal, "..o...o...o...o."}, {kick, "X..oX..xX..oX..x"}, {stick, "X..X..-.o.X..-X."}}},
	},
	Samba: {
		{sixteenth, []voice{{ride, "XoXoXoXoXoXoXoXo"}, {pedal, "..x...x...x...x."}, {kick, "X..xX..xX..xX..x"}, {snare, "XxgXgXgxXxgXgXgx"}}},
		{sixteenth, []voice{{hat, "xxXxxxXxxxXxxxXx"}, {kick, "X..xX..xX..xX..x"}, {snare, "XggXg-XgXg-Xg-Xg"}, {lowTom, "....X...-...X.-."}}},
		{sixteenth, []voice{{ride, "X.XxX.Xx.X.XxX.x"}, {pedal, "..x...x...x...x."}, {kick, "X..xX..xX..xX..x"}, {stick, "X..X..X...X.X..."}, {snare, "gg.gg.gg.gg.gg.g"}}},
	},
	Funk: {
		{sixteenth, []voice{{hat, "X.x.X.x.X.x.X.x-"}, {kick, "X.-o..-.-oX...-."}, {snare, "...-X.-g.g.-X..g"}, {openHat, "..........-...-."}}},
		{sixteenth, []voice{{hat, "xgxgXgxgxgxgXgxg"}, {kick, "X..x..-...X-.-.."}, {snare, ".g..X..g.g..X.-g"}}},
		{sixteenth, []voice{{ride, "X.x.X.x.X.x.X.x."}, {pedal, "....x.......x..."}, {kick, "X.o....oX.-o...."}, {snare, ".g.-X..g.g.gX..-"}}},
	},
	Rock: {
		{sixteenth, []voice{{hat, "X.x.X.x.X.x.X.x."}, {kick, "X..-..-.X.o..-.-"}, {snare, "....X..-.-..X..-"}}},
		{sixteenth, []voice{{ride, "X.x.X.x.X.x.X.x."}, {kick, "X.o...-.X.-o...."}, {snare, "....X.......X.-."}, {pedal, "....x.......x..."}}},
		{sixteenth, []voice{{hat, "X.x.X.x.X.x.X.x."}, {kick, "X.....xoX......-"}, {snare, "....X..g.g..X..."}, {openHat, "..............-."}}},
	},
}

// pattern plays a bar of four quarter notes by the groove that the phrase has chosen.
func (d *drummer) pattern(b *bar) {
	if d.feel == Shuffle {
		d.shuffle(b)
		return
	}
	all := grooves[d.feel]
	g := all[(b.index/(2*phraseBars)+int(d.Random%7))%len(all)]
	cell := g.cell
	if d.feel == Samba && d.tempo >= sambaFrom { // written in cut time
		cell = eighth
	}
	for _, v := range g.voices {
		from := b.index * (b.length / cell)
		for k := range b.length / cell {
			l, ok := letter[v.cells[(from+k)%len(v.cells)]]
			if ok && d.chance(l.chance) {
				d.hit(k*cell, v.key, loudest[v.key]*l.loud)
			}
		}
	}
	if d.feel == Bossa {
		d.comp(b, .03)
	}
}

// shuffle is long and short on every beat with the snare on 2 and 4.
func (d *drummer) shuffle(b *bar) {
	cymbal := []int{hat, ride}[b.index/phraseBars%2]
	for k, at := range b.beats {
		d.hit(at, cymbal, 78)
		d.hit(at+d.offbeat(), cymbal, 60)
		if k%2 == 1 {
			d.hit(at, snare, 94)
			if cymbal == ride {
				d.hit(at, pedal, 60)
			}
		} else {
			d.hit(at, kick, 80)
		}
		if d.chance(.3 * d.bold) {
			d.hit(at+d.offbeat(), kick, 62)
		}
		if d.chance(.25 * d.bold) {
			d.hit(at+d.offbeat(), snare, 38)
		}
	}
}

// triple is the time of 6/8, 9/8 and 12/8: cymbal on every eighth, bass drum on the
// first beat of each pair and snare on the second.
func (d *drummer) triple(b *bar) {
	cymbal := hat
	if d.feel == Swing || b.index/phraseBars%2 == 1 {
		cymbal = ride
	}
	for k, at := range b.beats {
		for e := range 3 {
			loud := 54.0
			if e == 0 {
				loud = 74
			}
			d.hit(at+e*eighth, cymbal, loud)
		}
		last := k+1 == len(b.beats)
		if k%2 == 1 || len(b.beats) == 3 && last {
			d.hit(at, snare, 84)
			if cymbal == ride {
				d.hit(at, pedal, 58)
			}
		} else if k%2 == 0 && !(len(b.beats) == 3 && k > 0) {
			d.hit(at, kick, 80)
		}
		if d.chance(.25 * d.bold) {
			d.hit(at+2*eighth, kick, 60)
		}
		if d.chance(.2 * d.bold) {
			d.hit(at+(1+d.r.IntN(2))*eighth, snare, 36)
		}
	}
}

// groups is the time of any other meter: cymbal on the eighths, bass drum on the first
// group, snare on the last or last but one.
func (d *drummer) groups(b *bar) {
	n := len(b.beats)
	back := n - 1
	if n >= 5 {
		back = n - 2
	}
	cymbal := []int{hat, ride}[b.index/phraseBars%2]
	for at := 0; at < b.length; at += eighth {
		d.hit(at, cymbal, 56)
	}
	for k, at := range b.beats {
		for i := range d.strokes {
			if d.strokes[i].at == at && d.strokes[i].key == cymbal {
				d.strokes[i].velocity = 74
			}
		}
		switch {
		case k == 0:
			d.hit(at, kick, 82)
		case k == back:
			d.hit(at, snare, 88)
		case d.chance(.35 * d.bold):
			d.hit(at, kick, 66)
		case d.chance(.3 * d.bold):
			d.hit(at, snare, 40)
		}
		if at+eighth < b.length && d.chance(.2*d.bold) {
			d.hit(at+eighth, []int{kick, snare}[d.r.IntN(2)], 44)
		}
	}
}
