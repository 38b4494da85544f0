package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
)

// work turns a query and a body into a value for JSON, or job.Sound.
type work func(ctx context.Context, body []byte, query string, l job.Listener) (any, error)

// named is the work of a job.
func named(name string) work {
	return func(ctx context.Context, body []byte, query string, l job.Listener) (any, error) {
		return job.Do(ctx, name, query, body, l)
	}
}

// voice is how the client's people speak of options.
func voice(r *http.Request) job.Voice {
	if r.Header.Get("Segue-Client") == "page" {
		return job.Page
	}
	return job.Request
}

// query is a job's query, with what the server's options add to it.
func (s *server) query(r *http.Request) string {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !s.opt.Portable {
		return r.URL.RawQuery
	}
	values.Set("deterministic", "true")
	return values.Encode()
}

// errors on the way to a job
var (
	errTooLarge = errors.New("the body is too large")
	errBusy     = errors.New("too much to do at the moment; try again in a minute")
	errShare    = errors.New("too many requests of yours are being worked on")
	errRate     = errors.New("too many requests of yours in the last minute")
	errEncoding = errors.New("bodies are taken as they are, without a Content-Encoding")
	errBody     = errors.New("the body could not be read")
)

// job is the handler of a job: it reads the body, works when there is a place, and
// answers with JSON or, if the client accepts that, a stream of events: progress, and
// then result or error.
func (s *server) job(f work) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.clients.enter(clientOf(r)); err != nil {
			s.refuse(w, err, voice(r))
			return
		}
		defer s.clients.leave(clientOf(r))
		s.metrics.waiting.Add(1)
		body, err := s.receive(w, r)
		s.metrics.waiting.Add(-1)
		if err != nil {
			s.refuse(w, err, voice(r))
			return
		}
		defer body.free()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		var events *stream
		var l job.Listener
		if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			events = newStream(w, cancel)
			l.Step = events.progress
		}
		a := s.work(ctx, f, body.buf, s.query(r), l)
		defer a.free()
		body.free()
		switch {
		case events != nil && a.err != nil:
			text, _ := json.Marshal(problem(a.err, s.opt, voice(r))) // strings
			events.end("error", text)
		case events != nil:
			events.end("result", a.data)
		case r.Context().Err() != nil: // nobody listens any more
		case a.err != nil:
			s.refuse(w, a.err, voice(r))
		default:
			w.Header().Set("Content-Type", a.media)
			w.Header().Set("Content-Length", strconv.Itoa(len(a.data)))
			_ = writeAll(w, a.data) // the client is gone, or too slow
		}
	}
}

// problem words an error.
func problem(err error, opt Options, v job.Voice) map[string]job.Wrong {
	w := v.Word(err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		w = job.Wrong{Message: fmt.Sprintf("this takes longer than %s", opt.Work), Hint: v.Words("send less, train nothing ({no-train}), or use the command on your own machine")}
	case errors.As(err, new(*job.TooMuch)):
		w.Hint = v.Words("send less, ask for less with {horizon} or {levels}, or use the command on your own machine")
	case errors.Is(err, errTooLarge):
		w.Message += fmt.Sprintf(": at most %d MB, unpacked", opt.Body>>20)
		w.Hint = "use the command on your own machine: segue forecast, segue continue"
	}
	return map[string]job.Wrong{"error": w}
}

// refuse answers with an error and the status that fits it.
func (s *server) refuse(w http.ResponseWriter, err error, v job.Voice) {
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, errTooLarge), errors.As(err, new(*job.TooMuch)):
		status = http.StatusRequestEntityTooLarge
	case errors.Is(err, errEncoding):
		status = http.StatusUnsupportedMediaType
	case errors.Is(err, errBusy):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "30")
	case errors.Is(err, errShare), errors.Is(err, errRate):
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", "10")
	case errors.Is(err, errBody), job.IsOption(err):
		status = http.StatusBadRequest
	case errors.Is(err, context.DeadlineExceeded):
		status = http.StatusGatewayTimeout
	}
	if status == http.StatusRequestEntityTooLarge || status == http.StatusServiceUnavailable || errors.Is(err, errBody) {
		w.Header().Set("Connection", "close") // what is left of the body is not read
	}
	answer(w, status, problem(err, s.opt, v))
}

// fail answers with an error.
func fail(w http.ResponseWriter, status int, message, hint string) {
	answer(w, status, map[string]job.Wrong{"error": {Message: message, Hint: hint}})
}

func answer(w http.ResponseWriter, status int, problem map[string]job.Wrong) {
	allow(http.NewResponseController(w))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem)
}
