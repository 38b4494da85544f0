package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/datasets"
)

func start(t *testing.T, opt Options) *httptest.Server {
	t.Helper()
	opt.Log = slog.New(slog.DiscardHandler)
	s := httptest.NewServer(Handler(opt))
	t.Cleanup(s.Close)
	return s
}

// send posts a body and returns the status and the answer.
func send(t *testing.T, url string, body io.Reader, header ...string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, data
}

var air, seed = datasets.MustFile("csv/air_passengers.csv"), datasets.MustFile("midi/swing_seed.mid")

// The three jobs do what the command does.
func TestJobs(t *testing.T) {
	s := start(t, Options{})
	status, data := send(t, s.URL+"/api/v1/forecast?horizon=6&levels=50&backtest=2&method=theta", bytes.NewReader(air))
	var f job.ForecastView
	if err := json.Unmarshal(data, &f); err != nil || status != 200 {
		t.Fatalf("status %d: %.200s", status, data)
	}
	if one := f.Series[0]; len(one.Mean) != 6 || len(one.Lower["50"]) != 6 || len(one.Times) != len(one.Values)+6 || *one.Upper["50"][3] <= *one.Lower["50"][3] {
		t.Errorf("the forecast is odd: %.300s", data)
	}
	if !strings.HasPrefix(f.CSV, "month,mean,lo-50,hi-50\n1961-01,") || !strings.Contains(f.SVG, "</svg>") || len(f.Backtest) != 2 {
		t.Errorf("CSV %.60q, %d bytes of SVG, %d rows of the backtest", f.CSV, len(f.SVG), len(f.Backtest))
	}
	status, data = send(t, s.URL+"/api/v1/continue?variations=2&bars=2&combo=true", bytes.NewReader(seed))
	var m job.MusicView
	if err := json.Unmarshal(data, &m); err != nil || status != 200 || len(m.Variations) != 2 {
		t.Fatalf("status %d: %.200s", status, data)
	}
	take := m.Variations[0]
	if len(take.Parts) != 4 || take.NewNotes == 0 || len(take.Bars) != 7 || bytes.Equal(take.MIDI, m.Variations[1].MIDI) {
		t.Errorf("the continuation is odd: %.300s", data)
	}
	status, data = send(t, s.URL+"/api/v1/render", bytes.NewReader(take.MIDI))
	if status != 200 || !bytes.HasPrefix(data, []byte("RIFF")) {
		t.Errorf("status %d, %.20q", status, data)
	}
	status, data = send(t, s.URL+"/api/v1/continue?prompt=slow+blues+in+F", nil)
	if err := json.Unmarshal(data, &m); err != nil || status != 200 || m.Understood == "" {
		t.Errorf("from words: status %d: %.200s", status, data)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(air)
	z.Close()
	if status, data := send(t, s.URL+"/api/v1/forecast?method=naive", &packed); status != 200 {
		t.Errorf("a .csv.gz: status %d: %.200s", status, data)
	}
}

// A stream of events ends with the result or with the error.
func TestEvents(t *testing.T) {
	s := start(t, Options{})
	_, data := send(t, s.URL+"/api/v1/forecast?method=naive&horizon=2", bytes.NewReader(air), "Accept", "text/event-stream")
	text := string(data)
	if !strings.HasPrefix(text, "event: progress\ndata: {") || !strings.Contains(text, "\n\nevent: result\ndata: {") || !strings.HasSuffix(text, "\n\n") {
		t.Errorf("got %.300s", text)
	}
	_, data = send(t, s.URL+"/api/v1/forecast", strings.NewReader("nonsense"), "Accept", "text/event-stream")
	if !strings.Contains(string(data), "event: error\ndata: {\"error\":{\"message\":") {
		t.Errorf("got %.300s", data)
	}
}

// What clients get wrong has its status and says what is wrong.
func TestRefusals(t *testing.T) {
	s := start(t, Options{Body: 1 << 20})
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	z.Close()
	long := strings.Repeat("x", 2<<20)
	for name, c := range map[string]struct {
		path   string
		body   io.Reader
		header []string
		status int
		says   string
	}{
		"unknown option":    {"forecast?horizons=3", bytes.NewReader(air), nil, 400, "horizons"},
		"bad option":        {"forecast?horizon=-3", bytes.NewReader(air), nil, 400, "whole number"},
		"bad levels":        {"forecast?levels=80,x", bytes.NewReader(air), nil, 400, "between 0 and 100"},
		"unknown method":    {"forecast?method=magic", bytes.NewReader(air), nil, 400, "magic"},
		"broken query":      {"forecast?%zz", bytes.NewReader(air), nil, 400, "query"},
		"bad cell":          {"forecast", strings.NewReader("time,value\n2020-01,1\n2020-02,1o2\n2020-03,3\n"), nil, 422, "line 3"},
		"no body":           {"forecast", nil, nil, 422, ""},
		"not MIDI":          {"continue", strings.NewReader("hello"), nil, 422, ""},
		"nothing to play":   {"continue", nil, nil, 400, "MIDI file"},
		"bad chords":        {"continue?chords=H7%23%23", bytes.NewReader(seed), nil, 400, "H7"},
		"part":              {"continue?part=9", bytes.NewReader(seed), nil, 400, "part 9"},
		"too large":         {"forecast", strings.NewReader(long), nil, 413, "1 MB"},
		"too large, pieces": {"forecast", io.MultiReader(strings.NewReader(long)), nil, 413, "1 MB"},
		"bomb":              {"forecast", &bomb, nil, 413, "1 MB"},
		"broken gzip":       {"forecast", strings.NewReader("\x1f\x8bxxxxxxxxxx"), nil, 400, "could not be read"},
		"encoding":          {"forecast", bytes.NewReader(air), []string{"Content-Encoding", "gzip"}, 415, "Content-Encoding"},
		"other site":        {"forecast", bytes.NewReader(air), []string{"Origin", "http://evil.example"}, 403, ""},
		"other site, fetch": {"forecast", bytes.NewReader(air), []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		"rebound name":      {"forecast", bytes.NewReader(air), []string{"Host", "evil.example"}, 421, "localhost"},
		"no such thing":     {"frobnicate", nil, nil, 405, ""},
	} {
		status, data := send(t, s.URL+"/api/v1/"+c.path, c.body, c.header...)
		if status != c.status || !strings.Contains(string(data), c.says) {
			t.Errorf("%s: status %d, want %d: %.200s", name, status, c.status, data)
		}
	}
}

// Only the page's own files are served, whatever the path; and with headers that
// bind the page.
func TestFiles(t *testing.T) {
	s := start(t, Options{})
	get := func(path string) *http.Response {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return resp
	}
	for _, path := range []string{"/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/examples/../../web.go", "/examples/%2e%2e%2fdatasets.go", "/vendor/", "//etc/passwd"} {
		if resp := get(path); resp.StatusCode == 200 {
			t.Errorf("%s is served", path)
		}
	}
	for path, kind := range map[string]string{"/": "text/html", "/app.js": "text/javascript", "/plot.js": "text/javascript", "/examples/nile.csv": "text/csv", "/api/v1/openapi.json": "application/json", "/healthz": "text/plain", "/metrics": "text/plain"} {
		resp := get(path)
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), kind) || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'self'") {
			t.Errorf("%s: status %d, %v", path, resp.StatusCode, resp.Header)
		}
	}
}

