package sample

// Volumes are the velocities that the classes of the velocity factor are played
// with.
type Volumes [Velocities]int

// NewVolumes takes, for every class, the mean of a voice's own velocities in it or,
// where the voice has none, the middle of the class.
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
