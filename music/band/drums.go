package band

import (
	"slices"

	"github.com/segue-go/segue/music"
)

// addDrums repeats the groove that is nearest in feel and tempo.
func addDrums(c *music.Continuation, p *Plan, grooves []Groove) {
	tempo := p.Seed.TempoAt(c.From)
	feel := p.Feel
	if feel == "" {
		feel = Latin // straight, if not swung
		if p.Line.Swing > 1.15 {
			feel = Swing
		}
	}
	best := slices.MinFunc(grooves, func(a, b Groove) int {
		cost := func(g Groove) float64 {
			d := max(g.Tempo/tempo, tempo/g.Tempo)
			if g.Feel != feel {
				d += 3
			}
			return d
		}
		switch x, y := cost(a), cost(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	name := "Drums"
	track := music.Track{Events: []music.Event{{At: 0, Message: append([]byte{0xff, 0x03, byte(len(name))}, name...)}}}
	g := best.Score
	bar := g.BarLength(g.MeterAt(0))
	bars := max(1, int((g.End()+bar/2)/bar))
	for i := range p.Bars[:len(p.Bars)-1] {
		src := music.Tick(i%bars) * bar
		for _, tr := range g.Tracks {
			for _, n := range tr.Notes {
				if n.Start < src || n.Start >= src+bar {
					continue
				}
				start := p.Bars[i] + (n.Start-src)*music.Tick(c.Resolution)/music.Tick(g.Resolution)
				if start >= p.Bars[i+1] {
					continue // the bar is shorter than the groove's
				}
				dur := max(1, n.Dur*music.Tick(c.Resolution)/music.Tick(g.Resolution))
				track.Notes = append(track.Notes, music.Note{Start: start, Dur: min(dur, c.To-start), Pitch: n.Pitch, Velocity: n.Velocity, Channel: music.DrumChannel})
			}
		}
	}
	c.Tracks = append(c.Tracks, track)
}
