// Package jam trades phrases with a player: it listens for a few bars and answers with
// as many, on the beat. It works on times and MIDI messages; only [Ports], [Connect] and
// [Jam.Play] need MIDI ports, and so a program built with the tag rtmidi.
package jam

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
)

// Options describe a conversation. Model is required; other zero fields mean the default.
type Options struct {
	Model *jazz.Model
	// Tempo is in quarter notes a minute. 0 takes it from MIDI clock or, if none
	// comes, from the first four notes, which are a count-in.
	Tempo    float64
	Bars     int          // of a phrase, default 4
	Beats    int          // quarter notes in a bar, default 4
	Jazz     jazz.Options // temperature, changes, tags, candidates and seed of the answers
	Channel  uint8        // of the answers, 0 to 15
	Program  int          // General MIDI program of the answers, 0 to 127; negative leaves the instrument alone
	Remember int          // bars of the conversation that an answer builds on, default 16

	Answered func(Answer) // called after every answer if not nil
}

// Answer reports one answer.
type Answer struct {
	Heard, Played int           // notes
	Thought       time.Duration // time that it took to generate
	Late          time.Duration // delay of its first note
}

const (
	resolution = 480 // ticks in a quarter note of the scores that are continued
	clocks     = 24  // MIDI clocks in a quarter note
	countIn    = 4   // notes
)

// heard is a note of the player or an answer, in real time; off is zero while it
// sounds.
type heard struct {
	on, off  time.Time
	pitch    uint8
	velocity uint8
	ours     bool // part of an answer
}

// Jam is one conversation. Its methods may be called by different goroutines.
type Jam struct {
	opt Options

	mu     sync.Mutex
	notes  []heard
	taps   []time.Time
	clock  []time.Time // of the last quarter note
	beat   time.Duration
	origin time.Time // a bar line; zero until something is played
	began  chan struct{}
}

// New returns a conversation that has not started.
func New(opt Options) *Jam {
	opt.Bars, opt.Beats, opt.Remember = cmp.Or(opt.Bars, 4), cmp.Or(opt.Beats, 4), cmp.Or(opt.Remember, 16)
	j := &Jam{opt: opt, began: make(chan struct{}, 1)}
	if opt.Tempo > 0 {
		j.beat = time.Duration(float64(time.Minute) / opt.Tempo)
	}
	return j
}

// Hear records a message of the player and when it came.
func (j *Jam) Hear(at time.Time, msg []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case len(msg) == 1 && msg[0] == 0xf8:
		j.tick(at)
	case len(msg) == 3 && msg[0]&0xf0 == 0x90 && msg[2] > 0:
		j.noteOn(at, msg[1]&127, msg[2]&127)
	case len(msg) == 3 && (msg[0]&0xf0 == 0x80 || msg[0]&0xf0 == 0x90):
		for i := len(j.notes) - 1; i >= 0; i-- {
			if n := &j.notes[i]; n.pitch == msg[1]&127 && n.off.IsZero() && !n.ours {
				n.off = at
				break
			}
		}
	}
}

// tick records a MIDI clock message; clocks set the tempo.
func (j *Jam) tick(at time.Time) {
	j.clock = append(j.clock, at)
	if n := len(j.clock); n > clocks {
		j.clock = j.clock[n-clocks-1:]
		if j.opt.Tempo == 0 {
			j.beat = at.Sub(j.clock[0])
		}
	}
}

func (j *Jam) noteOn(at time.Time, pitch, velocity uint8) {
	if j.beat == 0 { // the count-in
		if j.taps = append(j.taps, at); len(j.taps) == countIn {
			j.beat = at.Sub(j.taps[0]) / (countIn - 1)
			j.begin(at.Add(j.beat))
		}
		return
	}
	j.notes = append(j.notes, heard{on: at, pitch: pitch, velocity: velocity})
	if j.origin.IsZero() {
		j.begin(at) // the first note is on beat one
	}
}

func (j *Jam) begin(at time.Time) {
	j.origin = at
	select {
	case j.began <- struct{}{}:
	default:
	}
}

// phrase is the length of a call or an answer; the caller holds the lock.
func (j *Jam) phrase() time.Duration { return j.beat * time.Duration(j.opt.Bars*j.opt.Beats) }

// Run answers calls until ctx is done, sending messages with send. It ends every note
// that it starts.
func (j *Jam) Run(ctx context.Context, send func(msg []byte) error) error {
	if j.opt.Model == nil {
		return errors.New("jam: no model")
	}
	if p := j.opt.Program; p >= 0 {
		if err := send([]byte{0xc0 | j.opt.Channel&15, byte(p & 127)}); err != nil {
			return err
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-j.began:
		}
		if err := j.trade(ctx, send); err != nil {
			return err
		}
	}
}

// think is how long before its turn an answer is generated, more than that takes.
const think = 150 * time.Millisecond

