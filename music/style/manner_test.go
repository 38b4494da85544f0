package style

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
)

// tune is a score of one part: notes of some quarters each, held for a share of them.
func tune(pitches []uint8, quarters []float64, held float64) *music.Score {
	const q = 480
	s := &music.Score{Resolution: q, Tracks: make([]music.Track, 1)}
	at := 0.
	for i, p := range pitches {
		d := quarters[i%len(quarters)]
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(at * q), Dur: music.Tick(d * held * q), Pitch: p, Velocity: 80})
		at += d
	}
	s.ReadMaps()
	return s
}

var (
	air        = []uint8{74, 76, 78, 76, 74, 71, 74, 69, 66, 69, 71, 74, 76, 74, 78, 76, 69, 74, 76, 78, 76, 74, 71, 74, 69, 66, 69, 71, 79, 78, 76, 74, 74}
	airLengths = []float64{1.5, .5, 1, .5, .5, 1, 1, 1, .5, .5, 1, 1, 1, 1, 2, 1, 1, 1.5, .5, 1, .5, .5, 1, 1, 1, .5, .5, 1, .5, .5, 1, 1, 4}
	walk       = []uint8{41, 45, 48, 50, 46, 50, 53, 47, 48, 45, 43, 42, 41, 45, 48, 51, 50, 48, 46, 45, 43, 46, 50, 53, 48, 52, 55, 52, 53, 50, 48, 43}
)

// A tune that a program holds for nine tenths of its written lengths is the same tune: it
// costs as much, it is not jazz, and what follows is held in the same way.
func TestHeldShort(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := m.Loss(tune(air, airLengths, 1), "song")
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range []float64{.95, .92, .8} {
		seed := tune(air, airLengths, held)
		l, err := m.Loss(seed, "song")
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(l.Joint()-whole.Joint()) > .1 {
			t.Errorf("held for %g: %.2f nats per note instead of %.2f", held, l.Joint(), whole.Joint())
		}
		c, err := Choose(seed, 0)
		if err != nil {
			t.Fatal(err)
		}
		if c.Style == Jazz {
			t.Errorf("held for %g: taken for jazz, margin %.2f", held, c.Margin)
		}
		out, err := m.Continue(context.Background(), seed, music.Options{Style: "song"})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range out.Only().Tracks[0].Notes {
			steps := float64(n.Dur) / held / 480 * music.Grid
			if math.Abs(steps-math.Round(steps)) > .05 {
				t.Errorf("held for %g: a new note lasts %.3f quarter notes", held, float64(n.Dur)/480)
			}
		}
	}
}

// A walking bass goes on in quarter notes, as low as it was, and does not stay on one note.
func TestWalkingBassWalks(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	var low, again, onBeat, all float64
	for seed := range uint64(3) {
		c, err := m.Continue(context.Background(), tune(walk, []float64{1}, .92), music.Options{Seed: seed, Style: "baroque"})
		if err != nil {
			t.Fatal(err)
		}
		last := uint8(0)
		for _, n := range c.Only().Tracks[0].Notes {
			all++
			low += float64(n.Pitch)
			if n.Start%480 == 0 {
				onBeat++
			}
			if n.Pitch == last {
				again++
			}
			last = n.Pitch
		}
	}
	if mean := low / all; mean > 48+5 || mean < 48-5 {
		t.Errorf("the mean pitch is %.1f, the seed's 48", mean)
	}
	if onBeat < .85*all || again > .15*all || all < 3*8*3 {
		t.Errorf("of %.0f notes %.0f begin on a beat and %.0f repeat the one before", all, onBeat, again)
	}
}

