package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/jazz"
	"github.com/spf13/cobra"
)

type benchHearingFlags struct {
	data, part, model string
	json, bounds      bool
}

func (a *lab) hearingCommand() *cobra.Command {
	f := &benchHearingFlags{}
	c := &cobra.Command{
		Use:   "hearing --data DIR",
		Short: "Score what is heard of chords and keys",
		Long: `Score what is heard of chords and keys on solos and lead sheets whose chords are known:
by the network, by the statistics that it took the place of, and by someone who knows
the key and hears its tonic all the time. Time in which there is a chord counts; the
melodies are heard alone, with a band, as broken chords and on one piano. --data holds
the folders wjd and ewld.`,
		Example: "  segue-lab bench hearing --data ~/data",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchHearing(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of wjd and ewld (required)")
	fl.StringVar(&f.part, "part", "dev", "dev, or held for what nothing was tuned on")
	fl.StringVar(&f.model, "model", "", "a model `FILE` that segue-lab train hearing made (the embedded one)")
	fl.BoolVar(&f.bounds, "bounds", false, "print what bounds hearing instead: how far annotations agree, and what chords tell of keys")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

// listener hears chords and a key.
type listener func(s *music.Score, end music.Tick) hear.Heard

// hearingRow is one line of the table.
type hearingRow struct {
	What      string          `json:"what"`
	Pieces    int             `json:"pieces"`
	Tonic     float64         `json:"tonic"`     // share of the time on the known tonic
	Listeners [2]hearingScore `json:"listeners"` // statistics, network
}

// hearingScore is how well a listener hears.
type hearingScore struct {
	Root    float64 `json:"root"`
	Chord   float64 `json:"chord"` // root and family
	Key     float64 `json:"key"`
	Sure    float64 `json:"sure"`       // share of the time that it is sure of
	Right   float64 `json:"right_sure"` // roots right in that time
	Claimed float64 `json:"claimed"`    // mean certainty
}

func (a *lab) benchHearing(ctx context.Context, f *benchHearingFlags) error {
	if err := folder("--data", f.data, "wjd and ewld are"); err != nil {
		return err
	}
	if err := among("--part", []string{f.part}, []string{"dev", "held"}); err != nil {
		return err
	}
	c, err := readHearing(f.data)
	if err != nil {
		return err
	}
	model, err := hear.Pretrained()
	if f.model != "" {
		var data []byte
		if data, err = a.Read(f.model, 1<<30); err == nil {
			model, err = hear.Decode(data)
		}
	}
	if err != nil {
		return err
	}
	if f.bounds {
		return a.Write("", []byte(hearingBounds(c, f.part, model).String()))
	}
	statistics, err := jazz.Pretrained()
	if err != nil {
		return err
	}
	listeners := [2]listener{func(s *music.Score, end music.Tick) hear.Heard {
		changes, sure := statistics.HearByStatistics(s, end)
		return hear.Heard{Changes: changes, Certainty: sure, Key: harmony.DetectKey(s, end)}
	}, model.Hear}
	rows, err := hearingRows(ctx, c, f.part, listeners)
	if err != nil {
		return err
	}
	if f.json {
		return a.WriteJSON(rows)
	}
	return a.Write("", []byte(hearingSheet(rows).String()))
}

func hearingSheet(rows []hearingRow) *sheet {
	s := newSheet("", "pieces", "tonic", "root, statistics", "network", "chord, statistics", "network", "key, profile", "network", "sure", "root when sure", "claimed")
	for _, r := range rows {
		x, y := r.Listeners[0], r.Listeners[1]
		s.add(r.What, r.Pieces, f3(r.Tonic), f3(x.Root), f3(y.Root), f3(x.Chord), f3(y.Chord), f3(x.Key), f3(y.Key), f3(y.Sure), f3(y.Right), f3(y.Claimed))
	}
	return s
}

func (c *hearingCorpus) part(name string) (solos, sheets []hear.Piece) {
	if name == "held" {
		return c.solos.held, c.sheets.held
	}
	return c.solos.dev, c.sheets.dev
}

// hearingRows scores the listeners on everything.
func hearingRows(ctx context.Context, c *hearingCorpus, part string, listeners [2]listener) ([]hearingRow, error) {
	solos, sheets := c.part(part)
	var out []hearingRow
	for _, set := range []struct {
		what   string
		pieces []hear.Piece
	}{
		{"solos, alone", solos}, {"solos, 16 bars", excerpts(solos, 16)}, {"solos, with a band", withBand(solos)},
		{"melodies, alone", sheets}, {"melodies, 16 bars", excerpts(sheets, 16)}, {"melodies, with a band", withBand(sheets)},
		{"melodies, one piano", hear.OnPiano(sheets, 9)}, {"melodies, two hands", hear.InHands(sheets, 9)},
		{"broken chords in one line", hear.Broken(sheets, 9)},
		{"blues in 12 keys, arpeggios", blues(true)}, {"blues in 12 keys, solos with a band", withBand(blues(false))},
	} {
		row := hearingRow{What: set.what, Pieces: len(set.pieces)}
		for i, l := range listeners {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			row.Listeners[i], row.Tonic = scoreHearing(set.pieces, l)
		}
		out = append(out, row)
	}
	return out, nil
}

// scoreHearing scores a listener; tonic is the share of the time in which the tonic of the
// known key is the root.
func scoreHearing(pieces []hear.Piece, l listener) (s hearingScore, tonic float64) {
	var time, known, keys float64
	for _, p := range pieces {
		end := music.Tick(p.Changes.Length()) * music.Tick(p.Score.Resolution) / music.Grid
		h := l(p.Score, end)
		if p.Key.Known {
			keys++
			if h.Key == p.Key {
				s.Key++
			}
		}
		for at := 0; at < p.Changes.Length(); at += p.Changes.Step() {
			want := p.Changes.At(at).Chord
			if want.Quality == harmony.NoChord {
				continue
			}
			d := float64(p.Changes.Step())
			time += d
			if p.Key.Known && want.Root == p.Key.Tonic {
				tonic += d
			}
			if at >= h.Changes.Length() {
				continue
			}
			got, sure := h.Changes.At(at).Chord, h.Certainty[at/h.Changes.Step()]
			right := got.Quality != harmony.NoChord && got.Root == want.Root
			s.Claimed += d * sure
			if sure >= hear.Sure {
				known += d
			}
			if right {
				s.Root += d
				if hear.SameFamily(got, want) {
					s.Chord += d
				}
				if sure >= hear.Sure {
					s.Right += d
				}
			}
		}
	}
	s.Right /= max(1, known)
	for _, v := range []*float64{&s.Root, &s.Chord, &s.Claimed, &tonic} {
		*v /= max(1, time)
	}
	s.Sure, s.Key = known/max(1, time), s.Key/max(1, keys)
	return s, tonic
}

// excerpts are the first bars of pieces.
func excerpts(pieces []hear.Piece, bars int) []hear.Piece {
	var out []hear.Piece
	for _, p := range pieces {
		to := music.Tick(0)
		for range bars {
			to = p.Score.NextBar(to + 1)
		}
		q := p
		q.Score = p.Score.Cut(0, to)
		q.Changes = p.Changes.Until(min(p.Changes.Length(), int(to)*music.Grid/p.Score.Resolution))
		out = append(out, q)
	}
	return out
}

// withBand are pieces that a trio accompanies.
func withBand(pieces []hear.Piece) []hear.Piece {
	lineup, err := band.ParseLineup("trio")
	if err != nil {
		panic(err) // a constant
	}
	b := &band.Band{Lineup: lineup}
	var out []hear.Piece
	for i, p := range pieces {
		line, err := music.NewLine(p.Score, 0)
		if err != nil {
			continue
		}
		end := music.Tick(p.Changes.Length()) * music.Tick(p.Score.Resolution) / music.Grid
		plan := &band.Plan{Seed: p.Score, Solo: p.Score.Parts()[0], Line: line, Notes: line.Voice(0), Changes: p.Changes, Random: uint64(i)}
		for at := music.Tick(0); at < end; at = p.Score.NextBar(at + 1) {
			plan.Bars = append(plan.Bars, at)
		}
		plan.Bars = append(plan.Bars, end)
		c := &music.Continuation{Score: p.Score.Clone()}
		b.Accompany(c, plan)
		p.Score = c.Score
		out = append(out, p)
	}
	return out
}

// blues are twelve bars of blues in every key: arpeggios of eighths, or notes of the blues
// scale.
func blues(arpeggios bool) []hear.Piece {
	var out []hear.Piece
	for tonic := range 12 {
		key := harmony.Key{Known: true, Tonic: tonic}
		name := func(up int) string { return harmony.Name(tonic+up) + "7" }
		var bars []string
		for _, up := range []int{0, 5, 0, 0, 5, 5, 0, 0, 7, 5, 0, 7} {
			bars = append(bars, name(up))
		}
		changes, err := harmony.ParseChanges(strings.Join(bars, " | "), music.Meter{Num: 4, Den: 4})
		if err != nil {
			panic(err) // the names are constants
		}
		r := rand.New(rand.NewPCG(7, uint64(tonic)))
		var notes []music.LineNote
		for at := 0; at < changes.Length(); at += music.Grid / 2 {
			pitch := 60 + tonic%12 + []int{0, 3, 5, 6, 7, 10}[r.IntN(6)]
			if c := changes.At(at).Chord; arpeggios {
				pitch = 60 + (c.Root+8)%12 + []int{0, 4, 7, 10, 12, 10, 7, 4}[at/(music.Grid/2)%8]
				pitch -= 8
			}
			notes = append(notes, music.LineNote{At: at, Dur: music.Grid / 2, Pitch: pitch})
		}
		out = append(out, hear.NewPiece(fmt.Sprint(tonic), notes, changes.Beats, key))
	}
	return out
}

// hearingBounds says how far a lead sheet agrees with what a band played of the same tune, and
// how many keys are right if all chords are known.
func hearingBounds(c *hearingCorpus, part string, m *hear.Model) *sheet {
	s := newSheet("", "what", "pieces", "share")
	var agree, tunes float64
	for _, p := range slices.Concat(c.sheets.train, c.sheets.dev, c.sheets.held) {
		var best float64 // the band that is closest to the sheet
		for _, q := range slices.Concat(c.solos.train, c.solos.dev, c.solos.held) {
			if plainTitle(p.Title) == q.Title {
				best = max(best, agreement(halfBarRoots(p), halfBarRoots(q)))
			}
		}
		if best > 0 {
			agree += best
			tunes++
		}
	}
	s.add("roots of lead sheets, as the closest band plays them", int(tunes), f3(agree/max(1, tunes)))
	known, sung := c.part(part)
	for _, set := range []struct {
		what   string
		pieces []hear.Piece
	}{{"keys of solos, from their chords", known}, {"keys of melodies, from their chords", sung}} {
		var right, n float64
		for i := range set.pieces {
			if p := &set.pieces[i]; p.Key.Known {
				n++
				if m.KeyOf(p) == p.Key {
					right++
				}
			}
		}
		s.add(set.what, int(n), f3(right/max(1, n)))
	}
	return s
}

// halfBarRoots are the roots of the chords at the beginning of every half bar, -1 without one.
func halfBarRoots(p hear.Piece) []int {
	var out []int
	end := music.Tick(p.Changes.Length()) * music.Tick(p.Score.Resolution) / music.Grid
	for at := music.Tick(0); at < end; {
		next := p.Score.NextBar(at + 1)
		for _, t := range []music.Tick{at, (at + next) / 2} {
			root := -1
			if c := p.Changes.At(int(t) * music.Grid / p.Score.Resolution).Chord; c.Quality != harmony.NoChord {
				root = c.Root
			}
			out = append(out, root)
		}
		at = next
	}
	return out
}

// agreement is the share of half bars in which two versions of a tune have the same root, in
// the transposition and with the first bar that make it largest; a third of the shorter
// one may be left out.
func agreement(a, b []int) (best float64) {
	if len(a) > len(b) {
		a, b = b, a
	}
	for shift := -len(a); shift < len(b); shift += 2 {
		var same [12]float64
		var n float64
		for k, x := range a {
			if j := k + shift; x >= 0 && j >= 0 && j < len(b) && b[j] >= 0 {
				same[(b[j]-x+12)%12]++
				n++
			}
		}
		if n >= 16 && 3*n >= 2*float64(len(a)) {
			best = max(best, slices.Max(same[:])/n)
		}
	}
	return best
}
