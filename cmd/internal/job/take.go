package job

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/roll"
	"github.com/segue-go/segue/seq"
)

// Music is what is said of music that was made.
type Music struct {
	Repairs    []string `json:"repairs"`         // of the files
	Network    string   `json:"network"`         // jazz, style or file
	Style      string   `json:"style,omitempty"` // that the network is told
	Tier       string   `json:"tier"`
	Understood string   `json:"understood,omitempty"` // of the prompt
	Unknown    []string `json:"unknown,omitempty"`    // its words that mean nothing here

	sounds hear.Heard // in the seed, before the joint
}

func newMusic(tier seq.Tier) *Music { return &Music{Repairs: []string{}, Tier: string(tier.Actual())} }

// player names the network for people.
func (m *Music) player() string {
	switch {
	case m.Network == "file":
		return "the model file"
	case m.Style == "":
		return "the " + m.Network + " network"
	}
	return fmt.Sprintf("the %s network, told that it is %s", m.Network, m.Style)
}

// read reads a MIDI file.
func (m *Music) read(in Input, served bool, l Listener) (*music.Score, error) {
	s, repairs, err := readScore(in, served, l)
	m.Repairs = append(m.Repairs, repairs...)
	return s, err
}

// Take is one variation.
type Take struct {
	*music.Continuation
	Result    *music.Score // what was asked for: the whole, or the continuation alone
	Bars      int          // new ones
	Seed      uint64
	Variation int // from 0
	Tier      seq.Tier
	Heard     *Heard // in the seed; nil without one
}

// WriteMIDI writes the result.
func (t *Take) WriteMIDI(out io.Writer) error { return music.WriteMIDI(out, t.Result) }

// Roll describes how a picture of the result marks the new notes.
func (t *Take) Roll() roll.Options {
	view := roll.Options{Seed: t.From, To: t.To, Changes: t.Changes}
	if t.Result != t.Continuation.Score { // moved to the start
		view.Seed, view.To = 0, 0
	}
	return view
}

// TakeDocument is a variation as JSON has it, at every door; seconds count from the
// start of the seed.
type TakeDocument struct {
	Bars     int       `json:"bars"`
	Changes  []string  `json:"changes"`        // chords of the new bars
	File     string    `json:"file,omitempty"` // where the command wrote it
	From     float64   `json:"from_seconds"`
	Heard    *Heard    `json:"heard,omitempty"`
	Measures *Measures `json:"measures,omitempty"`
	Notes    int       `json:"notes"` // new ones
	Seed     uint64    `json:"seed"`
	Tempo    float64   `json:"tempo"` // quarter notes a minute
	Tier     string    `json:"tier"`
	To       float64   `json:"to_seconds"`
}

// Measures are those of package music for JSON, which knows no NaN.
type Measures struct {
	ChordTones  *float64 `json:"chord_tones"`
	Duration    *float64 `json:"duration"`
	EmptyBars   *float64 `json:"empty_bars"`
	Entropy     *float64 `json:"entropy"`
	Groove      *float64 `json:"groove"`
	Interval    *float64 `json:"interval"`
	IOI         *float64 `json:"ioi"`
	Cells       int      `json:"longest_cells"`
	NotesPerBar *float64 `json:"notes_per_bar"`
	Range       *float64 `json:"range"`
	Repeats     *float64 `json:"repeats"`
}

// Document says what was made.
func (t *Take) Document() TakeDocument {
	d := TakeDocument{
		Heard: t.Heard,
		Bars:  t.Bars, Changes: t.Changes, From: t.Seconds(t.From), Notes: t.Notes, Seed: t.Seed, Tempo: t.TempoAt(t.From), Tier: string(t.Tier.Actual()), To: t.Seconds(t.To),
	}
	if d.Changes == nil {
		d.Changes = t.hearChanges()
	}
	if m := t.Measures; m != nil {
		d.Measures = &Measures{Finite(m.ChordTones), Finite(m.Duration), Finite(m.EmptyBars), Finite(m.Entropy), Finite(m.Groove), Finite(m.Interval), Finite(m.IOI), m.Cells, Finite(m.NotesPerBar), Finite(m.Range), Finite(m.Repeats)}
	}
	return d
}

