package jazz

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/sample"
)

// wjd makes a small database: solos that walk up and down chord tones.
func wjd() fstest.MapFS {
	fsys := fstest.MapFS{"solos.csv": {Data: []byte("id,performer,title,style,rhythmfeel,tempoclass,avgtempo,key,tonality_type,genre,instrument,signature\n" +
		"A_One_FINAL.sv,A,One,BEBOP,SWING,UP,200,C-maj,FUNCTIONAL,ORIGINAL,ts,4/4\n")}}
	chords := []string{"C-7", "F7", "Bbj7", "Ebj7"}
	tones := [][]int{{60, 63, 67, 70}, {60, 65, 69, 63}, {62, 65, 70, 69}, {63, 67, 70, 74}}
	for _, part := range []string{"train", "valid"} {
		for k := range 3 {
			var notes, beats strings.Builder
			notes.WriteString("onset,duration,period,division,bar,beat,tatum,beat_duration,signature,pitch,loud_median,phrase_id,phrase_begin,chorus_id,chord,form\n")
			beats.WriteString("onset,duration,period,division,bar,beat,signature,chord,form,chorus_id,bass\n")
			for bar := range 16 {
				c := bar % 4
				for beat := 1; beat <= 4; beat++ {
					fmt.Fprintf(&beats, "0,0.3,4,1,%d,%d,'4/4',%s,A1,1,40\n", bar-1, beat, chords[c])
					for tatum := 1; tatum <= 2; tatum++ {
						fmt.Fprintf(&notes, "0,0.15,4,2,%d,%d,%d,0.3,\"4/4\",%d,%d,1,0,1,%s,A1\n", bar-1, beat, tatum, tones[c][(beat+tatum+k)%4], 60+beat, chords[c])
					}
				}
			}
			name := []string{"A_One", "B_Two", "C_Three"}[k]
			fsys[part+"/melody/"+name+".csv"] = &fstest.MapFile{Data: []byte(notes.String())}
			fsys[part+"/beats/"+name+".csv"] = &fstest.MapFile{Data: []byte(beats.String())}
		}
	}
	return fsys
}

func TestReadWJD(t *testing.T) {
	solos, err := ReadWJD(wjd(), "train")
	if err != nil {
		t.Fatal(err)
	}
	s := solos[0]
	if len(solos) != 3 || s.ID != "A_One" || len(s.Notes) != 128 || len(s.Beats) != 64 {
		t.Fatalf("%d solos, first %s with %d notes and %d beats", len(solos), s.ID, len(s.Notes), len(s.Beats))
	}
	known := func(style, feel, tempo, instrument int) Tags {
		t := NoTags()
		t.Style, t.Feel, t.Tempo, t.Instrument, t.Mode, t.Tonality = style, feel, tempo, instrument, 0, 0
		return t
	}
	if s.Tags.metadata() != known(2, 0, 4, 0) || solos[1].Tags.metadata() != NoTags() || s.Tags.Density < 0 {
		t.Errorf("tags %+v and %+v", s.Tags, solos[1].Tags)
	}
	if n := s.Notes[9]; n.At != 4*music.Grid+music.Grid/2 || n.Dur != music.Grid/2 || s.Beats[4].Chord.Symbol != "F7" {
		t.Errorf("note %+v over %+v", n, s.Beats[4])
	}
	if s.Notes[0].Velocity >= s.Notes[7].Velocity {
		t.Errorf("the soft note has velocity %d, the loud one %d", s.Notes[0].Velocity, s.Notes[7].Velocity)
	}
	bad := wjd()
	bad["train/melody/B_Two.csv"].Data = append(bad["train/melody/B_Two.csv"].Data, "0,0.1,4,2,1,1,1,0.3,4/4,high,60,1,0,1,C7,A1\n"...)
	if _, err := ReadWJD(bad, "train"); err == nil || !strings.Contains(err.Error(), `B_Two.csv: line 130: column "pitch": "high"`) {
		t.Errorf("bad pitch: %v", err)
	}
	if _, err := ReadWJD(wjd(), "test"); err == nil {
		t.Error("a missing part gave no error")
	}
}

