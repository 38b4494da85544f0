package sound

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
)

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
		if t.drum { // it rings as long as it does
			together += drumOf(t.pitch, t.program).lasts(t.rings)
			continue
		}
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
			d := drumOf(t.pitch, t.program)
			pan = d.pan
			n = d.play(scratch[at:], t.force, t.rings, a.Rate, r)
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
