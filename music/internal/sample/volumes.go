package sample

import "slices"

// Volumes are the velocities that the classes of the velocity factor are played
// with.
type Volumes [Velocities]int

const (
	// fewVelocities say nothing about a player's dynamics.
	fewVelocities = 4
	// dynamics is how far a continuation may leave the range of the seed's velocities.
	dynamics = 8
)

// NewVolumes takes, for every class, the mean of a voice's own velocities in it or,
// where the voice has none, the middle of the class as far as the voice's range allows:
// a voice that plays very softly goes on softly, one that plays loudly loudly.
func NewVolumes(velocities []int) (v Volumes) {
	var sum, count [Velocities]int
	lo, hi := 1, 127
	if len(velocities) >= fewVelocities {
		lo, hi = max(lo, slices.Min(velocities)-dynamics), min(hi, slices.Max(velocities)+dynamics)
	}
	for _, x := range velocities {
		k := VelocityClass(x)
		sum[k] += x
		count[k]++
	}
	for k := range v {
		v[k] = min(max(128*k/Velocities+64/Velocities, lo), hi)
		if count[k] > 0 {
			v[k] = sum[k] / count[k]
		}
	}
	return v
}

// Spread are velocities of a player whose mean is level.
func Spread(level int) []int {
	return []int{max(1, level-14), level - 5, level, min(127, level+5), min(127, level+14)}
}
