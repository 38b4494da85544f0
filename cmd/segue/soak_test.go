//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/segue-go/segue/datasets"
)

// TestSoak keeps a server busy for the time that SOAK says (as 30m; make soak), and tells
// its memory and goroutines before and after: small and large forecasts, music, what is
// refused, and clients that leave. Nothing may stay behind. A client waits between two
// requests for what SOAK_PAUSE says (as 2s), if the machine has other work.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Skip("SOAK is not set: make soak")
	}
	pause, _ := time.ParseDuration(os.Getenv("SOAK_PAUSE"))
	server := exec.Command(program(t), "serve", "--listen", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	}()
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, rest, ok := strings.Cut(lines.Text(), "http://127.0.0.1:"); ok {
				port := strings.FieldsFunc(rest, func(r rune) bool { return r < '0' || r > '9' })[0]
				select {
				case address <- "http://127.0.0.1:" + port:
				default:
				}
			}
		}
	}()
	base := <-address
	s := &soak{base: base, counts: map[string]*atomic.Int64{}}
	s.ask(t.Context(), "warm", "forecast?horizon=12", datasets.MustFile("csv/air_passengers.csv"), 0)
	before := s.meters(t)
	var peak atomic.Int64
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	var wg sync.WaitGroup
	for _, load := range soakLoads() {
		s.counts[load.name] = new(atomic.Int64)
		wg.Go(func() {
			for ctx.Err() == nil {
				s.ask(ctx, load.name, load.path, load.body, load.leave)
				time.Sleep(pause)
			}
		})
	}
	for ctx.Err() == nil {
		peak.Store(max(peak.Load(), s.meters(t)["process_resident_memory_bytes"]))
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	wg.Wait()
	http.DefaultClient.CloseIdleConnections()
	after := s.meters(t)
	for end := time.Now().Add(time.Minute); after["go_goroutines"] > before["go_goroutines"]+4 && time.Now().Before(end); after = s.meters(t) {
		time.Sleep(time.Second)
	}
	for name, n := range s.counts {
		t.Logf("%8d answers: %s", n.Load(), name)
	}
	t.Logf("goroutines %d before, %d after; resident memory %d MB before, %d after, %d at most", before["go_goroutines"], after["go_goroutines"],
		before["process_resident_memory_bytes"]>>20, after["process_resident_memory_bytes"]>>20, peak.Load()>>20)
	if after["go_goroutines"] > before["go_goroutines"]+4 {
		t.Error("goroutines stay behind")
	}
	if peak.Load() > 1<<30 {
		t.Error("more than a gigabyte")
	}
}

// soakLoad is what one client asks again and again; it leaves after a time, if one is given.
type soakLoad struct {
	name, path string
	body       []byte
	leave      time.Duration
}

func soakLoads() []soakLoad {
	air, rag := datasets.MustFile("csv/air_passengers.csv"), datasets.MustFile("midi/swing_seed.mid")
	var wide bytes.Buffer
	wide.WriteString("id,month,value\n")
	for s := range 300 {
		for m := range 120 {
			fmt.Fprintf(&wide, "s%d,%d-%02d-01,%d\n", s, 2010+m/12, m%12+1, (s*7+m*m)%97)
		}
	}
	return []soakLoad{
		{"small forecasts", "forecast?horizon=12", air, 0}, {"theta", "forecast?method=theta", air, 0}, {"panels", "forecast?method=blend", wide.Bytes(), 0},
		{"continuations", "continue?bars=4", rag, 0}, {"bad tables", "forecast", []byte("a,b\n1,x\n"), 0}, {"too much", "forecast?horizon=10000&method=naive", wide.Bytes(), 0},
		{"clients that leave", "forecast", wide.Bytes(), 50 * time.Millisecond}, {"bad music", "continue", air, 0},
	}
}

// soak asks a server.
type soak struct {
	base   string
	counts map[string]*atomic.Int64
}

// ask asks once, and counts the answer.
func (s *soak) ask(ctx context.Context, name, path string, body []byte, leave time.Duration) {
	if leave > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, leave)
		defer cancel()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return
	}
	res, err := http.DefaultClient.Do(req)
	if err == nil {
		_, err = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	if n := s.counts[name]; n != nil && (err == nil || leave > 0) {
		n.Add(1)
	}
}

// meters reads the server's metrics.
func (s *soak) meters(t *testing.T) map[string]int64 {
	t.Helper()
	res, err := http.Get(s.base + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out := map[string]int64{}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		var v float64
		name, value, _ := strings.Cut(lines.Text(), " ")
		if _, err := fmt.Sscan(value, &v); err == nil {
			out[name] = int64(v)
		}
	}
	return out
}
