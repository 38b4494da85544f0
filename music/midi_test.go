package music

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/segue-go/segue/datasets"
)

// file makes a MIDI file from annotated hex: everything behind // is a remark.
func file(t testing.TB, text string) []byte {
	t.Helper()
	var sb strings.Builder
	for _, line := range strings.Split(text, "\n") {
		code, _, _ := strings.Cut(line, "//")
		sb.WriteString(strings.Join(strings.Fields(code), ""))
	}
	b, err := hex.DecodeString(sb.String())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const header = `
	4d546864 00000006 // MThd
	0000 0001 0060    // format 0, one track, 96 ticks per quarter note
	4d54726b          // MTrk
`

func roundTrip(t *testing.T, s *Score) *Score {
	t.Helper()
	var buf bytes.Buffer
	if err := WriteMIDI(&buf, s); err != nil {
		t.Fatal(err)
	}
	again, repairs, err := ReadMIDI(buf.Bytes())
	if err != nil || len(repairs) > 0 {
		t.Fatalf("what was written cannot be read: %v %v", err, repairs)
	}
	return again
}

// The awkward files hold the notes that a second parser found, and survive
// being written and read.
func TestAwkwardFiles(t *testing.T) {
	raw, err := os.ReadFile("testdata/awkward/MANIFEST.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest []struct {
		File    string
		Format  int
		Notes   int
		Seconds float64
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest) != 21 {
		t.Fatalf("%d files", len(manifest))
	}
	for _, m := range manifest {
		data, err := os.ReadFile(filepath.Join("testdata/awkward", m.File))
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := ReadMIDI(data)
		if err != nil {
			t.Errorf("%s: %v", m.File, err)
			continue
		}
		if s.Notes() != m.Notes {
			t.Errorf("%s: %d notes, want %d", m.File, s.Notes(), m.Notes)
		}
		if sec := s.Seconds(s.End()); m.Format != 2 && math.Abs(sec-m.Seconds) > .02 {
			t.Errorf("%s: %.3f s, want %.3f", m.File, sec, m.Seconds)
		}
		s.Beatless = false // it is written with beats
		if again := roundTrip(t, s); !reflect.DeepEqual(again, s) {
			t.Errorf("%s changed on its way through a file", m.File)
		}
	}
}

func TestEmbeddedRags(t *testing.T) {
	for _, name := range datasets.Names() {
		if !strings.HasSuffix(name, "_rag.mid") && name != "midi/something_doing.mid" {
			continue
		}
		s, repairs, err := ReadMIDI(datasets.MustFile(name))
		if err != nil || len(repairs) > 0 || s.Notes() < 1000 {
			t.Errorf("%s: %d notes, %v, %v", name, s.Notes(), repairs, err)
			continue
		}
		s.Beatless = false // it is written with beats
		if again := roundTrip(t, s); !reflect.DeepEqual(again, s) {
			t.Errorf("%s changed on its way through a file", name)
		}
	}
}

func TestRepair(t *testing.T) {
	for name, c := range map[string]struct {
		hex   string
		notes int
		says  string
	}{
		"running status": {header + "0000000e 00903c40 603c00 00ff2f00 // the second event has no status\n", 1, "claims"},
		"track longer than the file": {header + `7fffffff
			00 903c40 60 803c40 00 ff2f00`, 1, "claims 2147483647 bytes"},
		"no end of track":          {header + "00000008 00 903c40 60 803c40", 1, "no end"},
		"junk before the header":   {"deadbeef" + header + "0000000c 00 903c40 60 803c40 00 ff2f00", 1, "4 bytes before the header"},
		"hanging note":             {header + "0000000c 00 903c40 60 b04000 00 ff2f00", 1, "without an end"},
		"data byte without status": {header + "0000000e 00 40 00 903c40 60 803c40 00 ff2f00", 1, ""},
		"system exclusive":         {header + "00000012 00 f0047e7f09f7 00 903c40 60 803c40 00 ff2f00", 1, "claims"},
	} {
		s, repairs, err := ReadMIDI(file(t, c.hex))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Notes() != c.notes {
			t.Errorf("%s: %d notes, want %d (%v)", name, s.Notes(), c.notes, repairs)
		}
		said := ""
		for _, r := range repairs {
			said += r.String() + "; "
		}
		if !strings.Contains(said, c.says) {
			t.Errorf("%s: reported %q, want %q", name, said, c.says)
		}
	}
}

func TestNotMIDI(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("ds,y\n2020,1\n"), "header cut off": []byte("MThd\x00\x00"),
		"no track": file(t, "4d546864 00000006 0000 0001 0060"),
	} {
		if _, _, err := ReadMIDI(data); !errors.Is(err, ErrMIDI) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	// 33 bytes that claim a text of 256 MB and a track of 4 GB
	bomb := file(t, header+"ffffffff 00 ff01 ffffff7f 4142434445")
	if _, _, err := ReadMIDI(bomb); err != nil && !errors.Is(err, ErrMIDI) {
		t.Errorf("bomb: %v", err)
	}
}

func FuzzReadMIDI(f *testing.F) {
	files, _ := filepath.Glob("testdata/awkward/*.mid")
	for _, p := range files {
		if data, err := os.ReadFile(p); err == nil && len(data) < 2000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := ReadMIDI(data)
		if err != nil {
			if !errors.Is(err, ErrMIDI) {
				t.Errorf("error %v", err)
			}
			return
		}
		if s.Notes() > 2*len(data) {
			t.Errorf("%d notes from %d bytes", s.Notes(), len(data))
		}
		if again := roundTrip(t, s); again.Notes() != s.Notes() {
			t.Errorf("%d notes became %d", s.Notes(), again.Notes())
		}
	})
}

