package jazz

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// Combo is an accompaniment.
type Combo struct {
	Bass   *Model      // trained on BassLines, proposes lines to the bass; nil means none
	Lineup band.Lineup // who plays, and how loud
}

var loadCombo = sync.OnceValues(func() (*Combo, error) {
	data, err := bassFile()
	if err != nil {
		return nil, err
	}
	bass, err := Decode(data)
	if err != nil {
		return nil, err
	}
	lineup, err := band.ParseLineup("trio")
	return &Combo{Bass: bass, Lineup: lineup}, err
})

// PretrainedCombo returns the accompaniment that ships with this package: a trio of bass,
// piano and drums. It is read once, like Pretrained, and must not be changed.
func PretrainedCombo() (*Combo, error) { return loadCombo() }

// On returns the combo with its network computing on another tier.
func (c *Combo) On(t seq.Tier) *Combo {
	d := *c
	if d.Bass != nil {
		d.Bass = d.Bass.On(t)
	}
	return &d
}

// Band returns a band whose bassist plays music with these tags; NoTags suits any.
func (c *Combo) Band(tags Tags) *band.Band {
	b := &band.Band{Lineup: c.Lineup}
	if c.Bass != nil {
		tags = tags.metadata()
		tags.Instrument = unknownToken
		b.Bassist = bassist{c.Bass, tags}
	}
	return b
}

// bassist plays a walking bass with a network.
type bassist struct {
	model *Model
	tags  Tags
}

func (b bassist) Walk(w band.Walk, r *rand.Rand) []music.LineNote {
	s := newSoloist(b.model, soloLine{notes: []music.LineNote{w.First}, changes: w.Changes, tags: b.tags, bar: w.BarLength}, .8, .9, r)
	s.lo, s.hi, s.Known, s.memory, s.most = w.Low, w.High, nil, nil, w.Most
	s.onsets = func(at int) bool { return at == s.reader.last.At+music.Grid }
	notes, err := sample.Continue(context.Background(), s, w.First.At+music.Grid, w.To)
	if err != nil {
		return nil
	}
	return notes
}

// BassLines returns the bass lines of solos, one note per beat, to be learned by Train.
// It leaves out those of at most 32 notes.
func BassLines(solos []Solo) []Solo {
	var out []Solo
	for _, s := range solos {
		if b := s.bassLine(); len(b.Notes) > 32 {
			out = append(out, b)
		}
	}
	return out
}

func (s Solo) bassLine() Solo {
	out := Solo{ID: s.ID, Tags: s.Tags.metadata(), Beats: s.Beats}
	for i, p := range s.Bass {
		if p > 0 {
			out.Notes = append(out.Notes, music.LineNote{At: i * music.Grid, Dur: music.Grid, Pitch: p, Velocity: 80})
		}
	}
	out.Tags.Instrument = unknownToken
	return out
}
