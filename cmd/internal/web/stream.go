package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// stream is a stream of server-sent events. One goroutine writes them, so that a job
// never waits for its client; the job is dropped when the client takes nothing.
type stream struct {
	w      http.ResponseWriter
	ctl    *http.ResponseController
	cancel func()
	wake   chan struct{}
	stop   chan struct{}
	done   chan struct{}

	mu      sync.Mutex
	pending string // the newest progress that has not been written
}

const (
	eventGap  = 100 * time.Millisecond // between two reports of progress
	heartbeat = 5 * time.Second        // a sign of life when there is nothing to say
	patience  = 20 * time.Second       // for a client to take a piece of what is written
	piece     = 1 << 20                // bytes
)

// allow gives a client time to take a piece.
func allow(ctl *http.ResponseController) { _ = ctl.SetWriteDeadline(time.Now().Add(patience)) }

// writeAll writes data piece by piece, for as long as the client takes them.
func writeAll(w http.ResponseWriter, data []byte) error {
	ctl := http.NewResponseController(w)
	for len(data) > 0 {
		allow(ctl)
		n, err := w.Write(data[:min(len(data), piece)])
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

func newStream(w http.ResponseWriter, cancel func()) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	s := &stream{w: w, ctl: http.NewResponseController(w), cancel: cancel, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go s.loop()
	return s
}

// loop writes progress, and comments so that neither side takes the other for dead.
func (s *stream) loop() {
	defer close(s.done)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		text := ": working\n\n"
		select {
		case <-s.stop:
			return
		case <-beat.C:
		case <-s.wake:
			text = s.take()
		}
		if s.write(text) != nil {
			s.cancel()
			return
		}
		select {
		case <-s.stop:
			return
		case <-time.After(eventGap):
		}
	}
}

// take returns the pending event.
func (s *stream) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.pending
	s.pending = ""
	return text
}

func (s *stream) write(text string) error {
	if text == "" {
		return nil
	}
	if err := writeAll(s.w, []byte(text)); err != nil {
		return err
	}
	return s.ctl.Flush()
}

// progress reports how far the job is.
func (s *stream) progress(p job.Step) {
	text, err := event("progress", map[string]any{"stage": p.Stage, "done": p.Done()})
	if err != nil {
		return // no number
	}
	s.mu.Lock()
	s.pending = text
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// end sends the last event.
func (s *stream) end(name string, data []byte) {
	close(s.stop)
	<-s.done
	if s.write(s.take()) == nil {
		_ = s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, data))
	}
}

// event words an event; JSON has no line breaks.
func event(name string, v any) (string, error) {
	data, err := json.Marshal(v)
	return fmt.Sprintf("event: %s\ndata: %s\n\n", name, data), err
}
