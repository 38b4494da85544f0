package style

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/jazz"
)

// network is a file of a network for music that ships: its parts, and its use.
type network struct {
	header  map[string]any
	meta    map[string]any
	weights []byte
	use     func(file []byte, seed *music.Score) error
}

// networks are those of all kinds.
func networks(t testing.TB) map[string]*network {
	t.Helper()
	out := map[string]*network{
		"../jazz/bass.safetensors": {use: func(file []byte, seed *music.Score) error {
			m, err := jazz.Decode(file)
			if err == nil {
				_, err = m.Continue(context.Background(), seed, jazz.Options{Bars: 1})
			}
			return err
		}},
		"../hear/hear.safetensors": {use: func(file []byte, seed *music.Score) error {
			m, err := hear.Decode(file)
			if err == nil {
				m.Hear(seed, seed.End())
			}
			return err
		}},
		"styles.safetensors": {use: func(file []byte, seed *music.Score) error {
			m, err := music.DecodeModel(file)
			if err == nil {
				_, err = m.Continue(context.Background(), seed, music.Options{Bars: 1})
			}
			return err
		}},
	}
	for path, n := range out {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		size := binary.LittleEndian.Uint64(file)
		if err := json.Unmarshal(file[8:8+size], &n.header); err != nil {
			t.Fatal(err)
		}
		n.meta, n.weights = n.header["__metadata__"].(map[string]any), file[8+size:]
		for key := range n.meta {
			if key == "segue.copies" { // runs of notes, which are not numbers in JSON
				n.meta[key] = ""
			}
		}
	}
	return out
}

var number = regexp.MustCompile(`-?\d+(\.\d+)?(e[-+]?\d+)?`)

// with is the file with other text in the place of one number of the metadata.
func (n *network) with(t testing.TB, key string, at int, text string) []byte {
	t.Helper()
	old := n.meta[key].(string)
	places := number.FindAllStringIndex(old, -1)
	p := places[at%len(places)]
	n.meta[key] = old[:p[0]] + text + old[p[1]:]
	defer func() { n.meta[key] = old }()
	h, err := json.Marshal(n.header)
	if err != nil {
		t.Fatal(err)
	}
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(h))), h...), n.weights...)
}

func seed(t testing.TB) *music.Score {
	t.Helper()
	data, err := os.ReadFile("../../datasets/midi/swing_seed.mid")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := music.ReadMIDI(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever a number in the settings of a network says, the file is refused or plays.
func TestModelSettings(t *testing.T) {
	s := seed(t)
	for path, n := range networks(t) {
		if err := n.use(n.with(t, "segue.nets", 0, n.meta["segue.nets"].(string)), s); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		refused, tried := 0, 0
		for key, text := range n.meta {
			count := len(number.FindAllString(text.(string), -1))
			step := 1
			if count > 100 { // a table of statistics
				step = count / 5
			}
			for at := 0; at < count; at += step {
				for k := range 2 {
					v := []string{"-1", "0", "1e9", "1e300", "[]"}[(at+k)%5]
					tried++
					err := n.use(n.with(t, key, at, v), s)
					if err != nil {
						refused++
					}
					if err != nil && !errors.Is(err, music.ErrModel) {
						t.Errorf("%s: number %d of %s as %s: %v", path, at, key, v, err)
					}
				}
				if testing.Short() && at > 8 {
					break
				}
			}
		}
		if refused < tried/2 {
			t.Errorf("%s: of %d changes %d are refused", path, tried, refused)
		}
	}
}

func FuzzModelSettings(f *testing.F) {
	all := networks(f)
	s := seed(f)
	paths := []string{"../jazz/bass.safetensors", "../hear/hear.safetensors", "styles.safetensors"}
	f.Add(uint8(0), "segue.config", 3, "-1")
	f.Add(uint8(1), "segue.links", 700, "1e308")
	f.Add(uint8(1), "net0.segue.config", 2, "2")
	f.Add(uint8(2), "segue.config", 11, `4,"skip":true,"x":1`)
	f.Fuzz(func(t *testing.T, which uint8, key string, at int, text string) {
		n := all[paths[int(which)%len(paths)]]
		old, ok := n.meta[key].(string)
		if !ok || at < 0 || !number.MatchString(old) {
			return
		}
		if err := n.use(n.with(t, key, at, text), s); err != nil && !errors.Is(err, music.ErrModel) {
			t.Errorf("%v", err)
		}
	})
}
