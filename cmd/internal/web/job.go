package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
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
	errEncoding = errors.New("bodies are taken as they are, without a Content-Encoding")
	errBody     = errors.New("the body could not be read")
)

// job is the handler of a job: it waits for room for the body, reads it, waits for
// a worker, works, and answers with JSON or, if the client accepts that, a stream
// of events: progress, and then result or error.
func (s *server) job(f work) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.metrics.waiting.Add(1)
		body, release, err := s.admit(w, r)
		s.metrics.waiting.Add(-1)
		if err != nil {
			s.refuse(w, err, voice(r))
			return
		}
		defer release()
		ctx, cancel := context.WithTimeout(r.Context(), s.opt.Work)
		defer cancel()
		var events *stream
		var l job.Listener
		if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			events = newStream(w, cancel)
			defer events.close()
			l.Step = events.progress
		}
		s.metrics.running.Add(1)
		result, err := f(ctx, body, s.query(r), l)
		s.metrics.running.Add(-1)
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case r.Context().Err() != nil:
			return // nobody listens any more
		case events != nil && err != nil:
			events.send("error", problem(err, s.opt, voice(r)))
		case events != nil:
			events.send("result", result)
		case err != nil:
			s.refuse(w, err, voice(r))
		default:
			respond(w, result)
		}
	}
}

// admit reads the body, when there is room for it and a worker is free.
func (s *server) admit(w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	if r.Header.Get("Content-Encoding") != "" {
		return nil, nil, errEncoding
	}
	size := r.ContentLength
	if size < 0 {
		size = s.opt.Body
	}
	if size > s.opt.Body {
		return nil, nil, errTooLarge
	}
	wait, cancel := context.WithTimeout(r.Context(), s.opt.Wait)
	defer cancel()
	room := max(size, 4096)
	if s.bodies.Acquire(wait, room) != nil {
		return nil, nil, errBusy
	}
	free := func() { s.bodies.Release(room) }
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.opt.Receive))
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, s.opt.Body))
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	if err == nil {
		body, err = unzip(body, s.opt.Body)
	}
	if err != nil {
		free()
		var large *http.MaxBytesError
		if errors.As(err, &large) || errors.Is(err, errTooLarge) {
			return nil, nil, errTooLarge
		}
		return nil, nil, errBody
	}
	if s.workers.Acquire(wait, 1) != nil {
		free()
		return nil, nil, errBusy
	}
	return body, func() { s.workers.Release(1); free() }, nil
}

// unzip unpacks a .gz file, as far as a body may be long.
func unzip(body []byte, most int64) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, most+1))
	if err == nil && int64(len(out)) > most {
		err = errTooLarge
	}
	return out, err
}

// wrong is an error as clients see it.
type wrong struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`

	Remedies []forecast.Remedy `json:"remedies,omitempty"` // what hint says, for programs
}

// problem words an error.
func problem(err error, opt Options, v job.Voice) map[string]wrong {
	w := wrong{Message: job.Message(err, v), Hint: job.Hint(err, v), Remedies: job.Remedies(err, v)}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		w = wrong{Message: fmt.Sprintf("this takes longer than %s", opt.Work), Hint: v.Words("send less, train nothing ({no-train}), or use the command on your own machine")}
	case errors.Is(err, errTooLarge):
		w.Message += fmt.Sprintf(": at most %d MB, unpacked", opt.Body>>20)
		w.Hint = "use the command on your own machine: segue forecast, segue continue"
	}
	return map[string]wrong{"error": w}
}

// refuse answers with an error and the status that fits it.
func (s *server) refuse(w http.ResponseWriter, err error, v job.Voice) {
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, errTooLarge):
		status = http.StatusRequestEntityTooLarge
	case errors.Is(err, errEncoding):
		status = http.StatusUnsupportedMediaType
	case errors.Is(err, errBusy):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "30")
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
	answer(w, status, map[string]wrong{"error": {Message: message, Hint: hint}})
}

func answer(w http.ResponseWriter, status int, problem map[string]wrong) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem)
}

// respond answers with a result; a client that reads nothing for a minute is cut
// off.
func respond(w http.ResponseWriter, result any) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute))
	if b, ok := result.(job.Sound); ok {
		w.Header().Set("Content-Type", "audio/wav")
		_, _ = w.Write(b)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(result)
}
