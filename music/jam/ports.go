package jam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gitlab.com/gomidi/midi/v2"
	"gitlab.com/gomidi/midi/v2/drivers"
)

// ErrNoDriver means that the program was built without a MIDI driver.
var ErrNoDriver = errors.New("this program was built without a MIDI driver")

// Ports lists the names of the input and output ports.
func Ports() (in, out []string, err error) {
	if drivers.Get() == nil {
		return nil, nil, ErrNoDriver
	}
	for _, p := range midi.GetInPorts() {
		in = append(in, p.String())
	}
	for _, p := range midi.GetOutPorts() {
		out = append(out, p.String())
	}
	return in, out, nil
}

// Play runs a conversation on the ports whose names contain those given.
func (j *Jam) Play(ctx context.Context, in, out string) error {
	if drivers.Get() == nil {
		return ErrNoDriver
	}
	from, err := midi.FindInPort(in)
	if err != nil {
		return fmt.Errorf("jam: no port to hear is called %q", in)
	}
	to, err := midi.FindOutPort(out)
	if err != nil {
		return fmt.Errorf("jam: no port to play on is called %q", out)
	}
	send, stop, err := j.Connect(from, to)
	if err != nil {
		return err
	}
	defer stop()
	return j.Run(ctx, send)
}

// Connect listens to a port until stop is called and returns the function that sends to
// another, for Run.
func (j *Jam) Connect(from drivers.In, to drivers.Out) (send func(msg []byte) error, stop func(), err error) {
	out, err := midi.SendTo(to)
	if err != nil {
		return nil, nil, fmt.Errorf("jam: %w", err)
	}
	stop, err = midi.ListenTo(from, func(m midi.Message, _ int32) { j.Hear(time.Now(), m) }, midi.UseTimeCode())
	if err != nil {
		return nil, nil, fmt.Errorf("jam: %w", err)
	}
	return func(msg []byte) error { return out(midi.Message(msg)) }, stop, nil
}
