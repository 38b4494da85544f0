package band

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/internal/table"
)

// This file selects drum grooves from the Groove MIDI Dataset (Gillick, Roberts, Engel,
// Eck and Bamman 2019).

// grooveBars is the number of bars of a performance that are skipped, and then of those
// that are kept.
const grooveBars = 4

// wantedGrooves lists tempos for each feel; the nearest performance is taken for each.
var wantedGrooves = []struct {
	feel   Feel
	styles []string // prefixes of the data set's styles
	tempos []float64
}{
	{Swing, []string{"jazz/swing", "jazz/mediumfast", "jazz/fast", "jazz"}, []float64{80, 110, 125, 150, 185, 215, 270}},
	{Latin, []string{"latin/brazilian-bossa", "latin/brazilian-samba", "latin", "afrocuban"}, []float64{110, 140, 200}},
	{Funk, []string{"funk", "jazz/funk"}, []float64{95, 125}},
}

// PickGrooves reads info.csv in the folder of the data set and cuts grooves from its
// performances: plain beats in 4/4, at a few tempos for each feel.
func PickGrooves(fsys fs.FS) ([]Groove, error) {
	type take struct {
		file, style string
		bpm, secs   float64
	}
	var takes []take
	err := table.Read(fsys, "info.csv", func(_ int, get func(string) string) error {
		bpm, err1 := strconv.ParseFloat(get("bpm"), 64)
		secs, err2 := strconv.ParseFloat(get("duration"), 64)
		if err1 == nil && err2 == nil && get("beat_type") == "beat" && get("time_signature") == "4-4" && secs*bpm/60 > 3*grooveBars*4 {
			takes = append(takes, take{get("midi_filename"), get("style"), bpm, secs})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Slice(takes, func(i, j int) bool { return takes[i].file < takes[j].file })
	used := map[string]bool{}
	var out []Groove
	for _, w := range wantedGrooves {
		for _, tempo := range w.tempos {
			best, at := math.Inf(1), -1
			for i, t := range takes {
				rank := -1
				for k, p := range w.styles {
					if rank < 0 && strings.HasPrefix(t.style, p) {
						rank = k
					}
				}
				if rank < 0 || used[t.file] {
					continue
				}
				if d := math.Abs(math.Log(t.bpm/tempo)) + .05*float64(rank); d < best {
					best, at = d, i
				}
			}
			if at < 0 || best > .35 {
				continue
			}
			used[takes[at].file] = true
			data, err := fs.ReadFile(fsys, path.Clean(takes[at].file))
			if err != nil {
				return nil, fmt.Errorf("music: %w", err)
			}
			s, _, err := music.ReadMIDI(data)
			if err != nil {
				return nil, fmt.Errorf("music: %s: %w", takes[at].file, err)
			}
			bar := s.BarLength(s.MeterAt(0))
			g := s.Cut(grooveBars*bar, 2*grooveBars*bar)
			if g.Notes() > 8 {
				out = append(out, Groove{w.feel, takes[at].bpm, g})
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("music: info.csv lists no groove of these kinds: %w", music.ErrNoNotes)
	}
	return out, nil
}
