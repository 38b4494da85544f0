// Package jazz continues, composes and joins jazz solos over chord changes.
//
// Start with [Pretrained], which returns the network that ships with the package, and
// [Model.Continue]; [ParsePrompt] and [Model.Compose] make music from words. [Train]
// makes a network from a corpus such as the one that [ReadWJD] reads.
//
// The networks in this folder were made from the Weimar Jazz Database; see REPORT.md and
// NOTICE. A Model may be used by many
// goroutines at once, and the same seed gives the same notes.
package jazz

import (
	_ "embed"
	"sync"

	"github.com/segue-go/segue/music/band"
)

var (
	//go:embed solo.safetensors
	soloFile []byte
	//go:embed bass.safetensors
	bassFile []byte

	solo  = sync.OnceValues(func() (*Model, error) { return Decode(soloFile) })
	combo = sync.OnceValues(readCombo)
)

// Pretrained returns the network for solos that ships with this package. It is decoded
// once.
func Pretrained() (*Model, error) { return solo() }

// PretrainedCombo returns the accompaniment that ships with this package: a trio of bass,
// piano and drums. It is decoded once and must not be changed.
func PretrainedCombo() (*Combo, error) { return combo() }

func readCombo() (*Combo, error) {
	bass, err := Decode(bassFile)
	if err != nil {
		return nil, err
	}
	lineup, err := band.ParseLineup("trio")
	return &Combo{Bass: bass, Lineup: lineup}, err
}
