package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/segue-go/segue/datasets"
)

// These tests break things around the program: they kill it, fill its disk and
// close its pipes.

// program is the command as a program of its own.
func program(t *testing.T) string {
	t.Helper()
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("needs a built program and Linux")
	}
	path := filepath.Join(t.TempDir(), "segue")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

func put(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A training that is killed, at whatever moment, goes on from its checkpoint to the
// model that it would have made, bit for bit; no broken file is left.
func TestKilledTraining(t *testing.T) {
	bin, dir := program(t), t.TempDir()
	rag := put(t, dir, "rag.mid", datasets.MustFile("midi/pineapple_rag.mid"))
	train := func(ctx context.Context, out, checkpoint string) error {
		c := exec.CommandContext(ctx, bin, "train", "music", rag, "-o", out, "--steps", "40", "--hidden", "32", "--checkpoint", checkpoint, "-q")
		text, err := c.CombinedOutput()
		if ctx.Err() == nil && err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
		return nil
	}
	whole := filepath.Join(dir, "whole")
	start := time.Now()
	if err := train(context.Background(), whole, filepath.Join(dir, "c0")); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	want, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	out, checkpoint := filepath.Join(dir, "out"), filepath.Join(dir, "c1")
	kills := 0
	for k := 1; k < 6; k++ {
		ctx, cancel := context.WithTimeout(context.Background(), took*time.Duration(k)/6)
		if err := train(ctx, out, checkpoint); err != nil {
			t.Fatal(err)
		}
		if ctx.Err() != nil {
			kills++
		}
		cancel()
		if got, err := os.ReadFile(out); err == nil && !bytes.Equal(got, want) {
			t.Fatalf("after a kill there is another model of %d bytes", len(got))
		}
	}
	if err := train(context.Background(), out, checkpoint); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(out); !bytes.Equal(got, want) {
		t.Errorf("after %d kills the model differs", kills)
	}
	if kills == 0 {
		t.Error("nothing was killed")
	}
}

// A run into a folder that is killed is resumed to the same files.
func TestKilledForecast(t *testing.T) {
	bin, dir := program(t), t.TempDir()
	var text strings.Builder
	text.WriteString("shop,month,sales\n")
	for m := range 48 {
		for i := range 3000 {
			fmt.Fprintf(&text, "s%d,%d-%02d,%d\n", i, 2020+m/12, m%12+1, 100+i%50+(m%12)*5+(m*i*37)%11)
		}
	}
	panel := put(t, dir, "panel.csv", []byte(text.String()))
	args := func(out string, more ...string) []string {
		return append([]string{"forecast", panel, "-o", filepath.Join(dir, out) + "/", "--horizon", "6", "-q"}, more...)
	}
	start := time.Now()
	if out, err := exec.Command(bin, args("whole")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(start)
	for k := 1; k < 6; k++ {
		ctx, cancel := context.WithTimeout(context.Background(), took*time.Duration(k)/6)
		_ = exec.CommandContext(ctx, bin, args("killed", "--resume")...).Run()
		cancel()
	}
	if out, err := exec.Command(bin, args("killed", "--resume")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.Command("diff", "-r", filepath.Join(dir, "whole"), filepath.Join(dir, "killed")).CombinedOutput(); err != nil {
		t.Errorf("the folders differ: %.500s", out)
	}
}

// Where a result cannot be written, that is said in one line, the status is 1, and
// what was there before is still there.
func TestNoRoom(t *testing.T) {
	bin, dir := program(t), t.TempDir()
	air := put(t, dir, "air.csv", datasets.MustFile("csv/air_passengers.csv"))
	rag := put(t, dir, "rag.mid", datasets.MustFile("midi/pineapple_rag.mid"))
	old := put(t, dir, "old.wav", []byte("old"))
	shell := func(line string) (string, error) {
		c := exec.Command("bash", "-c", line)
		c.Env = append(os.Environ(), "SEGUE="+bin, "AIR="+air, "RAG="+rag, "OLD="+old, "DIR="+dir)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	for name, line := range map[string]string{
		"full standard output": `$SEGUE forecast $AIR --method naive -q > /dev/full`,
		"full device":          `$SEGUE forecast $AIR --method naive -q -o /dev/full`,
		"file too large":       `ulimit -f 64; trap "" XFSZ; $SEGUE render $RAG -o $OLD -q`,
		"no such folder":       `$SEGUE forecast $AIR --method naive -q -o $DIR/none/out.csv`,
		"a folder":             `$SEGUE continue $RAG -q -o $DIR`,
		"folder is a file":     `$SEGUE forecast $AIR --method naive -q -o $AIR/`,
	} {
		out, err := shell(line)
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		if !strings.HasPrefix(out, "error: ") || strings.Contains(out, "goroutine") || strings.Count(out, "\n") > 2 {
			t.Errorf("%s: says %s", name, out)
		}
	}
	if data, err := os.ReadFile(old); err != nil || string(data) != "old" {
		t.Errorf("the old file holds %.20q (%v)", data, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 3 {
		t.Errorf("files are left: %v", left)
	}
	// a reader that has enough ends the program, quietly
	if out, err := shell(`set -o pipefail; $SEGUE forecast $AIR --method naive --horizon 10000 -q | head -n 1`); strings.Contains(out, "panic") || strings.Contains(out, "goroutine") || !strings.HasPrefix(out, "month,") {
		t.Errorf("a closed pipe: %v: %.300s", err, out)
	}
}

// Ctrl-C ends what runs with status 130, SIGTERM with 143, and nothing is written, but
// for a training, which keeps what it has.
func TestInterrupt(t *testing.T) {
	bin, dir := program(t), t.TempDir()
	air := put(t, dir, "air.csv", datasets.MustFile("csv/air_passengers.csv"))
	out := filepath.Join(dir, "out.csv")
	for sig, want := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
		c := exec.Command(bin, "forecast", air, "--train", "-q", "-o", out)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // training takes seconds
		if err := c.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		err := c.Wait()
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != want {
			t.Errorf("forecast after %v: %v, want status %d", sig, err, want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("a forecast that was stopped by %v has been written", sig)
		}
	}
	model := filepath.Join(dir, "model")
	c := exec.Command(bin, "train", "forecast", air, "-q", "-o", model, "--steps", "100000")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err := c.Wait()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("train: %v, want status 130", err)
	}
	if got, err := exec.Command(bin, "inspect", model).CombinedOutput(); err != nil || !strings.HasPrefix(string(got), "forecast model") {
		t.Errorf("the model: %v: %.100s", err, got)
	}
}

// A command that waits for input, or computes, ends soon after a signal, with the
// status that shells expect, and leaves nothing.
func TestStopWaiting(t *testing.T) {
	bin, dir := program(t), t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Skip(err)
	}
	path := put(t, dir, "dense.csv", []byte("y\n"+strings.Repeat("3\n1\n4\n1\n5\n9\n2\n6\n", 50000)))
	out := filepath.Join(dir, "out.csv")
	for name, args := range map[string][]string{
		"standard input": {"forecast", "-", "-o", out},
		"open pipe":      {"forecast", fifo, "-o", out},
		"music":          {"continue", "-", "-o", filepath.Join(dir, "out.mid")},
		"inspect":        {"inspect", fifo},
		"one series":     {"forecast", path, "-o", out},
		"into a folder":  {"forecast", fifo, "-o", out + "/"},
	} {
		for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
			c := exec.Command(bin, append(args, "-q")...)
			in, err := c.StdinPipe() // which says nothing
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond)
			_ = c.Process.Signal(sig)
			late := time.AfterFunc(20*time.Second, func() { _ = c.Process.Kill() })
			err = c.Wait()
			late.Stop()
			in.Close()
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != want {
				t.Errorf("%s: %v, want status %d", name, err, want)
			}
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("%d files are left", len(left))
	}
}

// The same seed gives the same bytes for any number of threads, and with
// --deterministic also without the processor's special instructions.
func TestSameBytes(t *testing.T) {
	bin, dir := program(t), t.TempDir()
	plain := filepath.Join(dir, "plain")
	if out, err := exec.Command("go", "build", "-tags", "noasm", "-o", plain, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	air := put(t, dir, "air.csv", datasets.MustFile("csv/air_passengers.csv"))
	seed := put(t, dir, "seed.mid", datasets.MustFile("midi/swing_seed.mid"))
	for _, args := range [][]string{{"forecast", air, "--format", "json"}, {"continue", seed, "--combo"}} {
		get := func(bin, threads string, more ...string) string {
			c := exec.Command(bin, append(append(append([]string{}, args...), "-q", "-o", "-"), more...)...)
			c.Env = append(os.Environ(), "GOMAXPROCS="+threads)
			out, err := c.Output()
			if err != nil {
				t.Fatal(err)
			}
			return string(out)
		}
		if get(bin, "1") != get(bin, "2") {
			t.Errorf("%s: the result depends on the number of threads", args[0])
		}
		if get(bin, "2", "--deterministic") != get(plain, "1") {
			t.Errorf("%s: --deterministic gives something else than plain Go", args[0])
		}
		if get(bin, "2", "--deterministic") != get(bin, "1", "--deterministic") {
			t.Errorf("%s: --deterministic depends on the number of threads", args[0])
		}
	}
}

// Files that claim to be large, or are, are refused before they take memory.
func TestBombs(t *testing.T) {
	gzipped := func(t *testing.T, s string) []byte {
		t.Helper()
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, s); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	dir := t.TempDir()
	wide := strings.Repeat("a,", 1<<20) + "b\n" + strings.Repeat("1,", 1<<20) + "2\n"
	safetensors := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, `{"a":{"dtype":"F32","shape":[1]}}`...)
	midi := []byte("MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk\xff\xff\xff\xff\x00\x90\x40\x40\x00\xff\x2f")
	matlab := append(make([]byte, 124), 0, 1, 'I', 'M', 15, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)
	put(t, dir, "traindata.mat", matlab)
	for name, c := range map[string]struct {
		data []byte
		args []string
		ok   bool // may be read after all
	}{
		"wide.csv":           {[]byte(wide), []string{"forecast"}, false},
		"long cell.csv":      {[]byte("a,b\n1,\"" + strings.Repeat("x", 8<<20)), []string{"forecast"}, false},
		"header.safetensors": {safetensors, []string{"inspect"}, false},
		"claims.mid":         {midi, []string{"inspect"}, true},
		"zeros.csv.gz":       {gzipped(t, strings.Repeat("\x00", 100<<20)), []string{"forecast", "-o", filepath.Join(dir, "zeros") + "/"}, false},
		"claims.parquet":     {[]byte("PAR1" + strings.Repeat("x", 64) + "\xf0\xff\xff\xffPAR1"), []string{"forecast", "-o", filepath.Join(dir, "parquet") + "/"}, false},
		"row.csv.gz":         {gzipped(t, "id,t,v\na,2020,\""+strings.Repeat("9", 100<<20)), []string{"forecast", "-o", filepath.Join(dir, "row") + "/"}, false},
		"rows.csv.gz":        {gzipped(t, strings.Repeat("\x00", 100<<20)), []string{"forecast", "--rows", "-o", filepath.Join(dir, "rows") + "/"}, false},
	} {
		path := put(t, dir, name, c.data)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var out, errs bytes.Buffer
		status := run(context.Background(), append(c.args, path, "-q"), strings.NewReader(""), &out, &errs)
		runtime.ReadMemStats(&after)
		if status != 1 && !c.ok {
			t.Errorf("%s: status %d: %.200s", name, status, out.String())
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s: %d MB were allocated", name, used>>20)
		}
	}
}
