package jazz

import (
	"math"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// The constants that were taken from the Weimar Jazz Database agree with it:
//
//	SEGUE_WJD=folder go test ./music/jazz -run TestCorpusConstants
func TestCorpusConstants(t *testing.T) {
	dir := os.Getenv("SEGUE_WJD")
	if dir == "" {
		t.Skip("SEGUE_WJD is not the folder of the Weimar Jazz Database")
	}
	solos, err := ReadWJD(os.DirFS(dir), "train")
	if err != nil {
		t.Fatal(err)
	}
	near := func(name string, got, want, ratio float64) {
		if r := got / want; r > ratio || r < 1/ratio {
			t.Errorf("%s: %.3f in the corpus, %.3f here", name, got, want)
		}
	}
	// the levels of the tags hold a fifth of the solos each
	for k, bounds := range [][]float64{densityBounds, registerBounds, leapBounds, touchBounds} {
		var values []float64
		for _, s := range solos {
			values = append(values, averages(s.Notes)[k])
		}
		slices.Sort(values)
		for i, b := range bounds {
			near(tagSizes[tagCount-4+k].name, stat.Quantile(.2*float64(i+1), stat.LinInterp, values, nil), b, 1.05)
		}
	}
	// a candidate's differences from the seed count in units of about their spread
	spread := map[string]float64{}
	mean := map[string]float64{}
	var all []float64
	for _, s := range solos {
		all = append(all, averages(s.Notes)[1])
	}
	for _, f := range features {
		var values []float64
		for _, s := range solos {
			for _, m := range windows(s) {
				if v := f.of(m); !math.IsNaN(v) {
					values = append(values, v)
				}
			}
		}
		mean[f.name], spread[f.name] = stat.MeanStdDev(values, nil)
	}
	for name, unit := range map[string]float64{
		"notes per bar": unitDensity, "interval": unitInterval, "duration": unitDuration, "entropy": unitEntropy, "chord tones": unitChordTones, "empty bars": unitEmpty,
	} {
		near("spread of "+name, spread[name], unit, 1.7)
	}
	near("spread of pitch", stat.StdDev(all, nil), unitPitch, 1.7)
	near("chord tones", mean["chord tones"], usualChordTones, 1.05)
}