// hearChanges are the chords of the new bars as they are heard, one to a bar; "" where nothing is
// heard.
func (t *Take) hearChanges() (out []string) {
	m, err := hear.Pretrained()
	if err != nil {
		return nil
	}
	from := 0 // bars of the seed
	for at := music.Tick(0); at < t.From; at = t.NextBar(at + 1) {
		from++
	}
	out = make([]string, t.Bars)
	for _, c := range barChords(m.Hear(t.Score, t.To)) {
		if k := c.Bar - 1 - from; k >= 0 && k < len(out) {
			out[k] = c.Chord
		}
	}
	return out
}

// MusicView is music as requests get it.
type MusicView struct {
	Music
	Variations []TakeView `json:"variations"`
}

// TakeView is one variation: its file, the document that the command prints, and what
// a page needs to show it.
type TakeView struct {
	Document TakeDocument `json:"document"`
	MIDI     []byte       `json:"midi"` // base64 in JSON
	Seconds  float64      `json:"seconds"`
	From     float64      `json:"from"` // where the new music begins, in seconds
	NewNotes int          `json:"new_notes"`
	Bars     []float64    `json:"bars"` // bar lines in seconds
	Changes  []string     `json:"changes,omitempty"`
	Parts    []Part       `json:"parts"`
}

// Part is what a part plays: start and end in seconds, pitch, velocity.
type Part struct {
	Name    string       `json:"name"`
	Drums   bool         `json:"drums"`
	Program int          `json:"program"` // of General MIDI, 0 to 127; -1 if none is set
	Notes   [][4]float64 `json:"notes"`
}

func newView() *MusicView { return &MusicView{Variations: []TakeView{}} }

// with completes a view; m may be nil after an error.
func (v *MusicView) with(m *Music) *MusicView {
	if m != nil {
		v.Music = *m
	}
	return v
}

// add shows one more variation.
func (v *MusicView) add(t *Take) error {
	var buf bytes.Buffer
	if err := t.WriteMIDI(&buf); err != nil {
		return err
	}
	s, from, to := t.Result, t.From, t.To
	if s != t.Continuation.Score {
		from, to = 0, s.NextBar(s.End())
	}
	seconds := s.Clock()
	view := TakeView{Document: t.Document(), MIDI: buf.Bytes(), Seconds: seconds(to), From: seconds(from), NewNotes: t.Notes, Changes: t.Changes}
	for at := music.Tick(0); at < to; at = s.NextBar(at + 1) {
		view.Bars = append(view.Bars, seconds(at))
	}
	view.Bars = append(view.Bars, seconds(to))
	for i, p := range s.Parts() {
		part := Part{Name: p.Name, Drums: p.Drums(), Program: p.Program, Notes: [][4]float64{}}
		if part.Name == "" {
			part.Name = fmt.Sprintf("part %d", i+1)
		}
		for _, n := range s.PartNotes(p) {
			part.Notes = append(part.Notes, [4]float64{seconds(n.Start), seconds(n.End()), float64(n.Pitch), float64(n.Velocity)})
		}
		view.Parts = append(view.Parts, part)
	}
	v.Variations = append(v.Variations, view)
	return nil
}

