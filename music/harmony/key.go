package harmony

import (
	"fmt"
	"math"
	"strings"

	"github.com/segue-go/segue/music"
)

var pitchNames = [...]string{"C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"}

// Name names a pitch class: "Bb".
func Name(class int) string { return pitchNames[Class(class)] }

// Key is a tonic and a mode.
type Key struct {
	Known bool // false in the zero value
	Tonic int  // pitch class, 0 is C
	Minor bool
}

// String names a key: "Bb minor".
func (k Key) String() string {
	if !k.Known {
		return ""
	}
	mode := "major"
	if k.Minor {
		mode = "minor"
	}
	return Name(k.Tonic) + " " + mode
}

// ParseKey reads the name of a key: "Bb", "Bb major", "bb minor", "F#m".
func ParseKey(s string) (Key, error) {
	bad := fmt.Errorf("music: %q is not a key", s)
	t := plainSigns.Replace(strings.TrimSpace(s))
	if t == "" {
		return Key{}, bad
	}
	tonic, mode, ok := PitchClass(strings.ToUpper(t[:1]) + t[1:])
	if !ok {
		return Key{}, bad
	}
	switch mode = strings.TrimSpace(mode); strings.ToLower(mode) {
	case "", "maj", "major", "maior", "mayor":
		return Key{Known: true, Tonic: tonic}, nil
	case "m", "min", "minor", "menor", "-":
		return Key{Known: true, Tonic: tonic, Minor: mode != "M"}, nil
	}
	return Key{}, bad
}

// Profiles of the pitch classes above a tonic (Krumhansl and Kessler 1982).
var (
	majorProfile = [12]float64{6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88}
	minorProfile = [12]float64{6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17}
)

// DetectKey is the key whose profile correlates best with the durations of the pitch
// classes up to a tick; not Known if nothing but drums sounds.
func DetectKey(s *music.Score, end music.Tick) Key {
	var heard [12]float64
	for _, p := range s.Parts() {
		if p.Drums() {
			continue
		}
		for _, n := range s.PartNotes(p) {
			heard[n.Pitch%12] += float64(max(0, min(n.End(), end)-n.Start))
		}
	}
	best, key := 0.0, Key{}
	for tonic := range 12 {
		for _, minor := range []bool{false, true} {
			profile := majorProfile
			if minor {
				profile = minorProfile
			}
			var x [12]float64
			for i := range x {
				x[i] = heard[(tonic+i)%12]
			}
			if r := correlation(x, profile); r > best {
				best, key = r, Key{true, tonic, minor}
			}
		}
	}
	return key
}

func correlation(x, y [12]float64) float64 {
	var mx, my float64
	for i := range x {
		mx, my = mx+x[i]/12, my+y[i]/12
	}
	var xy, xx, yy float64
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
	}
	if xx == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
