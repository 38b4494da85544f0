package job

import (
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
)

// BandSpec says who accompanies a solo, and how the music begins and ends. The zero value
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
