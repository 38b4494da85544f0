//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"database/sql"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/segue-go/segue/datasets"
)

// TestMain makes this test's binary the program, where a test starts it as one.
func TestMain(m *testing.M) {
	if os.Getenv("SEGUE_DATA_RUN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// segue runs a command line.
func segue(t *testing.T, args ...string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(""), &o, &e)
	return o.String(), e.String(), status
}

// nile makes a database with the flow of the Nile.
func nile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nile.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("create table nile (year text, flow real)"); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(datasets.MustFile("csv/nile.csv"))), "\n")[1:] {
		year, flow, _ := strings.Cut(line, ",")
		if _, err := db.Exec("insert into nile values (?, ?)", year, flow); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

const query = "select year, flow from nile order by year"

// A database gives what a file with its rows gives.
func TestSameAsFile(t *testing.T) {
	db := nile(t)
	csv := filepath.Join(t.TempDir(), "nile.csv")
	if _, errs, status := segue(t, "pull", db, "--query", query, "-o", csv); status != 0 {
		t.Fatal(errs)
	}
	for _, args := range [][]string{{"forecast", "--horizon", "4", "--method", "theta"}, {"forecast", "--horizon", "4", "--method", "theta", "--json"}, {"anomalies", "--method", "theta"}} {
		want, errs, status := segue(t, append(args, csv)...)
		if status != 0 || len(want) < 50 {
			t.Fatal(errs)
		}
		if got, errs, _ := segue(t, append(args, db, "--query", query)...); got != want {
			t.Errorf("%v:\n%s%s\nwant\n%s", args, got, errs, want)
		}
	}
	if out, errs, status := segue(t, "backtest", db, "--query", query, "--methods", "naive,theta", "--folds", "2"); status != 0 || !strings.Contains(out, "theta") {
		t.Errorf("%s%s", out, errs)
	}
}

// The same question to the same data is the same run; other data are another.
func TestInto(t *testing.T) {
	db := nile(t)
	ask := func(more ...string) {
		t.Helper()
		args := append([]string{"forecast", db, "--query", query, "--method", "naive", "--horizon", "3", "--into", "forecast"}, more...)
		if out, errs, status := segue(t, args...); status != 0 || out != "" {
			t.Fatalf("%s%s", out, errs)
		}
	}
	count := func() string {
		out, errs, _ := segue(t, "pull", db, "--query", "select count(*) as n, count(distinct run_id) as runs from forecast")
		return out + errs
	}
	ask()
	ask()
	if got := count(); got != "n,runs\n3,1\n" {
		t.Errorf("after the same run twice: %s", got)
	}
	ask("--seed", "2")
	if got := count(); got != "n,runs\n6,2\n" {
		t.Errorf("after another question: %s", got)
	}
	if _, errs, status := segue(t, "forecast", db, "--query", query, "--method", "naive", "--levels", "50", "--into", "forecast"); status != 1 || !strings.Contains(errs, `no column "lo_50"`) {
		t.Errorf("other columns: %s", errs)
	}
}

// What is wrong on the command line is said without a stack or a secret.
func TestMistakes(t *testing.T) {
	db := nile(t)
	secret := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(secret, []byte("postgres://me:swordfish@127.0.0.1:1/x?connect_timeout=2"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]struct {
		status int
		args   []string
	}{
		"--query":            {2, []string{"forecast", db}},
		"PGPASSWORD":         {2, []string{"forecast", "postgres://me:swordfish@db/x", "--query", "select 1"}},
		"there is no reader": {2, []string{"forecast", "mysql://me:swordfish@db/x", "--query", "select 1"}},
		"no connection":      {1, []string{"forecast", "-", "--dsn-file", secret, "--query", "select 1"}},
		"syntax":             {1, []string{"forecast", db, "--query", "selec 1"}},
		"--timeout":          {2, []string{"forecast", db, "--query", query, "--timeout", "soon"}},
		"--step":             {2, []string{"forecast", "http://localhost:1", "--query", "up", "--step", "100ms"}},
		"two steps":          {2, []string{"forecast", "http://localhost:1", "--query", "up", "--range", "1h", "--step", "1h"}},
		"--into":             {2, []string{"forecast", db, "--query", query, "--to", "x.db"}},
		"is for databases":   {2, []string{"forecast", "x.csv", "--query", query}},
		"end in .prom":       {2, []string{"forecast", db, "--query", query, "--metrics", "x.txt"}},
		"--ahead":            {2, []string{"forecast", db, "--query", query, "--metrics", "x.prom", "--ahead", "4"}},
		"no data":            {1, []string{"forecast", db, "--query", "select year, flow from nile where false"}},
		"diary":              {2, []string{"watch", db, "--query", query}},
		"--every":            {2, []string{"watch", db, "--query", query, "--diary", "x.db", "--every", "5"}},
		"no such file":       {1, []string{"diary", "nowhere.db"}},
		"is no diary":        {1, []string{"diary", db}},
		"needs times":        {1, []string{"watch", db, "--query", "select flow from nile", "--method", "naive", "--diary", filepath.Join(t.TempDir(), "d.db"), "--once"}},
		"--root":             {1, []string{"mcp", "--root", "/nowhere"}},
	} {
		out, errs, status := segue(t, c.args...)
		if status != c.status || !strings.Contains(errs, want) || strings.Contains(out+errs, "swordfish") || strings.Contains(errs, "goroutine") || strings.Contains(errs, "db: "+db) {
			t.Errorf("%v: %d %s, want %d %s", c.args, status, errs, c.status, want)
		}
	}
}

// Agents are served on standard input and output by the program itself.
func TestMCP(t *testing.T) {
	c := exec.Command(os.Args[0], "mcp", "--root", t.TempDir())
	c.Env = append(os.Environ(), "SEGUE_DATA_RUN=1")
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(context.Background(), &mcp.CommandTransport{Command: c}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	r, err := client.CallTool(context.Background(), &mcp.CallToolParams{Name: "forecast", Arguments: map[string]any{"data": string(datasets.MustFile("csv/nile.csv")), "method": "naive", "horizon": 2}})
	if err != nil || r.IsError || len(r.Content) != 3 {
		t.Errorf("%+v %v", r, err)
	}
}

// hook is a webhook that counts events by their ids; at first it is out of order.
type hook struct {
	mu    sync.Mutex
	calls map[string]int
	n     int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e struct{ ID, Kind, Text string }
	err := json.NewDecoder(r.Body).Decode(&e)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n++; h.n == 1 || err != nil || e.ID != r.Header.Get("Idempotency-Key") {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	h.calls[e.ID]++
}

// flow is a table of days with weeks and chance, of which day 45 is odd.
func flow(days int) string {
	var b strings.Builder
	b.WriteString("day,flow\n")
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range days {
		v := 100 + 3*(i%7) + i*i*37%23
		if i == 45 {
			v = 5000
		}
		fmt.Fprintf(&b, "%s,%d\n", at.AddDate(0, 0, i).Format(time.DateOnly), v)
	}
	return b.String()
}

// diaryOf reads a diary as other programs do.
func diaryOf(t *testing.T, path, query string) (out []string) {
	t.Helper()
	text, errs, status := segue(t, "pull", path, "--query", query)
	if status != 0 {
		t.Fatal(errs)
	}
	return strings.Split(strings.TrimSpace(text), "\n")[1:]
}

// A watcher forecasts what is new, scores what was forecast, and tells of what is odd;
// nothing twice.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	data, book, prom := filepath.Join(dir, "flow.csv"), filepath.Join(dir, "book.db"), filepath.Join(dir, "flow.prom")
	h := &hook{calls: map[string]int{}}
	s := httptest.NewServer(h)
	defer s.Close()
	look := func(days int) (string, int) {
		t.Helper()
		if err := os.WriteFile(data, []byte(flow(days)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs, status := segue(t, "watch", data, "--once", "--diary", book, "--method", "theta", "--horizon", "4", "--into", "forecast", "--to", filepath.Join(dir, "out.db"), "--webhook", s.URL, "--metrics", prom, "--name", "nile")
		return errs, status
	}
	for _, days := range []int{40, 42, 42, 44} {
		if errs, status := look(days); status != 0 {
			t.Fatal(errs)
		}
	}
	if errs, status := look(46); status != 1 || !strings.Contains(errs, "told again") {
		t.Errorf("a webhook out of order: %d %s", status, errs)
	}
	for range 2 {
		if errs, status := look(46); status != 0 {
			t.Fatal(errs)
		}
	}
	if got := diaryOf(t, book, "select steps, waiting from scores join runs on runs.id = run_id order by runs.made_at"); strings.Join(got, " ") != "4,0 4,0 2,2" {
		t.Errorf("scores %v", got)
	}
	if got := diaryOf(t, book, "select kind, text from events where sent_at is not null and kind = 'anomaly'"); len(got) != 1 || !strings.Contains(got[0], "2024-02-15: 5000 is outside") {
		t.Errorf("events %v", got)
	}
	for id, n := range h.calls {
		if n != 1 {
			t.Errorf("%s was told %d times", id, n)
		}
	}
	if got := diaryOf(t, filepath.Join(dir, "out.db"), "select count(*) as n, count(distinct run_id) as r from forecast"); got[0] != "16,4" {
		t.Errorf("the table has %v", got)
	}
	text, _ := os.ReadFile(prom)
	for _, want := range []string{`segue_forecast_mean{forecast="nile",ahead="4d"} `, `segue_watch_coverage{forecast="nile",level="80"}`, `segue_watch_events_total{forecast="nile",kind="anomaly"} 1`} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if out, errs, _ := segue(t, "diary", book); strings.Count(out, "\n") != 6 || !strings.Contains(out, "1 anomalies") {
		t.Errorf("%s%s", out, errs)
	}
}

// A watcher that is killed at any moment neither loses nor doubles an entry.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program many times")
	}
	dir := t.TempDir()
	data, book, out := filepath.Join(dir, "flow.csv"), filepath.Join(dir, "book.db"), filepath.Join(dir, "out.db")
	h := &hook{calls: map[string]int{}}
	s := httptest.NewServer(h)
	defer s.Close()
	args := []string{"watch", data, "--every", "1s", "--diary", book, "--method", "naive", "--horizon", "3", "--into", "forecast", "--to", out, "--webhook", s.URL, "--listen", "127.0.0.1:0"}
	put := func(days int) {
		t.Helper()
		for name, text := range map[string]string{"new": flow(days)} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Rename(filepath.Join(dir, "new"), data); err != nil {
			t.Fatal(err)
		}
	}
	const kills = 8
	for k := range kills {
		put(40 + k)
		c := exec.Command(os.Args[0], args...)
		c.Env = append(os.Environ(), "SEGUE_DATA_RUN=1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// somewhere between the start and the second look
		time.Sleep(time.Duration(20+70*k) * time.Millisecond)
		_ = c.Process.Signal(syscall.SIGKILL)
		_ = c.Wait()
	}
	for range 2 { // of which the first finds the webhook out of order, if no other did
		segue(t, append(args, "--once")...)
	}
	if got := diaryOf(t, book, "select count(*) as n, count(distinct forecast) as f, sum(written) as w from runs"); true {
		var n, f, w int
		fmt.Sscanf(got[0], "%d,%d,%d", &n, &f, &w)
		if n != f || n != w || n < 1 || n > kills {
			t.Errorf("%d runs with %d forecasts, %d of them in the table", n, f, w)
		}
		if got := diaryOf(t, out, "select run_id, count(*) as n from forecast group by 1"); len(got) != n {
			t.Errorf("%d runs in the table, %d in the diary", len(got), n)
		}
	}
	for _, line := range diaryOf(t, out, "select count(*) as n from forecast group by run_id") {
		if line != "3" {
			t.Errorf("a run has %s rows", line)
		}
	}
	if got := diaryOf(t, book, "select id from events where sent_at is null"); len(got) > 0 && got[0] != "" {
		t.Errorf("not told: %v", got)
	}
	told := diaryOf(t, book, "select id from events")
	for _, id := range told {
		if h.calls[id] == 0 {
			t.Errorf("%s is marked as told, and was not", id)
		}
	}
}

// The exporter answers while the watcher runs.
func TestListen(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "flow.csv")
	if err := os.WriteFile(data, []byte(flow(40)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	from, to := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"watch", data, "--diary", filepath.Join(dir, "b.db"), "--method", "naive", "--horizon", "3", "--listen", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, to)
		to.Close()
	}()
	text := ""
	buf := make([]byte, 4096)
	for !strings.Contains(text, "events\n") { // the first run is told of
		n, err := from.Read(buf)
		if text += string(buf[:n]); err != nil {
			t.Fatal(text)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, from) }()
	_, rest, _ := strings.Cut(text, "metrics at ")
	address, _, _ := strings.Cut(rest, "\n")
	found := ""
	for end := time.Now().Add(time.Minute); !strings.Contains(found, "segue_forecast_mean{") && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		r, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		found = string(body)
	}
	if !strings.Contains(found, "segue_watch_looks_total ") {
		t.Error(found)
	}
	cancel()
	if status := <-ended; status != 130 {
		t.Errorf("status %d", status)
	}
}
