package sound

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
)

// wet is how loud the room is beside the instruments.
const wet = .16

// polyphony is the number of notes that may sound at a time, on average over the longest
// sound.
const polyphony = 64

// synthesise plays a score with the built-in voices; limit is the longest sound in
// seconds.
func synthesise(ctx context.Context, s *music.Score, a *Audio, limit float64) error {
	r := rand.New(rand.NewPCG(1, 0x736f756e64)) // of the noise
	scratch := make([]float32, len(a.Left))
	played := tones(s)
	var together float64 // seconds: what the work follows
	for _, t := range played {
		together += t.to - t.from
	}
	if together > polyphony*limit {
		return fmt.Errorf("sound: the notes last %.0f seconds together, more than %.0f: %w", together, polyphony*limit, ErrTooLong)
	}
	for _, t := range played {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := int(t.from * float64(a.Rate))
		if at >= len(scratch) {
			continue
		}
		pan := t.pan
		var n int
		if t.drum {
			d := drumOf(t.pitch)
			pan = d.pan
			n = d.play(scratch[at:], t.force, a.Rate, r)
		} else {
			n = voiceOf(t.program).play(scratch[at:], t, a.Rate, r)
		}
		right, left := math.Sincos(pan * math.Pi / 2)
		l, rt := float32(.35*t.gain*left), float32(.35*t.gain*right)
		for j, v := range scratch[at : at+n] {
			a.Left[at+j] += l * v
			a.Right[at+j] += rt * v
		}
		clear(scratch[at : at+n])
	}
	room(a)
	return nil
}

// room adds reverberation: parallel combs and two all-passes per side (Schroeder
// 1962), with the usual delays.
func room(a *Audio) {
	for side, x := range [][]float32{a.Left, a.Right} {
		sum := make([]float32, len(x))
		for k, ms := range []float64{29.7, 37.1, 41.1, 43.7} {
			d := int((ms + .7*float64(side)) / 1000 * float64(a.Rate))
			feedback := float32(.78 - .02*float64(k))
			line := make([]float32, d)
			var low float32
			for i, v := range x {
				y := line[i%d]
				low = .6*y + .4*low // walls swallow the highs
				line[i%d] = v + feedback*low
				sum[i] += .25 * y
			}
		}
		for _, ms := range []float64{5, 1.7} {
			d := int(ms / 1000 * float64(a.Rate))
			line := make([]float32, d)
			for i, v := range sum {
				y := line[i%d]
				line[i%d] = v + .7*y
				sum[i] = y - .7*line[i%d]
			}
		}
		for i := range x {
			x[i] += wet * sum[i]
		}
	}
}
