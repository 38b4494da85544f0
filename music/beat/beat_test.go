package beat

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
)

// rubato plays a score with a tempo that wanders by up to a fifth, into a file that says
// 120 quarter notes a minute. beats are the seconds of its quarter notes.
func rubato(s *music.Score, bpm float64, seed uint64) (played *music.Score, beats []float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	last := int(s.End()) / s.Resolution
	at, drift := 1.3, 0.
	for range last + 2 {
		beats = append(beats, at)
		drift = max(-.18, min(.18, drift+.05*r.NormFloat64()))
		at += 60 / bpm * (1 + drift)
	}
	second := func(t music.Tick) float64 {
		k, x := int(t)/s.Resolution, float64(int(t)%s.Resolution)/float64(s.Resolution)
		k = min(k, len(beats)-2)
		return beats[k] + x*(beats[k+1]-beats[k])
	}
	played = &music.Score{Resolution: 480, Tracks: make([]music.Track, len(s.Tracks))}
	for i, t := range s.Tracks {
		for _, n := range t.Notes {
			start, end := second(n.Start)+.01*r.NormFloat64(), second(n.End())
			n.Start, n.Dur = music.Tick(max(0, start)*960), max(1, music.Tick((end-start)*960))
			played.Tracks[i].Notes = append(played.Tracks[i].Notes, n)
		}
	}
	played.ReadMaps()
	return played, beats[:last+1]
}

// hit is the share of the times that have one of others within 70 ms.
func hit(times, others []float64) float64 {
	n := 0.
	for _, t := range times {
		for _, o := range others {
			if math.Abs(t-o) < .07 {
				n++
				break
			}
		}
	}
	return n / float64(len(times))
}

// ballad is a melody over broken chords, in bars of three or four beats.
func ballad(meter int) *music.Score {
	s := &music.Score{Resolution: 480, Tracks: make([]music.Track, 2)}
	roots := []int{48, 45, 41, 43}
	tune := []int{72, 71, 69, 67, 69, 71, 72, 74, 76, 74, 72, 71}
	for bar := range 24 {
		for beat := range meter {
			at := music.Tick((bar*meter + beat) * 480)
			pitch := roots[bar%4]
			if beat > 0 {
				pitch += 12 + []int{0, 4, 7}[beat%3]
			}
			s.Tracks[1].Notes = append(s.Tracks[1].Notes, music.Note{Start: at, Dur: 400, Pitch: uint8(pitch), Velocity: 70})
			if beat == 0 || (bar+beat)%3 > 0 {
				s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: at, Dur: 230, Pitch: uint8(tune[(bar*5+beat)%12]), Velocity: 80})
			}
			if (bar+2*beat)%4 == 1 {
				s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: at + 240, Dur: 230, Pitch: uint8(tune[(bar*7+beat)%12]), Velocity: 75})
			}
		}
	}
	s.ReadMaps()
	return s
}

// Pieces that are played with a wandering tempo have their beats back, a quarter note each,
// and sound as before; the bars of the ballads are theirs, too.
func TestRubato(t *testing.T) {
	rag, _, err := music.ReadMIDI(datasets.MustFile("midi/pineapple_rag.mid"))
	if err != nil {
		t.Fatal(err)
	}
	rag = rag.Cut(0, 40*rag.BarLength(rag.MeterAt(0)))
	for _, c := range []struct {
		name  string
		score *music.Score
		bpm   float64
		meter int // 0: whatever
	}{
		{"waltz", ballad(3), 70, 3}, {"waltz", ballad(3), 130, 3}, {"ballad", ballad(4), 90, 4}, {"ballad", ballad(4), 110, 4},
		{"rag", rag, 110, 0},
	} {
		played, beats := rubato(c.score, c.bpm, uint64(c.bpm))
		tracked, b, ok := Track(played)
		if !ok {
			t.Errorf("%s at %.0f: taken for music that keeps to its file's beats", c.name, c.bpm)
			continue
		}
		if found, right := hit(beats, b.Times), hit(b.Times, beats); found < .95 || right < .95 {
			t.Errorf("%s at %.0f: %.2f of the beats are found, %.2f of those found are beats", c.name, c.bpm, found, right)
		}
		if c.meter > 0 && (b.Meter != c.meter || b.First%c.meter != 0) {
			t.Errorf("%s at %.0f: %d beats in a bar from beat %d on", c.name, c.bpm, b.Meter, b.First)
		}
		if b.Tempo < .8*c.bpm || b.Tempo > 1.25*c.bpm {
			t.Errorf("%s at %.0f: tempo %.0f", c.name, c.bpm, b.Tempo)
		}
		was, now := played.Clock(), tracked.Clock()
		gap := math.NaN()
		for i, tr := range played.Tracks {
			for k, n := range tr.Notes {
				m := tracked.Tracks[i].Notes[k]
				if math.IsNaN(gap) {
					gap = was(n.Start) - now(m.Start)
				}
				if d := was(n.Start) - now(m.Start) - gap; m.Pitch != n.Pitch || math.Abs(d) > .01 {
					t.Fatalf("%s at %.0f: note %d of track %d sounds %.3f s later", c.name, c.bpm, k, i, -d)
				}
			}
		}
	}
}

