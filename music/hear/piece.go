package hear

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/table"
)

// Piece is a melody whose chords are known.
type Piece struct {
	ID      string
	Title   string
	Score   *music.Score    // the melody alone
	Changes harmony.Changes // from tick 0
	Key     harmony.Key     // Known where it is major or minor
	Blues   bool
}

const resolution = 480 // of the scores of pieces

// NewPiece is a piece made of notes on the grid and of one Beat per quarter note, as jazz
// solos have them.
func NewPiece(id string, notes []music.LineNote, beats []harmony.Beat, key harmony.Key) Piece {
	p := Piece{ID: id, Score: emptyScore(), Changes: harmony.Changes{Beats: beats}, Key: key}
	for from := 0; from < len(beats); {
		to := from + 1
		for to < len(beats) && beats[to].InBar != 0 {
			to++
		}
		p.meter(music.Tick(from)*resolution, to-from, 4)
		from = to
	}
	for _, n := range notes {
		p.note(float64(n.At)/music.Grid, float64(n.Dur)/music.Grid, n.Pitch)
	}
	return p
}

func emptyScore() *music.Score {
	return &music.Score{Resolution: resolution, Tracks: make([]music.Track, 1), Tempos: []music.Tempo{{MicrosPerBeat: 500000}}}
}

// meter sets the meter of the bars from a tick on.
func (p *Piece) meter(at music.Tick, num, den int) {
	if ms := p.Score.Meters; len(ms) > 0 && ms[len(ms)-1].Num == num && ms[len(ms)-1].Den == den {
		return
	}
	p.Score.Meters = append(p.Score.Meters, music.Meter{At: at, Num: num, Den: den})
}

// note adds a note of the melody; times are in quarter notes.
func (p *Piece) note(at, dur float64, pitch int) {
	start := music.Tick(math.Round(at * resolution))
	end := music.Tick(math.Round((at + dur) * resolution))
	p.Score.Tracks[0].Notes = append(p.Score.Tracks[0].Notes, music.Note{Start: start, Dur: max(1, end-start), Pitch: uint8(pitch), Velocity: 80})
}

// ReadLeadSheets reads tunes with chords from three CSV files, tunes.csv, melody.csv and
// chords.csv, sorted by their identifiers. Times are quarter notes from the first full bar; a
// pickup gets a bar of its own. Tunes with bars of odd lengths are left out.
func ReadLeadSheets(fsys fs.FS) ([]Piece, error) {
	var out []Piece
	index := map[string]int{}
	lead := map[string]float64{} // length of the bar for a pickup
	err := table.Read(fsys, "tunes.csv", func(_ int, get func(string) string) error {
		num, den, _ := strings.Cut(get("meter"), "/")
		n, err1 := strconv.Atoi(num)
		d, err2 := strconv.Atoi(den)
		if err1 != nil || err2 != nil || n < 1 || d < 1 {
			return fmt.Errorf("meter %q", get("meter"))
		}
		if irregular := get("irregular_bars"); irregular != "0" && irregular != "" {
			return nil
		}
		p := Piece{ID: get("id"), Title: get("title"), Score: emptyScore()}
		p.meter(0, n, d)
		tonic, mode, _ := strings.Cut(get("key"), ":")
		p.Key, _ = harmony.ParseKey(tonic + " " + mode)
		if pickup := get("pickup"); pickup != "0" && pickup != "" {
			lead[p.ID] = 4 * float64(n) / float64(d)
		}
		p.Changes.Unit = 6
		index[p.ID] = len(out)
		out = append(out, p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = table.Read(fsys, "melody.csv", func(_ int, get func(string) string) error {
		i, ok := index[get("id")]
		if !ok {
			return nil
		}
		v, err := numbers(get, "onset", "duration", "pitch")
		if err == nil && v[2] >= 0 && v[2] < 128 {
			out[i].note(v[0]+lead[out[i].ID], v[1], int(v[2]))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = table.Read(fsys, "chords.csv", func(_ int, get func(string) string) error {
		i, ok := index[get("id")]
		if !ok {
			return nil
		}
		v, err := numbers(get, "onset", "duration")
		if err != nil {
			return err
		}
		c, err := harmony.ParseChord(get("symbol"))
		if err != nil {
			return err
		}
		out[i].chord(v[0]+lead[out[i].ID], v[1], c)
		return nil
	})
	slices.SortFunc(out, func(a, b Piece) int { return strings.Compare(a.ID, b.ID) })
	return slices.DeleteFunc(out, func(p Piece) bool { return len(p.Changes.Beats) == 0 || len(p.Score.Tracks[0].Notes) == 0 }), err
}

func numbers(get func(string) string, cols ...string) ([]float64, error) {
	var out []float64
	for _, c := range cols {
		v, err := strconv.ParseFloat(get(c), 64)
		if err != nil {
			return nil, fmt.Errorf("column %q: %q is not a number", c, get(c))
		}
		out = append(out, v)
	}
	return out, nil
}

// chord lays a chord over the changes; what is before it and unknown has no chord.
func (p *Piece) chord(at, dur float64, c harmony.Chord) {
	step := p.Changes.Step()
	from, to := int(math.Round(at*music.Grid))/step, int(math.Round((at+dur)*music.Grid))/step
	bar := max(1, int(p.Score.BarLength(p.Score.Meters[0]))*music.Grid/resolution/step)
	for k := len(p.Changes.Beats); k < to; k++ {
		b := harmony.Beat{Chord: harmony.Chord{Symbol: "NC"}, InBar: k % bar}
		p.Changes.Beats = append(p.Changes.Beats, b)
	}
	for k := max(0, from); k < to; k++ {
		p.Changes.Beats[k].Chord = c
	}
}

// end is the tick at which the chords end.
func (p *Piece) end() music.Tick { return music.Tick(p.Changes.Length()) * resolution / music.Grid }

// labels are the states of spans: of the chord that lasts longest in each, none where
// nothing is known.
func (p *Piece) labels(spans []span) []int {
	out := make([]int, len(spans))
	step := p.Changes.Step()
	for k, sp := range spans {
		var lasts [states]int
		from, to := int(sp.from)*music.Grid/resolution, int(sp.to)*music.Grid/resolution
		out[k] = none
		for at := from; at < to && at < p.Changes.Length(); at += step {
			s := stateOf(p.Changes.At(at).Chord)
			if s == none {
				continue
			}
			if lasts[s]++; out[k] == none || lasts[s] > lasts[out[k]] {
				out[k] = s
			}
		}
	}
	return out
}

// cut is the part of a piece between two bar lines, without repetition of its chords.
func (p *Piece) cut(from, to music.Tick) Piece {
	out := *p
	out.Score = &music.Score{Resolution: resolution, Tempos: p.Score.Tempos, Tracks: make([]music.Track, 1)}
	for at := from; at < to; at = p.Score.NextBar(at + 1) {
		m := p.Score.MeterAt(at)
		out.meter(at-from, m.Num, m.Den)
	}
	for _, n := range p.Score.Tracks[0].Notes {
		if n.Start >= from && n.Start < to {
			n.Start -= from
			out.Score.Tracks[0].Notes = append(out.Score.Tracks[0].Notes, n)
		}
	}
	step := p.Changes.Step()
	a, b := int(from)*music.Grid/resolution/step, int(to)*music.Grid/resolution/step
	n := len(p.Changes.Beats)
	out.Changes.Beats = p.Changes.Beats[min(a, n):min(b, n)]
	return out
}
