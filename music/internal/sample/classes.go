package sample

const (
	Grid       = 12       // grid steps in a quarter note, music.Grid
	MaxOnset   = 8 * Grid // longest time to the next onset that is told apart: eight quarter notes
	Velocities = 8        // classes of velocity
)

// Limits of what is drawn.
const (
	MaxRestBars = 2 // longest silence between onsets
	RangeMargin = 5 // semitones that a voice may leave the seed's range by
)

// Durations are the note lengths that the networks can choose, in grid steps.
var Durations = [...]int{1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72, 96}

// DurationClass is the index of the nearest entry of Durations.
func DurationClass(d int) int {
	best, gap := 0, -1
	for i, v := range Durations {
		if g := max(v-d, d-v); gap < 0 || g < gap {
			best, gap = i, g
		}
	}
	return best
}

// VelocityClass is the class of a velocity from 0 to 127.
func VelocityClass(v int) int { return v * Velocities / 128 }
