package jazz

// arcBars is the length from which a solo has an arc.
const arcBars = 16

// arc is the tags of a soloist over a solo: it starts with fewer notes and lower than it
// will, is densest and highest after two thirds, and ends where it started. Players of
// the Weimar Jazz Database do so in the mean: segue-lab bench band prints their arcs
// beside those of the network.
func (t *take) arc() func(at int) Tags {
	if len(t.bars)-1 < arcBars || t.line == nil {
		return nil
	}
	tags := t.solo.tags
	return func(at int) Tags {
		x := float64(at-t.from) / float64(max(t.to-t.from, 1))
		shift := 0
		switch {
		case x < 0:
			return tags
		case x < .2:
			shift = -1
		case x >= .5 && x < .85:
			shift = 1
		}
		out := tags
		for _, level := range []*int{&out.Density, &out.Register} {
			if *level < 0 {
				*level = levels / 2
			}
			*level = max(0, min(*level+shift, levels-1))
		}
		return out
	}
}
