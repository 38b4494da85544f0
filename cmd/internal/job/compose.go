package job

import (
	"context"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
)

// ComposeSpec asks for music from words or chords. NewCompose makes one with the
// defaults.
type ComposeSpec struct {
	PlaySpec
	Meter, Key, Form string // "" is by the prompt
	Solo             bool   // without the combo, which plays otherwise whatever Combo is
}

// NewCompose makes a specification with the defaults.
func NewCompose() *ComposeSpec {
	s := &ComposeSpec{}
	s.bind(0, "that of the form, or of the prompt")
	s.fields.Lookup("combo").Hidden = true
	s.fields.Text(&s.Meter, "", field.Field{Name: "meter", Help: "meter: 4/4, 3/4, 5/4, 6/8, 7/8, 12/8, ...", Unset: "4/4, or what the prompt says", Length: 10})
	s.fields.Text(&s.Key, "", field.Field{Name: "key", Help: `key: "F", "Bb minor", "F#m"`, Unset: "any, or what the prompt says", Length: 40})
	s.fields.Choice(&s.Form, "", field.Field{Name: "form", Help: "whose chords are played, where none are given", Unset: "standard, or what the prompt says", Choices: jazz.Forms})
	s.fields.Bool(&s.Solo, field.Field{Name: "solo", Help: "the solo alone, without the combo"})
	return s
}

// Run plays and hands every variation to each.
func (s *ComposeSpec) Run(ctx context.Context, in Inputs, l Listener, each func(*Take) error) (*Music, error) {
	if s.Prompt == "" && s.Chords == "" && s.Form == "" && s.Key == "" && !in.Chart.given() {
		return nil, usagef("describe the music with {prompt} or {chords}")
	}
	if s.Solo && s.named() {
		return nil, usagef("{solo} and a band contradict each other")
	}
	s.Combo = !s.Solo
	out := newMusic(s.Tier())
	out.Network = "jazz"
	asked, err := s.words()
	if err != nil {
		return nil, err
	}
	opt, p, err := s.jazz(in, asked.Bar(), asked.Key, out, l)
	if err != nil {
		return nil, err
	}
	p.Meter, p.Key, p.Form = asked.Meter, asked.Key, asked.Form
	if s.Tempo > 0 {
		p.Tempo = s.Tempo
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	m = m.On(s.Tier())
	return out, s.perform(ctx, func(ctx context.Context, random uint64) (*music.Continuation, int, error) {
		opt.Seed = random
		c, err := m.Compose(ctx, p, opt)
		if err != nil {
			return nil, 0, err
		}
		return c, int(c.To / c.BarLength(c.MeterAt(0))), nil
	}, false, nil, l, each)
}

// words is what the prompt and the fields that override it say of meter, key and form.
func (s *ComposeSpec) words() (jazz.Prompt, error) {
	p := jazz.ParsePrompt(s.Prompt)
	if s.Meter != "" {
		m := jazz.ParsePrompt(s.Meter)
		if m.Meter.Num == 0 || len(m.Unknown) > 0 {
			return p, &field.Error{Field: "meter", Value: s.Meter, Want: "a meter whose bars are 1 to 8 quarter notes long, as 4/4, 3/4, 5/4, 6/8, 7/8 or 12/8"}
		}
		p.Meter = m.Meter
	}
	if s.Key != "" {
		k, err := harmony.ParseKey(s.Key)
		if err != nil {
			return p, &field.Error{Field: "key", Value: s.Key, Want: `a key, as "F", "Bb minor" or "F#m"`}
		}
		p.Key = k
	}
	if s.Form != "" {
		p.Form = s.Form
	}
	return p, nil
}

// Answer runs the job for a request.
func (s *ComposeSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	v := newView()
	m, err := s.Run(ctx, in, l, v.add)
	return v.with(m), err
}

// BandSpec selects who accompanies a solo, and how the music begins and ends. The zero value
// is a solo alone that ends held.
type BandSpec struct {
	Combo         bool   // a trio where Band names no other
	Band          string // as band.ParseLineup reads it; "" is by Combo
	Feel          string // of the band; "" is by the words or the seed
	Ending        string // of jazz.Endings; "" is held
	Intro         int    // bars that the band plays before the solo
	AccompanySeed bool
}

// lineups describes what Band may be.
var lineups = strings.Join(band.LineupNames(), ", ") + `, or instruments with levels from 0 to 2: "bass,guitar,drums=0.5"`

// bind adds the fields.
func (s *BandSpec) bind(f *field.Set) {
	var feels, endings []string
	for _, x := range band.Feels {
		feels = append(feels, strings.ToLower(string(x)))
	}
	for _, x := range jazz.Endings {
		endings = append(endings, string(x))
	}
	f.Bool(&s.Combo, field.Field{Name: "combo", Help: "add bass, piano and drums where the seed has none", Label: "with bass, piano and drums"})
	f.Text(&s.Band, "", field.Field{Name: "band", Help: "who accompanies: " + lineups, Unset: "nobody, or the combo"})
	f.Choice(&s.Feel, "", field.Field{Name: "feel", Choices: feels, Help: "how the band plays", Unset: "by the words or the seed"})
	f.Choice(&s.Ending, "", field.Field{Name: "ending", Choices: endings, Help: "how the music ends: held on the tonic, none, or a tag of four more bars", Unset: "held"})
	f.Whole(&s.Intro, 0, field.Field{Name: "intro", Help: "bars that the band plays before the solo", Unset: "none", Min: 1, Max: 16})
	f.Bool(&s.AccompanySeed, field.Field{Name: "accompany-seed", Help: "the band plays under the seed too"})
}

// named reports whether a band is asked for by more than the word combo.
func (s *BandSpec) named() bool { return s.Band != "" || s.AccompanySeed || s.Intro > 0 }

// apply sets the options of the jazz network.
func (s *BandSpec) apply(opt *jazz.Options, tier seq.Tier) error {
	opt.Feel, opt.Ending = band.Feel(strings.ToUpper(s.Feel)), jazz.Ending(s.Ending)
	opt.Intro, opt.AccompanySeed = s.Intro, s.AccompanySeed
	if !s.Combo && !s.named() {
		return nil
	}
	combo, err := jazz.PretrainedCombo()
	if err != nil {
		return err
	}
	combo = combo.On(tier)
	if s.Band != "" {
		if combo.Lineup, err = band.ParseLineup(s.Band); err != nil {
			return &field.Error{Field: "band", Value: s.Band, Want: lineups}
		}
	}
	opt.Combo = combo
	return nil
}
