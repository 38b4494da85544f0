package job

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/music/sound"
)

// PlaySpec is what continuing and composing have in common.
type PlaySpec struct {
	Engine
	BandSpec
	Bars                   int     // 0: by the prompt or the form
	Tempo                  float64 // 0: by the prompt, the form or the seed
	Temperature, TopP      float64
	Creativity             float64
	Prompt, Chords         string
	Candidates, Variations int
	Seed                   uint64
	Files                  PlayFiles // for doors that name files

	fields field.Set
}

// PlayFiles are the names of files that the command reads and writes. The job itself
// opens none.
type PlayFiles struct {
	Output, Plot, WAV, Font string
	JSON                    bool
}

// bind adds the fields.
func (s *PlayFiles) bind(f *field.Set) {
	const files = "Files"
	f.Text(&s.Output, "", field.Field{Name: "output", Short: "o", Help: "MIDI file to write (required; - is standard output); variations are OUT-1.mid, OUT-2.mid, ...", Group: files, Doors: field.Command})
	f.Text(&s.Plot, "", field.Field{Name: "plot", Help: "draw a piano roll to this .svg or .png file", Group: files, Doors: field.Command})
	f.Text(&s.WAV, "", field.Field{Name: "wav", Help: "render the music to this .wav or .flac file", Group: files, Doors: field.Command})
	BindFont(f, &s.Font)
	f.Bool(&s.JSON, field.Field{Name: "json", Help: "print a description of the result as JSON on standard output", Group: files, Doors: field.Command})
}

// BindFont adds the field that chooses a SoundFont.
func BindFont(f *field.Set, p *string) {
	f.Text(p, "none", field.Field{Name: "soundfont", Help: `SoundFont (.sf2) to play with; "none" is the built-in synthesiser, which sounds the same everywhere; "auto" takes one from the system's folders, if there is one`, Group: "Files", Doors: field.Command})
}

// bind adds the fields; bars and length are the default of that field and what
// happens if it is 0.
func (s *PlaySpec) bind(bars int, length string) {
	f := &s.fields
	f.Whole(&s.Bars, bars, field.Field{Name: "bars", Help: "length of the new music", Unset: length, Label: "Bars", Start: "8", Min: 1, Max: 1000, Served: 64})
	BindCreativity(f, &s.Creativity)
	f.Number(&s.Temperature, 0, field.Field{Name: "temperature", Help: "sampling temperature: above 1 bolder, below 1 safer", Unset: "by creativity", Min: 0, Max: 10, Above: true})
	f.Number(&s.TopP, 0, field.Field{Name: "top-p", Help: "sample from the most likely values that have this total probability; 1 for all", Unset: "by creativity", Min: 0, Max: 1, Above: true})
	f.Text(&s.Prompt, "", field.Field{Name: "prompt", Help: `describe the music: "melodic jazz, slow, F major" (also in Portuguese, Spanish, French, German, Italian)`, Label: "Description", Length: 500})
	f.Text(&s.Chords, "", field.Field{Name: "chords", Help: `chords: "Dm7 G7 | Cmaj7" or "ii V | I in C", with | between bars; on the command line also a CSV file with a column chord`, Label: "Chords", Length: 4000})
	f.Number(&s.Tempo, 0, field.Field{Name: "tempo", Help: "quarter notes a minute of the new music", Unset: "by the seed or the prompt", Min: 20, Max: 400})
	s.BandSpec.bind(f)
	f.Whole(&s.Candidates, 4, field.Field{Name: "candidates", Help: "sample this many solos and keep the one that fits best", Min: 1, Max: 100, Served: 16})
	f.Whole(&s.Variations, 1, field.Field{Name: "variations", Help: "make several, each with the next seed", Label: "Variations", Start: "2", Min: 1, Max: 1000, Served: 8})
	f.Seed(&s.Seed, 1, field.Field{Name: "seed", Help: "random seed: the same seed gives the same file", Label: "Random seed"})
	s.Engine.bind(f)
	s.Files.bind(f)
}

