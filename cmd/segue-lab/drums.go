package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/segue-lab/clock"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
	"github.com/spf13/cobra"
)

func (a *lab) drumsCommand() *cobra.Command {
	var groove string
	var bars int
	c := &cobra.Command{
		Use:   "drums --groove DIR",
		Short: "Compare the band's drummer with those of the Groove MIDI Dataset",
		Long: `Measure what the constants of music/band say of drummers, in the Groove MIDI
Dataset (beats in 4/4) and in what the band plays: in swing the chance of a ride
stroke between beats, of the bass drum and the hi-hat on beats, their velocities and
how many milliseconds after the ride they come; in other feels how far the chance of a
stroke at each sixteenth is from the drummers', on average over bass drum and snare.`,
		Example: "  segue-lab bench drums --groove ~/data/groove",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchDrums(c.Context(), groove, bars) },
	}
	c.Flags().StringVar(&groove, "groove", "", "folder of the Groove MIDI Dataset (required)")
	c.Flags().IntVar(&bars, "bars", 128, "bars that the band plays in each feel")
	return c
}

// strokes are what is counted of drummers in one feel.
type strokes struct {
	performances                     int
	bars                             float64
	at                               map[uint8]*[16]float64 // by key: bars with a stroke at a sixteenth
	skipBack, skipElse, kick, closed ratio
	velocity                         map[string][]float64
	lag                              map[uint8][]float64 // milliseconds after the ride
}

func newStrokes() *strokes {
	return &strokes{at: map[uint8]*[16]float64{36: {}, 38: {}}, velocity: map[string][]float64{}, lag: map[uint8][]float64{}}
}

// limbs maps the keys of one drum to one.
func limb(key uint8) uint8 {
	switch key {
	case 35:
		return 36
	case 37, 40:
		return 38
	case 53, 59:
		return 51
	}
	return key
}

// add counts a performance from a tick on.
func (c *strokes) add(s *music.Score, notes []music.Note, from music.Tick) {
	q := music.Tick(s.Resolution)
	ms := 60000 / s.TempoAt(from) / float64(q)
	c.performances++
	beats := map[int][]music.Note{}
	bars := map[int]map[int]bool{}
	for _, n := range notes {
		if n.Start < from {
			continue
		}
		n.Pitch = limb(n.Pitch)
		beat := int((n.Start - from + q/6) / q)
		beats[beat] = append(beats[beat], n)
		sixteenth := int((n.Start - from + q/8) / (q / 4))
		if bars[sixteenth/16] == nil {
			bars[sixteenth/16] = map[int]bool{}
		}
		bars[sixteenth/16][sixteenth%16*128+int(n.Pitch)] = true
	}
	c.bars += float64(len(bars))
	for _, b := range bars {
		for key, at := range c.at {
			for i := range at {
				if b[i*128+int(key)] {
					at[i]++
				}
			}
		}
	}
	for k, list := range beats {
		c.beat(list, from+music.Tick(k)*q, q, ms, k%2 == 1)
	}
}

// beat counts the strokes of a beat that has a ride stroke.
func (c *strokes) beat(list []music.Note, at, q music.Tick, ms float64, back bool) {
	ride := slices.IndexFunc(list, func(n music.Note) bool { return n.Pitch == 51 && n.Start < at+q/6 })
	if ride < 0 {
		return
	}
	hear := func(name string, n music.Note) { c.velocity[name] = append(c.velocity[name], float64(n.Velocity)) }
	skip, kick, closed := false, false, false
	for _, n := range list {
		on := n.Start < at+q/6
		if on && n.Pitch != 51 {
			c.lag[n.Pitch] = append(c.lag[n.Pitch], float64(n.Start-list[ride].Start)*ms)
		}
		switch {
		case n.Pitch == 51 && on && back:
			hear("ride on 2 and 4", n)
		case n.Pitch == 51 && on:
			hear("ride on 1 and 3", n)
		case n.Pitch == 51 && n.Start > at+2*q/5:
			skip = true
			hear("ride between beats", n)
		case n.Pitch == 36 && on:
			kick = true
			hear("bass drum on beats", n)
		case n.Pitch == 44 && on && back:
			closed = true
			hear("hi-hat on 2 and 4", n)
		}
	}
	c.kick.count(kick)
	if back {
		c.skipBack.count(skip)
		c.closed.count(closed)
	} else {
		c.skipElse.count(skip)
	}
}

