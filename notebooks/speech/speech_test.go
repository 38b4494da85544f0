package speech

import (
	"math"
	"testing"
)

// A tone lights the band in whose middle it lies, whatever its loudness; a
// longer vocal tract that speaks it lower does too.
func TestLogMelFindsATone(t *testing.T) {
	low, high := mel(80), mel(8000)
	for _, band := range []int{3, 10, 20} {
		m := low + float64(band+1)*(high-low)/(Bands+1)
		hertz := 700 * (math.Pow(10, m/2595) - 1)
		for _, k := range []struct{ loud, warp float64 }{{.01, 1}, {.5, 1}, {.5, .8}} {
			x := make([]float64, Rate/2)
			for i := range x {
				x[i] = k.loud * math.Sin(2*math.Pi*hertz*k.warp*float64(i)/Rate)
			}
			frames := LogMel(x, k.warp)
			if len(frames) != 25 {
				t.Fatalf("%d frames of half a second, want 25", len(frames))
			}
			best := 0
			for b, v := range frames[5] {
				if v > frames[5][best] {
					best = b
				}
			}
			if best != band {
				t.Errorf("%.0f Hz at %v lights band %d, want %d", hertz, k, best, band)
			}
		}
	}
}

func TestSamples(t *testing.T) {
	wav := append([]byte("RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x22\x56\x00\x00\x44\xac\x00\x00\x02\x00\x10\x00data\xff\xff\xff\x7f"), 0, 0x40, 0, 0xc0)
	x, err := samples(wav)
	if err != nil || len(x) != 2 || x[0] != .5 || x[1] != -.5 {
		t.Errorf("got %v, %v", x, err)
	}
	if _, err := samples(wav[:30]); err == nil {
		t.Error("half a header is read")
	}
}
