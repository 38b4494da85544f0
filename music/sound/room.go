package sound

import "math"

// The room: a few echoes from its walls, and then a network of delay lines that feed each
// other and lose their highs (Jot and Chaigne 1991, with a Householder matrix).
const (
	wet     = .1  // how loud the room is beside the instruments
	ring    = .95 // seconds in which it loses 60 dB
	dulled  = .42 // ring of the highest frequencies beside ring
	low     = 170 // Hz; below it the room is silent, so that bass and bass drum stay clear
	distant = .012
)

// Delays in seconds. The lines have no common divisor to speak of; echoes come from a
// side's own wall and from the other.
var (
	lines  = [8]float64{.0233, .0271, .0297, .0331, .0371, .0411, .0437, .0497}
	echoes = [2][4]float64{{.0081, .0149, .0213, .0317}, {.0095, .0131, .0237, .0289}}
	spread = [2][2]float64{{.0047, .0017}, {.0053, .0019}} // all-passes at the entrance
)

// delay is a line of samples; what is written comes back after its length.
type delay struct {
	line []float32
	at   int
}

func newDelay(seconds float64, rate int) delay {
	return delay{line: make([]float32, max(1, int(seconds*float64(rate))))}
}

// next reads the oldest sample; write puts a new one in its place.
func (d *delay) next() float32 { return d.line[d.at] }
func (d *delay) write(v float32) {
	d.line[d.at] = v
	if d.at++; d.at == len(d.line) {
		d.at = 0
	}
}

// back is the sample that was written n writes ago.
func (d *delay) back(n int) float32 {
	at := d.at - n
	if at < 0 {
		at += len(d.line)
	}
	return d.line[at]
}

// entrance is a side's way into the room.
type entrance struct {
	wall    delay
	echoes  [4]int
	spread  [2]delay
	last, x float32 // of the high pass
	pass    float32
	far     int
}

func newEntrance(side, rate int) *entrance {
	e := &entrance{wall: newDelay(.04, rate), pass: float32(math.Exp(-2 * math.Pi * low / float64(rate))), far: int(distant * float64(rate))}
	for i, s := range echoes[side] {
		e.echoes[i] = int(s * float64(rate))
	}
	for i, s := range spread[side] {
		e.spread[i] = newDelay(s, rate)
	}
	return e
}

// hear takes a sample and returns its echoes and what goes on into the lines.
func (e *entrance) hear(v float32) (echo, on float32) {
	e.x = e.pass * (e.x + v - e.last)
	e.last = v
	e.wall.write(e.x)
	for i, n := range e.echoes {
		loud := float32(.5) - .1*float32(i)
		if i%2 == 1 {
			loud = -loud
		}
		echo += loud * e.wall.back(n)
	}
	on = e.wall.back(e.far)
	for i := range e.spread {
		d := &e.spread[i]
		y := d.next()
		in := on + .6*y
		d.write(in)
		on = y - .6*in
	}
	return echo, on
}

// room adds the room to both sides.
func room(a *Audio) {
	var line [len(lines)]delay
	var keep, open, dark [len(lines)]float32
	for k, s := range lines {
		line[k] = newDelay(s, a.Rate)
		bright := math.Pow(1e-3, s/(ring*dulled))
		keep[k] = float32(math.Pow(1e-3, s/ring))
		// a low pass whose gain is keep at 0 Hz and bright at the highest frequency
		p := (float64(keep[k]) - bright) / (float64(keep[k]) + bright)
		open[k] = float32(1 - p)
	}
	left, right := newEntrance(0, a.Rate), newEntrance(1, a.Rate)
	for i := range a.Left {
		echoL, l := left.hear(a.Left[i])
		echoR, r := right.hear(a.Right[i])
		var out [2]float32
		var sum float32
		for k := range line {
			dark[k] += open[k] * (line[k].next() - dark[k])
			dark[k] = dark[k] + 1e-18 - 1e-18 // numbers near zero are slow: they become zero
			sum += keep[k] * dark[k]
		}
		sum *= 2. / float32(len(lines))
		for k := range line {
			y := keep[k] * dark[k]
			in := l
			if k%2 == 1 {
				in = r
			}
			if k&2 != 0 {
				in = -in
			}
			line[k].write(in + y - sum)
			if k&4 != 0 {
				y = -y
			}
			out[k&1] += y
		}
		a.Left[i] += wet * (.7*echoL + .3*echoR + out[0])
		a.Right[i] += wet * (.7*echoR + .3*echoL + out[1])
	}
}
