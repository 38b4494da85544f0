package jazz

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/table"
)

// This file reads solos of the Weimar Jazz Database as CSV (its "mcsv" export): a file
// of notes and a file of beats per solo, and a table of metadata (solos.csv).

// Solo is a monophonic line over chord changes, on the grid.
type Solo struct {
	ID    string
	Tags  Tags
	Key   harmony.Key      // Known where it is major or minor
	Notes []music.LineNote // Voice is 0; Velocity is 0 if it is unknown
	Beats []harmony.Beat   // Beats[i] begins at grid step i*music.Grid
	Bass  []int            // the bass player's pitch on every beat; 0 is unknown
}

// ReadWJD reads the solos of a part, "train" or "valid", of a folder, sorted by name.
func ReadWJD(fsys fs.FS, part string) ([]Solo, error) {
	tags, keys, err := readTags(fsys, "solos.csv")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, path.Join(part, "melody", "*.csv"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("music: no solos in %s: %w", path.Join(part, "melody"), fs.ErrNotExist)
	}
	sort.Strings(names)
	var out []Solo
	for _, name := range names {
		base := path.Base(name)
		s := Solo{ID: strings.TrimSuffix(base, ".csv"), Tags: NoTags()}
		if t, ok := tags[s.ID]; ok {
			s.Tags, s.Key = t, keys[s.ID]
		}
		index, err := s.readBeats(fsys, path.Join(part, "beats", base))
		if err != nil {
			return nil, err
		}
		if err := s.readNotes(fsys, name, index); err != nil {
			return nil, err
		}
		if s.Tags.Feel == indexOf(Feels, "SWING") {
			s.unswing()
		}
		s.Tags.level(s.Notes)
		out = append(out, s)
	}
	return out, nil
}

// Score is the first bars of a solo, of four quarter notes from the bar of its first note
// on, without swing.
func (s Solo) Score(bars int) *music.Score {
	const resolution, bar = 40 * music.Grid, 4 * music.Grid
	out := &music.Score{Resolution: resolution, Tracks: make([]music.Track, 1)}
	out.ReadMaps()
	for _, n := range s.Notes {
		at := n.At - s.Notes[0].At/bar*bar
		if at >= bars*bar {
			break
		}
		v := n.Velocity
		if v == 0 {
			v = 90
		}
		out.Tracks[0].Notes = append(out.Tracks[0].Notes, music.Note{Start: music.Tick(40 * at), Dur: music.Tick(40 * n.Dur), Pitch: uint8(n.Pitch), Velocity: uint8(v)})
	}
	return out
}

func readTags(fsys fs.FS, name string) (map[string]Tags, map[string]harmony.Key, error) {
	tags, keys := map[string]Tags{}, map[string]harmony.Key{}
	err := table.Read(fsys, name, func(_ int, get func(string) string) error {
		id := strings.TrimSuffix(strings.TrimSuffix(get("id"), ".sv"), "_FINAL")
		feel, _, _ := strings.Cut(get("rhythmfeel"), "/")
		t := NoTags()
		t.Style, t.Feel = indexOf(Styles, get("style")), indexOf(Feels, feel)
		t.Tempo, t.Instrument = indexOf(TempoNames, get("tempoclass")), indexOf(Instruments, get("instrument"))
		tonic, mode, _ := strings.Cut(get("key"), "-")
		if k, err := harmony.ParseKey(tonic + " " + mode); err == nil {
			keys[id] = k
		}
		t.Mode, t.Tonality = indexOf(Modes, mode), indexOf(Tonalities, get("tonality_type"))
		tags[id] = t
		return nil
	})
	return tags, keys, err
}

// readBeats fills Beats and Bass and returns the index in Beats of every (bar, beat).
func (s *Solo) readBeats(fsys fs.FS, name string) (map[[2]int]int, error) {
	index := map[[2]int]int{}
	var last harmony.Chord
	err := table.Read(fsys, name, func(_ int, get func(string) string) error {
		bar, err1 := strconv.Atoi(get("bar"))
		beat, err2 := strconv.Atoi(get("beat"))
		if err1 != nil || err2 != nil || beat < 1 {
			return fmt.Errorf("bar %q beat %q", get("bar"), get("beat"))
		}
		if sym := get("chord"); sym != "" {
			c, err := harmony.ParseChord(sym)
			if err != nil {
				return err
			}
			last = c
		}
		bass, _ := strconv.ParseFloat(get("bass"), 64)
		if !(bass > 0 && bass < 128) {
			bass = 0
		}
		s.Bass = append(s.Bass, int(bass))
		index[[2]int{bar, beat}] = len(s.Beats)
		s.Beats = append(s.Beats, harmony.Beat{Chord: last, InBar: beat - 1})
		return nil
	})
	return index, err
}

// unswing removes swing from the notes. The database writes a long and a short eighth as
// the first and the last note of a triplet: where a beat has no other onsets, the last
// moves to the middle. True triplets stay.
func (s *Solo) unswing() {
	const third, middle = 2 * music.Grid / 3, music.Grid / 2
	for i := 0; i < len(s.Notes); {
		beat := s.Notes[i].At / music.Grid
		j := i
		swung := false
		for ; j < len(s.Notes) && s.Notes[j].At/music.Grid == beat; j++ {
			switch s.Notes[j].At % music.Grid {
			case 0:
			case third:
				swung = j-i <= 1
			default:
				swung = false
			}
		}
		plain := true
		for _, n := range s.Notes[i:j] {
			plain = plain && (n.At%music.Grid == 0 || n.At%music.Grid == third)
		}
		if swung && plain {
			n := &s.Notes[j-1]
			n.At += middle - third
			n.Dur += third - middle
		}
		i = j
	}
}

func (s *Solo) readNotes(fsys fs.FS, name string, index map[[2]int]int) error {
	var loud []float64
	err := table.Read(fsys, name, func(_ int, get func(string) string) error {
		var v [7]float64
		for i, col := range []string{"bar", "beat", "tatum", "division", "duration", "beat_duration", "pitch"} {
			x, err := strconv.ParseFloat(get(col), 64)
			if err != nil {
				return fmt.Errorf("column %q: %q is not a number", col, get(col))
			}
			v[i] = x
		}
		at, ok := index[[2]int{int(v[0]), int(v[1])}]
		if !ok || v[3] < 1 || v[5] <= 0 || v[6] < 0 || v[6] > 127 {
			return nil // a note outside the beat track has no place on the grid
		}
		step := at*music.Grid + int(math.Round((v[2]-1)/v[3]*music.Grid))
		s.Notes = append(s.Notes, music.LineNote{At: step, Dur: max(1, int(math.Round(v[4]/v[5]*music.Grid))), Pitch: int(v[6])})
		l, err := strconv.ParseFloat(get("loud_median"), 64)
		if err != nil {
			l = math.NaN()
		}
		loud = append(loud, l)
		return nil
	})
	if err != nil {
		return err
	}
	// loudness has no common scale: use its rank within the solo
	var known []float64
	for _, l := range loud {
		if !math.IsNaN(l) {
			known = append(known, l)
		}
	}
	sort.Float64s(known)
	for i, l := range loud {
		if !math.IsNaN(l) {
			rank := float64(sort.SearchFloat64s(known, l)) / float64(len(known))
			s.Notes[i].Velocity = 40 + int(80*rank)
		}
	}
	sort.SliceStable(s.Notes, func(i, j int) bool { return s.Notes[i].At < s.Notes[j].At })
	return nil
}
