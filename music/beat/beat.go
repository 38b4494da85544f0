// Package beat finds the beats of music that was played without a metronome, so that its
// bars mean something. Start with [Track]: it says whether a score was played freely and,
// if so, writes it anew, a quarter note to a beat and a tempo to each, so that it sounds
// as before. Nothing here keeps state; scores are not changed.
//
// The beats are the likeliest path through pairs of a time and a period, as in Ellis
// (2007, "Beat tracking by dynamic programming") with a period that may change from beat
// to beat as in Krebs, Böck and Widmer (2015); whether every one of them, every second or
// third or more than those are beats is chosen by what sounds on them. What they are not: they do not follow pauses
// of several seconds, and the meter is one of 3/4 and 4/4.
package beat

import (
	"math"
	"slices"

	"github.com/segue-go/segue/music"
)

// Beats are the beats of a score that was played freely.
type Beats struct {
	Times []float64 // of the beats, in seconds of the score that was tracked
	Meter int       // beats in a bar, 3 or 4
	First int       // the first beat that begins a bar
	Tempo float64   // median, in beats a minute
}

const (
	fewest     = 24   // onsets that say enough
	longest    = 1800 // seconds that are tracked, for the sake of memory
	resolution = 480
	together   = .035 // seconds between the notes of a chord
)

// onset is one or several notes that begin together.
type onset struct {
	at     float64 // seconds
	weight float64 // how much it sounds like a beat; 1 on average
	bass   int     // lowest pitch
}

// Track finds the beats of a score and returns it with a quarter note to a beat. ok is
// false for music that keeps to the beats of its file, if it has some, or that has too few
// notes.
func Track(s *music.Score) (tracked *music.Score, b Beats, ok bool) {
	if n := s.Notes(); n < fewest || len(s.Tempos) > 1 || s.Seconds(s.End()) > longest || !s.Beatless && !free(s) {
		return nil, b, false
	}
	list := onsets(s)
	if len(list) < fewest {
		return nil, b, false
	}
	b.Times = path(list)
	if len(b.Times) < 8 || len(b.Times) > 3*len(list) { // most beats are silent: there is no pulse
		return nil, b, false
	}
	b.Times = level(list, b.Times)
	b.Meter, b.First = bars(list, b.Times)
	b.Tempo = 60 / median(periods(b.Times))
	return retime(s, b), b, true
}

// free reports whether the onsets of a score have nothing to do with its beats: their
// mean on the circle of no division of the beat is further from the centre than that of
// chance. Music with drums has a pulse that was meant.
func free(s *music.Score) bool {
	drums := s.DrumChannels()
	for _, division := range []int{1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24} {
		var x, y, n float64
		for _, t := range s.Tracks {
			for _, note := range t.Notes {
				if drums[note.Channel&15] {
					return false
				}
				sin, cos := math.Sincos(2 * math.Pi * float64(division) * float64(note.Start) / float64(s.Resolution))
				x, y, n = x+cos, y+sin, n+1
			}
		}
		if math.Hypot(x, y) > max(.35*n, 1.9*math.Sqrt(n)) {
			return false
		}
	}
	return true
}

// onsets gathers the notes of a score. Chords, low notes and notes that are followed by
// nothing for a while sound like beats.
func onsets(s *music.Score) []onset {
	type strike struct {
		at    float64
		pitch int
	}
	clock := s.Clock()
	var all []strike
	for _, t := range s.Tracks {
		for _, n := range t.Notes {
			all = append(all, strike{clock(n.Start), int(n.Pitch)})
		}
	}
	slices.SortFunc(all, func(a, b strike) int {
		if a.at < b.at {
			return -1
		}
		if a.at > b.at {
			return 1
		}
		return a.pitch - b.pitch
	})
	var out []onset
	for i := 0; i < len(all); {
		o := onset{at: all[i].at, bass: all[i].pitch}
		n := 0
		for ; i < len(all) && all[i].at < o.at+together; i++ {
			o.bass = min(o.bass, all[i].pitch)
			n++
		}
		o.weight = 1 + .5*math.Log2(float64(n))
		out = append(out, o)
	}
	var low []float64
	for _, o := range out {
		low = append(low, float64(o.bass))
	}
	middle := median(low)
	var gaps []float64
	for i := 1; i < len(out); i++ {
		gaps = append(gaps, out[i].at-out[i-1].at)
	}
	if len(gaps) == 0 {
		return out
	}
	usual := median(gaps)
	var mean float64
	for i := range out {
		o := &out[i]
		o.weight += max(-.8, min(1.2, (middle-float64(o.bass))/10))
		if i < len(gaps) {
			o.weight += .8 * max(-.6, min(1, math.Log2(gaps[i]/usual)))
		}
		o.weight = max(o.weight, .3)
		mean += o.weight / float64(len(out))
	}
	for i := range out {
		out[i].weight /= mean
	}
	return out
}

