package music

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestProbe(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/music/*/*.mid*")
	for _, f := range files {
		data, _ := os.ReadFile(f)
		s, rep, err := ReadMIDI(data)
		if err != nil {
			t.Log(filepath.Base(f), err)
			continue
		}
		t.Log(filepath.Base(f), s.Notes(), s.Seconds(s.End()), s.Meters[:1], rep, len(s.Parts()))
		var buf bytes.Buffer
		if err := WriteMIDI(&buf, s); err != nil {
			t.Error(err)
		}
		again, _, err := ReadMIDI(buf.Bytes())
		if err != nil || !reflect.DeepEqual(s, again) {
			t.Errorf("%s: round trip %v", f, err)
			for i := range s.Tracks {
				if !reflect.DeepEqual(s.Tracks[i], again.Tracks[i]) {
					t.Log(i, len(s.Tracks[i].Notes), len(again.Tracks[i].Notes), len(s.Tracks[i].Events), len(again.Tracks[i].Events))
				}
			}
		}
	}
}
