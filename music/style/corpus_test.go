package style

import (
	"testing"
	"testing/fstest"

	"github.com/segue-go/segue/music"
)

// A melody with a pickup keeps its bar lines, and a row that is no note is an error that
// names its line.
func TestReadSongs(t *testing.T) {
	files := func(melody string) fstest.MapFS {
		return fstest.MapFS{
			"mutopia/index.csv": {Data: []byte("file,group,style\n")},
			"ewld/tunes.csv":    {Data: []byte("id,meter\ne1,3/4\n")},
			"ewld/melody.csv":   {Data: []byte("id,onset,duration,pitch\n" + melody)},
		}
	}
	all, err := ReadCorpus(files("e1,-1,1,67\ne1,0,2,72\ne1,2,0.333333,71\n"))
	if err != nil || len(all) != 1 || all[0].Corpus != "songs" || all[0].Style != "song" {
		t.Fatalf("%+v, %v", all, err)
	}
	s := all[0].Score
	notes := s.Tracks[0].Notes
	if m := s.MeterAt(0); m.Num != 3 || m.Den != 4 {
		t.Errorf("meter %d/%d", m.Num, m.Den)
	}
	q := music.Tick(s.Resolution)
	if len(notes) != 3 || notes[0].Start != 2*q || notes[1].Start != 3*q || notes[1].Dur != 2*q || notes[2].Dur != q/3 {
		t.Errorf("notes %+v", notes)
	}
	if _, err := ReadCorpus(files("e1,x,1,67\n")); err == nil {
		t.Error("an onset that is no number was read")
	}
	if _, err := ReadCorpus(fstest.MapFS{}); err == nil {
		t.Error("a folder without corpora was read")
	}
}
