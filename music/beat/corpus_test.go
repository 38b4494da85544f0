package beat

import (
	"flag"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

var corpus = flag.String("corpus", "", "folder with mutopia/keyboard and ragtime, for TestLevels")

// The level of the beats is counted on keyboard pieces that are played with a wandering
// tempo: those of half of the composers chose the constants of level.go.
//
//	go test ./music/beat -run TestLevels -v -corpus DIR
func TestLevels(t *testing.T) {
	if *corpus == "" {
		t.Skip("needs -corpus")
	}
	works, _ := filepath.Glob(filepath.Join(*corpus, "mutopia", "keyboard", "*.mid"))
	rags, _ := filepath.Glob(filepath.Join(*corpus, "ragtime", "*.mid*"))
	var files []string
	for i, name := range slices.Concat(works, rags) {
		if i%4 == 0 {
			files = append(files, name)
		}
	}
	type tally struct {
		n, right, double, half, other, left int
		found                               float64
	}
	var count [2]tally
	for i, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := music.ReadMIDI(data)
		if err != nil {
			t.Fatal(err)
		}
		meter := s.MeterAt(0)
		s = s.Cut(0, 32*s.BarLength(meter))
		if s.Notes() < 60 {
			continue
		}
		bpm := 6e7 / float64(s.Tempos[len(s.Tempos)/2].MicrosPerBeat)
		played, beats := rubato(s, bpm, uint64(i))
		truth := bpm // beats of three eighths in compound meters
		if meter.Compound() {
			truth *= 2. / 3
		}
		h := fnv.New32a()
		composer, _, _ := strings.Cut(filepath.Base(name), "_")
		h.Write([]byte(composer))
		c := &count[h.Sum32()>>8&1]
		c.n++
		_, b, ok := Track(played)
		if !ok {
			c.left++
			continue
		}
		c.found += hit(beats, b.Times)
		switch r := b.Tempo / truth; {
		case math.Abs(math.Log(r)) < .2:
			c.right++
		case math.Abs(math.Log(r/2)) < .2:
			c.double++
		case math.Abs(math.Log(r*2)) < .2:
			c.half++
		default:
			c.other++
		}
		if testing.Verbose() {
			t.Logf("%s %v/%v %.0f: %.0f", filepath.Base(name), meter.Num, meter.Den, truth, b.Tempo)
		}
	}
	for i, c := range count {
		t.Logf("half %d: %d pieces, level right %d, double %d, half %d, other %d, not tracked %d; %.2f of the quarter notes found", i, c.n, c.right, c.double, c.half, c.other, c.left, c.found/float64(max(1, c.n-c.left)))
	}
}