// The document describes every job that is served, with the options that it takes and
// no others, and every default that it states is taken.
func TestDocument(t *testing.T) {
	s := start(t, Options{})
	resp, err := http.Get(s.URL + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name   string
				Schema struct{ Default any }
			}
			Responses map[string]any
		}
		Components struct{ Schemas, Responses map[string]any }
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Paths) != len(job.Kinds) {
		t.Errorf("%d paths for %d jobs", len(doc.Paths), len(job.Kinds))
	}
	for _, ref := range regexp.MustCompile(`"#/components/(\w+)/(\w+)"`).FindAllStringSubmatch(string(data), -1) {
		if ref[1] == "schemas" && doc.Components.Schemas[ref[2]] == nil || ref[1] == "responses" && doc.Components.Responses[ref[2]] == nil {
			t.Errorf("the document has no %s", ref[0])
		}
	}
	for _, k := range job.Kinds {
		path := "/api/v1/" + k.Name
		status, answer := send(t, s.URL+path+"?no-such-option=1", nil)
		if status != 400 {
			t.Errorf("%s: an unknown option has status %d", path, status)
		}
		for _, p := range doc.Paths[path]["post"].Parameters {
			if !strings.Contains(string(answer), p.Name) {
				t.Errorf("%s does not say that it takes %s: %s", path, p.Name, answer)
			}
			if p.Schema.Default != nil {
				query := url.Values{p.Name: {fmt.Sprint(p.Schema.Default)}}
				if err := k.New().Fields().Parse(query.Encode()); err != nil {
					t.Errorf("%s: the default of %s: %v", path, p.Name, err)
				}
			}
		}
	}
}

