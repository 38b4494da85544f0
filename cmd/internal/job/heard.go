package job

import (
	"fmt"
	"math"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
)

// Heard is what was heard in a seed, and which part of it which network continues.
type Heard struct {
	Part    int          `json:"part"` // counted from 1; 0 is all
	Name    string       `json:"part_name"`
	Network string       `json:"network"`
	Key     string       `json:"key"`
	Meter   string       `json:"meter"`
	Tempo   float64      `json:"tempo"` // quarter notes a minute
	Swing   float64      `json:"swing"` // ratio of long to short eighths; 1 is straight
	Feel    string       `json:"feel"`
	Chords  []HeardChord `json:"chords"`
}

// HeardChord is the chord at the beginning of a bar of the seed.
type HeardChord struct {
	Bar       int     `json:"bar"` // counted from 1
	Chord     string  `json:"chord"`
	Certainty float64 `json:"certainty"` // 0 to 1
}

// shownChords is how many bars of chords are told in words; JSON has all.
const shownChords = 8

// heard listens to a seed and says what it heard.
func (s *ContinueSpec) heard(seed *music.Score, part int, network string, l Listener) *Heard {
	j := music.Join(seed, s.Tempo)
	m := j.Seed.MeterAt(j.From)
	h := &Heard{
		Part: part, Network: network, Key: harmony.DetectKey(j.Seed, j.From).String(),
		Meter: fmt.Sprintf("%d/%d", m.Num, m.Den), Tempo: math.Round(10*j.Seed.TempoAt(j.From)) / 10, Swing: 1, Feel: "straight", Chords: []HeardChord{},
	}
	if network == "jazz" && part == 0 {
		h.Part = max(1, music.SoloPart(seed))
	}
	what := "all parts"
	if parts := seed.Parts(); h.Part > 0 && h.Part <= len(parts) {
		h.Name = parts[h.Part-1].Name
		what = fmt.Sprintf("part %d, %s,", h.Part, parts[h.Part-1])
	}
	if line, err := music.NewLine(j.Seed, h.Part-1); err == nil && line.Swing > 1 {
		h.Swing, h.Feel = math.Round(100*line.Swing)/100, "swing"
	}
	h.chords(j)
	l.note(Found, "continuing %s with the %s network", what, network)
	key := h.Key
	if key == "" {
		key = "no key"
	}
	eighths := "straight eighths"
	if h.Swing > 1 {
		eighths = fmt.Sprintf("swing %.2f : 1", h.Swing)
	}
	l.note(Found, "heard %s, %s, %.4g quarter notes a minute, %s", key, h.Meter, h.Tempo, eighths)
	var words []string
	for _, c := range h.Chords[max(0, len(h.Chords)-shownChords):] {
		words = append(words, fmt.Sprintf("%s (%.0f%%)", c.Chord, 100*c.Certainty))
	}
	if len(words) > 0 {
		l.note(Found, "heard the chords %s", strings.Join(words, " | "))
	}
	return h
}

// chords hears the chord at the beginning of each bar before the joint.
func (h *Heard) chords(j music.Joint) {
	m, err := jazz.Pretrained()
	if err != nil {
		return
	}
	beats, certainty := m.Hear(j.Seed, j.From)
	bar := 0
	for i, b := range beats {
		if b.InBar != 0 {
			continue
		}
		bar++
		if b.Chord.Quality != harmony.NoChord {
			h.Chords = append(h.Chords, HeardChord{bar, b.Chord.Symbol, math.Round(100*certainty[i]) / 100})
		}
	}
}
