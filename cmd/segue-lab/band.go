package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
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

// bandRow is a line of the report.
type bandRow struct {
	key, name    string
	ours, theirs float64 // theirs is negative if nobody was measured
	target       string
}

// bandRows compares the band with players.
func bandRows(ours, theirs *tally) []bandRow {
	row := func(key, name, target string, of func(*tally) ratio) bandRow {
		r := bandRow{key: key, name: name, target: target, ours: of(ours).value(), theirs: -1}
		if x := of(theirs); x.all > 0 {
			r.theirs = x.value()
		}
		return r
	}
	return []bandRow{
		row("root_on_one", "bass: root on one", ">= .85", func(t *tally) ratio { return t.roots }),
		row("bass_steps", "walking bass: steps", "", func(t *tally) ratio { return t.steps }),
		row("bass_repeats", "walking bass: repeated pitches", "", func(t *tally) ratio { return t.repeats }),
		row("ride_share", "drums: ride share", ">= .4", func(t *tally) ratio { return t.rides }),
		row("drum_bars", "drums: distinct bars per 64", ">= 8", func(t *tally) ratio { return t.drumBars }),
		row("outside_gm", "drums: notes outside General MIDI", "0", func(t *tally) ratio { return t.outside }),
		row("comp_rhythms", "piano: rhythms per 64 bars", "> 20", func(t *tally) ratio { return t.compBars }),
		row("comp_above", "piano: notes above the solo", "", func(t *tally) ratio { return t.above }),
		row("clashes", "piano: clashes with the solo", "", func(t *tally) ratio { return t.clashes }),
		row("resolved", "solo: resolved and held", "1", func(t *tally) ratio { return t.resolved }),
		row("cut_off", "solo: cut off at the last bar line", "0", func(t *tally) ratio { return t.cutOff }),
		row("in_scale", "solo: in the chord's scale", "", func(t *tally) ratio { return t.inScale }),
		row("pitch_first", "solo: mean pitch, first third", "", func(t *tally) ratio { return t.arc[0] }),
		row("pitch_second", "solo: mean pitch, second third", "", func(t *tally) ratio { return t.arc[1] }),
		row("pitch_third", "solo: mean pitch, last third", "", func(t *tally) ratio { return t.arc[2] }),
		row("velocity_gap", "solo: velocity, difference from the seed", "", func(t *tally) ratio { return t.velocity }),
		row("choruses_alike", "solo: choruses that end alike", "0", func(t *tally) ratio { return t.alike }),
		row("silent_bars", "bars without a note", "0", func(t *tally) ratio { return t.silent }),
		row("silent_solo", "bars without solo", "", func(t *tally) ratio { return t.quiet[0] }),
		row("silent_bass", "bars without bass", "0", func(t *tally) ratio { return t.quiet[1] }),
		row("silent_piano", "bars without piano", "", func(t *tally) ratio { return t.quiet[2] }),
		row("silent_drums", "bars without drums", "0", func(t *tally) ratio { return t.quiet[3] }),
	}
}

// readDrummers measures the jazz drummers of the Groove MIDI Dataset.
func (t *tally) readDrummers(fsys fs.FS) error {
	return grooves(fsys, func(style string, s *music.Score) {
		bar := 4 * music.Tick(s.Resolution)
		if n := int(s.End() / bar); n >= 16 && feelOf(style) == band.Swing {
			t.drums(s.PartNotes(s.Parts()[0]), 0, music.Tick(s.Resolution), n, true)
		}
	})
}

// feelOf is the feel of a style of the Groove MIDI Dataset; "" if the band has none.
func feelOf(style string) band.Feel {
	first, second, _ := strings.Cut(style, "/")
	switch {
	case style == "jazz", first == "jazz" && (strings.HasPrefix(second, "swing") || strings.HasPrefix(second, "mediumfast")):
		return band.Swing
	case strings.Contains(style, "shuffle"):
		return band.Shuffle
	case strings.Contains(style, "bossa"):
		return band.Bossa
	case strings.Contains(style, "samba"):
		return band.Samba
	case first == "funk":
		return band.Funk
	case first == "rock":
		return band.Rock
	}
	return ""
}

