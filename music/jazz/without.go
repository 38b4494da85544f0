package jazz

import (
	"maps"
	"slices"

	"github.com/segue-go/segue/music/band"
)

// without returns a combo that lacks some of Roles.
func (c *Combo) without(roles []string) *Combo {
	if len(roles) == 0 {
		return c
	}
	d := *c
	d.Lineup = maps.Clone(c.Lineup)
	for _, role := range roles {
		delete(d.Lineup, band.Instrument(role))
	}
	if slices.Contains(roles, "chords") {
		for _, i := range []band.Instrument{band.Piano, band.Organ, band.Guitar} {
			delete(d.Lineup, i)
		}
	}
	return &d
}
