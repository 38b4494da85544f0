package sound

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/segue-go/segue/music"
	"github.com/sinshu/go-meltysynth/meltysynth"
)

// SoundFont is a bank of sampled instruments (.sf2). It may be used by many
// goroutines.
type SoundFont struct {
	font *meltysynth.SoundFont
}

// ReadSoundFont reads a bank; errors wrap ErrSoundFont.
func ReadSoundFont(r io.Reader) (sf *SoundFont, err error) {
	defer func() { // the library trusts what it reads
		if p := recover(); p != nil {
			sf, err = nil, fmt.Errorf("sound: damaged: %w", ErrSoundFont)
		}
	}()
	font, err := meltysynth.NewSoundFont(r)
	if err != nil {
		return nil, fmt.Errorf("sound: %w: %w", err, ErrSoundFont)
	}
	return &SoundFont{font}, nil
}

// onDrumChannel is the score with the notes of all drums on the one channel that the
// library plays them on.
func onDrumChannel(s *music.Score) *music.Score {
	drums := s.DrumChannels()
	out := s.Clone()
	for _, t := range out.Tracks {
		for i := range t.Notes {
			if n := &t.Notes[i]; drums[n.Channel&15] {
				n.Channel = music.DrumChannel
			}
		}
	}
	return out
}

// render plays the score's file through the bank.
func (sf *SoundFont) render(ctx context.Context, s *music.Score, a *Audio) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sound: the bank cannot play this: %w", ErrSoundFont)
		}
	}()
	var file bytes.Buffer
	if err := music.WriteMIDI(&file, onDrumChannel(s)); err != nil {
		return err
	}
	midi, err := meltysynth.NewMidiFile(&file)
	if err != nil {
		return fmt.Errorf("sound: %w", err)
	}
	synth, err := meltysynth.NewSynthesizer(sf.font, meltysynth.NewSynthesizerSettings(int32(a.Rate)))
	if err != nil {
		return fmt.Errorf("sound: %w", err)
	}
	seq := meltysynth.NewMidiFileSequencer(synth)
	seq.Play(midi, false)
	step := int(time.Second.Seconds() * float64(a.Rate))
	for at := 0; at < len(a.Left); at += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := min(at+step, len(a.Left))
		seq.Render(a.Left[at:end], a.Right[at:end])
	}
	return nil
}
