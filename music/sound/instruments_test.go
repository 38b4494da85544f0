package sound

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

const toneRate = 22050

// alone is one tone of a program as the synthesiser makes it, without room.
func alone(program, pitch int, force, seconds float64) []float64 {
	dst := make([]float32, int((seconds+1)*toneRate))
	n := voiceOf(program).play(dst, tone{to: seconds, pitch: pitch, force: force}, toneRate, rand.New(rand.NewPCG(1, 1)))
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(dst[i])
	}
	return out
}

// centroid is the mean frequency of a piece, weighted by loudness, in Hz.
func centroid(x []float64) float64 {
	var sum, at float64
	for k, c := range fourier.NewFFT(len(x)).Coefficients(nil, x) {
		a := cmplx.Abs(c)
		sum, at = sum+a, at+a*float64(k)*toneRate/float64(len(x))
	}
	return at / sum
}

func rms(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(x)))
}

// pitches tracks the frequency of a tone by its upward zero crossings, smoothed over some
// periods; the result is in cents from hz, one for each crossing.
func pitches(x []float64, hz float64) (cents, seconds []float64) {
	// a low pass leaves little but the first partial
	for range 4 {
		keep, y := math.Exp(-2*math.Pi*hz/toneRate), 0.0
		for i, v := range x {
			y = keep*y + (1-keep)*v
			x[i] = y
		}
	}
	const periods = 6
	var at []float64
	for i := 1; i < len(x); i++ {
		if x[i-1] < 0 && x[i] >= 0 {
			at = append(at, float64(i-1)+x[i-1]/(x[i-1]-x[i]))
		}
	}
	for i := periods; i < len(at); i++ {
		cents = append(cents, 1200*math.Log2(periods*toneRate/(at[i]-at[i-periods])/hz))
		seconds = append(seconds, (at[i]+at[i-periods])/2/toneRate)
	}
	return cents, seconds
}

// Instruments sound as their kind does. Played harder they are brighter, not only louder;
// struck ones die away, the lower the longer; held ones last.
func TestInstruments(t *testing.T) {
	for _, c := range []struct {
		name     string
		program  int
		pitch    int
		brighter float64 // centroid of a hard tone beside a soft one
		ring     [2]float64
		crest    [2]float64 // dB, of the first second
	}{
		{"piano", 0, 60, 1.2, [2]float64{5, 20}, [2]float64{8, 20}},
		{"vibraphone", 11, 65, 1, [2]float64{2, 12}, [2]float64{5, 20}},
		{"guitar", 26, 55, 1.1, [2]float64{2, 12}, [2]float64{8, 22}},
		{"bass", 32, 40, 1.1, [2]float64{3, 16}, [2]float64{6, 20}},
		{"saxophone", 66, 62, 1.2, [2]float64{}, [2]float64{4, 14}},
		{"trumpet", 56, 67, 1.2, [2]float64{}, [2]float64{4, 16}},
		{"flute", 73, 74, 1, [2]float64{}, [2]float64{3, 12}},
		{"strings", 48, 64, 1.02, [2]float64{}, [2]float64{4, 16}},
	} {
		hard, soft := alone(c.program, c.pitch, 1, 2), alone(c.program, c.pitch, .4, 2)
		const second = toneRate
		up := centroid(hard[:second]) / centroid(soft[:second])
		var peak float64
		for _, v := range hard[:second] {
			peak = math.Max(peak, math.Abs(v))
		}
		crest := 20 * math.Log10(peak/rms(hard[:second]))
		lost := 20 * math.Log10(rms(hard[second/4:second/2])/rms(hard[2*second-second/4:2*second]))
		ring := 60 * 1.5 / math.Max(lost, .01)
		t.Logf("%-11s hard %5.0f Hz, soft %5.0f Hz, ring %6.1f s, crest factor %4.1f dB", c.name, centroid(hard[:second]), centroid(soft[:second]), ring, crest)
		if up < c.brighter {
			t.Errorf("%s: a hard tone is %.2f times as bright as a soft one", c.name, up)
		}
		if c.ring[1] > 0 && (ring < c.ring[0] || ring > c.ring[1]) || c.ring[1] == 0 && ring < 40 {
			t.Errorf("%s: it loses 60 dB in %.1f s", c.name, ring)
		}
		if crest < c.crest[0] || crest > c.crest[1] {
			t.Errorf("%s: crest factor %.1f dB", c.name, crest)
		}
	}
}

// A saxophone begins a little low, settles, and has a vibrato of 15 to 60 cents from one end
// to the other and five to six and a half swings a second; a short note has none.
func TestLead(t *testing.T) {
	hz := 440 * math.Exp2(float64(62-69)/12)
	cents, at := pitches(alone(66, 62, .8, 2), hz)
	var early, lo, hi, swings, before float64
	lo, hi = 99, -99
	var mean, n float64
	for i, s := range at {
		if s > .9 && s < 1.9 {
			mean, n = mean+cents[i], n+1
		}
	}
	mean /= n
	for i, s := range at {
		switch {
		case s < .04:
			early = math.Min(early, cents[i]-mean)
		case s > .15 && s < .28 && math.Abs(cents[i]-mean) > 8:
			t.Errorf("%.0f cents before the vibrato begins", cents[i]-mean)
		case s > .9 && s < 1.9:
			lo, hi = math.Min(lo, cents[i]-mean), math.Max(hi, cents[i]-mean)
			if before < 0 && cents[i]-mean >= 0 {
				swings++
			}
			before = cents[i] - mean
		}
	}
	t.Logf("begins %.0f cents low, vibrato %.0f cents, %.0f swings a second, %.0f cents off", early, hi-lo, swings, mean)
	if early > -8 || hi-lo < 15 || hi-lo > 60 || swings < 5 || swings > 7 || math.Abs(mean) > 5 {
		t.Errorf("it begins %.0f cents low, and has a vibrato of %.0f cents and %.0f swings a second, %.0f cents off", early, hi-lo, swings, mean)
	}
}