// Fields is the list of options.
func (s *PlaySpec) Fields() *field.Set { return &s.fields }

// BindCreativity adds the field that Bold turns into numbers.
func BindCreativity(f *field.Set, p *float64) {
	f.Number(p, .5, field.Field{Name: "creativity", Help: "from 0 (safe) to 1 (bold)", Label: "Creativity", Min: 0, Max: 1})
}

// Bold turns a creativity from 0 to 1 into the two numbers of sampling. In the middle
// they are the libraries' defaults.
func Bold(creativity float64) (temperature, topP float64) {
	d := creativity - .5
	if d < 0 {
		return 1 + .8*d, .95 + .2*d
	}
	return 1 + .6*d, .95 + .08*d
}

// sampling is how notes are drawn.
func (s *PlaySpec) sampling() (temperature, topP float64, err error) {
	hot, top := s.fields.Changed("temperature"), s.fields.Changed("top-p")
	if s.fields.Changed("creativity") && (hot || top) {
		return 0, 0, usagef("{creativity} sets {temperature} and {top-p}: give one or the others")
	}
	temperature, topP = Bold(s.Creativity)
	if hot {
		temperature = s.Temperature
	}
	if top {
		topP = s.TopP
	}
	return temperature, topP, nil
}

// jazz are the options for the jazz network; the chords given are in bars of a meter, and
// their Roman numerals in a key, or in that of the prompt.
func (s *PlaySpec) jazz(in Inputs, meter music.Meter, key harmony.Key, out *Music, l Listener) (jazz.Options, jazz.Prompt, error) {
	opt := jazz.Options{Bars: s.Bars, Candidates: s.Candidates, Tempo: s.Tempo}
	p := jazz.ParsePrompt(s.Prompt)
	if s.Prompt != "" {
		out.Understood, out.Unknown = p.Describe(), p.Unknown
		l.note(Found, "understood: %s", out.Understood)
		if len(p.Unknown) > 0 {
			l.note(Ignored, "not understood: %s", strings.Join(p.Unknown, ", "))
		}
		if bars := s.fields.Lookup("bars"); !s.fields.Changed("bars") {
			opt.Most = int(bars.Max)
			if in.Served {
				opt.Most = int(bars.Served)
			}
			switch {
			case p.Bars > 0:
				opt.Bars = min(p.Bars, opt.Most)
			case p.Choruses > 0:
				opt.Bars = 0
			}
		}
	}
	var err error
	if opt.Temperature, opt.TopP, err = s.sampling(); err != nil {
		return opt, p, err
	}
	if !key.Known {
		key = p.Key
	}
	if opt.Changes, err = s.changes(in.Chart, meter, key); err != nil {
		return opt, p, err
	}
	if err := s.apply(&opt, s.Tier()); err != nil {
		return opt, p, err
	}
	if s.Prompt != "" {
		p.Apply(&opt)
	}
	return opt, p, nil
}

// changes reads the chords, from a chart if there is one.
func (s *PlaySpec) changes(chart Input, meter music.Meter, key harmony.Key) (out harmony.Changes, err error) {
	read := func(text string) (harmony.Changes, error) {
		text, err := harmony.Romans(text, key)
		if err != nil {
			return harmony.Changes{}, err
		}
		return harmony.ParseChanges(text, meter)
	}
	if chart.given() {
		text, err := readChart(chart)
		if err != nil {
			return out, chart.fail(err)
		}
		out, err = read(text)
		return out, chart.fail(err)
	}
	if out, err = read(s.Chords); err != nil {
		return out, &Problem{"{chords}: " + err.Error(), errors.Join(ErrUsage, err)}
	}
	return out, nil
}

