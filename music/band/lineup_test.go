package band

import (
	"reflect"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

func TestParseLineup(t *testing.T) {
	for text, want := range map[string]Lineup{
		"trio":                   {Bass: 1, Piano: 1, Drums: 1},
		"no-drums":               {Bass: 1, Piano: 1},
		"Organ":                  {Bass: 1, Organ: 1, Drums: 1},
		"guitar":                 {Bass: 1, Guitar: 1, Drums: 1},
		"bass, guitar":           {Bass: 1, Guitar: 1},
		"trio,piano=0.5,drums=0": {Bass: 1, Piano: .5, Drums: 0},
		"bass,piano=2":           {Bass: 1, Piano: 2},
	} {
		got, err := ParseLineup(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "kazoo", "trio,,bass", "piano=loud", "piano=-1", "piano=3", "piano=NaN"} {
		if _, err := ParseLineup(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	if _, err := ParseLineup("kazoo"); !strings.Contains(err.Error(), "kazoo") || !strings.Contains(err.Error(), "no-drums") {
		t.Errorf("the message is %v", err)
	}
}

// A level makes an instrument louder or softer, and 0 silences it.
func TestLevels(t *testing.T) {
	loudness := func(lineup Lineup) (piano, drums float64) {
		c, p := plan(t, solo(music.Meter{Num: 4, Den: 4}, 480, 4, 1.7), "Dm7 | G7", 8)
		(&Band{Lineup: lineup}).Accompany(c, p)
		for _, n := range part(c, "Piano") {
			piano = max(piano, float64(n.Velocity))
		}
		return piano, float64(len(part(c, "Drums")))
	}
	usual, drums := loudness(Lineup{Piano: 1, Drums: 1})
	half, muted := loudness(Lineup{Piano: .5, Drums: 0})
	if half < .45*usual || half > .55*usual || drums == 0 || muted != 0 {
		t.Errorf("piano %v and %v, drum notes %v and %v", usual, half, drums, muted)
	}
}
