package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// outcome is what a job came to: data of a media type, or an error.
type outcome struct {
	data  []byte
	media string
	err   error
	free  func() // gives the memory of data back
}

// maxAnswer is the largest answer, in bytes.
const maxAnswer = 64 << 20

// errLong ends a job that is too long for the short lane.
var errLong = errors.New("too long for the short lane")

// work runs a job: one with a small body in the short lane first.
func (s *server) work(ctx context.Context, f work, body []byte, query string, l job.Listener) outcome {
	if len(body) <= shortBody && s.opt.Work > s.brief {
		result, err := s.attempt(ctx, s.short, s.brief, shortMemory, f, body, query, l)
		if !errors.Is(err, errLong) {
			return s.encode(result, err)
		}
	}
	lane := s.long
	if len(body) <= shortBody && s.opt.Work <= s.brief {
		lane = s.short
	}
	result, err := s.attempt(ctx, lane, s.opt.Work, s.opt.JobMemory(), f, body, query, l)
	if errors.Is(err, errLong) {
		err = context.DeadlineExceeded
	}
	return s.encode(result, err)
}

// attempt runs a job in a lane, within time and memory; errLong says that it needs more
// of either.
func (s *server) attempt(ctx context.Context, in *lane, most time.Duration, memory int64, f work, body []byte, query string, l job.Listener) (any, error) {
	s.metrics.waiting.Add(1)
	err := in.enter(ctx, s.opt.Wait)
	s.metrics.waiting.Add(-1)
	if err != nil {
		return nil, err
	}
	defer in.leave()
	s.metrics.running.Add(1)
	defer s.metrics.running.Add(-1)
	inTime, cancel := context.WithTimeoutCause(ctx, most, errLong)
	defer cancel()
	result, err := f(job.WithBudget(inTime, memory), body, query, l)
	if inTime.Err() != nil {
		return nil, context.Cause(inTime)
	}
	if much := (*job.TooMuch)(nil); errors.As(err, &much) {
		if much.Need > memory && much.Need <= s.opt.JobMemory() {
			return nil, errLong
		}
		much.Have = s.opt.JobMemory()
	}
	return result, err
}

// encode makes a result an outcome.
func (s *server) encode(result any, err error) outcome {
	a := outcome{err: err, media: "application/json", free: func() {}}
	if err != nil {
		return a
	}
	if b, ok := result.(job.Sound); ok {
		a.data, a.media = b, "audio/wav"
	} else {
		var buf bytes.Buffer
		a.err = json.NewEncoder(&buf).Encode(result)
		a.data = bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	}
	n, pool := int64(len(a.data)), s.answers
	if n <= shortBody {
		pool = s.smallBodies
	}
	switch {
	case a.err != nil:
	case n > maxAnswer:
		a.err = &job.TooMuch{What: "the answer's bytes", Need: n, Have: maxAnswer}
	case !pool.TryAcquire(n): // clients that read slowly hold what there is
		a.err = errBusy
	default:
		a.free = func() { pool.Release(n) }
	}
	if a.err != nil {
		a.data = nil
	}
	return a
}
