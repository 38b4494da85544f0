// Call-and-response is a service that answers phrases: it reads notes from standard
// input as they are played, a line each ("SECONDS PITCH VELOCITY DURATION"), and an
// empty line asks for an answer, which it writes in the same form.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
)

const (
	resolution = 480
	tempo      = 120 // quarter notes a minute
	perSecond  = resolution * tempo / 60
)

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func serve(in io.Reader, out io.Writer) error {
	model, err := jazz.Pretrained()
	if err != nil {
		return err
	}
	score := &music.Score{
		Resolution: resolution, Tempos: []music.Tempo{{MicrosPerBeat: 60e6 / tempo}}, Meters: []music.Meter{{Num: 4, Den: 4}},
		Tracks: make([]music.Track, 1),
	}
	track := &score.Tracks[0]
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if lines.Text() != "" {
			var at, length float64
			n := music.Note{}
			if _, err := fmt.Sscan(lines.Text(), &at, &n.Pitch, &n.Velocity, &length); err != nil {
				return fmt.Errorf("%q: want SECONDS PITCH VELOCITY DURATION: %w", lines.Text(), err)
			}
			n.Start, n.Dur = music.Tick(at*perSecond+.5), max(1, music.Tick(length*perSecond+.5))
			track.Notes = append(track.Notes, n)
			continue
		}
		c, err := model.Continue(context.Background(), score, jazz.Options{Bars: 2, Seed: uint64(len(track.Notes))})
		if err != nil {
			return err
		}
		for _, n := range c.Tracks[0].Notes {
			if n.Start >= c.From {
				fmt.Fprintf(out, "%.3f %d %d %.3f\n", c.Seconds(n.Start), n.Pitch, n.Velocity, c.Seconds(n.End())-c.Seconds(n.Start))
			}
		}
		fmt.Fprintln(out)
		*score = *c.Score // the answer is part of what was played
		track = &score.Tracks[0]
	}
	return nil
}
