package hear

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

func shipped(t *testing.T) *Model {
	t.Helper()
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tune is a piece over chords, one bar of 4/4 each unless they share one; play gives the pitches of each
// eighth.
func tune(t *testing.T, chords string, play func(c harmony.Chord, eighth int) int) Piece {
	t.Helper()
	changes, err := harmony.ParseChanges(chords, music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	var notes []music.LineNote
	for at := 0; at < changes.Length(); at += music.Grid / 2 {
		if p := play(changes.At(at).Chord, at*2/music.Grid); p > 0 {
			notes = append(notes, music.LineNote{At: at, Dur: music.Grid / 2, Pitch: p})
		}
	}
	return NewPiece("", notes, changes.Beats, harmony.Key{})
}

// arpeggio is root, third, fifth, seventh and back.
func arpeggioOf(c harmony.Chord, eighth int) int {
	var tones []int
	for p := c.Root; p < c.Root+12; p++ {
		if c.Has(p) {
			tones = append(tones, 60+p)
		}
	}
	k := eighth % (2*len(tones) - 2)
	if k >= len(tones) {
		k = 2*len(tones) - 2 - k
	}
	return tones[k]
}

// roots are those of the heard chords, bar by bar.
func roots(h Heard) string {
	var out []string
	for _, b := range h.Changes.Beats {
		if b.InBar == 0 {
			out = append(out, harmony.Name(b.Chord.Root))
		}
	}
	return strings.Join(out, " ")
}

// A blues of broken chords is heard in every key, and so is its key.
func TestBluesInEveryKey(t *testing.T) {
	m := shipped(t)
	for tonic := range 12 {
		name := func(up int) string { return harmony.Name(tonic + up) }
		var bars, want []string
		for _, up := range []int{0, 5, 0, 0, 5, 5, 0, 0, 7, 5, 0, 0} {
			bars, want = append(bars, name(up)+"7"), append(want, name(up))
		}
		p := tune(t, strings.Join(bars, " | "), arpeggioOf)
		h := m.Hear(p.Score, p.end())
		if got := roots(h); got != strings.Join(want, " ") {
			t.Errorf("blues in %s: heard %s", name(0), got)
		}
		if h.Key.Tonic != tonic || h.Key.Minor || !h.Blues {
			t.Errorf("blues in %s: heard %s", name(0), h.Key)
		}
	}
}

// Whatever is heard is heard the same in every key: chords, certainty and key move with
// the notes.
func TestTransposition(t *testing.T) {
	m := shipped(t)
	r := rand.New(rand.NewPCG(1, 2))
	var line []int
	for range 64 {
		line = append(line, 60+r.IntN(20))
	}
	at := func(up int) Heard {
		p := tune(t, "C | C | C | C | C | C | C | C", func(_ harmony.Chord, i int) int { return line[i] + up })
		return m.Hear(p.Score, p.end())
	}
	first := at(0)
	for up := 1; up < 12; up++ {
		h := at(up)
		for i, b := range h.Changes.Beats {
			if a := first.Changes.Beats[i].Chord; b.Chord.Root != (a.Root+up)%12 || b.Chord.Quality != a.Quality || math.Abs(h.Certainty[i]-first.Certainty[i]) > 1e-4 {
				t.Fatalf("up %d, beat %d: %s (%.4f) for %s (%.4f)", up, i, b.Chord.Symbol, h.Certainty[i], a.Symbol, first.Certainty[i])
			}
		}
		if h.Key.Tonic != (first.Key.Tonic+up)%12 || h.Key.Minor != first.Key.Minor {
			t.Errorf("up %d: %s for %s", up, h.Key, first.Key)
		}
	}
}

// Chords that are played in full are heard in every texture, and more surely than
// those of a lone line.
func TestTextures(t *testing.T) {
	m := shipped(t)
	const chords = "Dm7 | G7 | C | Am7 | Dm7 | G7 | C | C | F | Fm | C | A7 | Dm7 | G7 | C | C"
	for kind := blocks; kind < textures; kind++ {
		p := tune(t, chords, func(c harmony.Chord, i int) int { return arpeggioOf(c, i/2) + 12 })
		p.accompany(kind, rand.New(rand.NewPCG(3, 4)))
		h := m.Hear(p.Score, p.end())
		right := 0
		for i, b := range h.Changes.Beats {
			if b.Chord.Root == p.Changes.Beats[i].Chord.Root {
				right++
			}
		}
		if right < 48 {
			t.Errorf("texture %d: %d of 64 roots: %s", kind, right, roots(h))
		}
		if h.Key != (harmony.Key{Known: true}) {
			t.Errorf("texture %d: heard %s", kind, h.Key)
		}
	}
}

// Triads that are played are called triads, sevenths sevenths.
func TestSymbols(t *testing.T) {
	m := shipped(t)
	for _, chords := range []string{"C | F | G | C | Am | Dm | G | C", "Cmaj7 | Fmaj7 | Dm7 | G7 | Cmaj7 | Am7 | Dm7 | G7"} {
		p := tune(t, chords, func(c harmony.Chord, i int) int { return arpeggioOf(c, i/2) + 12 })
		var comp []music.Note
		for at := 0; at < p.Changes.Length(); at += music.Grid {
			c := p.Changes.At(at).Chord
			for pitch := 48; pitch < 60; pitch++ {
				if c.Has(pitch) {
					comp = append(comp, music.Note{Start: music.Tick(at) * 40, Dur: 480, Pitch: uint8(pitch), Velocity: 70, Channel: 1})
				}
			}
			comp = append(comp, music.Note{Start: music.Tick(at) * 40, Dur: 480, Pitch: uint8(36 + c.Root), Velocity: 70, Channel: 1})
		}
		p.Score.Tracks = append(p.Score.Tracks, music.Track{Notes: comp})
		h := m.Hear(p.Score, p.end())
		for i, b := range h.Changes.Beats {
			want := p.Changes.Beats[i].Chord
			if b.InBar == 0 && b.Chord.Symbol != want.Symbol && !(want.Symbol == "G" && b.Chord.Symbol == "G7") {
				t.Errorf("beat %d: heard %s, played %s", i, b.Chord.Symbol, want.Symbol)
			}
		}
	}
}

// What cannot be heard is no chord, and nothing that a file holds makes hearing fail.
func TestNothingToHear(t *testing.T) {
	m := shipped(t)
	empty := emptyScore()
	if h := m.Hear(empty, 4*1920); h.Key.Known || len(h.Changes.Beats) != len(h.Certainty) {
		t.Errorf("silence is in %s", h.Key)
	}
	if h := m.Hear(empty, 0); len(h.Changes.Beats) != 0 {
		t.Error("there are beats before the start")
	}
	drums := emptyScore()
	for i := range 64 {
		drums.Tracks[0].Notes = append(drums.Tracks[0].Notes, music.Note{Start: music.Tick(240 * i), Dur: 100, Pitch: 36, Velocity: 90, Channel: music.DrumChannel})
	}
	for _, b := range m.Hear(drums, 8*1920).Changes.Beats {
		if b.Chord.Quality != harmony.NoChord {
			t.Fatal("drums have a chord")
		}
	}
	late := tune(t, "C | C | C | C", func(c harmony.Chord, i int) int {
		if i < 16 {
			return 0
		}
		return arpeggioOf(c, i)
	})
	h := m.Hear(late.Score, late.end())
	if h.Changes.At(0).Chord.Quality != harmony.NoChord || h.Certainty[0] != 0 || h.Changes.At(9*music.Grid).Chord.Root != 0 {
		t.Errorf("after two bars of rest: heard %s", roots(h))
	}
	for _, meter := range []music.Meter{{Num: 1, Den: 64}, {Num: 255, Den: 1}, {Num: 7, Den: 8}, {Num: 2, Den: 32}} {
		s := tune(t, "C | F | G | C", arpeggioOf).Score
		s.Meters = []music.Meter{meter}
		if h := m.Hear(s, s.NextBar(s.End())); len(h.Changes.Beats) == 0 || len(h.Certainty) != len(h.Changes.Beats) {
			t.Errorf("%d/%d: %d beats", meter.Num, meter.Den, len(h.Changes.Beats))
		}
	}
}

// The sums over all paths of the chain agree with those of all paths, one by one.
func TestChain(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	links := make([]float64, linkAll)
	for i := range links {
		links[i] = r.NormFloat64()
	}
	scores := make([][states]float64, 3)
	for k := range scores {
		for i := range scores[k] {
			scores[k][i] = 2 * r.NormFloat64()
		}
	}
	spans := []span{{}, {second: true}, {}}
	c := newChain(links, spans, scores)
	marginals, logSum := c.run()
	counts := make([]float64, linkAll)
	c.expect(counts, 1)
	var all float64
	middle := make([]float64, states)
	wantCounts := make([]float64, linkAll)
	for a := range states {
		for b := range states {
			for d := range states {
				ab, bd := linkSize+link(a, b), link(b, d)
				v := math.Exp(scores[0][a] + scores[1][b] + scores[2][d] + links[ab] + links[bd])
				all += v
				middle[b] += v
				wantCounts[ab] += v
				wantCounts[bd] += v
			}
		}
	}
	if math.Abs(logSum-math.Log(all)) > 1e-9 {
		t.Errorf("sum %v, want %v", logSum, math.Log(all))
	}
	for i, v := range middle {
		if math.Abs(marginals[1][i]-v/all) > 1e-9 {
			t.Fatalf("state %d has probability %v, want %v", i, marginals[1][i], v/all)
		}
	}
	for i, v := range wantCounts {
		if math.Abs(counts[i]-v/all) > 1e-9 {
			t.Fatalf("link %d is used %v times, want %v", i, counts[i], v/all)
		}
	}
}

// The gradient of training is the derivative of its loss, for the networks and the links.
func TestGradient(t *testing.T) {
	p := tune(t, "C7 | F7 | NC | G7", func(c harmony.Chord, i int) int { return 60 + i*5%13 })
	p.Key = harmony.Key{Known: true}
	tr, err := newTrainer([]Part{{Pieces: []Piece{p}, Share: 1}}, TrainOptions{Hidden: 4, Batch: 2, Seed: 3}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float32, len(tr.flat))
	if _, err := tr.Gradient(0, grad, 0); err != nil {
		t.Fatal(err)
	}
	scratch := make([]float32, len(grad))
	loss := func() float64 { l, _ := tr.Gradient(0, scratch, 0); return l }
	r := rand.New(rand.NewPCG(7, 8))
	for range 40 {
		i := r.IntN(len(grad))
		if r.IntN(3) == 0 {
			i = len(grad) - 1 - r.IntN(linkAll)
		}
		const h = 2e-2
		old := tr.flat[i]
		tr.flat[i] = old + h
		up := loss()
		tr.flat[i] = old - h
		down := loss()
		tr.flat[i] = old
		if want := (up - down) / (2 * h); math.Abs(want-float64(grad[i])) > 2e-3+.03*math.Abs(want) {
			t.Errorf("parameter %d: gradient %v, difference %v", i, grad[i], want)
		}
	}
}

// A network learns chords from a few tunes, and its file gives it back; other bytes are
// refused.
func TestTrainAndFile(t *testing.T) {
	steps := 60
	if testing.Short() {
		steps = 2
	}
	var pieces []Piece
	for _, chords := range []string{"C7 | F7 | C7 | G7 | F7 | C7", "C | Am | Dm | G7 | C | C", "Am | Dm | E7 | Am | Dm | E7"} {
		pieces = append(pieces, tune(t, chords, arpeggioOf))
	}
	m, _, err := Train(context.Background(), []Part{{Pieces: pieces, Share: 1}}, pieces, TrainOptions{Steps: steps, Hidden: 16, Batch: 4, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Judge(pieces); !testing.Short() && s.Root < .8 {
		t.Errorf("after training %.2f of the roots are heard", s.Root)
	}
	data, err := m.Encode(false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := m.Hear(pieces[0].Score, pieces[0].end()), again.Hear(pieces[0].Score, pieces[0].end()); roots(a) != roots(b) {
		t.Errorf("a model that was read hears %s, not %s", roots(b), roots(a))
	}
	shipped, err := file()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{nil, data[:100], shipped[:len(shipped)-1]} {
		if _, err := Decode(bad); !errors.Is(err, music.ErrModel) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}
