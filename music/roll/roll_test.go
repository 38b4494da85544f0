package roll

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

func scale() *music.Score {
	s := &music.Score{Resolution: 480, Tempos: []music.Tempo{{MicrosPerBeat: 500000}}, Meters: []music.Meter{{Num: 4, Den: 4}}}
	s.Tracks = make([]music.Track, 1)
	for i, p := range []uint8{60, 62, 64, 65, 67, 69, 71, 72} {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(i * 480), Dur: 480, Pitch: p, Velocity: 80})
	}
	return s
}

// A picture is well-formed, and holds bars, chords and more with more notes.
func TestDraw(t *testing.T) {
	s := scale()
	svg, err := Draw("svg", s, Options{Seed: 1920, Changes: []string{"G7 <&>"}, Title: "a scale"})
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{">a scale<", ">1<", "2  G7 &lt;&amp;&gt;<", ">C4<"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	fewer := s.Cut(0, 1920)
	less, err := Draw("svg", fewer, Options{To: s.End()})
	if err != nil || len(less) >= len(svg) {
		t.Errorf("half the notes take %d bytes, all %d (%v)", len(less), len(svg), err)
	}
	data, err := Draw("png", s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(data)); err != nil {
		t.Error(err)
	}
	if _, err := Draw("gif", s, Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("gif: %v", err)
	}
	if _, err := Draw("svg", &music.Score{Resolution: 480}, Options{}); err != nil {
		t.Errorf("a score without notes: %v", err)
	}
	if _, err := Draw("svg", s, Options{To: 1 << 40}); !errors.Is(err, ErrTooBig) {
		t.Errorf("a million bars: %v", err)
	}
}

// The text shows each pitch where it sounds.
func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, scale(), 1920, 3840, 80); err != nil {
		t.Fatal(err)
	}
	want := `    2
 C5 │············▄▄▄▄│
    │········▀▀▀▀····│
    │····▀▀▀▀········│
    │▀▀▀▀············│
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	if err := Text(&b, &music.Score{Resolution: 480}, 0, 0, 80); err != nil {
		t.Error(err)
	}
}

// Of a long seed the end is drawn, so that the join is seen: the new bars begin a row, and
// bars keep their numbers.
func TestLongSeed(t *testing.T) {
	s := scale()
	for bar := range music.Tick(200) {
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: (2 + bar) * 1920, Dur: 480, Pitch: 60, Velocity: 80})
	}
	data, err := Draw("png", s, Options{Seed: 194 * 1920})
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if h := img.Bounds().Dy(); h > 2000 {
		t.Errorf("a picture of %d pixels", h)
	}
	p, err := newPage(s, Options{Seed: 194 * 1920})
	if err != nil || p.first == 0 || (194-p.first)%p.opt.Bars != 0 || p.bars[len(p.bars)-1] != s.End()+1440 {
		t.Errorf("from bar %d on, to %d (%v)", p.first+1, p.bars[len(p.bars)-1], err)
	}
	svg, err := Draw("svg", s, Options{Seed: 194 * 1920, Changes: []string{"G7"}})
	if err != nil || !strings.Contains(string(svg), ">195  G7<") || strings.Contains(string(svg), ">2<") {
		t.Errorf("bars have other numbers or chords (%v)", err)
	}
	if all, err := newPage(s, Options{}); err != nil || all.first != 0 {
		t.Errorf("without a seed the picture begins with bar %d (%v)", all.first+1, err)
	}
}
