package sample

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// Drawer samples the factors of a step from a network.
type Drawer struct {
	Net      *seq.Stepper
	State    *seq.State
	Sampling seq.Sampling
	Each     []seq.Sampling // per factor; factors beyond it are drawn as Sampling says
	rng      *rand.Rand
	choose   seq.Chooser
	logits   []float32
}

// NewDrawer makes a drawer for one sequence. A topP of 0 or less draws from the whole
// distribution.
func NewDrawer(n *seq.Net, temperature, topP float64, r *rand.Rand) Drawer {
	return Drawer{
		Net: n.NewStepper(1), State: n.NewState(1), rng: r,
		Sampling: seq.Sampling{Temperature: temperature, TopP: max(topP, 0)},
	}
}

// Draw samples factor k, given its side features, among the values that allowed
// accepts (nil: all); -1 if there are none.
func (d *Drawer) Draw(k int, side []float32, allowed func(int) bool) int {
	d.logits = append(d.logits[:0], d.Net.Logits(k, side)...)
	for i := range d.logits {
		if allowed != nil && !allowed(i) {
			d.logits[i] = float32(math.Inf(-1))
		}
	}
	return d.choose.Choose(d.logits, d.samplingOf(k), d.rng)
}

// samplingOf is how factor k is drawn.
func (d *Drawer) samplingOf(k int) seq.Sampling {
	if k < len(d.Each) {
		return d.Each[k]
	}
	return d.Sampling
}

// Volumes are velocities to play the classes of the velocity factor with.
type Volumes [Velocities]int

// NewVolumes takes the mean of a voice's own velocities in every class that it
// uses.
func NewVolumes(velocities []int) (v Volumes) {
	var sum, count [Velocities]int
	for _, x := range velocities {
		k := VelocityClass(x)
		sum[k] += x
		count[k]++
	}
	for k := range v {
		v[k] = 128*k/Velocities + 64/Velocities
		if count[k] > 0 {
			v[k] = sum[k] / count[k]
		}
	}
	return v
}
