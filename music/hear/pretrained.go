// Package hear hears the chords and the key of music: of a lone line, of two hands on one
// piano, of a whole band.
//
// Start with [Pretrained], which returns the network that ships with the package, and
// [Model.Hear]. [Train] makes a network from pieces whose chords are known; [ReadLeadSheets]
// and [NewPiece] make such pieces. Chords are heard per half bar, so the score needs bar
// lines that fit the music; nothing here finds the beat of a rubato performance.
//
// A Model may be used by many goroutines at once. The network was made from the Weimar
// Jazz Database and from old lead sheets; see REPORT.md.
package hear

import "sync"

var pretrained = sync.OnceValues(func() (*Model, error) {
	data, err := file()
	if err != nil {
		return nil, err
	}
	return Decode(data)
})

// Pretrained returns the network that ships with this package. It is read once: from the
// program itself, or from the folder "weights" if that was built with -tags beside.
func Pretrained() (*Model, error) { return pretrained() }
