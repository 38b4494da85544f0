package style

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/internal/table"
)

// Piece is one of a corpus.
type Piece struct {
	music.Piece
	Name   string // file or number
	Corpus string // keyboard, choir, solo, ragtime or songs
	Fold   Fold
}

// Fold says what a piece is for.
type Fold int

// Works are assigned to folds by a hash of their name, so that the movements of one
// work have the same.
const (
	Train Fold = iota
	Valid      // decides when training stops, and by which everything was tuned
	Test       // is looked at rarely; see REPORT.md
)

// Corpora are the names of the corpora that ReadCorpus reads.
var Corpora = []string{"keyboard", "choir", "solo", "ragtime", "songs"}

// fold assigns works: an eighth validates, an eighth tests.
func fold(work string) Fold {
	h := fnv.New32a()
	h.Write([]byte(work))
	switch h.Sum32() >> 8 % 8 {
	case 0:
		return Valid
	case 1:
		return Test
	}
	return Train
}

// ReadCorpus reads the folders mutopia (index.csv and MIDI files), ragtime (MIDI files)
// and ewld (tunes.csv, melody.csv).
func ReadCorpus(fsys fs.FS) ([]Piece, error) {
	out, err := readMutopia(fsys)
	if err != nil {
		return nil, err
	}
	rags, err := readRags(fsys)
	if err != nil {
		return nil, err
	}
	songs, err := readSongs(fsys)
	return slices.Concat(out, rags, songs), err
}

func readMIDI(fsys fs.FS, name string) (*music.Score, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	s, _, err := music.ReadMIDI(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// styles are those of music.Styles for the styles that Mutopia names.
var styles = map[string]string{
	"Baroque": "baroque", "Renaissance": "baroque", "Classical": "classical", "Technique": "classical",
	"Romantic": "romantic", "Romantique": "romantic", "March": "romantic", "Folk": "song", "Popular / Dance": "song",
}

// rare is how much more often pieces of the small corpora are drawn.
const rare = 2

func readMutopia(fsys fs.FS) (out []Piece, err error) {
	err = table.Read(fsys, "mutopia/index.csv", func(_ int, get func(string) string) error {
		p := Piece{Name: get("file"), Corpus: path.Dir(get("file")), Fold: fold(get("group"))}
		var err error
		if p.Score, err = readMIDI(fsys, path.Join("mutopia", p.Name)); err != nil {
			return err
		}
		p.Style, p.Weight = styles[get("style")], float64(p.Notes())
		if p.Corpus == "choir" {
			p.Style, p.Weight = "chorale", rare*p.Weight
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

func readRags(fsys fs.FS) (out []Piece, err error) {
	files, err := fs.Glob(fsys, "ragtime/*.mid*")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		p := Piece{Name: path.Base(name), Corpus: "ragtime", Fold: Train}
		switch p.Name { // one that the network for rags alone did not learn, and one more of each fold
		case "magnetic.midi", "search.midi":
			p.Fold = Valid
		case "sugar-cane.midi", "winners.midi":
			p.Fold = Test
		}
		if p.Score, err = readMIDI(fsys, name); err != nil {
			return nil, err
		}
		p.Style, p.Weight = "ragtime", rare*float64(p.Notes())
		out = append(out, p)
	}
	return out, nil
}

// readSongs reads the melodies of lead sheets.
func readSongs(fsys fs.FS) (out []Piece, err error) {
	notes := map[string][][3]float64{} // onset, duration, pitch
	err = table.Read(fsys, "ewld/melody.csv", func(_ int, get func(string) string) (err error) {
		var n [3]float64
		for k, column := range []string{"onset", "duration", "pitch"} {
			if n[k], err = strconv.ParseFloat(get(column), 64); err != nil {
				return err
			}
		}
		notes[get("id")] = append(notes[get("id")], n)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = table.Read(fsys, "ewld/tunes.csv", func(_ int, get func(string) string) (err error) {
		p := Piece{Name: get("id"), Corpus: "songs", Fold: fold(get("id"))}
		if p.Score, err = song(notes[p.Name], get("meter")); err != nil {
			return err
		}
		p.Style, p.Weight = "song", rare*float64(p.Notes())
		out = append(out, p)
		return nil
	})
	return out, err
}

// song is the score of a melody; the first full bar is at 0, a pickup before it.
func song(notes [][3]float64, meter string) (*music.Score, error) {
	const resolution = 480
	num, den, ok := strings.Cut(meter, "/")
	n, err1 := strconv.Atoi(num)
	d, err2 := strconv.Atoi(den)
	power := slices.Index([]int{1, 2, 4, 8, 16, 32}, d)
	if !ok || err1 != nil || err2 != nil || n < 1 || n > 255 || power < 0 {
		return nil, fmt.Errorf("%q is no meter", meter)
	}
	s := &music.Score{Resolution: resolution, Tracks: make([]music.Track, 1)}
	t := &s.Tracks[0]
	t.Events = []music.Event{{At: 0, Message: []byte{0xff, 0x58, 4, byte(n), byte(power), 24, 8}}}
	s.ReadMaps()
	pickup := 0.
	for _, x := range notes {
		pickup = max(pickup, -x[0])
	}
	start := music.Tick(0)
	for float64(start) < pickup*resolution {
		start += s.BarLength(s.MeterAt(0))
	}
	for _, x := range notes {
		t.Notes = append(t.Notes, music.Note{
			Start: start + music.Tick(math.Round(x[0]*resolution)), Dur: max(1, music.Tick(math.Round(x[1]*resolution))), Pitch: uint8(x[2]), Velocity: 90,
		})
	}
	slices.SortStableFunc(t.Notes, func(a, b music.Note) int { return int(a.Start - b.Start) })
	return s, nil
}
