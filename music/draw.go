package music

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// drawer samples the factors of a step from a network.
type drawer struct {
	step     *seq.Stepper
	state    *seq.State
	sampling seq.Sampling
	each     []seq.Sampling // per factor; factors beyond it are drawn like sampling says
	rng      *rand.Rand
	choose   seq.Chooser
	logits   []float32
}

func newDrawer(n *seq.Net, temperature, topP float64, r *rand.Rand) drawer {
	return drawer{
		step: n.NewStepper(1), state: n.NewState(1), rng: r,
		sampling: seq.Sampling{Temperature: temperature, TopP: max(topP, 0)},
	}
}

// draw samples factor k, given its side features, among the values that allowed
// accepts (nil: all); -1 if there are none.
func (d *drawer) draw(k int, side []float32, allowed func(int) bool) int {
	d.logits = append(d.logits[:0], d.step.Logits(k, side)...)
	for i := range d.logits {
		if allowed != nil && !allowed(i) {
			d.logits[i] = float32(math.Inf(-1))
		}
	}
	return d.choose.Choose(d.logits, d.samplingOf(k), d.rng)
}

// samplingOf is how factor k is drawn.
func (d *drawer) samplingOf(k int) seq.Sampling {
	if k < len(d.each) {
		return d.each[k]
	}
	return d.sampling
}

// volumes are velocities to play the classes of the velocity factor with.
type volumes [velocities]int

// newVolumes takes a voice's own mean velocity in every class that it uses.
func newVolumes(notes []LineNote, voice int) (v volumes) {
	var sum, count [velocities]int
	for _, n := range notes {
		if n.Voice == voice {
			k := n.Velocity * velocities / 128
			sum[k] += n.Velocity
			count[k]++
		}
	}
	for k := range v {
		v[k] = 128*k/velocities + 64/velocities
		if count[k] > 0 {
			v[k] = sum[k] / count[k]
		}
	}
	return v
}
