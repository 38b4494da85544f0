package jazz

import (
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// loopStart is where the seed's form is assumed to start when it repeats before the bar
// line from. The form has twelve bars if the seed does or if its chords repeat after
// twelve, else the largest power of two of bars before from, at most sixteen.
func loopStart(seed *music.Score, from music.Tick, beats []harmony.Beat) music.Tick {
	var bars []music.Tick
	var chords []harmony.Chord // of the bars that sound
	for at := music.Tick(0); at < from; at += seed.BarLength(seed.MeterAt(at)) {
		bars = append(bars, at)
		if b := int(at) / seed.Resolution; b < len(beats) && (len(chords) > 0 || beats[b].Chord.Quality != harmony.NoChord) {
			chords = append(chords, beats[b].Chord)
		}
	}
	keep := 1
	for keep*2 <= len(bars) && keep < 16 {
		keep *= 2
	}
	if twelveBars(chords) {
		keep = 12
	}
	return bars[len(bars)-keep]
}

// twelveBars reports whether the chords of bars are choruses of twelve: one of them, or
// several that agree better than choruses of eight or sixteen would.
func twelveBars(chords []harmony.Chord) bool {
	if len(chords) == 0 || len(chords)%12 != 0 {
		return false
	}
	return len(chords) == 12 || agreement(chords, 12) > max(agreement(chords, 8), agreement(chords, 16))
}

// agreement is the share of bars whose chord has the same root and family a number of
// bars later.
func agreement(chords []harmony.Chord, lag int) float64 {
	same, all := 0, 0
	for i := lag; i < len(chords); i++ {
		all++
		if a, b := chords[i-lag], chords[i]; a.Root == b.Root && a.Quality == b.Quality {
			same++
		}
	}
	return float64(same) / float64(max(all, 1))
}
