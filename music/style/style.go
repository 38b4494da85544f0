// Package style holds the network for written music of several styles: keyboard pieces of
// the baroque, classical and romantic ages, rags, hymns and chorales, songs.
//
// [Model] returns it. [ReadCorpus] reads the music that it was trained on:
//
//	make train-styles DATA=folder with mutopia, ragtime and ewld
package style

import (
	"sync"

	"github.com/segue-go/segue/music"
)

var load = sync.OnceValues(func() (*music.Model, error) {
	data, err := file()
	if err != nil {
		return nil, err
	}
	return music.DecodeModel(data)
})

// Model returns the network. It is read once, from the program itself or, if that was
// built with -tags beside, from the folder "weights"; many goroutines may use it.
func Model() (*music.Model, error) { return load() }
