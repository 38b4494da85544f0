package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/music/piano"
	"github.com/segue-go/segue/music/sound"
	"github.com/segue-go/segue/seq"
)

// Music is the answer to a MIDI file.
type Music struct {
	Repairs    []string `json:"repairs"` // of the file
	Network    string   `json:"network"`
	Tier       string   `json:"tier"`
	Understood string   `json:"understood,omitempty"` // of the prompt
	Unknown    []string `json:"unknown,omitempty"`    // its words that mean nothing here
	Variations []Take   `json:"variations"`
}

// Take is one continuation.
type Take struct {
	MIDI     []byte    `json:"midi"` // base64 in JSON
	Seconds  float64   `json:"seconds"`
	From     float64   `json:"from"` // where the new music begins, in seconds
	NewNotes int       `json:"new_notes"`
	Bars     []float64 `json:"bars"` // bar lines in seconds
	Changes  []string  `json:"changes,omitempty"`
	Parts    []Part    `json:"parts"`
}

// Part is what a part plays: start and end in seconds, pitch, velocity.
type Part struct {
	Name  string       `json:"name"`
	Drums bool         `json:"drums"`
	Notes [][4]float64 `json:"notes"`
}

// Bold turns a creativity from 0 to 1 into the two numbers of sampling.
func Bold(creativity float64) (temperature, topP float64) {
	return .6 + .7*creativity, .85 + .14*creativity
}

// Keyboards reports whether only pianos play.
func Keyboards(s *music.Score) bool {
	for _, p := range s.Parts() {
		if p.Drums() || p.Program >= 8 { // the first eight programs are pianos
			return false
		}
	}
	return true
}

// Spot trains a network on a seed and two rags.
func Spot(ctx context.Context, seed *music.Score, random uint64, tier seq.Tier, progress func(seq.Progress)) (*music.Model, error) {
	scores, weights := []*music.Score{seed}, []float64{2}
	for _, name := range []string{"midi/pineapple_rag.mid", "midi/something_doing.mid"} {
		s, _, err := music.ReadMIDI(datasets.MustFile(name))
		if err != nil {
			return nil, err
		}
		scores, weights = append(scores, s), append(weights, 1)
	}
	m, _, err := music.Train(ctx, scores, music.TrainOptions{Steps: 2000, Weights: weights, Seed: random, Tier: tier, Progress: progress})
	if err == nil {
		err = ctx.Err()
	}
	return m, err
}

// BeatsOf is the number of quarter notes in the last bar.
func BeatsOf(s *music.Score) int {
	meter := s.MeterAt(s.End())
	return max(1, 4*meter.Num/meter.Den)
}

// musicOptions are a continuation's options.
type musicOptions struct {
	jazz       jazz.Options
	prompt     string
	chords     string
	band       BandSpec
	network    string
	variations int
	tier       seq.Tier
}

func parseMusic(query string) (*musicOptions, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("the query cannot be read: %w", ErrOption)
	}
	o := &options{values: values}
	f := &musicOptions{}
	f.jazz.Bars = o.integer("bars", 0, 1, 64)
	f.jazz.Temperature, f.jazz.TopP = Bold(o.number("creativity", .5, 0, 1))
	f.jazz.Candidates = o.integer("candidates", 4, 1, 16)
	f.jazz.Seed = uint64(o.integer("seed", 1, 0, 1<<53))
	f.jazz.Part = o.integer("part", 0, 1, 1000)
	f.prompt, f.chords = o.text("prompt", 500), o.text("chords", 4000)
	f.band = BandSpec{
		Combo: o.boolean("combo"), Band: o.text("band", 100), Feel: o.text("feel", 20), Ending: o.choice("ending", "held", "none", "tag"),
		Intro: o.integer("intro", 0, 1, MaxIntro), AccompanySeed: o.boolean("accompany-seed"),
	}
	f.network = o.choice("model", "jazz", "piano", "spot")
	f.variations = o.integer("variations", 1, 1, 8)
	f.tier = o.tier()
	return f, o.done()
}

// longest music that is read, in seconds and notes
const (
	longestSeed = 1800
	mostNotes   = 100000
)

// readScore reads a file and refuses what is too long to be worked on for others.
func readScore(data []byte) (*music.Score, []string, error) {
	s, repairs, err := music.ReadMIDI(data)
	if err != nil {
		return nil, nil, err
	}
	if s.Notes() > mostNotes || s.Seconds(s.End()) > longestSeed {
		return nil, nil, fmt.Errorf("%d notes in %.0f seconds are too many: at most %d notes and %d seconds", s.Notes(), s.Seconds(s.End()), mostNotes, longestSeed)
	}
	notes := []string{}
	for _, r := range repairs {
		notes = append(notes, r.String())
	}
	return s, notes, nil
}