func median(x []float64) float64 {
	y := slices.Sorted(slices.Values(x))
	return y[len(y)/2]
}

// periods are the times from beat to beat.
func periods(times []float64) []float64 {
	var out []float64
	for i := 1; i < len(times); i++ {
		out = append(out, times[i]-times[i-1])
	}
	return out
}

// bars finds the meter and the first downbeat: where what is heavy, low and new in the
// bass returns.
func bars(list []onset, times []float64) (meter, first int) {
	heavy := make([]float64, len(times))
	k, bass := 0, -1
	for i, t := range times {
		reach := .12
		if i+1 < len(times) {
			reach = min(reach, (times[i+1]-t)/4)
		}
		for k < len(list) && list[k].at < t-reach {
			k++
		}
		if k < len(list) && list[k].at <= t+reach {
			heavy[i] = list[k].weight
			if list[k].bass != bass {
				heavy[i] += .3
			}
			bass = list[k].bass
		}
	}
	best := math.Inf(-1)
	for _, m := range []int{4, 3} {
		for r := range m {
			var in, out, n float64
			for i, h := range heavy {
				if i%m == r {
					in, n = in+h, n+1
				} else {
					out += h
				}
			}
			x := in/max(n, 1) - out/max(float64(len(heavy))-n, 1)
			if m == 3 {
				x *= .9 // 4/4 is the commoner
			}
			if x > best {
				best, meter, first = x, m, r
			}
		}
	}
	return meter, first
}

// retime writes a score anew: beat k is quarter note k, counted so that bars begin with
// downbeats, and has its own tempo; the last is followed by the usual one.
func retime(s *music.Score, b Beats) *music.Score {
	before := (b.Meter - b.First) % b.Meter // beats of the first bar before the first beat
	gaps := periods(b.Times)
	clock := s.Clock()
	tick := func(at music.Tick) music.Tick {
		t := clock(at)
		k, _ := slices.BinarySearch(b.Times, t)
		k = max(0, min(k-1, len(gaps)-1))
		x := float64(k) + (t-b.Times[k])/gaps[k] + float64(before)
		return max(0, music.Tick(math.Round(x*resolution)))
	}
	out := &music.Score{Resolution: resolution, Tracks: make([]music.Track, max(1, len(s.Tracks)))}
	head := []music.Event{{Message: []byte{0xff, 0x58, 4, byte(b.Meter), 2, 24, 8}}}
	tempo := func(beat int, seconds float64) {
		us := int(math.Round(max(.01, min(seconds, 16)) * 1e6))
		head = append(head, music.Event{At: music.Tick(beat * resolution), Message: []byte{0xff, 0x51, 3, byte(us >> 16), byte(us >> 8), byte(us)}})
	}
	if before > 0 {
		tempo(0, gaps[0])
	}
	for i, g := range gaps {
		tempo(i+before, g)
	}
	tempo(len(gaps)+before, median(gaps[max(0, len(gaps)-lately):]))
	for i, t := range s.Tracks {
		for _, n := range t.Notes {
			end := tick(n.End())
			n.Start = tick(n.Start)
			n.Dur = max(1, end-n.Start)
			out.Tracks[i].Notes = append(out.Tracks[i].Notes, n)
		}
		for _, e := range t.Events {
			if m := e.Message; len(m) > 1 && m[0] == 0xff && (m[1] == 0x51 || m[1] == 0x58) {
				continue
			}
			out.Tracks[i].Events = append(out.Tracks[i].Events, music.Event{At: tick(e.At), Message: e.Message})
		}
	}
	out.Tracks[0].Events = append(head, out.Tracks[0].Events...)
	slices.SortStableFunc(out.Tracks[0].Events, func(a, b music.Event) int { return int(a.At - b.At) })
	out.ReadMaps()
	return out
}

// lately is the number of beats that say in which tempo the music goes on.
const lately = 16
