package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// Small forecasts are answered while others send large bodies slowly, do not read their
// answers, and occupy every place for long jobs.
func TestNobodyStarves(t *testing.T) {
	s := newServer(Options{Workers: 1, Body: 1 << 20, Bodies: 2 << 20, Receive: 5 * time.Minute, Log: slog.New(slog.DiscardHandler)})
	s.brief = 20 * time.Second // a forecast may take more than a second where tests run side by side
	entered := make(chan bool, 10)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /small", s.job(named("forecast")))
	mux.HandleFunc("POST /unread", s.job(func(context.Context, []byte, string, job.Listener) (any, error) {
		return strings.Repeat("x", 32<<20), nil
	}))
	mux.HandleFunc("POST /long", s.job(func(ctx context.Context, _ []byte, _ string, _ job.Listener) (any, error) {
		entered <- true
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close) // after the connections below
	dial := func(format string, args ...any) {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, format, args...)
	}
	for range 8 {
		dial("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\nabc", 1<<20)
	}
	for range 2 {
		dial("POST /unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx")
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	for range 4 {
		go func() {
			r, _ := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/long", bytes.NewReader(make([]byte, 2*shortBody)))
			if resp, err := http.DefaultClient.Do(r); err == nil {
				resp.Body.Close()
			}
		}()
	}
	<-entered                                   // and nobody leaves
	client := http.Client{Timeout: time.Minute} // less than s.opt.Work, which ends a long job
	for range 20 {
		resp, err := client.Post(srv.URL+"/small?method=naive&horizon=2", "text/csv", bytes.NewReader(air))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Fatalf("status %d", resp.StatusCode)
		}
	}
}

// A job with a small body that turns out long starts again in the long lane and ends
// there; one whose lane is full is refused without waiting.
func TestLanes(t *testing.T) {
	s := newServer(Options{Workers: 1, Queue: 1, Wait: time.Minute, Log: slog.New(slog.DiscardHandler)})
	var begun atomic.Int32
	srv := slow(s, func(ctx context.Context, _ []byte, _ string, _ job.Listener) (any, error) {
		if begun.Add(1) == 1 {
			<-ctx.Done() // too long
			return nil, ctx.Err()
		}
		return 7, nil
	})
	defer srv.Close()
	if status, data := send(t, srv.URL, strings.NewReader("x")); status != 200 || string(data) != "7" || begun.Load() != 2 {
		t.Errorf("status %d: %s, begun %d times", status, data, begun.Load())
	}
	full := newLane(1, 0)
	if err := full.enter(context.Background(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := full.enter(context.Background(), time.Minute); err != errBusy {
		t.Errorf("a full lane: %v", err)
	}
}

// What would take more memory than there is for a request is refused with the figure,
// before the work.
func TestBudget(t *testing.T) {
	s := start(t, Options{Memory: 256 << 20})
	var text strings.Builder
	text.WriteString("id,y\n")
	for i := range 500 {
		fmt.Fprintf(&text, "%d,1\n%d,2\n%d,3\n", i, i, i)
	}
	values := "y\n" + strings.Repeat("1\n", 400000)
	for _, ask := range []string{"anomalies?method=naive", "impute", "backtest?methods=naive&folds=20&horizon=10000"} {
		body, want := values, "400000 values, gaps included, take about"
		if strings.HasPrefix(ask, "backtest") {
			body, want = text.String(), "steps to forecast take about"
		}
		if status, data := send(t, s.URL+"/api/v1/"+ask, strings.NewReader(body)); status != 413 || !strings.Contains(string(data), want) {
			t.Errorf("%s: status %d: %.200s", ask, status, data)
		}
	}
	if status, data := send(t, s.URL+"/api/v1/forecast?horizon=10000&method=naive", strings.NewReader(text.String())); status != 413 || !strings.Contains(string(data), "5000000 steps to forecast take about") {
		t.Errorf("status %d: %.200s", status, data)
	}
	if status, data := send(t, s.URL+"/api/v1/forecast?method=naive", strings.NewReader("y\n"+strings.Repeat("1\n", 2<<20))); status != 413 || !strings.Contains(string(data), "2097153 cells take about") {
		t.Errorf("status %d: %.200s", status, data)
	}
	if status, data := send(t, s.URL+"/api/v1/forecast?horizon=100&method=naive", strings.NewReader(text.String())); status != 200 {
		t.Errorf("status %d: %.200s", status, data)
	}
}

// With a token nobody comes in without it, but for the question whether the server
// lives; every answer has its request's name.
func TestToken(t *testing.T) {
	s := start(t, Options{Token: "0123456789abcdef"})
	for _, c := range []struct {
		path, name, value string
		status            int
	}{
		{"/", "", "", 401},
		{"/healthz", "", "", 200},
		{"/metrics", "Authorization", "Bearer 0123456789abcdeF", 401},
		{"/metrics", "Authorization", "Bearer ", 401},
		{"/metrics", "Authorization", "Bearer 0123456789abcdef", 200},
		{"/", "Authorization", "Basic OjAxMjM0NTY3ODlhYmNkZWY=", 200},
		{"/", "Authorization", "Basic OjAxMjM=", 401},
		{"/healthz", "X-Request-Id", "from-a-proxy.1", 200},
		{"/healthz", "X-Request-Id", "bad\tname", 200},
	} {
		r, _ := http.NewRequest(http.MethodGet, s.URL+c.path, nil)
		if c.name != "" {
			r.Header.Set(c.name, c.value)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		id := resp.Header.Get("X-Request-Id")
		if resp.StatusCode != c.status || !fitID().MatchString(id) || (id == c.value) != (c.value == "from-a-proxy.1") {
			t.Errorf("%s %s: status %d, want %d; request %q", c.path, c.value, resp.StatusCode, c.status, id)
		}
	}
}

// A client has its share and its rate; this machine, where a proxy may be, has none.
func TestClients(t *testing.T) {
	c := newClients(2, 3)
	for i, want := range []error{nil, nil, errShare} {
		if err := c.enter("192.0.2.1"); err != want {
			t.Errorf("request %d: %v, want %v", i, err, want)
		}
	}
	c.leave("192.0.2.1")
	if err := c.enter("192.0.2.1"); err != nil {
		t.Error(err)
	}
	c.leave("192.0.2.1")
	if err := c.enter("192.0.2.1"); err != errRate {
		t.Errorf("a fourth request: %v", err)
	}
	for _, other := range []string{"192.0.2.2", "", "", "", ""} {
		if err := c.enter(other); err != nil {
			t.Errorf("%q: %v", other, err)
		}
	}
	for address, want := range map[string]string{"127.0.0.1:9": "", "[::1]:9": "", "192.0.2.1:9": "192.0.2.1", "[2001:db8::1]:9": "2001:db8::"} {
		if got := clientOf(&http.Request{RemoteAddr: address}); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
