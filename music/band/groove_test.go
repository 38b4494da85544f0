package band

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/segue-go/segue/music"
)

// dataset makes a small Groove MIDI Dataset from lines of style, tempo, beat type and
// meter; performance i plays key 35+i.
func dataset(t *testing.T, lines ...string) fstest.MapFS {
	t.Helper()
	info := "drummer,id,style,bpm,beat_type,time_signature,midi_filename,duration\n"
	fsys := fstest.MapFS{}
	for i, l := range lines {
		name := fmt.Sprintf("d/%d.mid", i)
		f := strings.Split(l, ",")
		info += fmt.Sprintf("d,%d,%s,%s,%s,%s,%s,60\n", i, f[0], f[1], f[2], f[3], name)
		s := &music.Score{Resolution: 96, Tracks: make([]music.Track, 1)}
		for k := range 64 {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(k) * 96, Dur: 20, Pitch: uint8(35 + i), Velocity: 90, Channel: music.DrumChannel})
		}
		var buf bytes.Buffer
		if err := music.WriteMIDI(&buf, s); err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: buf.Bytes()}
	}
	fsys["info.csv"] = &fstest.MapFile{Data: []byte(info)}
	return fsys
}

// Plain beats in 4/4 of the right style are taken, each once, cut to four whole bars
// that start at tick 0.
func TestPickGrooves(t *testing.T) {
	grooves, err := PickGrooves(dataset(t,
		"jazz/swing,120,beat,4-4", "jazz/swing,120,fill,4-4", "jazz/swing,120,beat,3-4", "rock,120,beat,4-4", "latin/brazilian-bossa,140,beat,4-4", "funk/groove1,100,beat,4-4"))
	if err != nil {
		t.Fatal(err)
	}
	keys := map[uint8]Feel{}
	for _, g := range grooves {
		key := g.Score.Tracks[0].Notes[0].Pitch
		if _, twice := keys[key]; twice {
			t.Errorf("performance %d was taken twice", key-35)
		}
		keys[key] = g.Feel
		if n, bar := g.Score.Notes(), g.Score.BarLength(g.Score.MeterAt(0)); n != 16 || g.Score.End() > 4*bar || g.Score.Tracks[0].Notes[0].Start != 0 {
			t.Errorf("performance %d: %d strokes up to tick %d", key-35, n, g.Score.End())
		}
	}
	want := map[uint8]Feel{35: Swing, 39: Latin, 40: Funk}
	for k, f := range want {
		if keys[k] != f {
			t.Errorf("performance %d is taken as %q, want %q", k-35, keys[k], f)
		}
	}
	if len(keys) != len(want) {
		t.Errorf("taken: %v, want %v", keys, want)
	}
}

// A folder that is not the data set gives an error that says why.
func TestPickGroovesErrors(t *testing.T) {
	if _, err := PickGrooves(dataset(t, "rock,120,beat,4-4")); !errors.Is(err, music.ErrNoNotes) {
		t.Errorf("no suitable performance: %v", err)
	}
	if _, err := PickGrooves(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "info.csv") {
		t.Errorf("no table: %v", err)
	}
	gone := dataset(t, "jazz/swing,120,beat,4-4")
	delete(gone, "d/0.mid")
	if _, err := PickGrooves(gone); err == nil || !strings.Contains(err.Error(), "d/0.mid") {
		t.Errorf("no file: %v", err)
	}
	broken := dataset(t, "jazz/swing,120,beat,4-4")
	broken["d/0.mid"].Data = []byte("no MIDI")
	if _, err := PickGrooves(broken); !errors.Is(err, music.ErrMIDI) || !strings.Contains(err.Error(), "d/0.mid") {
		t.Errorf("not a MIDI file: %v", err)
	}
}