// readChart reads a chord chart: a column "chord" with the chords of a bar in every
// row or, with a column "bar", rows of one bar after each other.
func readChart(in Input) (string, error) {
	data, err := in.read(mostChart)
	if err != nil {
		return "", err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			return "", fmt.Errorf("line %d: %w", pe.Line, pe.Err)
		}
		return "", err
	}
	chord, bar := -1, -1
	if len(rows) > 0 {
		for i, h := range rows[0] {
			switch strings.ToLower(strings.TrimSpace(h)) {
			case "chord", "chords", "symbol":
				chord = i
			case "bar", "measure":
				bar = i
			}
		}
	}
	if chord < 0 {
		return "", errors.New("line 1: there is no column \"chord\"")
	}
	var text strings.Builder
	last := ""
	for _, row := range rows[1:] {
		if chord >= len(row) {
			continue
		}
		now := fmt.Sprint(text.Len()) // without bars every row is one
		if bar >= 0 && bar < len(row) {
			now = row[bar]
		}
		if last != "" && now != last {
			text.WriteString(" |")
		}
		text.WriteString(" " + row[chord])
		last = now
	}
	return text.String(), nil
}

// player plays one variation; bars is its length.
type player func(ctx context.Context, seed uint64) (c *music.Continuation, bars int, err error)

// perform plays the variations and hands each to a door as it comes.
func (s *PlaySpec) perform(ctx context.Context, play player, only bool, heard *Heard, l Listener, each func(*Take) error) error {
	for v := range s.Variations {
		l.step(Step{Stage: "playing", Step: v, Steps: s.Variations})
		seed := s.Seed + uint64(v)
		c, bars, err := play(ctx, seed)
		if err != nil {
			return err
		}
		if v == 0 {
			for _, r := range c.Remarks {
				l.note(Found, "%s", r)
			}
		}
		t := &Take{Continuation: c, Heard: heard, Result: c.Score, Bars: bars, Seed: seed, Variation: v, Tier: s.Tier()}
		if only {
			t.Result = c.Only()
		}
		if err := each(t); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// RenderSpec asks for the sound of a MIDI file. NewRender makes one with the defaults.
type RenderSpec struct {
	Mute   []string // parts that are not heard
	fields field.Set
}

// NewRender makes a specification with the defaults.
func NewRender() *RenderSpec {
	s := &RenderSpec{}
	BindMute(&s.fields, &s.Mute)
	return s
}

// BindMute adds the field that silences parts.
func BindMute(f *field.Set, p *[]string) {
	f.List(p, nil, field.Field{Name: "mute", Help: "parts that are not heard: their numbers, as segue inspect counts them, or their names", Length: 1000})
}

// Muted is a score without the parts of some names.
func Muted(s *music.Score, names []string) (*music.Score, error) {
	var parts []int
	for _, name := range names {
		n, err := s.FindPart(name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", err, ErrOption)
		}
		parts = append(parts, n)
	}
	out := s.Without(parts...)
	if out.Notes() == 0 && s.Notes() > 0 {
		return nil, &Problem{"{mute} leaves no part to hear", ErrOption}
	}
	return out, nil
}

// Fields is the list of options.
func (s *RenderSpec) Fields() *field.Set { return &s.fields }

// longestSound that is rendered for others, in seconds
const longestSound = 600

// Run reads the file and renders it with the SoundFont or, without one, by the
// built-in synthesiser.
func (s *RenderSpec) Run(ctx context.Context, in Inputs, l Listener) (*sound.Audio, error) {
	score, _, err := readScore(in.Main, in.Served, l)
	if err != nil {
		return nil, err
	}
	if score, err = Muted(score, s.Mute); err != nil {
		return nil, in.Main.fail(err)
	}
	return Render(ctx, score, in)
}

// Render gives the sound of a score.
func Render(ctx context.Context, s *music.Score, in Inputs) (*sound.Audio, error) {
	opt := sound.Options{}
	if in.Served {
		opt.Limit = longestSound
	}
	if in.Font.given() {
		r, err := in.Font.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		if opt.SoundFont, err = sound.ReadSoundFont(io.LimitReader(r, 1<<30)); err != nil {
			return nil, in.Font.fail(err)
		}
	}
	return sound.Render(ctx, s, opt)
}

// Answer runs the job for a request: a WAV file.
func (s *RenderSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	audio, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = sound.WriteWAV(&buf, audio)
	return Sound(buf.Bytes()), err
}
