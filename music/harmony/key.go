package harmony

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
