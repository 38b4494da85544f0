package web

import (
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// guard sets the headers that keep browsers from doing harm, and refuses requests
// under a foreign name: a page elsewhere could give its own name the loopback
// address and would then count as the same origin.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !s.opt.AnyHost && !loopback(r.Host) {
			fail(w, http.StatusMisdirectedRequest, "this server answers under localhost only", "")
			return
		}
		if r.URL.Path != "/healthz" && !s.authorised(r) {
			h.Set("WWW-Authenticate", `Basic realm="segue", charset="UTF-8"`)
			fail(w, http.StatusUnauthorized, "this server wants its token", "send it as Authorization: Bearer TOKEN, or as a password")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopback reports whether a Host header names this machine itself.
func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// recorder remembers a response's status.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// observe logs and counts every request, and turns a panic into an answer.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		id := requestID(r)
		w.Header().Set("X-Request-Id", id)
		allow(http.NewResponseController(w)) // jobs begin anew when they answer
		defer func() {
			if p := recover(); p != nil {
				s.opt.Log.Error("panic", "id", id, "path", r.URL.Path, "cause", p, "stack", string(debug.Stack()))
				if rec.status == 0 {
					fail(rec, http.StatusInternalServerError, "something went wrong; it is in the server's log", "")
				}
			}
			took := time.Since(start)
			s.metrics.request(route(r), rec.status, took)
			s.opt.Log.Info("request", "id", id, "client", clientOf(r), "method", r.Method, "path", r.URL.Path, "status", rec.status, "ms", took.Milliseconds(), "bytes", r.ContentLength)
		}()
		next.ServeHTTP(rec, r)
	})
}

// route is a path as metrics tell it: what clients invent counts as one.
func route(r *http.Request) string {
	switch p := r.URL.Path; {
	case strings.HasPrefix(p, "/api/v1/"), p == "/", p == "/healthz", p == "/metrics":
		if r.Pattern != "" {
			return p
		}
	}
	return "other"
}
