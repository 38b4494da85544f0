package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// stream is a stream of server-sent events. It drops the job when the client no
// longer takes what is written.
type stream struct {
	mu     sync.Mutex
	w      http.ResponseWriter
	ctl    *http.ResponseController
	cancel func()
	last   time.Time
	stop   chan struct{}
}

const (
	eventGap  = 100 * time.Millisecond // between two reports of progress
	heartbeat = 5 * time.Second        // a sign of life when there is nothing to say
	patience  = 20 * time.Second       // for a client to take what was written
)

func newStream(w http.ResponseWriter, cancel func()) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	s := &stream{w: w, ctl: http.NewResponseController(w), cancel: cancel, stop: make(chan struct{})}
	go s.beat()
	return s
}

// beat writes comments, so that neither side takes the other for dead.
func (s *stream) beat() {
	t := time.NewTicker(heartbeat)
	defer t.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
			s.mu.Lock()
			s.write(": working\n\n")
			s.mu.Unlock()
		}
	}
}

func (s *stream) close() { close(s.stop) }

// write sends text; the caller holds the lock.
func (s *stream) write(text string) {
	select {
	case <-s.stop:
		return
	default:
	}
	_ = s.ctl.SetWriteDeadline(time.Now().Add(patience))
	_, err := s.w.Write([]byte(text))
	if err == nil {
		err = s.ctl.Flush()
	}
	if err != nil {
		s.cancel()
	}
}

// progress reports how far the job is.
func (s *stream) progress(p job.Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last) < eventGap && p.Done() > 0 {
		return
	}
	s.last = time.Now()
	s.event("progress", map[string]any{"stage": p.Stage, "done": p.Done()})
}

// send sends the last event.
func (s *stream) send(name string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.event(name, v)
}

func (s *stream) event(name string, v any) {
	data, err := json.Marshal(v) // without line breaks
	if err != nil {
		s.cancel()
		return
	}
	s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, data))
}
