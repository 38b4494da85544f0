package music

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// Clock, Seconds and the searches agree with going through all tempos and meters.
func TestClock(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s := &Score{Resolution: 96, Tempos: []Tempo{{0, 500000}}, Meters: []Meter{{0, 4, 4}}}
	for at := Tick(0); at < 5000; {
		at += Tick(r.IntN(300)) // sometimes two at one tick
		s.Tempos = append(s.Tempos, Tempo{at, 200000 + r.IntN(600000)})
		s.Meters = append(s.Meters, Meter{at, 1 + r.IntN(6), 4})
	}
	clock := s.Clock()
	for at := Tick(0); at < 6000; at += 7 {
		var want float64
		for i, x := range s.Tempos {
			end := at
			if i+1 < len(s.Tempos) {
				end = min(end, s.Tempos[i+1].At)
			}
			want += float64(max(0, end-x.At)) * float64(x.MicrosPerBeat) / 1e6 / 96
		}
		if a, b := clock(at), s.Seconds(at); math.Abs(a-want) > 1e-9 || math.Abs(b-want) > 1e-9 {
			t.Fatalf("tick %d: the clock says %v, Seconds %v, want %v", at, a, b, want)
		}
		tempo, meter := s.Tempos[0], s.Meters[0]
		for i := range s.Tempos {
			if s.Tempos[i].At <= at {
				tempo, meter = s.Tempos[i], s.Meters[i]
			}
		}
		if got, want := s.TempoAt(at), 60e6/float64(tempo.MicrosPerBeat); got != want {
			t.Fatalf("tick %d: tempo %v, want %v", at, got, want)
		}
		if got := s.MeterAt(at); got != meter {
			t.Fatalf("tick %d: meter %v, want %v", at, got, meter)
		}
		// the next bar line is where a bar starts, and none lies between
		next := s.NextBar(at)
		if next < at || s.BarStart(next) != next {
			t.Fatalf("tick %d: next bar %d does not start a bar", at, next)
		}
		for x := at; x < next; x++ {
			if s.BarStart(x) == x {
				t.Fatalf("tick %d: next bar %d, but one starts at %d", at, next, x)
			}
		}
	}
}

// oneTrack is a MIDI file of one track.
func oneTrack(division uint16, events ...[]byte) []byte {
	track := append(bytes.Join(events, nil), 0, 0xff, 0x2f, 0)
	b := append([]byte("MThd\x00\x00\x00\x06\x00\x01\x00\x01"), byte(division>>8), byte(division))
	return append(binary.BigEndian.AppendUint32(append(b, "MTrk"...), uint32(len(track))), track...)
}

// Files that would keep a reader busy for minutes are refused.
func TestExcess(t *testing.T) {
	note := []byte{0, 0x90, 60, 64, 10, 0x80, 60, 64}
	for name, data := range map[string][]byte{
		"tempos": oneTrack(480, bytes.Repeat([]byte{1, 0xff, 0x51, 3, 7, 0xa1, 0x20}, 200000), note),
		"bars":   oneTrack(32, []byte{0, 0xff, 0x58, 4, 1, 6, 24, 8}, []byte{0xff, 0xff, 0xff, 0x70, 0x90, 60, 64, 10, 0x80, 60, 64}),
	} {
		if _, _, err := ReadMIDI(data); !errors.Is(err, ErrMIDI) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
