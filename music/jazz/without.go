package jazz

import "slices"

// without returns a combo that lacks some of Roles.
func (c *Combo) without(roles []string) *Combo {
	if len(roles) == 0 {
		return c
	}
	d := *c
	if slices.Contains(roles, "drums") {
		d.Drums = nil
	}
	if slices.Contains(roles, "bass") {
		d.Bass = nil
	}
	if slices.Contains(roles, "piano") || slices.Contains(roles, "chords") {
		d.Chords = false
	}
	return &d
}
