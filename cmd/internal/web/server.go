// Package web serves segue's page and its HTTP interface. The work itself is in
// package job; here is what a server on a network needs: bounds on size, time,
// memory and concurrency, protection against other sites, streams of progress,
// logs and metrics.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
	"golang.org/x/sync/semaphore"
)

// Options bound what a server does. Zero fields mean the default.
type Options struct {
	Body        int64         // bytes of a request's body, default 16 MiB
	Bodies      int64         // bytes of all bodies that are held at a time, default 8 times Body and at most a quarter of Memory
	Workers     int           // jobs at a time, default the number of cores
	Work        time.Duration // time for a job, default two minutes
	Receive     time.Duration // time for a client to send its body, default 30 seconds
	Wait        time.Duration // longest wait for a turn, default 30 seconds
	Queue       int           // requests that wait for a turn, default 256; further ones are refused at once
	Memory      int64         // soft limit of the whole program's memory in bytes, default DefaultMemory; negative sets none. What a job may take follows from it
	Share       int           // requests of one client, other than this machine, at a time, default 16; negative is no limit
	Rate        int           // requests of one client, other than this machine, a minute, default 120; negative is no limit
	Token       string        // what clients must present; "" is nothing
	Cert, Key   string        // files of a certificate and its key in PEM, for TLS
	Portable    bool          // jobs compute in the portable tier, as with their option deterministic
	AnyHost     bool          // answer under any name; otherwise under those of the loopback interface only
	Log         *slog.Logger  // default slog.Default
	GracePeriod time.Duration // for running jobs when the server ends, default 10 seconds
}

// DefaultMemory is the runtime's memory limit, which GOMEMLIMIT sets, or 900 MiB.
func DefaultMemory() int64 {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		return limit
	}
	return 900 << 20
}

// LeastMemory is what a server wants that takes bodies of this size, in bytes.
func LeastMemory(body int64) int64 { return max(256<<20, 4*body) }

// WithDefaults puts the defaults in the place of zero fields.
func (o Options) WithDefaults() Options {
	if o.Body == 0 {
		o.Body = 16 << 20
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory()
	}
	if o.Bodies == 0 {
		o.Bodies = 8 * o.Body
		if o.Memory > 0 {
			o.Bodies = max(o.Body, min(o.Bodies, o.Memory/4))
		}
	}
	for _, n := range []struct {
		x *int
		v int
	}{{&o.Queue, 256}, {&o.Share, 16}, {&o.Rate, 120}} {
		if *n.x == 0 {
			*n.x = n.v
		}
	}
	for _, d := range []struct {
		x *time.Duration
		v time.Duration
	}{{&o.Work, 2 * time.Minute}, {&o.Receive, 30 * time.Second}, {&o.Wait, 30 * time.Second}, {&o.GracePeriod, 10 * time.Second}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// JobMemory is what a job in the long lane may take, in bytes: its share of what bodies,
// answers, short jobs and the program itself leave.
func (o Options) JobMemory() int64 {
	if o.Memory < 0 {
		return 1 << 50
	}
	const program, least = 64 << 20, 64 << 20
	left := o.Memory - program - o.Bodies - o.answerMemory() - int64(o.Workers)*shortMemory
	return max(least, left/int64(o.Workers))
}

// answerMemory is what answers may take until they are read, in bytes.
func (o Options) answerMemory() int64 { return max(maxAnswer, o.Memory/8) }

// server is the state that requests share.
type server struct {
	opt         Options
	smallBodies *semaphore.Weighted // bytes of the beginnings of bodies, and of small answers
	bodies      *semaphore.Weighted // bytes of their rests
	answers     *semaphore.Weighted // bytes of answers that are being read
	short, long *lane
	brief       time.Duration // what a job may take in the short lane
	clients     *clients
	metrics     *meters
}

func newServer(opt Options) *server {
	opt = opt.WithDefaults()
	return &server{
		opt:         opt,
		smallBodies: semaphore.NewWeighted(int64(opt.Queue) * shortBody),
		bodies:      semaphore.NewWeighted(opt.Bodies),
		answers:     semaphore.NewWeighted(opt.answerMemory()),
		short:       newLane(opt.Workers, opt.Queue),
		long:        newLane(opt.Workers, opt.Queue),
		brief:       shortTime,
		clients:     newClients(opt.Share, opt.Rate),
		metrics:     newMeters(),
	}
}

// Handler returns the page and the interface.
func Handler(opt Options) http.Handler {
	s := newServer(opt)
	mux := http.NewServeMux()
	mux.Handle("GET /", assets())
	mux.HandleFunc("GET /examples/{name}", example)
	mux.HandleFunc("GET /api/v1/openapi.json", document)
	mux.HandleFunc("GET /api/v1/form.json", forms)
	for _, k := range job.Kinds {
		mux.HandleFunc("POST /api/v1/"+k.Name, s.job(named(k.Name)))
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { s.metrics.write(w) })
	var h http.Handler = mux
	h = http.NewCrossOriginProtection().Handler(h)
	h = s.guard(h)
	return s.observe(h)
}

// Serve answers on l until ctx is done, and then lets running jobs end.
func Serve(ctx context.Context, l net.Listener, opt Options) error {
	opt = opt.WithDefaults()
	if opt.Memory > 0 {
		debug.SetMemoryLimit(opt.Memory)
	}
	srv := &http.Server{
		Handler:           Handler(opt),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(opt.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if opt.Cert != "" {
			failed <- srv.ServeTLS(l, opt.Cert, opt.Key)
			return
		}
		failed <- srv.Serve(l)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	opt.Log.Info("shutting down")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), opt.GracePeriod)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close() // what has not ended by now is cut off
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
