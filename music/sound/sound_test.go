package sound

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/mewkiz/flac"
	"github.com/segue-go/segue/music"
	"gonum.org/v1/gonum/dsp/fourier"
)

// score is notes of one second each at 120 quarter notes a minute.
func score(channel, program uint8, pitches ...uint8) *music.Score {
	s := &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}}
	t := music.Track{Events: []music.Event{{Message: []byte{0xc0 | channel, program}}}}
	for i, p := range pitches {
		t.Notes = append(t.Notes, music.Note{Start: music.Tick(i * 960), Dur: 960, Pitch: p, Velocity: 90, Channel: channel})
	}
	s.Tracks = []music.Track{t}
	return s
}

func render(t *testing.T, s *music.Score) *Audio {
	t.Helper()
	a, err := Render(context.Background(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// energy at a frequency and its first harmonics, beside all energy.
func share(x []float32, rate int, hz float64) float64 {
	in := make([]float64, len(x))
	for i, v := range x {
		in[i] = float64(v) * (.5 - .5*math.Cos(2*math.Pi*float64(i)/float64(len(x))))
	}
	var at, all float64
	for i, c := range fourier.NewFFT(len(in)).Coefficients(nil, in) {
		e := real(c)*real(c) + imag(c)*imag(c)
		f := float64(i) * float64(rate) / float64(len(in))
		if k := math.Round(f / hz); k >= 1 && math.Abs(f-k*hz) < 12+.006*f {
			at += e
		}
		all += e
	}
	return at / all
}

// Every pitched instrument sounds at its pitch.
func TestPitch(t *testing.T) {
	for _, program := range []uint8{0, 16, 24, 32, 48, 56, 66, 71, 73, 80} {
		a := render(t, score(0, program, 69, 57))
		first, second := a.Left[a.Rate/10:a.Rate*9/10], a.Left[a.Rate*11/10:a.Rate*19/10]
		if got := share(first, a.Rate, 440); got < .8 {
			t.Errorf("program %d: %.0f%% of an A4 is at 440 Hz and its multiples", program, 100*got)
		}
		if got := share(second, a.Rate, 220); got < .8 {
			t.Errorf("program %d: %.0f%% of an A3 is at 220 Hz and its multiples", program, 100*got)
		}
	}
}

// Sound has the usual loudness, ends in silence, and has no offset; loud keys are louder.
func TestLevels(t *testing.T) {
	s := score(0, 0, 60, 64, 67)
	s.Tracks[0].Notes[1].Velocity = 20
	a := render(t, s)
	loudest := func(from, to float64) (top float64) {
		for i := int(from * float64(a.Rate)); i < int(to*float64(a.Rate)); i++ {
			top = max(top, math.Abs(float64(a.Left[i])), math.Abs(float64(a.Right[i])))
		}
		return top
	}
	if l := a.Loudness(); math.Abs(l-Target) > 1 {
		t.Errorf("the loudness is %.1f LUFS, want %v", l, Target)
	}
	if soft, loud := loudest(1.3, 1.9), loudest(2.3, 2.9); soft > loud/2 {
		t.Errorf("a soft key sounds at %v, a loud one at %v", soft, loud)
	}
	if end := loudest(a.Seconds()-.05, a.Seconds()); end > .005 {
		t.Errorf("it ends at a level of %v", end)
	}
	if math.Abs(a.Seconds()-3-tail) > .01 {
		t.Errorf("it lasts %.2f s", a.Seconds())
	}
}

// Every key of the drums makes a sound that dies away.
func TestDrums(t *testing.T) {
	for _, key := range []uint8{35, 36, 37, 38, 42, 46, 49, 51, 45, 81} {
		a := render(t, score(9, 0, key))
		var early, late float64
		for i, v := range a.Left {
			e := float64(v) * float64(v)
			if i < len(a.Left)/3 {
				early += e
			} else if i > len(a.Left)*2/3 {
				late += e
			}
		}
		if early == 0 || late > early/10 {
			t.Errorf("drum %d: energy %g at first, %g in the end", key, early, late)
		}
	}
}

// The pedal keeps notes sounding after their keys are let go.
func TestPedal(t *testing.T) {
	s := score(0, 0, 60)
	s.Tracks[0].Notes[0].Dur = 100
	dry := render(t, s)
	s.Tracks[0].Events = append(s.Tracks[0].Events, music.Event{Message: []byte{0xb0, 64, 127}}, music.Event{At: 960, Message: []byte{0xb0, 64, 0}})
	s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: 959, Dur: 1, Pitch: 20, Velocity: 1, Channel: 1})
	wet := render(t, s)
	energy := func(a *Audio) (e float64) {
		for _, v := range a.Left[a.Rate*7/10 : a.Rate*9/10] {
			e += float64(v) * float64(v)
		}
		return e
	}
	if energy(wet) < 10*energy(dry) {
		t.Errorf("energy %g with the pedal, %g without", energy(wet), energy(dry))
	}
}

func TestBounds(t *testing.T) {
	crowd := score(0, 0, make([]uint8, 200)...)
	for i := range crowd.Tracks[0].Notes {
		crowd.Tracks[0].Notes[i].Start = 0
	}
	if _, err := Render(context.Background(), crowd, Options{Limit: 2}); !errors.Is(err, ErrTooLong) || !strings.Contains(err.Error(), "200 seconds together") {
		t.Errorf("two hundred notes at once: %v", err)
	}
	cymbals := score(music.DrumChannel, 0, make([]uint8, 200)...)
	for i := range cymbals.Tracks[0].Notes {
		cymbals.Tracks[0].Notes[i] = music.Note{Dur: 1, Pitch: 51, Velocity: 90, Channel: music.DrumChannel}
	}
	if _, err := Render(context.Background(), cymbals, Options{Limit: 2}); !errors.Is(err, ErrTooLong) {
		t.Errorf("two hundred short strokes that ring: %v", err)
	}
	if _, err := Render(context.Background(), score(0, 0, 60), Options{Limit: .5}); !errors.Is(err, ErrTooLong) {
		t.Errorf("a long score: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Render(ctx, score(0, 0, 60), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	silent := render(t, &music.Score{Resolution: 480})
	for _, v := range silent.Left {
		if v != 0 {
			t.Fatal("a score without notes sounds")
		}
	}
	for _, junk := range []string{"", "RIFF", "RIFF\xff\xff\xff\xffsfbk" + strings.Repeat("LIST\xff\xff\xff\x7f", 40)} {
		if _, err := ReadSoundFont(strings.NewReader(junk)); !errors.Is(err, ErrSoundFont) {
			t.Errorf("%q as a SoundFont: %v", junk, err)
		}
	}
}

// FLAC holds the same samples as WAV, in less space.
func TestFiles(t *testing.T) {
	a := render(t, score(0, 32, 40, 43))
	var wav, small bytes.Buffer
	if err := WriteWAV(&wav, a); err != nil {
		t.Fatal(err)
	}
	if err := WriteFLAC(&small, a); err != nil {
		t.Fatal(err)
	}
	if wav.Len() != 44+4*len(a.Left) || small.Len() >= wav.Len() {
		t.Errorf("%d bytes of WAV, %d of FLAC", wav.Len(), small.Len())
	}
	stream, err := flac.New(&small)
	if err != nil {
		t.Fatal(err)
	}
	pcm := wav.Bytes()[44:]
	at := 0
	for at < len(a.Left) {
		f, err := stream.ParseNext()
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Subframes[0].Samples {
			for side, sub := range f.Subframes {
				k := 4*(at+i) + 2*side
				if want := int16(uint16(pcm[k]) | uint16(pcm[k+1])<<8); int32(want) != sub.Samples[i] {
					t.Fatalf("sample %d of side %d is %d, want %d", at+i, side, sub.Samples[i], want)
				}
			}
		}
		at += len(f.Subframes[0].Samples)
	}
}
