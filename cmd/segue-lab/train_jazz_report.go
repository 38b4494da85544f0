package main

import (
	"fmt"
	"math"
	"time"

	"github.com/segue-go/segue/music"
)

// jazzReport is the page that is committed beside the weights; solos is the number of
// solos that they were trained on.
func jazzReport(solo, walk trained, solos int) []byte {
	nets := newSheet("network", "units", "steps, kept", "dropout", "trained in", "kB")
	losses := newSheet("", "onset", "pitch", "duration", "joint", "pitch perplexity")
	losses.add("3-gram", "1.735", "2.314", "1.602", "5.65", "10.1")
	for _, n := range []struct {
		name string
		trained
	}{{"solo", solo}, {"bass", walk}} {
		nets.add(n.name, fmt.Sprintf("%d×%d", n.opt.Layers, n.opt.Hidden), fmt.Sprintf("%d, %d", n.opt.Steps, n.rep.BestStep), n.opt.Dropout, n.took.Round(time.Second), kilobytes(n.file))
		losses.add(n.name, f3(n.loss.Onset), f3(n.loss.Pitch), f3(n.loss.Duration), f3(n.loss.Joint()), f2(math.Exp(n.loss.Pitch)))
	}
	return fmt.Appendf(nil, `# How the jazz networks were made

Command: `+"`make train-jazz DATA=...`"+` (seed %d). Each network learns from batches of 32 windows of 96 notes;
weights are averaged with decay .998, and the step with the best joint loss on the valid part is kept. Tier %s, two cores.

Data: Weimar Jazz Database, %d solos of the train part, titles apart from those of the valid part. Copyright the
Jazzomat Research Project, Hochschule für Musik Franz Liszt Weimar; Open Database Licence 1.0 (jazzomat.hfm-weimar.de).
No solo is part of this repository.

%s
Loss on the valid part, as shipped (float16), nats per note. The first note of a solo is given; of the tags only those
are that are known without the notes. In solos with the feel "swing" a pair of onsets on the beat and on its last third is
two eighths, so that swing is not in the notes (about a fifth of the onsets); the 3-gram floor was computed without that
and with another list of durations, so that the figures compare only roughly.

%s
The duration factor has %d classes (1/12 to 8 quarter notes), the onset factor 97 (0 to 8 quarter notes in twelfths), the
pitch factor the intervals -36 to 36. About 340 kB of a file are the fingerprints of all runs of twelve notes of the
training part, which the sampler refuses to complete. `+"`segue-lab bench jazz --data DIR`"+` compares what the network plays
with the solos of the valid part.
`, solo.opt.Seed, solo.opt.Tier.Actual(), solos, nets, losses, music.DurationClasses)
}
