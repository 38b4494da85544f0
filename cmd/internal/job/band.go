package job

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
)

// BandSpec says who accompanies a solo, and how the music begins and ends. The zero value
// is a solo alone that ends held.
type BandSpec struct {
	Combo         bool   // a trio where Band names no other
	Band          string // as band.ParseLineup reads it; "" is by Combo
	Feel          string // of the band, "" is by the words or the seed
	Ending        string // held, none or tag; "" is held
	Intro         int    // bars that the band plays before the solo
	AccompanySeed bool
}

// MaxIntro is the longest introduction in bars.
const MaxIntro = 16

// FeelNames are the names of the feels as people type them.
func FeelNames() []string {
	var out []string
	for _, f := range band.Feels {
		out = append(out, strings.ToLower(string(f)))
	}
	return out
}

// Plays reports whether anyone accompanies.
func (s *BandSpec) Plays() bool { return s.Combo || s.Band != "" || s.AccompanySeed || s.Intro > 0 }

// Apply sets the options of the jazz network.
func (s *BandSpec) Apply(opt *jazz.Options, tier seq.Tier) error {
	if s.Feel != "" {
		if !slices.Contains(FeelNames(), s.Feel) {
			return fmt.Errorf("the feel %q is none of %s: %w", s.Feel, strings.Join(FeelNames(), ", "), ErrOption)
		}
		opt.Feel = band.Feel(strings.ToUpper(s.Feel))
	}
	if opt.Ending = jazz.Ending(s.Ending); s.Ending != "" && !slices.Contains(jazz.Endings, opt.Ending) {
		return fmt.Errorf("the ending %q is none of held, none, tag: %w", s.Ending, ErrOption)
	}
	if s.Intro < 0 || s.Intro > MaxIntro {
		return fmt.Errorf("an introduction of %d bars: want 0 to %d: %w", s.Intro, MaxIntro, ErrOption)
	}
	opt.Intro, opt.AccompanySeed = s.Intro, s.AccompanySeed
	if !s.Plays() {
		return nil
	}
	combo, err := jazz.PretrainedCombo()
	if err != nil {
		return err
	}
	combo = combo.On(tier)
	if s.Band != "" {
		if combo.Lineup, err = band.ParseLineup(s.Band); err != nil {
			return fmt.Errorf("%w: %w", err, ErrOption)
		}
	}
	opt.Combo = combo
	return nil
}