// Chords of two bars go on without gaps, and a strummed guitar is strummed on.
func TestChordsAreHeldAndStrummed(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	chords := [][]uint8{{48, 55, 64, 71}, {45, 52, 60, 67}, {41, 53, 60, 69}, {43, 50, 59, 65}}
	play := func(every, apart music.Tick) *music.Score {
		s := &music.Score{Resolution: 480, Tracks: make([]music.Track, 1)}
		for at := music.Tick(0); at < 8*1920; at += every {
			for i, p := range chords[at/3840] {
				late := apart * music.Tick(i)
				s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: at + late, Dur: every - late, Pitch: p, Velocity: 80})
			}
		}
		s.ReadMaps()
		return s
	}
	pad, err := m.Continue(context.Background(), play(3840, 0), music.Options{Style: "romantic"})
	if err != nil {
		t.Fatal(err)
	}
	notes := pad.Only().Tracks[0].Notes
	end := music.Tick(0)
	for _, n := range notes {
		if n.Start > end+1 && end > 0 {
			t.Errorf("silence from %d to %d", end, n.Start)
		}
		end = max(end, n.End())
	}
	if len(notes) > 8*8 {
		t.Errorf("%d notes in eight bars, the seed has 16", len(notes))
	}
	strum, err := m.Continue(context.Background(), play(480, 12), music.Options{Style: "romantic"})
	if err != nil {
		t.Fatal(err)
	}
	spread, together := 0, 0
	starts := map[music.Tick]int{}
	for _, n := range strum.Only().Tracks[0].Notes {
		starts[n.Start]++
	}
	for at := range starts {
		switch {
		case starts[at+12] > 0 && starts[at+24] > 0:
			spread++
		case starts[at] > 2:
			together++
		}
	}
	if spread < 8 || together > spread/4 {
		t.Errorf("%d chords are spread, %d not", spread, together)
	}
}

