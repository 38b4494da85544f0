// Package jazz holds trained networks for jazz solos and walking basses, and drum
// grooves, so that package music stays small for those who bring their own. They
// were made from the Weimar Jazz Database and the Groove MIDI Dataset; see
// REPORT.md and NOTICE.
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

// Pretrained returns the network for solos; it is read once and may be used by many
// goroutines.
func Pretrained() (*Model, error) { return solo() }

// PretrainedCombo returns an accompaniment: walking bass, piano chords and drums. It is
// read once and may be used by many goroutines.
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

// GrooveName is the name under which a groove is kept; it tells feel and tempo.
func GrooveName(g band.Groove) string {
	return fmt.Sprintf("%s-%03.0f.mid", strings.ToLower(string(g.Feel)), g.Tempo)
}

// named reads what GrooveName wrote.
func named(file string) (band.Groove, error) {
	feel, tempo, _ := strings.Cut(strings.TrimSuffix(file, ".mid"), "-")
	bpm, err := strconv.ParseFloat(tempo, 64)
	name := strings.ToUpper(feel)
	if err != nil || !slices.Contains(Feels, name) {
		return band.Groove{}, fmt.Errorf("drums/%s: the name tells no feel and tempo", file)
	}
	return band.Groove{Feel: band.Feel(name), Tempo: bpm}, nil
}
