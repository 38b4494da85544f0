package music

// Measures describe a solo line over changes, so that solos can be compared. An
// average leaves out bars and notes for which it is not defined; it is NaN if it is
// defined for none.
type Measures struct {
	Notes       int     `json:"notes"`
	Bars        int     `json:"bars"`
	NotesPerBar float64 `json:"notes_per_bar"`
	Range       float64 `json:"range"`         // semitones from the lowest to the highest note
	Interval    float64 `json:"interval"`      // mean absolute interval, semitones
	Entropy     float64 `json:"entropy"`       // of the pitch classes of a bar, in bits (Wu and Yang 2020)
	ChordTones  float64 `json:"chord_tones"`   // share of notes that belong to the current chord
	EmptyBars   float64 `json:"empty_bars"`    // share of bars without a note
	Duration    float64 `json:"duration"`      // mean, in quarter notes
	IOI         float64 `json:"ioi"`           // mean time between onsets, in quarter notes
	Groove      float64 `json:"groove"`        // similarity of onsets in neighbouring bars (Wu and Yang 2020)
	Repeats     float64 `json:"repeats"`       // share of notes that repeat the previous pitch
	Cells       int     `json:"longest_cells"` // most repetitions in a row of a cell of four notes
}
