package speech

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/dsp/window"
)

// What LogMel does.
const (
	Bands = 24        // features per frame
	Hop   = Rate / 50 // samples from frame to frame: 20 ms
	frame = 1024      // samples per frame: 46 ms
)

// mel is the mel scale (O'Shaughnessy 1987): equal steps sound equally far
// apart.
func mel(hertz float64) float64 { return 2595 * math.Log10(1+hertz/700) }

// LogMel turns samples into frames of Bands features: the logarithm of the
// energy in overlapping triangular bands between 80 Hz and 8 kHz, spaced on the
// mel scale, scaled to lie roughly between -2 and 2. A frame depends on the
// sound around it only. Frequencies are divided by warp, as if the speaker's
// vocal tract were longer by this factor (Jaitly and Hinton 2013); 1 leaves them
// as they are.
func LogMel(x []float64, warp float64) [][]float32 {
	const floor, middle, width = 1e-4, -.5, 3.5 // of the logarithms
	fft := fourier.NewFFT(frame)
	hann := window.NewValues(window.Hann, frame)
	low, high := mel(80), mel(8000)
	step := (high - low) / (Bands + 1)
	var frames [][]float32
	buf := make([]float64, frame)
	for at := 0; at < len(x); at += Hop {
		clear(buf)
		copy(buf, x[at:])
		hann.Transform(buf)
		energy := make([]float64, Bands)
		for k, c := range fft.Coefficients(nil, buf) {
			place := (mel(float64(k)*Rate/frame/warp) - low) / step // the top of band b is at b+1
			power := real(c)*real(c) + imag(c)*imag(c)
			at, part := math.Modf(place)
			if b := int(at); place >= 0 && b <= Bands { // between the tops of bands b-1 and b
				if b > 0 {
					energy[b-1] += power * (1 - part)
				}
				if b < Bands {
					energy[b] += power * part
				}
			}
		}
		out := make([]float32, Bands)
		for b, e := range energy {
			out[b] = float32((math.Log(e+floor) - middle) / width)
		}
		frames = append(frames, out)
	}
	return frames
}
