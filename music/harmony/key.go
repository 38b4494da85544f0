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
			k := Key{true, tonic, minor}
			if r := k.Fit(heard); r > best {
				best, key = r, k
			}
		}
	}
	return key
}

// Fit is the correlation of the weights of the pitch classes, from C up, with the profile of
// a key (music.KeyProfile); 0 if all weights are the same.
func (k Key) Fit(weights [12]float64) float64 {
	profile := music.KeyProfile(k.Minor)
	var mx, my float64
	for i := range weights {
		mx, my = mx+weights[i]/12, my+profile[i]/12
	}
	var xy, xx, yy float64
	for i := range weights {
		x, y := weights[(i+k.Tonic)%12]-mx, profile[i]-my
		xy, xx, yy = xy+x*y, xx+x*x, yy+y*y
	}
	if xx == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
