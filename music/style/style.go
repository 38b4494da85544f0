// Package style holds the network for written music of several styles: keyboard pieces of
// the baroque, classical and romantic ages, rags, hymns and chorales, songs.
//
// [Model] returns it. [ReadCorpus] reads the music that it was trained on:
//
//	make train-styles DATA=folder with mutopia, ragtime and ewld
package style

import (
	_ "embed"
	"sync"

	"github.com/segue-go/segue/music"
)

//go:embed styles.safetensors
var file []byte

var load = sync.OnceValues(func() (*music.Model, error) { return music.DecodeModel(file) })

// Model returns the network; it is read once and may be used by many goroutines.
func Model() (*music.Model, error) { return load() }
