// Package notebooks makes the modules that the notebooks use known to their kernel.
package notebooks

import (
	_ "github.com/janpfeifer/gonb/gonbui"
	_ "github.com/segue-go/segue/datasets"
	_ "github.com/segue-go/segue/forecast"
	_ "github.com/segue-go/segue/forecast/auto"
	_ "github.com/segue-go/segue/forecast/chart"
	_ "github.com/segue-go/segue/forecast/neural"
	_ "github.com/segue-go/segue/forecast/neural/universal"
	_ "github.com/segue-go/segue/forecast/neural/weights"
	_ "github.com/segue-go/segue/forecast/table"
	_ "github.com/segue-go/segue/music"
	_ "github.com/segue-go/segue/music/harmony"
	_ "github.com/segue-go/segue/music/jazz"
	_ "github.com/segue-go/segue/music/roll"
	_ "github.com/segue-go/segue/music/sound"
	_ "github.com/segue-go/segue/music/style"
	_ "github.com/segue-go/segue/seq"
)