// trade answers until a call is silent; the next note then starts a new exchange.
func (j *Jam) trade(ctx context.Context, send func(msg []byte) error) error {
	for round := 0; ; round++ {
		j.mu.Lock()
		phrase := j.phrase()
		call := j.origin.Add(2 * time.Duration(round) * phrase)
		j.mu.Unlock()
		turn := call.Add(phrase)
		if !wait(ctx, turn.Add(-min(think, phrase/4))) {
			return nil
		}
		started := time.Now()
		events, n, err := j.answer(ctx, call, turn, uint64(round))
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if n == 0 {
			j.mu.Lock()
			j.origin = time.Time{}
			j.mu.Unlock()
			return nil
		}
		a := Answer{Heard: n, Thought: time.Since(started)}
		if err := j.play(ctx, events, &a, send); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		if j.opt.Answered != nil {
			j.opt.Answered(a)
		}
	}
}

// wait sleeps until a time; it is false if ctx is done first.
func wait(ctx context.Context, until time.Time) bool {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// event is a message at a time.
type event struct {
	at  time.Time
	msg []byte
}

// answer generates the messages to be sent from turn on; n is the number of notes in the
// call.
func (j *Jam) answer(ctx context.Context, call, turn time.Time, round uint64) (events []event, n int, err error) {
	j.mu.Lock()
	beat, phrase := j.beat, j.phrase()
	early := call.Add(-beat / 2) // an upbeat
	for _, x := range j.notes {
		if !x.ours && !x.on.Before(early) && x.on.Before(turn) {
			n++
		}
	}
	seed, from := j.score(turn)
	j.mu.Unlock()
	if n == 0 {
		return nil, 0, nil
	}
	opt := j.opt.Jazz
	opt.Bars, opt.Part, opt.Seed = j.opt.Bars, 1, opt.Seed+round
	opt.Ending = jazz.Open // the player goes on
	c, err := j.opt.Model.Continue(ctx, seed, opt)
	if err != nil {
		return nil, n, err
	}
	at := func(t music.Tick) time.Time {
		return from.Add(time.Duration(float64(beat) * float64(t) / resolution))
	}
	end := turn.Add(phrase)
	channel := j.opt.Channel & 15
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, x := range c.Tracks[0].Notes {
		if x.Start < c.From {
			continue
		}
		on, off := at(x.Start), at(x.End())
		if off.After(end) {
			off = end
		}
		events = append(events, event{on, []byte{0x90 | channel, x.Pitch, x.Velocity}}, event{off, []byte{0x80 | channel, x.Pitch, 0}})
		j.notes = append(j.notes, heard{on, off, x.Pitch, x.Velocity, true})
	}
	slices.SortStableFunc(events, func(a, b event) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return int(a.msg[0]) - int(b.msg[0]) // offs first
	})
	return events, n, nil
}

// score returns the last bars of the conversation before turn and the time of its tick 0,
// and forgets what is older. The caller holds the lock.
func (j *Jam) score(turn time.Time) (*music.Score, time.Time) {
	bar := j.beat * time.Duration(j.opt.Beats)
	from := turn.Add(-bar * time.Duration(max(j.opt.Remember, j.opt.Bars)))
	tick := func(t time.Time) music.Tick {
		return music.Tick(float64(t.Sub(from))/float64(j.beat)*resolution + .5)
	}
	s := &music.Score{
		Resolution: resolution, Tempos: []music.Tempo{{MicrosPerBeat: int(j.beat / time.Microsecond)}}, Meters: []music.Meter{{Num: j.opt.Beats, Den: 4}},
		Tracks: make([]music.Track, 2),
	}
	j.notes = slices.DeleteFunc(j.notes, func(n heard) bool { return n.on.Before(from) })
	var first time.Time
	for _, n := range j.notes {
		if !n.on.Before(turn) {
			continue
		}
		if first.IsZero() || n.on.Before(first) {
			first = n.on
		}
		off := n.off
		if off.IsZero() || off.After(turn) {
			off = turn
		}
		start := tick(n.on)
		s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: start, Dur: max(1, tick(off)-start), Pitch: n.pitch, Velocity: max(1, n.velocity)})
	}
	slices.SortStableFunc(s.Tracks[0].Notes, func(a, b music.Note) int { return int(a.Start - b.Start) })
	// silence at the end is part of the call: an inaudible note marks it
	s.Tracks[1].Notes = []music.Note{{Start: tick(turn) - 10, Dur: 10, Pitch: 37, Velocity: 1, Channel: 9}}
	// empty bars at the start are not
	if skip := first.Sub(from) / bar; !first.IsZero() && skip > 0 {
		cut := tick(from.Add(skip * bar))
		return s.Cut(cut, tick(turn)), from.Add(skip * bar)
	}
	return s, from
}

// play sends events at their times.
func (j *Jam) play(ctx context.Context, events []event, a *Answer, send func(msg []byte) error) error {
	sounding := map[byte]bool{}
	defer func() {
		for pitch := range sounding {
			_ = send([]byte{0x80 | j.opt.Channel&15, pitch, 0})
		}
	}()
	for i, e := range events {
		if !wait(ctx, e.at) {
			return nil
		}
		if i == 0 {
			a.Late = time.Since(e.at)
		}
		if err := send(e.msg); err != nil {
			return err
		}
		if e.msg[0]&0xf0 == 0x90 {
			sounding[e.msg[1]] = true
			a.Played++
		} else {
			delete(sounding, e.msg[1])
		}
	}
	return nil
}
