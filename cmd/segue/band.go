package main

import (
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/pflag"
)

// registerBand adds the flags of the accompaniment.
func registerBand(fl *pflag.FlagSet, s *job.BandSpec) {
	fl.BoolVar(&s.Combo, "combo", false, "add bass, piano and drums where the seed has none")
	fl.StringVar(&s.Band, "band", "", `who accompanies: trio, quartet, no-drums, organ, guitar, ... or instruments with levels: "bass,guitar,drums=0.5"`)
	fl.StringVar(&s.Feel, "feel", "", "how the band plays: "+strings.Join(job.FeelNames(), ", "))
	fl.StringVar(&s.Ending, "ending", "", "held (the default), none, or tag: four more bars of turnaround")
	fl.IntVar(&s.Intro, "intro", 0, "bars that the band plays before the solo")
	fl.BoolVar(&s.AccompanySeed, "accompany-seed", false, "the band plays under the seed too")
}
