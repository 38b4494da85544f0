package sound

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
)

// stroke is one stroke as the synthesiser makes it, without room, for three seconds.
func stroke(key, program int, force, rings float64) []float64 {
	dst := make([]float32, 3*toneRate)
	drumOf(key, program).play(dst, force, rings, toneRate, rand.New(rand.NewPCG(1, 1)))
	out := make([]float64, len(dst))
	for i, v := range dst {
		out[i] = float64(v)
	}
	return out
}

// ringing is how long a stroke takes to lose 60 dB, by the slope from -2 to -17 dB of what
// is left of its energy (Schroeder 1965).
func ringing(x []float64) float64 {
	var total float64
	for _, v := range x {
		total += v * v
	}
	left, from, to := total, -1., -1.
	for i, v := range x {
		left -= v * v
		if from < 0 && left < total*math.Pow(10, -.2) {
			from = float64(i) / toneRate
		}
		if to < 0 && left < total*math.Pow(10, -1.7) {
			to = float64(i) / toneRate
		}
	}
	return 4 * (to - from)
}

// Drums sound as their kind does: how bright, how long, and softer means duller.
func TestKit(t *testing.T) {
	for _, c := range []struct {
		name         string
		key, program int
		hz           [2]float64 // centroid of a hard stroke's first quarter of a second
		rings        [2]float64
	}{
		{"bass drum", 36, 0, [2]float64{60, 2500}, [2]float64{.2, .6}},
		{"snare", 38, 0, [2]float64{2500, 6500}, [2]float64{.1, .4}},
		{"side stick", 37, 0, [2]float64{1000, 4000}, [2]float64{.02, .1}},
		{"brush", 38, brushKit, [2]float64{2000, 6000}, [2]float64{.06, .3}},
		{"swirl", 40, brushKit, [2]float64{2000, 7000}, [2]float64{.5, 1.5}},
		{"closed hi-hat", 42, 0, [2]float64{4500, 10000}, [2]float64{.04, .15}},
		{"hi-hat by foot", 44, 0, [2]float64{3500, 8000}, [2]float64{.04, .2}},
		{"open hi-hat", 46, 0, [2]float64{4500, 10000}, [2]float64{.5, 1.5}},
		{"ride", 51, 0, [2]float64{2500, 7000}, [2]float64{.8, 2.5}},
		{"bell of the ride", 53, 0, [2]float64{1500, 5500}, [2]float64{.7, 2}},
		{"crash", 49, 0, [2]float64{3000, 8500}, [2]float64{.9, 2.5}},
		{"tom", 45, 0, [2]float64{80, 2000}, [2]float64{.25, .8}},
	} {
		const quarter = toneRate / 4
		hard, soft := stroke(c.key, c.program, .9, math.Inf(1)), stroke(c.key, c.program, .35, math.Inf(1))
		bright, dull, rings := centroid(hard[:quarter]), centroid(soft[:quarter]), ringing(hard)
		t.Logf("%-16s hard %5.0f Hz, soft %5.0f Hz, soft is %5.1f dB softer, loses 60 dB in %.2f s", c.name, bright, dull, 20*math.Log10(rms(hard)/rms(soft)), rings)
		if bright < c.hz[0] || bright > c.hz[1] || dull > .98*bright {
			t.Errorf("%s: a hard stroke is at %.0f Hz, a soft one at %.0f Hz", c.name, bright, dull)
		}
		if rings < c.rings[0] || rings > c.rings[1] {
			t.Errorf("%s loses 60 dB in %.2f s", c.name, rings)
		}
	}
	// a ride has a stick, then a wash; a swirl has no stroke
	ride, swirl := stroke(51, 0, .8, math.Inf(1)), stroke(40, brushKit, .4, math.Inf(1))
	const tenth = toneRate / 10
	if stick, wash := rms(ride[:tenth/5]), rms(ride[5*tenth:6*tenth]); stick < 3*wash || wash < stick/60 {
		t.Errorf("the ride's stick is at %v, its wash at %v", stick, wash)
	}
	if rms(swirl[:tenth/5]) > .5*rms(swirl[tenth:2*tenth]) {
		t.Error("the swirl of a brush begins with a stroke")
	}
}

