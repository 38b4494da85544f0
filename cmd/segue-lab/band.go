package main

import (
	"context"
	"fmt"
	"os"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
	"github.com/spf13/cobra"
)

// benchTempos are the tempos of `bench band` in quarter notes a minute.
var benchTempos = []float64{60, 110, 160, 220, 300}

type benchBandFlags struct {
	groove, wjd string
	bars, forms int
	seed        uint64
	json        bool
}

func (a *lab) bandCommand() *cobra.Command {
	f := &benchBandFlags{}
	c := &cobra.Command{
		Use:   "band",
		Short: "Measure the band on sixty progressions at five tempos",
		Long: `Continue a line of four bars over sixty progressions (twenty forms in three keys)
at five tempos with bass, piano and drums, and measure what a player would notice.
With the Groove MIDI Dataset (--groove) and the Weimar Jazz Database (--wjd) the
same is measured of drummers, bass players and soloists.`,
		Example: "  segue-lab bench band --groove ~/data/groove --wjd ~/data/wjd",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchBand(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.groove, "groove", "", "folder of the Groove MIDI Dataset (drummers are left out)")
	fl.StringVar(&f.wjd, "wjd", "", "folder of the Weimar Jazz Database (bass players and soloists are left out)")
	fl.IntVar(&f.bars, "bars", 64, "bars of each continuation")
	fl.IntVar(&f.forms, "forms", len(progressions), "number of the forms that are played")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

func (a *lab) benchBand(ctx context.Context, f *benchBandFlags) error {
	switch {
	case f.bars < 2 || f.bars > 1000:
		return cli.Usagef("--bars %d: want 2 to 1000", f.bars)
	case f.forms < 1 || f.forms > len(progressions):
		return cli.Usagef("--forms %d: want 1 to %d", f.forms, len(progressions))
	}
	played, err := a.playProgressions(ctx, f)
	if err != nil {
		return err
	}
	var players tally
	if f.groove != "" {
		if err := players.readDrummers(os.DirFS(f.groove)); err != nil {
			return fmt.Errorf("%s: %w", f.groove, err)
		}
	}
	if f.wjd != "" {
		for _, part := range []string{"train", "valid"} {
			solos, err := jazz.ReadWJD(os.DirFS(f.wjd), part)
			if err != nil {
				return fmt.Errorf("%s: %w", f.wjd, err)
			}
			players.readSolos(solos)
		}
	}
	rows := bandRows(played, &players)
	if f.json {
		doc := map[string]any{}
		for _, r := range rows {
			doc[r.key] = map[string]float64{"segue": r.ours}
			if r.theirs >= 0 {
				doc[r.key] = map[string]float64{"segue": r.ours, "players": r.theirs}
			}
		}
		return a.WriteJSON(doc)
	}
	s := newSheet("", "segue", "players", "target")
	for _, r := range rows {
		theirs := "–"
		if r.theirs >= 0 {
			theirs = f3(r.theirs).String()
		}
		s.add(r.name, f3(r.ours), theirs, r.target)
	}
	return a.Write("", fmt.Appendf(nil, bandReport, f.forms*len(benchKeys), len(benchTempos), f.bars, f.seed, a.Tier().Actual(), s))
}

// bandReport is the page that is committed as music/band/REPORT.md.
const bandReport = `# How the band plays

Command: ` + "`make bench-band GROOVE=... WJD=...`" + `. Continuations of a line of four bars over %d progressions at %d
tempos, %d bars each (seed %d, tier %s, one candidate, trio). Players: drummers of the Groove MIDI Dataset (beats in
4/4, jazz; Gillick, Roberts, Engel, Eck and Bamman 2019), bass players and soloists of the Weimar Jazz Database.

%s
Ride share: strokes that are not bass drum on ride or hi-hat, swing only. Distinct bars: of a piece's bars of drums, by
rhythm on sixteenths and drums, per 64 bars. Root on one: first beats of a chord on which the bass plays its root.
Walking bass, steps and repeats: moves from beat to beat. Resolved: the last note of the solo belongs to the triad of
the tonic (players: to the last chord) and is held for two beats. In scale: notes of the solo in the chord or the
scale of its family. Clash: notes of the piano a semitone beside a note of the solo that sounds with it. Velocity:
difference between the mean velocities of the new solo and of the seed. Choruses that end alike: those whose last two
bars of solo have the onsets and pitches of an earlier chorus's. Bars without a part: no note of it sounds in them.
`

// playProgressions plays them all and counts.
func (a *lab) playProgressions(ctx context.Context, f *benchBandFlags) (*tally, error) {
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	combo, err := jazz.PretrainedCombo()
	if err != nil {
		return nil, err
	}
	m, combo = m.On(a.Tier()), combo.On(a.Tier())
	out := &tally{}
	for i, p := range progressions[:f.forms] {
		for _, key := range benchKeys {
			changes, err := harmony.ParseChanges(p.transposed(key), music.Meter{Num: 4, Den: 4})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
			for k, tempo := range benchTempos {
				opt := jazz.Options{Bars: f.bars, Changes: changes, Combo: combo, Feel: p.feel, Seed: f.seed + uint64(100*i+10*key+k)}
				c, err := m.Continue(ctx, benchSeed(changes.Beats, tempo, p), opt)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", p.name, err)
				}
				out.add(&piece{Continuation: c, changes: changes, form: p, key: key})
			}
		}
	}
	return out, nil
}

// benchSeed is a line of four bars: chord tones in eighths, three beats in each bar.
func benchSeed(beats []harmony.Beat, tempo float64, p progression) *music.Score {
	const resolution = 480
	micros := int(60e6 / tempo)
	s := &music.Score{Resolution: resolution, Tracks: []music.Track{{Events: []music.Event{
		{Message: []byte{0xff, 0x51, 3, byte(micros >> 16), byte(micros >> 8), byte(micros)}}, {Message: []byte{0xc0, 66}},
	}}}}
	long := music.Tick(resolution * 5 / 8)
	if p.feel.Even() {
		long = resolution / 2
	}
	pitch := 64
	for i := range 16 {
		if i%4 == 3 {
			continue
		}
		for half := range 2 {
			up := 1 - 2*(i/4%2)
			for pitch += up; !beats[i%len(beats)].Chord.Has(pitch); pitch += up {
			}
			start := music.Tick(i)*resolution + music.Tick(half)*long
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: start, Dur: resolution / 3, Pitch: uint8(pitch), Velocity: 80})
		}
	}
	s.ReadMaps()
	return s
}
