// Package music continues music: it reads a MIDI file, turns its notes into a
// sequence on a swing-aware grid, samples what comes next from a network of
// package seq, and writes MIDI again.
//
// Start with [ReadMIDI] and [Model.Continue]: the first gives a [Score], the second
// the score with more bars. [Train] makes a [Model] from scores of a style.
//
// Ticks are the only stored musical time ([Score.Resolution] of them make a
// quarter note); seconds are derived from the tempo map. A Score is what is
// written in a file; a [Line] is the same music on a grid, as the network sees
// it. Scores and Models may be read by many goroutines at once. The same seed
// gives the same notes. Before version 1.0 the API may change between minor
// versions.
package music
