// Package jazz holds a trained network for jazz solos, so that package music
// stays small for those who bring their own. The network was trained on the
// Weimar Jazz Database; see REPORT.md and NOTICE.
package jazz

import (
	_ "embed"
	"sync"

	"github.com/segue-go/segue/music"
)

//go:embed solo.safetensors
var solo []byte

var load = sync.OnceValues(func() (*music.JazzModel, error) { return music.DecodeJazz(solo) })

// Model returns the network; it is read once and may be used by many
// goroutines.
func Model() (*music.JazzModel, error) { return load() }
