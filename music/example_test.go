package music_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
)

func Example() {
	seed, _, err := music.ReadMIDI(datasets.MustFile("midi/something_doing.mid"))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	// a few steps only: this is an example
	model, _, err := music.Train(ctx, []*music.Score{seed}, music.TrainOptions{Hidden: 32, Steps: 30})
	if err != nil {
		fmt.Println(err)
		return
	}
	more, err := model.Continue(ctx, seed, music.Options{Bars: 4, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := music.WriteMIDI(&file, more.Score); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(more.To-more.From == 4*seed.BarLength(seed.MeterAt(0)), more.TempoAt(more.To) == seed.TempoAt(seed.End()))
	// Output: true true
}