// Heard is what was heard in a seed, and which part of it which network continues.
type Heard struct {
	Part    int    `json:"part"` // counted from 1; 0 is all
	Name    string `json:"part_name"`
	Network string `json:"network"`
	Style   string `json:"style,omitempty"` // that the network is told
	Key     string `json:"key"`
	// KeyCertainty is its probability.
	KeyCertainty float64      `json:"key_certainty"`
	Blues        bool         `json:"blues"` // its chords are those of a blues
	Form         int          `json:"form"`  // bars after which the chords repeat; 0 if they do not seem to
	Meter        string       `json:"meter"`
	Tempo        float64      `json:"tempo"` // quarter notes a minute
	Swing        float64      `json:"swing"` // ratio of long to short eighths; 1 is straight
	Feel         string       `json:"feel"`
	Chords       []HeardChord `json:"chords"`
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
func (s *ContinueSpec) heard(seed *music.Score, part int, out *Music, l Listener) *Heard {
	j := music.Join(seed, s.Tempo)
	m := j.Seed.MeterAt(j.From)
	h := &Heard{
		Part: part, Network: out.Network, Style: out.Style,
		Meter: fmt.Sprintf("%d/%d", m.Num, m.Den), Tempo: math.Round(10*j.Seed.TempoAt(j.From)) / 10, Swing: 1, Feel: "straight", Chords: []HeardChord{},
	}
	if out.Network == "jazz" && part == 0 {
		h.Part = max(1, music.SoloPart(seed))
	}
	parts := seed.Parts()
	what := "all parts"
	if len(parts) > 1 {
		what += fmt.Sprintf(" (%s)", partNames(parts))
	}
	if h.Part > 0 && h.Part <= len(parts) {
		h.Name = parts[h.Part-1].Name
		what = fmt.Sprintf("part %d, %s,", h.Part, parts[h.Part-1])
	}
	if line, err := music.NewLine(j.Seed, h.Part-1); err == nil && line.Swing > 1 {
		h.Swing, h.Feel = math.Round(100*line.Swing)/100, "swing"
	}
	h.listen(out.sounds)
	l.note(Found, "continuing %s with %s", what, out.player())
	key := "no key"
	if h.Key != "" {
		key = fmt.Sprintf("%s (%.0f%%)", h.Key, 100*h.KeyCertainty)
		if h.Blues {
			key += ", a blues"
		}
	}
	eighths := "straight eighths"
	if h.Swing > 1 {
		eighths = fmt.Sprintf("swing %.2f : 1", h.Swing)
	}
	l.note(Found, "heard %s, %s, %.4g quarter notes a minute, %s", key, h.Meter, h.Tempo, eighths)
	if len(h.Chords) > 0 {
		l.note(Found, "heard the chords %s", wordsOf(h.Chords[max(0, len(h.Chords)-shownChords):]))
	}
	if h.Form > 0 {
		l.note(Found, "heard that the chords repeat every %d bars", h.Form)
	}
	return h
}

// shownParts are named at most.
const shownParts = 6

// partNames are those of parts, for people.
func partNames(parts []music.Part) string {
	var list []string
	for i, p := range parts {
		if i == shownParts {
			list = append(list, fmt.Sprintf("%d more", len(parts)-i))
			break
		}
		list = append(list, fmt.Sprintf("%d %s", i+1, p))
	}
	return strings.Join(list, "; ")
}

// listen keeps the key, and the chord at the beginning of each bar before the joint.
func (h *Heard) listen(heard hear.Heard) {
	h.Key, h.KeyCertainty, h.Blues, h.Form = heard.Key.String(), hundredths(heard.KeySure), heard.Blues, heard.Form
	h.Chords = barChords(heard)
}

func hundredths(x float64) float64 { return math.Round(100*x) / 100 }

// barChords are the chords at the beginnings of bars.
func barChords(h hear.Heard) []HeardChord {
	out := []HeardChord{}
	bar := 0
	for i, b := range h.Changes.Beats {
		if b.InBar != 0 {
			continue
		}
		bar++
		if b.Chord.Quality != harmony.NoChord {
			out = append(out, HeardChord{bar, b.Chord.Symbol, hundredths(h.Certainty[i])})
		}
	}
	return out
}

// wordsOf are chords with their probabilities.
func wordsOf(chords []HeardChord) string {
	var words []string
	for _, c := range chords {
		how := fmt.Sprintf("%.0f%%", 100*c.Certainty)
		if c.Certainty < hear.Sure {
			how = "a guess"
		}
		words = append(words, fmt.Sprintf("%s (%s)", c.Chord, how))
	}
	return strings.Join(words, " | ")
}
