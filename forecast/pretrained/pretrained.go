// Package pretrained holds networks that forecast any series at once, without
// training, so that package forecast stays small for those who train their own.
// REPORT.md says how they were made.
package pretrained

import (
	"embed"
	"strings"
	"sync"

	"github.com/segue-go/segue/forecast"
)

//go:embed *.safetensors
var files embed.FS

var load = sync.OnceValues(func() (*forecast.ZeroShot, error) {
	all := map[string][]byte{}
	for _, c := range forecast.Classes() {
		data, err := files.ReadFile(c.Name + ".safetensors")
		if err != nil {
			return nil, err
		}
		all[c.Name] = data
	}
	return forecast.NewZeroShot(all)
})

// ZeroShot returns the networks as a method; they are read once and may be used
// by many goroutines.
func ZeroShot() (*forecast.ZeroShot, error) { return load() }

// Auto returns the default method with the networks.
func Auto() (forecast.Auto, error) {
	z, err := load()
	return forecast.Auto{ZeroShot: z}, err
}

// Lookup finds a method by name as forecast.Lookup does, "zeroshot" among them,
// and "auto" with the networks.
func Lookup(name string) (forecast.Method, error) {
	switch strings.ToLower(name) {
	case "auto":
		return Auto()
	case "zeroshot":
		return ZeroShot()
	}
	return forecast.Lookup(name)
}