// slow serves one job.
func slow(s *server, f work) *httptest.Server {
	return httptest.NewServer(s.observe(s.guard(s.job(f))))
}

// A job ends when its client goes, when its time is up, and when it panics; and
// there is a place again for the next one.
func TestJobsEnd(t *testing.T) {
	s := newServer(Options{Workers: 1, Work: 300 * time.Millisecond, Wait: 5 * time.Second, Log: slog.New(slog.DiscardHandler)})
	ended := make(chan error, 10)
	hang := slow(s, func(ctx context.Context, _ []byte, _ string, _ job.Listener) (any, error) {
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	})
	defer hang.Close()
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, hang.URL, strings.NewReader("x"))
	go func() { time.Sleep(50 * time.Millisecond); cancel() }()
	if _, err := http.DefaultClient.Do(r); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that went got %v", err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("its job ended with %v", err)
	}
	if status, data := send(t, hang.URL, strings.NewReader("x")); status != 504 || !strings.Contains(string(data), "300ms") {
		t.Errorf("a long job: status %d: %s", status, data)
	}
	<-ended
	panics := slow(s, func(context.Context, []byte, string, job.Listener) (any, error) { panic("at the disco") })
	defer panics.Close()
	for range 3 {
		if status, data := send(t, panics.URL, nil); status != 500 || strings.Contains(string(data), "disco") {
			t.Errorf("a panic: status %d: %s", status, data)
		}
	}
}

// Who comes when everything is taken waits, and is then sent away.
func TestBusy(t *testing.T) {
	s := newServer(Options{Workers: 1, Wait: 100 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	begun, release := make(chan bool, 2), make(chan bool) // a slow machine may begin twice: in the short lane, and in the long one
	srv := slow(s, func(context.Context, []byte, string, job.Listener) (any, error) {
		begun <- true
		<-release
		return 1, nil
	})
	defer srv.Close()
	first := make(chan int)
	go func() { status, _ := send(t, srv.URL, nil); first <- status }()
	<-begun
	if status, _ := send(t, srv.URL, nil); status != 503 {
		t.Errorf("status %d, want 503", status)
	}
	close(release)
	if status := <-first; status != 200 {
		t.Errorf("the first one: status %d", status)
	}
}

// A client that sends its body slowly, or never, is cut off and its room freed.
func TestSlowBody(t *testing.T) {
	s := newServer(Options{Body: 1 << 20, Bodies: 1 << 20, Receive: 200 * time.Millisecond, Wait: 10 * time.Second, Log: slog.New(slog.DiscardHandler)})
	srv := slow(s, func(context.Context, []byte, string, job.Listener) (any, error) { return 1, nil })
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\nabc", 1<<20)
	if status, data := send(t, srv.URL, bytes.NewReader(make([]byte, 1<<20))); status != 200 {
		t.Errorf("after a hanging client: status %d: %s", status, data)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != 400 {
		t.Errorf("the hanging client got %v, %v", resp, err)
	}
}

// Two hundred requests at once are all answered.
func TestParallel(t *testing.T) {
	s := start(t, Options{Wait: time.Minute})
	var wg sync.WaitGroup
	var mu sync.Mutex
	count := map[int]int{}
	for range 200 {
		wg.Go(func() {
			status, _ := send(t, s.URL+"/api/v1/forecast?method=theta&horizon=3", bytes.NewReader(air))
			mu.Lock()
			count[status]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if count[200] != 200 {
		t.Errorf("statuses %v", count)
	}
	// a request is counted after its answer has gone out
	const want = `segue_requests_total{route="/api/v1/forecast",status="200"} 200`
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		resp, err := http.Get(s.URL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if strings.Contains(string(text), want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the metrics lack %s", want)
		}
	}
}

// When the server ends, running work is finished and nobody new comes in.
func TestShutdown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- Serve(ctx, l, Options{Log: slog.New(slog.DiscardHandler), Memory: -1}) }()
	url := "http://" + l.Addr().String()
	status := make(chan int)
	go func() {
		s, _ := send(t, url+"/api/v1/forecast?backtest=5", bytes.NewReader(air))
		status <- s
	}()
	time.Sleep(100 * time.Millisecond) // the request is on its way or being worked on
	cancel()
	if s := <-status; s != 200 {
		t.Errorf("the running request: status %d", s)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("the server still answers")
	}
}
