// Package jazz continues, composes and joins jazz solos over chord changes.
//
// Start with [Pretrained], which returns the network that ships with the package, and
// [Model.Continue]; [ParsePrompt] and [Model.Compose] make music from words. [Train]
// makes a network from a corpus such as the one that [ReadWJD] reads.
//
// The networks and drum grooves in this folder were made from the Weimar Jazz Database
// and the Groove MIDI Dataset; see REPORT.md and NOTICE. A Model may be used by many
// goroutines at once, and the same seed gives the same notes.
package jazz

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
)

//go:embed *.safetensors drums/*.mid
var files embed.FS

var (
	solo  = sync.OnceValues(func() (*Model, error) { return read("solo.safetensors") })
	combo = sync.OnceValues(readCombo)
)

func read(name string) (*Model, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Decode(data)
}

// Pretrained returns the network for solos that ships with this package. It is decoded
// once.
func Pretrained() (*Model, error) { return solo() }

// PretrainedCombo returns the accompaniment that ships with this package: walking bass,
// piano chords and drums. It is decoded once and must not be changed.
func PretrainedCombo() (*Combo, error) { return combo() }

func readCombo() (*Combo, error) {
	bass, err := read("bass.safetensors")
	if err != nil {
		return nil, err
	}
	c := &Combo{Bass: bass, Chords: true}
	entries, err := files.ReadDir("drums")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		data, err := files.ReadFile("drums/" + e.Name())
		if err != nil {
			return nil, err
		}
		s, _, err := music.ReadMIDI(data)
		if err != nil {
			return nil, fmt.Errorf("drums/%s: %w", e.Name(), err)
		}
		g, err := named(e.Name())
		if err != nil {
			return nil, err
		}
		g.Score = s
		c.Drums = append(c.Drums, g)
	}
	return c, nil
}

// GrooveName is the name of a groove's file, made of its feel and tempo.
func GrooveName(g band.Groove) string {
	return fmt.Sprintf("%s-%03.0f.mid", strings.ToLower(string(g.Feel)), g.Tempo)
}

// named parses a name that GrooveName made.
func named(file string) (band.Groove, error) {
	feel, tempo, _ := strings.Cut(strings.TrimSuffix(file, ".mid"), "-")
	bpm, err := strconv.ParseFloat(tempo, 64)
	name := strings.ToUpper(feel)
	if err != nil || !slices.Contains(Feels, name) {
		return band.Groove{}, fmt.Errorf("drums/%s: the name has no feel and tempo", file)
	}
	return band.Groove{Feel: band.Feel(name), Tempo: bpm}, nil
}