// grooves reads the beats in 4/4 of the Groove MIDI Dataset.
func grooves(fsys fs.FS, each func(style string, s *music.Score)) error {
	f, err := fsys.Open("info.csv")
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("info.csv: %w", err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, name := range []string{"style", "beat_type", "time_signature", "midi_filename"} {
		if _, ok := column[name]; !ok {
			return fmt.Errorf("info.csv: there is no column %q", name)
		}
	}
	for _, r := range rows[1:] {
		if r[column["beat_type"]] != "beat" || r[column["time_signature"]] != "4-4" {
			continue
		}
		name := r[column["midi_filename"]]
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		s, _, err := music.ReadMIDI(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(s.Parts()) > 0 {
			each(r[column["style"]], s)
		}
	}
	return nil
}

// progression is a form that jazz players use, written in C or A minor.
type progression struct {
	name   string
	feel   band.Feel
	chords string
}

// progressions are blues, turnarounds and forms of many tunes. With three keys each they
// are the sixty of `bench band`.
var progressions = []progression{
	{"blues", band.Swing, "C7 | F7 | C7 | C7 | F7 | F7 | C7 | A7 | Dm7 | G7 | C7 A7 | Dm7 G7"},
	{"blues, three chords", band.Shuffle, "C7 | C7 | C7 | C7 | F7 | F7 | C7 | C7 | G7 | F7 | C7 | G7"},
	{"blues, bebop", band.Swing, "Cmaj7 | Bm7b5 E7 | Am7 D7 | Gm7 C7 | F7 | Fm7 Bb7 | Em7 A7 | Ebm7 Ab7 | Dm7 | G7 | Em7 A7 | Dm7 G7"},
	{"minor blues", band.Swing, "Am7 | Dm7 | Am7 | Am7 | Dm7 | Dm7 | Am7 | Am7 | F7 | E7 | Am7 | Bm7b5 E7"},
	{"rhythm changes", band.Swing, "Cmaj7 A7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Cmaj7 C7 | F7 F#dim7 | C6 G7 | C6 | E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"},
	{"two five one", band.Swing, "Dm7 | G7 | Cmaj7 | Cmaj7"},
	{"turnaround", band.Swing, "Cmaj7 | Am7 | Dm7 | G7"},
	{"two five one in minor", band.Swing, "Bm7b5 | E7 | Am6 | Am6"},
	{"major and relative minor", band.Swing, "Dm7 | G7 | Cmaj7 | Fmaj7 | Bm7b5 | E7 | Am7 | Am7"},
	{"cycle of major sevenths", band.Swing, "Am7 | Dm7 | G7 | Cmaj7 | Fmaj7 | B7 | Em7 | Em7"},
	{"dominants round the circle", band.Swing, "E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"},
	{"modal", band.Swing, "Dm7 | Dm7 | Dm7 | Dm7 | Ebm7 | Ebm7 | Dm7 | Dm7"},
	{"bossa", band.Bossa, "Cmaj7 | D7 | Dm7 | G7 | Cmaj7 | D7 | Dm7 G7 | Cmaj7"},
	{"bossa in minor", band.Bossa, "Am7 | Bm7b5 E7 | Am7 | A7 | Dm7 | G7 | Cmaj7 | Bm7b5 E7"},
	{"samba", band.Latin, "Cmaj7 | Cmaj7 | Gm7 | C7 | Fmaj7 | Fm7 Bb7 | Em7 A7 | Dm7 G7"},
	{"ballad", band.Ballad, "Cmaj7 Am7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Gm7 C7 | Fmaj7 Bb7 | Em7 A7 | Dm7 G7"},
	{"ballad in minor", band.Ballad, "Am7 | Dm7 G7 | Cmaj7 Fmaj7 | Bm7b5 E7"},
	{"descending major keys", band.Swing, "Cmaj7 | Cm7 F7 | Bbmaj7 | Bbm7 Eb7 | Abmaj7 | Dm7b5 G7 | Cm7 | Dm7 G7"},
	{"funk", band.Funk, "C7 | C7 | F7 | C7"},
	{"back door", band.TwoBeat, "Cmaj7 | Fm7 Bb7 | Cmaj7 | C7 | Fmaj7 | Fm7 Bb7 | Cmaj7 A7 | Dm7 G7"},
}

// benchKeys are semitones above the written key.
var benchKeys = []int{0, 3, 8}

var chordRoot = regexp.MustCompile(`[A-G][b#]?`)

// transposed is the form a number of semitones higher.
func (p progression) transposed(semitones int) string {
	return chordRoot.ReplaceAllStringFunc(p.chords, func(root string) string {
		class, _, _ := harmony.PitchClass(root)
		return harmony.Name(class + semitones)
	})
}
