// Package music continues music: it reads a MIDI file, quantises its notes to a
// swing-aware grid, samples the notes that follow from a network of package seq,
// and writes MIDI again.
//
// Start with [ReadMIDI], which returns a [Score], and [Model.Continue], which
// returns the score with more bars. [Train] makes a [Model] from scores of a style.
// Jazz solos over chord changes have a network of their own, in music/jazz.
//
// Ticks are the only stored musical time: [Score.Resolution] of them make a quarter
// note, and seconds are derived from the tempo map. A Score is the music as a file
// has it; a [Line] is the same music on the grid, as the network reads it. Many
// goroutines may use a Score or a Model at once as long as none changes it. The same
// seed gives the same notes. Before version 1.0 the API may change between minor
// versions.
package music
