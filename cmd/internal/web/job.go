package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

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
	errShare    = errors.New("too many requests of yours are being worked on")
	errRate     = errors.New("too many requests of yours in the last minute")
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

// job is the handler of a job: it reads the body, works when there is a place, and
// answers with JSON or, if the client accepts that, a stream of events: progress, and
// then result or error.
func (s *server) job(f work) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.clients.enter(clientOf(r)); err != nil {
			s.refuse(w, err)
			return
		}
		defer s.clients.leave(clientOf(r))
		s.metrics.waiting.Add(1)
		body, err := s.receive(w, r)
		s.metrics.waiting.Add(-1)
		if err != nil {
			s.refuse(w, err)
			return
		}
		defer body.free()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		var events *stream
		var progress job.Progress
		if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			events = newStream(w, cancel)
			progress = events.progress
		}
		a := s.work(ctx, f, body.buf, s.query(r), progress)
		defer a.free()
		body.free()
		switch {
		case events != nil && a.err != nil:
			text, _ := json.Marshal(problem(a.err, s.opt)) // strings
			events.end("error", text)
		case events != nil:
			events.end("result", a.data)
		case r.Context().Err() != nil: // nobody listens any more
		case a.err != nil:
			s.refuse(w, a.err)
		default:
			w.Header().Set("Content-Type", a.media)
			w.Header().Set("Content-Length", strconv.Itoa(len(a.data)))
			_ = writeAll(w, a.data) // the client is gone, or too slow
		}
	}
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
	case errors.As(err, new(*job.TooMuch)):
		w.Hint = "send less, ask for fewer steps or levels, or use the command on your own machine"
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
	allow(http.NewResponseController(w))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]wrong{"error": {message, hint}})
}
