package music

// Measures describe a solo line over changes, to compare solos with each other.
// Averages over bars leave out what the line has no notes for; NaN is not
// defined.
type Measures struct {
	Notes       int     `json:"notes"`
	Bars        int     `json:"bars"`
	NotesPerBar float64 `json:"notes_per_bar"`
	Range       float64 `json:"range"`         // semitones from the lowest to the highest note
	Interval    float64 `json:"interval"`      // mean absolute interval, semitones
	Entropy     float64 `json:"entropy"`       // of the pitch classes of a bar, in bits (Wu and Yang 2020)
	ChordTones  float64 `json:"chord_tones"`   // share of notes that belong to the chord of the moment
	EmptyBars   float64 `json:"empty_bars"`    // share
	Duration    float64 `json:"duration"`      // mean, in quarter notes
	IOI         float64 `json:"ioi"`           // mean time between onsets, in quarter notes
	Groove      float64 `json:"groove"`        // similarity of the onsets of neighbouring bars (Wu and Yang 2020)
	Repeats     float64 `json:"repeats"`       // share of notes that repeat the pitch before
	Cells       int     `json:"longest_cells"` // how often in a row a cell of four notes comes at most
}
