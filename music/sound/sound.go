// Package sound renders scores as audio, with a SoundFont or with a small built-in
// synthesiser of pianos, basses, guitars, mallets, organs, strings, winds and drums. It is
// separate from package music so that music does not depend on audio codecs.
package sound

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/segue-go/segue/music"
)

// Sentinels that errors of this package wrap.
var (
	ErrTooLong   = errors.New("too long to be rendered")
	ErrSoundFont = errors.New("not a readable SoundFont")
)

// Audio is stereo sound, samples between -1 and 1.
type Audio struct {
	Rate        int // samples per second
	Left, Right []float32
}

// Seconds is the length.
func (a *Audio) Seconds() float64 { return float64(len(a.Left)) / float64(a.Rate) }

// Options describe a rendering. Zero fields mean the default.
type Options struct {
	Rate      int        // samples per second, 8000 to 96000; default 44100
	SoundFont *SoundFont // nil: the built-in synthesiser
	Limit     float64    // longest sound in seconds, and a 64th of all notes' lengths together; more gives ErrTooLong; default 1800
}

// tail is how long the last note may ring, in seconds.
const tail = 1.5

// Render turns a score into sound of the loudness Target with no peak above Ceiling;
// silence stays silent. What has little but peaks, such as a few strokes on a drum, is
// softer.
func Render(ctx context.Context, s *music.Score, opt Options) (*Audio, error) {
	if opt.Rate == 0 {
		opt.Rate = 44100
	}
	if opt.Rate < 8000 || opt.Rate > 96000 {
		return nil, fmt.Errorf("sound: %d samples per second: want 8000 to 96000", opt.Rate)
	}
	if opt.Limit == 0 {
		opt.Limit = 1800
	}
	secs := s.Seconds(s.End())
	if !(secs <= opt.Limit) {
		return nil, fmt.Errorf("sound: the music lasts %.0f seconds, more than %.0f: %w", secs, opt.Limit, ErrTooLong)
	}
	n := int(math.Ceil((secs + tail) * float64(opt.Rate)))
	a := &Audio{Rate: opt.Rate, Left: make([]float32, n), Right: make([]float32, n)}
	var err error
	if opt.SoundFont != nil {
		err = opt.SoundFont.render(ctx, s, a)
	} else {
		err = synthesise(ctx, s, a, opt.Limit)
	}
	if err != nil {
		return nil, err
	}
	a.block()
	a.level()
	return a, nil
}

// block removes the constant offset, which is inaudible but strains loudspeakers, by a
// high pass at 10 Hz.
func (a *Audio) block() {
	keep := float32(math.Exp(-2 * math.Pi * 10 / float64(a.Rate)))
	for _, side := range [][]float32{a.Left, a.Right} {
		var x, y float32
		for i, v := range side {
			y = keep*y + v - x
			x, side[i] = v, y
		}
	}
}

// sample16 is a sample as a 16-bit number.
func sample16(v float32) int16 {
	return int16(math.Round(float64(max(-1, min(1, v))) * 32767))
}