// Music that keeps to the beats of its file, roughly, and music of few notes is left alone.
func TestMetered(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	loose := ballad(4)
	for i := range loose.Tracks {
		for k := range loose.Tracks[i].Notes {
			loose.Tracks[i].Notes[k].Start += max(0, music.Tick(20*r.NormFloat64())) // 20 ms
		}
	}
	swing, _, err := music.ReadMIDI(datasets.MustFile("midi/swing_seed.mid"))
	if err != nil {
		t.Fatal(err)
	}
	few, _ := rubato(ballad(4), 100, 1)
	sparse, _ := rubato(ballad(4), 100, 1)
	for i := range sparse.Tracks {
		for k := range sparse.Tracks[i].Notes {
			sparse.Tracks[i].Notes[k].Start *= 15
		}
	}
	for name, s := range map[string]*music.Score{"sparse": sparse, "quantised": ballad(3), "loose": loose, "swing": swing, "few notes": few.Cut(0, 9*480), "nothing": {Resolution: 480, Tracks: make([]music.Track, 1)}} {
		if s.Tempos == nil {
			s.ReadMaps()
		}
		if _, b, ok := Track(s); ok {
			t.Errorf("%s: %d beats were tracked", name, len(b.Times))
		}
	}
}

// A file in SMPTE time tells no beats. Those of its music are found at any tempo, also where
// it is a simple fraction of 120, at which such files are read.
func TestBeatless(t *testing.T) {
	for _, bpm := range []int{72, 90, 97} {
		s := ballad(4)
		for i := range s.Tracks {
			for k := range s.Tracks[i].Notes {
				n := &s.Tracks[i].Notes[k]
				n.Start, n.Dur = n.Start*120/music.Tick(bpm), n.Dur*120/music.Tick(bpm)
			}
		}
		s.Beatless = true
		tracked, b, ok := Track(s)
		if !ok {
			t.Errorf("%d beats a minute: not tracked", bpm)
			continue
		}
		if math.Abs(b.Tempo/float64(bpm)-1) > .02 || b.Meter != 4 {
			t.Errorf("%d beats a minute: tracked %.1f, %d in a bar", bpm, b.Tempo, b.Meter)
		}
		if tracked.Beatless {
			t.Errorf("%d beats a minute: still without beats", bpm)
		}
	}
}

// Slow music in sixteenths has the beats on which its bass, its chords and its long notes
// are, and not twice as many.
func TestSlow(t *testing.T) {
	for _, bpm := range []float64{56, 70} {
		s := &music.Score{Resolution: 480, Tracks: make([]music.Track, 2)}
		for beat := range 40 {
			root := []int{48, 53, 55, 48, 45, 50, 43, 48}[beat/2%8]
			at := music.Tick(beat * 480)
			for k, d := range []int{0, 12, 16, 12} {
				s.Tracks[1].Notes = append(s.Tracks[1].Notes, music.Note{Start: at + music.Tick(120*k), Dur: 110, Pitch: uint8(root + d), Velocity: 60})
			}
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: at, Dur: 460, Pitch: uint8(root + 24 + beat%3), Velocity: 80})
		}
		s.ReadMaps()
		played, _ := rubato(s, bpm, 3)
		if _, b, ok := Track(played); !ok || b.Tempo < .8*bpm || b.Tempo > 1.25*bpm {
			t.Errorf("at %.0f: tempo %.0f", bpm, b.Tempo)
		}
	}
}
