// Package piano holds a network for two-handed piano music, trained on rags of
// Scott Joplin and others that are in the public domain:
//
//	make train-piano DATA=folder of MIDI files
package piano

import (
	_ "embed"
	"sync"

	"github.com/segue-go/segue/music"
)

//go:embed rag.safetensors
var rag []byte

var load = sync.OnceValues(func() (*music.Model, error) { return music.DecodeModel(rag) })

// Model returns the network; it is read once and may be used by many goroutines.
func Model() (*music.Model, error) { return load() }
