package jam

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segue-go/segue/music/jazz"
	"gitlab.com/gomidi/midi/v2"
	"gitlab.com/gomidi/midi/v2/drivers/testdrv"
)

// sent is a message and when it came.
type sent struct {
	at  time.Time
	msg []byte
}

// A phrase on one port is answered on another: from the bar line on, with notes
// that all end, within the answer's bars; and silence is not answered.
func TestTrade(t *testing.T) {
	model, err := jazz.Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	const tempo, bars = 480, 2
	beat := time.Minute / tempo
	player, machine := testdrv.New("player"), testdrv.New("machine")
	ins, _ := player.Ins()
	outs, _ := player.Outs()
	heardIn, _ := machine.Ins()
	machineOut, _ := machine.Outs()

	var mu sync.Mutex
	var got []sent
	stop, err := midi.ListenTo(heardIn[0], func(m midi.Message, _ int32) {
		mu.Lock()
		got = append(got, sent{time.Now(), slices.Clone(m)})
		mu.Unlock()
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	answers := make(chan Answer, 10)
	j := New(Options{Model: model, Tempo: tempo, Bars: bars, Program: 65, Channel: 2, Answered: func(a Answer) { answers <- a }})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	play, disconnect, err := j.Connect(ins[0], machineOut[0])
	if err != nil {
		t.Fatal(err)
	}
	defer disconnect()
	go func() { done <- j.Run(ctx, play) }()

	send, err := midi.SendTo(outs[0])
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for i, pitch := range []uint8{60, 62, 64, 67, 69, 67} {
		_ = send(midi.NoteOn(0, pitch, 90))
		time.Sleep(time.Until(start.Add(time.Duration(i+1) * beat * 9 / 10)))
		_ = send(midi.NoteOff(0, pitch))
		time.Sleep(time.Until(start.Add(time.Duration(i+1) * beat)))
	}
	var a Answer
	select {
	case a = <-answers:
	case <-time.After(20 * time.Second):
		t.Fatal("no answer")
	}
	time.Sleep(5 * bars * 4 * beat) // the next call is silent
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if a.Heard != 6 || a.Played == 0 || len(answers) != 0 {
		t.Errorf("%+v, and %d more answers", a, len(answers))
	}
	mu.Lock()
	defer mu.Unlock()
	checkAnswer(t, got, start.Add(bars*4*beat), a.Played)
}

// checkAnswer is what a player would notice of the messages of an answer: they come from
// turn on, every note ends, and the instrument is set first.
func checkAnswer(t *testing.T, got []sent, turn time.Time, played int) {
	t.Helper()
	on := map[byte]int{}
	notes := 0
	for _, s := range got {
		switch s.msg[0] {
		case 0x90 | 2:
			notes++
			on[s.msg[1]]++
		case 0x80 | 2:
			on[s.msg[1]]--
		case 0xc0 | 2:
			continue
		default:
			t.Errorf("message % x", s.msg)
		}
		if d := s.at.Sub(turn); d < -2*time.Millisecond {
			t.Errorf("a note came %v before the machine's turn", -d)
		}
	}
	if notes != played {
		t.Errorf("%d notes, reported were %d", notes, played)
	}
	for pitch, n := range on {
		if n != 0 {
			t.Errorf("pitch %d is still on", pitch)
		}
	}
	if len(got) == 0 || got[0].msg[0] != 0xc0|2 || got[0].msg[1] != 65 {
		t.Errorf("the instrument was not set: %v", got)
	}
}

// The tempo comes from a clock or from a count-in.
func TestTempo(t *testing.T) {
	at := time.Unix(1000, 0)
	byClock := New(Options{})
	for i := range 60 {
		byClock.Hear(at.Add(time.Duration(i)*20*time.Millisecond), []byte{0xf8})
	}
	if want := 480 * time.Millisecond; byClock.beat != want {
		t.Errorf("by the clock a beat lasts %v, want %v", byClock.beat, want)
	}
	byClock.Hear(at.Add(2*time.Second), []byte{0x90, 60, 80})
	if !byClock.origin.Equal(at.Add(2 * time.Second)) {
		t.Errorf("the first note is at %v, the bar line at %v", at.Add(2*time.Second), byClock.origin)
	}
	tapped := New(Options{})
	for i := range 4 {
		tapped.Hear(at.Add(time.Duration(i)*600*time.Millisecond), []byte{0x99, 37, 80})
	}
	if tapped.beat != 600*time.Millisecond || !tapped.origin.Equal(at.Add(2400*time.Millisecond)) || len(tapped.notes) != 0 {
		t.Errorf("counted in: a beat of %v, bar line after %v, %d notes", tapped.beat, tapped.origin.Sub(at), len(tapped.notes))
	}
}

// When it is stopped in the middle of an answer, no note is left on.
func TestStop(t *testing.T) {
	model, err := jazz.Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	j := New(Options{Model: model, Tempo: 600, Bars: 2, Program: -1})
	ctx, cancel := context.WithCancel(context.Background())
	on := map[byte]bool{}
	any := false
	for i := range 8 {
		at := time.Now().Add(time.Duration(i) * 100 * time.Millisecond)
		j.Hear(at, []byte{0x90, byte(60 + i), 90})
		j.Hear(at.Add(80*time.Millisecond), []byte{0x80, byte(60 + i), 0})
	}
	err = j.Run(ctx, func(m []byte) error {
		if m[0]&0xf0 == 0x90 {
			on[m[1]], any = true, true
			cancel()
		} else {
			delete(on, m[1])
		}
		return nil
	})
	if err != nil || !any || len(on) > 0 {
		t.Errorf("error %v, played %t, still on: %v", err, any, on)
	}
}
