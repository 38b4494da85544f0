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
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// work is a job: it turns a body into a value for JSON, or bytes of a media type.
type work func(ctx context.Context, body []byte, query string, p job.Progress) (any, error)

// sound is a result that is not JSON.
type sound []byte

func forecastJob(ctx context.Context, body []byte, query string, p job.Progress) (any, error) {
	return job.RunForecast(ctx, body, query, p)
}

func musicJob(ctx context.Context, body []byte, query string, p job.Progress) (any, error) {
	return job.RunMusic(ctx, body, query, p)
}

func renderJob(ctx context.Context, body []byte, _ string, _ job.Progress) (any, error) {
	b, err := job.RunRender(ctx, body)
	return sound(b), err
}

// errors on the way to a job
var (
	errTooLarge = errors.New("the body is too large")
	errBusy     = errors.New("too much to do at the moment; try again in a minute")
	errEncoding = errors.New("bodies are taken as they are, without a Content-Encoding")
	errBody     = errors.New("the body could not be read")
)

// query is a job's query, with what the server's options add to it.
func (s *server) query(r *http.Request) string {
	if !s.opt.Portable {
		return r.URL.RawQuery
	}
	return "deterministic=true&" + r.URL.RawQuery // the first value counts
}

// job is the handler of a job: it waits for room for the body, reads it, waits for
// a worker, works, and answers with JSON or, if the client accepts that, a stream
// of events: progress, and then result or error.
func (s *server) job(f work) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.metrics.waiting.Add(1)
		body, release, err := s.admit(w, r)
		s.metrics.waiting.Add(-1)
		if err != nil {
			s.refuse(w, err)
			return
		}
		defer release()
		ctx, cancel := context.WithTimeout(r.Context(), s.opt.Work)
		defer cancel()
		var events *stream
		var progress job.Progress
		if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			events = newStream(w, cancel)
			defer events.close()
			progress = events.progress
		}
		s.metrics.running.Add(1)
		result, err := f(ctx, body, s.query(r), progress)
		s.metrics.running.Add(-1)
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case r.Context().Err() != nil:
			return // nobody listens any more
		case events != nil && err != nil:
			events.send("error", problem(err, s.opt))
		case events != nil:
			events.send("result", result)
		case err != nil:
			s.refuse(w, err)
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
}

// problem words an error.
func problem(err error, opt Options) map[string]wrong {
	w := wrong{Message: job.Message(err), Hint: strings.ReplaceAll(job.Hint(err), "--", "")}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		w = wrong{fmt.Sprintf("this takes longer than %s", opt.Work), "send less, or use the command on your own machine"}
	case errors.Is(err, errTooLarge):
		w.Message += fmt.Sprintf(": at most %d MB, unpacked", opt.Body>>20)
		w.Hint = "use the command on your own machine: segue forecast, segue continue"
	}
	return map[string]wrong{"error": w}
}

// refuse answers with an error and the status that fits it.
func (s *server) refuse(w http.ResponseWriter, err error) {
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, errTooLarge):
		status = http.StatusRequestEntityTooLarge
	case errors.Is(err, errEncoding):
		status = http.StatusUnsupportedMediaType
	case errors.Is(err, errBusy):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "30")
	case errors.Is(err, errBody), errors.Is(err, job.ErrOption):
		status = http.StatusBadRequest
	case errors.Is(err, context.DeadlineExceeded):
		status = http.StatusGatewayTimeout
	}
	if status == http.StatusRequestEntityTooLarge || status == http.StatusServiceUnavailable || errors.Is(err, errBody) {
		w.Header().Set("Connection", "close") // what is left of the body is not read
	}
	p := problem(err, s.opt)["error"]
	fail(w, status, p.Message, p.Hint)
}

// fail answers with an error.
func fail(w http.ResponseWriter, status int, message, hint string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]wrong{"error": {message, hint}})
}

// respond answers with a result; a client that reads nothing for a minute is cut
// off.
func respond(w http.ResponseWriter, result any) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute))
	if b, ok := result.(sound); ok {
		w.Header().Set("Content-Type", "audio/wav")
		_, _ = w.Write(b)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(result)
}
