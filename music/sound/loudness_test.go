package sound

import (
	"math"
	"testing"

	"github.com/segue-go/segue/music"
)

// sine is stereo sound of levels in dB below full scale, each for some seconds.
func sine(rate int, hz, phase float64, parts ...[2]float64) *Audio {
	a := &Audio{Rate: rate}
	for _, p := range parts {
		for range int(p[1] * float64(rate)) {
			v := float32(decibels(p[0]) * math.Sin(2*math.Pi*hz*float64(len(a.Left))/float64(rate)+phase))
			a.Left, a.Right = append(a.Left, v), append(a.Right, v)
		}
	}
	return a
}

// The meter shows what EBU Tech 3341 (2016) asks of one, cases 1 to 5, at several rates;
// one channel alone is 3 dB softer (BS.1770-4).
func TestMeter(t *testing.T) {
	for _, rate := range []int{22050, 44100, 48000, 96000} {
		for _, c := range []struct {
			parts [][2]float64
			want  float64
		}{
			{[][2]float64{{-23, 3}}, -23}, {[][2]float64{{-33, 3}}, -33},
			{[][2]float64{{-36, 4}, {-23, 12}, {-36, 4}}, -23}, {[][2]float64{{-72, 4}, {-36, 4}, {-23, 12}, {-36, 4}, {-72, 4}}, -23},
			{[][2]float64{{-26, 8}, {-20, 8.04}, {-26, 8}}, -23},
		} {
			if rate > 44100 && len(c.parts) > 1 {
				continue // long, and the same gates
			}
			if got := sine(rate, 1000, 0, c.parts...).Loudness(); math.Abs(got-c.want) > .1 {
				t.Errorf("%v at %d: %.2f LUFS, want %v", c.parts, rate, got, c.want)
			}
		}
	}
	a := sine(48000, 997, 0, [2]float64{0, 5})
	clear(a.Right)
	if got := a.Loudness(); math.Abs(got+3.01) > .05 {
		t.Errorf("one channel at full scale: %.2f LUFS, want -3.01", got)
	}
	if got := (&Audio{Rate: 44100, Left: make([]float32, 9), Right: make([]float32, 9)}).Loudness(); !math.IsInf(got, -1) {
		t.Errorf("silence: %v LUFS", got)
	}
}

// Peaks between samples are found: a quarter of the sample rate, 45 degrees off, reaches
// 3 dB beyond its samples (EBU Tech 3341, case 16).
func TestTruePeak(t *testing.T) {
	for _, c := range []struct{ hz, phase float64 }{{12000, math.Pi / 4}, {12000, 0}, {1000, 1}} {
		if got := sine(48000, c.hz, c.phase, [2]float64{-6, 1}).Peak(); got < -6.4 || got > -5.8 {
			t.Errorf("%v Hz: %.2f dB, want -6", c.hz, got)
		}
	}
}

// A band at any level, with any number of players, soft or loud, short or long, comes out
// at one loudness with its true peak under the ceiling; the loudest drummer included.
func TestOneLoudness(t *testing.T) {
	band := func(velocity uint8, bars int, drums bool) *music.Score {
		s := score(0, 66)
		var bass, kit music.Track
		bass.Events = []music.Event{{Message: []byte{0xc1, 32}}}
		for at := music.Tick(0); at < music.Tick(bars)*1920; at += 240 {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: at, Dur: 200, Pitch: uint8(62 + at/240%9), Velocity: velocity})
			if at%480 == 0 {
				bass.Notes = append(bass.Notes, music.Note{Start: at, Dur: 460, Pitch: uint8(36 + at/480%7), Velocity: velocity, Channel: 1})
			}
			kit.Notes = append(kit.Notes, music.Note{Start: at, Dur: 60, Pitch: []uint8{51, 42, 38, 36}[at/240%4], Velocity: 127, Channel: 9})
		}
		s.Tracks = append(s.Tracks, bass)
		if drums {
			s.Tracks = append(s.Tracks, kit)
		}
		return s
	}
	for name, s := range map[string]*music.Score{
		"solo and bass": band(80, 4, false), "with drums": band(80, 4, true), "pianissimo": band(12, 2, false), "pianissimo under loud drums": band(12, 2, true),
		"fortissimo": band(127, 2, true), "a bar": band(90, 1, false), "a piano": score(0, 0, 60, 64, 67),
	} {
		a := render(t, s)
		if l, p := a.Loudness(), a.Peak(); math.Abs(l-Target) > 1 || p > Ceiling {
			t.Errorf("%s: %.2f LUFS, peak %.2f dB", name, l, p)
		}
	}
	if a := render(t, score(9, 0, 37)); a.Peak() > Ceiling || a.Loudness() > Target+1 {
		t.Errorf("a single stroke: %.2f LUFS, peak %.2f dB", a.Loudness(), a.Peak())
	}
	if a := render(t, &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}}); a.Peak() > -100 {
		t.Errorf("nothing sounds at %.1f dB", a.Peak())
	}
}