// The network learns the little corpus, is the same in every key, and survives
// a file.
func TestTrainJazz(t *testing.T) {
	solos, err := ReadWJD(wjd(), "train")
	if err != nil {
		t.Fatal(err)
	}
	m, rep, err := Train(context.Background(), solos, solos, music.TrainOptions{Hidden: 24, Steps: 120, Dropout: -1, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	l := m.Loss(solos)
	if l.Joint() > 1.5 || l.Notes != 3*127 {
		t.Errorf("after %d steps the loss is %.2f nats on %d notes", rep.Steps, l.Joint(), l.Notes)
	}
	file, err := m.Encode(false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(file)
	if err != nil || again.Loss(solos) != l {
		t.Errorf("the loss changed in a file (%v)", err)
	}
	if _, err := music.DecodeModel(file); err == nil {
		t.Error("a jazz network was read as another model")
	}
	if j := m.judge(solos); math.Abs(j.Joint()-l.Joint()) > 1e-4 {
		t.Errorf("the loss is %v note by note and %v at once", l, j)
	}
	testAverage(t, m, solos)
	// transpose a solo and its chords: only the register's weak inputs differ
	up := solos[0]
	up.Notes = append([]music.LineNote(nil), up.Notes...)
	for i := range up.Notes {
		up.Notes[i].Pitch += 2
	}
	up.Beats = append([]harmony.Beat(nil), up.Beats...)
	for i := range up.Beats {
		c := &up.Beats[i].Chord
		c.Root = (c.Root + 2) % 12
		c.Tones = (c.Tones<<2 | c.Tones>>10) & 0xfff
	}
	var a, b reader
	a.Beats, b.Beats = solos[0].Beats, up.Beats
	for i, n := range solos[0].Notes[:20] {
		a.advance(n)
		b.advance(up.Notes[i])
		var sa, sb [placeSide + chordSide]float32
		a.side(sa[:], n.At+6)
		b.side(sb[:], n.At+6)
		if !reflect.DeepEqual(sa[:len(sa)-3], sb[:len(sb)-3]) {
			t.Fatalf("note %d looks different two semitones higher", i)
		}
	}
}

// The average of two networks is at least as good as they are on average, also in a file,
// which knows the same runs.
func testAverage(t *testing.T, m *Model, solos []Solo) {
	t.Helper()
	other, _, err := Train(context.Background(), solos, nil, music.TrainOptions{Hidden: 16, Steps: 60, Batch: 4, Dropout: -1, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	both := Average(m, other)
	l, a, b := both.Loss(solos), m.Loss(solos), other.Loss(solos)
	if l.Joint() > (a.Joint()+b.Joint())/2 || l == a || l == b {
		t.Errorf("the average has %.3f nats, its networks %.3f and %.3f", l.Joint(), a.Joint(), b.Joint())
	}
	file, err := both.Encode(false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(file)
	if err != nil || again.Loss(solos) != l || !reflect.DeepEqual(again.copies, m.copies) {
		t.Errorf("the average changed in a file (%v)", err)
	}
}

// A solo that its network knows by heart is not played back: no run of twelve
// notes is in the corpus.
func TestNoCopies(t *testing.T) {
	solos, err := ReadWJD(wjd(), "train")
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := Train(context.Background(), solos, nil, music.TrainOptions{Hidden: 24, Steps: 400, LearningRate: .01, Dropout: -1, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	seed := &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}, Tracks: make([]music.Track, 1)}
	for _, n := range solos[0].Notes[:32] {
		seed.Tracks[0].Notes = append(seed.Tracks[0].Notes, music.Note{Start: music.Tick(n.At * 40), Dur: 200, Pitch: uint8(n.Pitch), Velocity: 80})
	}
	changes, err := harmony.ParseChanges("C-7 | F7 | Bbj7 | Ebj7", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	count := func(m *Model) int {
		c, err := m.Continue(context.Background(), seed, Options{Bars: 16, Temperature: .2, Changes: changes, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		l, err := music.NewLine(c.Only(), -1)
		if err != nil {
			t.Fatal(err)
		}
		return int(1e6 * copied([]Solo{{Notes: l.Notes}}, solos, sample.RunNotes))
	}
	free := count(&Model{nets: m.nets})
	if gated := count(m); free == 0 || gated > 0 {
		t.Errorf("copied runs in a million: %d without the gate, %d with it", free, gated)
	}
}