func TestTimeMaps(t *testing.T) {
	s := &Score{
		Resolution: 100,
		Tempos:     []Tempo{{0, 500000}, {400, 1000000}},
		Meters:     []Meter{{0, 3, 4}, {600, 6, 8}},
	}
	for at, want := range map[Tick]float64{0: 0, 200: 1, 400: 2, 500: 3} {
		if got := s.Seconds(at); math.Abs(got-want) > 1e-12 {
			t.Errorf("tick %d at %v s, want %v", at, got, want)
		}
	}
	for at, want := range map[Tick]Tick{0: 0, 1: 300, 300: 300, 599: 600, 601: 900} {
		if got := s.NextBar(at); got != want {
			t.Errorf("next bar after %d is %d, want %d", at, got, want)
		}
	}
	if got := s.TempoAt(450); got != 60 {
		t.Errorf("tempo %v", got)
	}
}

func TestSwing(t *testing.T) {
	for _, r := range []float64{1, 1.5, 2, 2.4} {
		for x := 0.0; x < 1; x += 1. / 24 {
			if y := straighten(swing(x, r), r); math.Abs(x-y) > 1e-12 {
				t.Errorf("ratio %v: %v became %v", r, x, y)
			}
		}
		s := &Score{Resolution: 480, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{{0, 4, 4}}, Tracks: make([]Track, 1)}
		for i := range 32 {
			at := Tick(480 * (i / 2))
			if i%2 == 1 {
				at += Tick(480 * r / (1 + r))
			}
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, Note{Start: at, Dur: 100, Pitch: 60, Velocity: 80})
		}
		l, err := NewLine(s, -1)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(l.Swing-r) > .03 {
			t.Errorf("swing %.2f measured as %.2f", r, l.Swing)
		}
		for i, n := range l.Notes {
			if n.At != i*Grid/2 {
				t.Fatalf("swing %.2f: note %d at step %d", r, i, n.At)
			}
			if d := l.Tick(n.At) - s.Tracks[0].Notes[i].Start; d < -3 || d > 3 {
				t.Errorf("swing %.2f: note %d is off by %d ticks", r, i, d)
			}
		}
	}
}

func TestVLQ(t *testing.T) {
	for _, v := range []uint32{0, 1, 127, 128, 16383, 16384, 2097151, 2097152, 1<<28 - 1} {
		b := appendVLQ(nil, v)
		if got, k := vlq(b); got != v || k != len(b) {
			t.Errorf("%d became %d (%x)", v, got, b)
		}
	}
	if _, k := vlq(binary.BigEndian.AppendUint32(nil, 0xffffffff)); k != 0 {
		t.Error("five bytes were accepted")
	}
}

// A file whose ticks are quarter notes or little less is read in finer ones, at the same
// times, and whatever is done with music can be done with it.
func TestCoarseTicks(t *testing.T) {
	for division := uint16(1); division < 30; division++ {
		note := []byte{0, 0x90, 60, 64, byte(division), 0x80, 60, 64}
		s, _, err := ReadMIDI(oneTrack(division, []byte{0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40}, note, note, note))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Seconds(s.End()); s.Notes() != 3 || math.Abs(got-3) > 1e-9 || s.Resolution < 24 {
			t.Errorf("division %d: %d notes in %v seconds, %d ticks a quarter note", division, s.Notes(), got, s.Resolution)
		}
		SoloPart(s)
	}
}

// A file in SMPTE time says so, and so does what is cut out of it.
func TestBeatlessFile(t *testing.T) {
	var file bytes.Buffer
	s := &Score{Resolution: 480, Tracks: []Track{{Notes: []Note{{0, 100, 60, 80, 0}, {500, 100, 62, 80, 0}}}}}
	if err := WriteMIDI(&file, s); err != nil {
		t.Fatal(err)
	}
	for _, smpte := range []bool{false, true} {
		data := bytes.Clone(file.Bytes())
		if smpte {
			data[12], data[13] = 0xe7, 40 // 25 frames of 40 ticks
		}
		got, _, err := ReadMIDI(data)
		if err != nil {
			t.Fatal(err)
		}
		if got.Beatless != smpte || got.Cut(0, 200).Beatless != smpte || got.Clone().Beatless != smpte {
			t.Errorf("SMPTE %v: beatless %v", smpte, got.Beatless)
		}
	}
}