// Under a tune that returns, chords and drums that come round again go on as they are, the
// tune does not starve, and the last bar holds the chord of the tonic.
func TestAccompanimentLoops(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	const q, bar = 480, 4 * 480
	s := tune(slices.Concat(air, air), airLengths, .92) // two times eight bars of D major
	s.Tracks = append(s.Tracks, music.Track{}, music.Track{})
	for at := music.Tick(0); at < 16*bar; at += q {
		chord := [][]uint8{{50, 54, 57}, {55, 59, 62}, {52, 57, 61}, {50, 54, 57}}[at/bar%4]
		for _, p := range chord {
			s.Tracks[1].Notes = append(s.Tracks[1].Notes, music.Note{Start: at, Dur: q / 2, Pitch: p, Velocity: 70, Channel: 1})
		}
		s.Tracks[2].Notes = append(s.Tracks[2].Notes, music.Note{Start: at, Dur: 40, Pitch: 36 + 2*uint8(at/q%2), Velocity: 90, Channel: music.DrumChannel})
	}
	s.ReadMaps()
	c, err := m.Continue(context.Background(), s, music.Options{Style: "song", Close: true, Sections: music.NoSections})
	if err != nil {
		t.Fatal(err)
	}
	sorted := func(notes []music.Note) (out [][2]int) {
		for _, n := range notes {
			if n.Start < 7*bar {
				out = append(out, [2]int{int(n.Start), int(n.Pitch)})
			}
		}
		slices.SortFunc(out, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
		return out
	}
	made := c.Only()
	for i, what := range []string{1: "chords", 2: "drums"} {
		if i > 0 && !slices.Equal(sorted(made.Tracks[i].Notes), sorted(s.Tracks[i].Notes)) {
			t.Errorf("the %s do not go on as they were", what)
		}
	}
	if n := len(made.Tracks[0].Notes); n < 16 || n > 48 {
		t.Errorf("the tune has %d new notes, in the seed %d", n, len(air))
	}
	last := map[int]int{}
	for i := range made.Tracks {
		for _, n := range made.Tracks[i].Notes {
			if n.Start >= 7*bar {
				last[i]++
				if i < 2 && ((n.Pitch+10)%12 != 0 && (n.Pitch+10)%12 != 4 && (n.Pitch+10)%12 != 7 || n.Start != 7*bar || n.Dur < bar/3) {
					t.Errorf("part %d ends with %+v", i, n)
				}
			}
		}
	}
	if last[0] != 1 || last[1] < 3 || last[2] != 2 { // drums end on the bass drum and a crash
		t.Error("notes in the last bar:", last)
	}
}

// A tune that was played to a click is still the tune, and goes on in time; jazz that is
// written down is still jazz.
func TestPlayedTuneAndWrittenJazz(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, ms := range []float64{12, 25} {
		seed := tune(air, airLengths, .9)
		for i := range seed.Tracks[0].Notes {
			n := &seed.Tracks[0].Notes[i]
			n.Start = max(0, n.Start+music.Tick(r.NormFloat64()*ms/1000*2*480)) // at 120
			n.Dur = music.Tick(float64(n.Dur) * (.8 + .3*r.Float64()))
		}
		if !seed.Played() {
			t.Errorf("%g ms off: not taken for played", ms)
		}
		c, err := Choose(seed, 0)
		if err != nil {
			t.Fatal(err)
		}
		if c.Style == Jazz {
			t.Errorf("%g ms off: taken for jazz, margin %.2f", ms, c.Margin)
		}
		out, err := m.Continue(context.Background(), seed, music.Options{Style: "song"})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range out.Only().Tracks[0].Notes {
			if n.Start%120 != 0 && n.Start%160 != 0 {
				t.Errorf("%g ms off: a new note begins at %d", ms, n.Start)
			}
		}
	}
	bebop := []uint8{ // in F
		62, 64, 65, 69, 72, 74, 75, 74, 72, 69, 67, 65, 62, 67, 70, 74, 77, 76, 74, 72, 70, 69,
		65, 62, 60, 69, 72, 74, 77, 81, 79, 77, 74, 72, 69, 67, 69, 65, 62, 67, 70, 74, 77, 76,
		72, 67, 64, 65,
	}
	lengths := []float64{
		0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5, 0.5, 0.5, 0.5, 0.5, 0.5,
		0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 3, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
		0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 3,
	}
	written := tune(bebop, lengths, .92)
	if written.Played() {
		t.Error("even eighths are taken for played")
	}
	c, err := Choose(written, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Style != Jazz {
		t.Errorf("written bebop is taken for %s, margin %.2f", c.Style, c.Margin)
	}
}

// A band that swings is jazz, however its line was written down or repeated; the same notes
// in even eighths, and on a flute, are what they were.
func TestBandThatSwingsIsJazz(t *testing.T) {
	const q = 480
	band := func(late music.Tick, program byte, bass, drums bool) *music.Score {
		s := tune(nil, nil, 1)
		s.Tracks = make([]music.Track, 3)
		s.Tracks[0].Events = []music.Event{{Message: []byte{0xc0, program}}}
		for i, p := range slices.Concat(air, air) { // no line of jazz
			at := music.Tick(i) * q / 2
			if i%2 == 1 {
				at += late
			}
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: at, Dur: q/3 + 20, Pitch: p, Velocity: 80})
		}
		for i, p := range walk {
			at := music.Tick(i) * q
			if bass {
				s.Tracks[1].Notes = append(s.Tracks[1].Notes, music.Note{Start: at, Dur: q - 40, Pitch: p, Velocity: 80, Channel: 1})
			}
			if drums {
				for _, off := range [][]music.Tick{{0}, {0, q/2 + late}}[i%2] {
					s.Tracks[2].Notes = append(s.Tracks[2].Notes, music.Note{Start: at + off, Dur: 40, Pitch: 51, Velocity: 80, Channel: music.DrumChannel})
				}
			}
		}
		s.ReadMaps()
		return s
	}
	const swung = q / 6 // the last of a triplet
	tripled := tune(slices.Concat(air, air), []float64{1. / 3}, .9)
	tripled.Tracks[0].Events = []music.Event{{Message: []byte{0xc0, 56}}}
	for _, c := range []struct {
		name string
		seed *music.Score
		jazz bool
	}{
		{"tenor, swung", band(swung, 66, false, false), true},
		{"piano with walking bass and ride, swung", band(swung, 0, true, true), true},
		{"flute, swung", band(swung, 73, false, false), false},
		{"flute, even", band(0, 73, false, false), false},
		{"trumpet and walking bass, even", band(0, 56, true, false), false},
		{"trumpet in dotted notes", band(q/4, 56, true, false), false},
		{"trumpet in triplets", tripled, false},
	} {
		got, err := Choose(c.seed, 1)
		if err != nil {
			t.Fatal(err)
		}
		if (got.Style == Jazz) != c.jazz {
			t.Errorf("%s: %s, margin %.2f", c.name, got.Style, got.Margin)
		}
	}
}