// RunMusic continues a MIDI file or, where there is none and the options have a
// prompt or chords, composes. The options are those of `segue continue` as a query
// string: bars, creativity, candidates, seed, part, prompt, chords, combo, band,
// feel, ending, intro, accompany-seed, model, variations, deterministic.
func RunMusic(ctx context.Context, data []byte, query string, progress Progress) (*Music, error) {
	f, err := parseMusic(query)
	if err != nil {
		return nil, err
	}
	out := &Music{Repairs: []string{}, Tier: string(f.tier.Actual())}
	var seed *music.Score
	if len(data) > 0 {
		if seed, out.Repairs, err = readScore(data); err != nil {
			return nil, err
		}
		if seed.Notes() == 0 {
			return nil, errors.New("there is no note to continue")
		}
		if n := len(seed.Parts()); f.jazz.Part > n {
			return nil, fmt.Errorf("there is no part %d, the file has %d: %w", f.jazz.Part, n, ErrOption)
		}
	} else if f.prompt == "" && f.chords == "" {
		return nil, fmt.Errorf("nothing to continue: send a MIDI file, or a prompt or chords: %w", ErrOption)
	}
	more, err := f.player(ctx, seed, out, progress)
	if err != nil {
		return nil, err
	}
	for v := range f.variations {
		progress.report("playing", v, f.variations)
		c, err := more(f.jazz.Seed + uint64(v))
		if err != nil {
			return nil, err
		}
		t, err := take(c)
		if err != nil {
			return nil, err
		}
		out.Variations = append(out.Variations, *t)
	}
	return out, ctx.Err()
}

// player chooses the network and returns what plays one variation.
func (f *musicOptions) player(ctx context.Context, seed *music.Score, out *Music, progress Progress) (func(seed uint64) (*music.Continuation, error), error) {
	solo := seed == nil || f.jazz.Part > 0 || music.SoloPart(seed) > 0
	out.Network = f.network
	if out.Network == "" {
		switch {
		case solo:
			out.Network = "jazz"
		case Keyboards(seed):
			out.Network = "piano"
		default:
			out.Network = "spot"
		}
	}
	if out.Network == "jazz" {
		return f.jazzPlayer(ctx, seed, out)
	}
	if seed == nil || f.chords != "" || f.prompt != "" || f.band != (BandSpec{}) {
		return nil, fmt.Errorf("chords, a prompt and a combo need the jazz network and a solo line: %w", ErrOption)
	}
	m, err := piano.Model()
	if out.Network == "spot" {
		m, err = Spot(ctx, seed, f.jazz.Seed, f.tier, func(p seq.Progress) { progress.report("training on the seed", p.Step, p.Steps) })
	}
	if err != nil {
		return nil, err
	}
	m = m.On(f.tier)
	opt := music.Options{Bars: f.jazz.Bars, Temperature: f.jazz.Temperature, TopP: f.jazz.TopP, Part: f.jazz.Part}
	return func(s uint64) (*music.Continuation, error) {
		opt.Seed = s
		return m.Continue(ctx, seed, opt)
	}, nil
}

func (f *musicOptions) jazzPlayer(ctx context.Context, seed *music.Score, out *Music) (func(seed uint64) (*music.Continuation, error), error) {
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	m = m.On(f.tier)
	opt := f.jazz
	p := jazz.ParsePrompt(f.prompt)
	if f.prompt != "" {
		out.Understood, out.Unknown = p.Describe(), p.Unknown
		opt.Tags = &p.Tags
		if opt.Bars == 0 {
			opt.Bars = min(p.Bars, 64)
		}
	}
	beats := 4
	if seed != nil {
		beats = BeatsOf(seed)
	}
	if opt.Changes, err = harmony.ParseChanges(f.chords, beats); err != nil {
		return nil, fmt.Errorf("chords: %w: %w", err, ErrOption)
	}
	band := f.band
	band.Combo = band.Combo || seed == nil
	if err := band.Apply(&opt, f.tier); err != nil {
		return nil, err
	}
	return func(s uint64) (*music.Continuation, error) {
		opt.Seed = s
		if seed == nil {
			return m.Compose(ctx, p, opt)
		}
		return m.Continue(ctx, seed, opt)
	}, nil
}

// take is a continuation as a page shows it.
func take(c *music.Continuation) (*Take, error) {
	var buf bytes.Buffer
	if err := music.WriteMIDI(&buf, c.Score); err != nil {
		return nil, err
	}
	seconds := c.Clock()
	t := &Take{MIDI: buf.Bytes(), Seconds: seconds(c.To), From: seconds(c.From), NewNotes: c.Notes, Changes: c.Changes}
	for at := music.Tick(0); at < c.To; at = c.NextBar(at + 1) {
		t.Bars = append(t.Bars, seconds(at))
	}
	t.Bars = append(t.Bars, seconds(c.To))
	for i, p := range c.Score.Parts() {
		part := Part{Name: p.Name, Drums: p.Drums(), Notes: [][4]float64{}}
		if part.Name == "" {
			part.Name = fmt.Sprintf("part %d", i+1)
		}
		for _, n := range c.Tracks[p.Track].Notes {
			if n.Channel == p.Channel {
				part.Notes = append(part.Notes, [4]float64{seconds(n.Start), seconds(n.End()), float64(n.Pitch), float64(n.Velocity)})
			}
		}
		t.Parts = append(t.Parts, part)
	}
	return t, nil
}

// longestSound that is rendered, in seconds
const longestSound = 600

// RunRender turns a MIDI file into a WAV file, by the built-in synthesiser.
func RunRender(ctx context.Context, data []byte) ([]byte, error) {
	s, _, err := readScore(data)
	if err != nil {
		return nil, err
	}
	audio, err := sound.Render(ctx, s, sound.Options{Limit: longestSound})
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = sound.WriteWAV(&buf, audio)
	return buf.Bytes(), err
}