// An open hi-hat sounds on until it closes, by stick or by foot.
func TestHiHatCloses(t *testing.T) {
	energy := func(then uint8) (sum float64) {
		s := score(music.DrumChannel, 0, 46)
		if then > 0 {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: 192, Dur: 96, Pitch: then, Velocity: 1, Channel: music.DrumChannel})
		}
		for _, v := range played(t, s).Left[toneRate*7/20 : toneRate/2] {
			sum += float64(v) * float64(v)
		}
		return sum
	}
	rings := energy(0)
	for _, closes := range []uint8{42, 44} {
		if e := energy(closes); e > rings/30 {
			t.Errorf("key %d leaves the open hi-hat at %.2g of its energy", closes, e/rings)
		}
	}
	if e := energy(51); e < rings/2 {
		t.Errorf("the ride stops the hi-hat: %.2g of its energy", e/rings)
	}
}

// The room is heard and does not wash out: some 15 dB below the instruments, over within
// about a second, different on both sides, and silent in the bass.
func TestRoom(t *testing.T) {
	burst := func(hz float64) (dry, wet []float64, other []float64) {
		a := &Audio{Rate: toneRate, Left: make([]float32, 2*toneRate), Right: make([]float32, 2*toneRate)}
		r := rand.New(rand.NewPCG(3, 4))
		for i := range toneRate / 20 {
			v := float32(2*r.Float64() - 1)
			if hz > 0 {
				v = float32(math.Sin(2 * math.Pi * hz * float64(i) / toneRate))
			}
			a.Left[i], a.Right[i] = v, v
		}
		before := append([]float32(nil), a.Left...)
		room(a)
		for i, v := range before {
			dry = append(dry, float64(v))
			wet = append(wet, float64(a.Left[i]-v))
			other = append(other, float64(a.Right[i]-v))
		}
		return dry, wet, other
	}
	dry, left, right := burst(0)
	var same float64
	for i := range left {
		same += left[i] * right[i]
	}
	same /= rms(left) * rms(right) * float64(len(left))
	level, rings := 20*math.Log10(rms(left)/rms(dry)), ringing(left)
	dry, low, _ := burst(45)
	bass := 20 * math.Log10(rms(low)/rms(dry))
	t.Logf("the room is at %.1f dB, %.1f dB in the bass, loses 60 dB in %.2f s, correlation of the sides %.2f", level, bass, rings, same)
	if level < -20 || level > -12 || rings < .4 || rings > 1.2 || math.Abs(same) > .3 || bass > level-6 {
		t.Errorf("the room is at %.1f dB, %.1f dB in the bass, loses 60 dB in %.2f s, correlation of the sides %.2f", level, bass, rings, same)
	}
}

// A channel that a file of XG uses for drums sounds as channel 10 does.
func TestDrumsOnAnotherChannel(t *testing.T) {
	play := func(channel uint8, events ...music.Event) []float32 {
		s := score(channel, 0, 38)
		s.Tracks[0].Events = append(s.Tracks[0].Events, events...)
		a, err := Render(context.Background(), s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return a.Left
	}
	want := play(music.DrumChannel)
	xg := music.Event{Message: []byte{0xf0, 0x43, 0x10, 0x4c, 0, 0, 0x7e, 0, 0xf7}}
	bank := music.Event{Message: []byte{0xb3, 0, 127}}
	if !slices.Equal(play(3, xg, bank), want) {
		t.Error("drums of XG have other sounds")
	}
	if slices.Equal(play(3, bank), want) {
		t.Error("bank 127 alone is drums")
	}
}