// gap is the mean difference of the chances of strokes.
func (c *strokes) gap(other *strokes) float64 {
	var sum, n float64
	for key, at := range c.at {
		for i := range at {
			d := at[i]/c.bars - other.at[key][i]/other.bars
			sum, n = sum+max(d, -d), n+1
		}
	}
	return sum / n
}

func (a *lab) benchDrums(ctx context.Context, groove string, bars int) error {
	if bars < 8 || bars > 1000 {
		return cli.Usagef("--bars %d: want 8 to 1000", bars)
	}
	if err := folder("--groove", groove, "the data set is"); err != nil {
		return err
	}
	feels := []band.Feel{band.Swing, band.Shuffle, band.Bossa, band.Samba, band.Funk, band.Rock}
	players, ours := map[band.Feel]*strokes{}, map[band.Feel]*strokes{}
	for _, f := range feels {
		players[f], ours[f] = newStrokes(), newStrokes()
	}
	err := grooves(os.DirFS(groove), func(style string, s *music.Score) {
		if c := players[feelOf(style)]; c != nil {
			c.add(s, s.PartNotes(s.Parts()[0]), 0)
		}
	})
	if err != nil {
		return fmt.Errorf("%s: %w", groove, err)
	}
	for _, f := range feels {
		if err := a.drum(ctx, f, bars, ours[f]); err != nil {
			return err
		}
	}
	s := newSheet("swing", "segue", "players")
	p, o := players[band.Swing], ours[band.Swing]
	s.add("ride between beats, after 2 and 4", f2(o.skipBack.value()), f2(p.skipBack.value()))
	s.add("ride between beats, after 1 and 3", f2(o.skipElse.value()), f2(p.skipElse.value()))
	s.add("bass drum on beats", f2(o.kick.value()), f2(p.kick.value()))
	s.add("hi-hat on 2 and 4", f2(o.closed.value()), f2(p.closed.value()))
	for _, name := range []string{"ride on 1 and 3", "ride on 2 and 4", "ride between beats", "bass drum on beats", "hi-hat on 2 and 4"} {
		s.add("velocity, "+name, f0(middle(o.velocity[name])), f0(middle(p.velocity[name])))
	}
	for _, x := range []struct {
		key  uint8
		name string
	}{{36, "bass drum"}, {38, "snare"}, {44, "hi-hat"}} {
		s.add("after the ride, "+x.name+", ms", f1(middle(o.lag[x.key])), f1(middle(p.lag[x.key])))
	}
	g := newSheet("strokes of bass drum and snare", "performances", "difference")
	for _, f := range feels {
		g.add(string(f), players[f].performances, f3(ours[f].gap(players[f])))
	}
	return a.Write("", []byte(s.String()+"\n"+g.String()))
}

// drum counts what the band's drummer plays in a feel.
func (a *lab) drum(ctx context.Context, feel band.Feel, bars int, into *strokes) error {
	m, err := jazz.Pretrained()
	if err != nil {
		return err
	}
	changes, err := harmony.ParseChanges(progressions[0].chords, music.Meter{Num: 4, Den: 4})
	if err != nil {
		return err
	}
	opt := jazz.Options{Bars: bars, Changes: changes, Feel: feel, Combo: &jazz.Combo{Lineup: band.Lineup{band.Drums: 1}}, Ending: jazz.Open, Seed: 1}
	c, err := m.On(a.Tier()).Continue(ctx, benchSeed(changes.Beats, 130, progression{feel: feel}), opt)
	if err != nil {
		return err
	}
	into.add(c.Score, (&piece{Continuation: c}).notesOf("Drums"), c.From)
	return nil
}

// middle is the median; 0 of nothing.
func middle(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return clock.Median(x)
}
