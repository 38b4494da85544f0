//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/segue-go/segue/datasets"
)

// TestImage assembles the file system that packaging/Dockerfile describes and runs its
// commands in it as a container would: as its user, with nothing else there, and nothing
// that may be written.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	if os.Geteuid() != 0 {
		t.Skip("changes its root, which root may")
	}
	text, err := os.ReadFile("packaging/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	command := func(instruction string) (args []string) {
		m := regexp.MustCompile(`(?m)` + instruction + ` (\[.*\])$`).FindSubmatch(text)
		if m == nil || json.Unmarshal(m[1], &args) != nil {
			t.Fatalf("no %s", instruction)
		}
		return args
	}
	var uid, gid uint32
	if _, err := fmt.Sscanf(string(regexp.MustCompile(`USER \d+:\d+`).Find(text)), "USER %d:%d", &uid, &gid); err != nil || uid == 0 {
		t.Fatalf("the user is %d: %v", uid, err)
	}
	if !bytes.Contains(text, []byte("\nFROM scratch\nCOPY segue /segue\n")) {
		t.Fatal("this test knows one file in the image")
	}
	root := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(root, "segue"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	secrets := filepath.Join(root, "run", "secrets")
	if err := os.MkdirAll(secrets, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(secrets, "token"), []byte("a token of this test"), 0o444); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	inside := func(args ...string) *exec.Cmd {
		return &exec.Cmd{Path: args[0], Args: args, Dir: "/", Env: []string{"PATH=/"}, SysProcAttr: &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: uid, Gid: gid}}}
	}
	once := inside(append(command("ENTRYPOINT"), "forecast", "-", "--horizon", "2", "-q")...)
	once.Stdin = bytes.NewReader(datasets.MustFile("csv/nile.csv"))
	if out, err := once.CombinedOutput(); err != nil || bytes.Count(out, []byte("\n")) != 3 {
		t.Errorf("%s: %v", out, err)
	}
	// another port than the image's, which may be taken here
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	moved := func(args []string) []string {
		return strings.Split(strings.ReplaceAll(strings.Join(args, "\x00"), ":8765", ":"+port), "\x00")
	}
	serve := inside(moved(append(command("ENTRYPOINT"), command(`(?:^|\n)CMD`)...))...)
	var log bytes.Buffer
	serve.Stdout, serve.Stderr = &log, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = serve.Process.Signal(syscall.SIGTERM)
		if err := serve.Wait(); serve.ProcessState.ExitCode() != 0 {
			t.Errorf("the server ends with %v: %s", err, log.String())
		}
	}()
	var out []byte
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if out, err = inside(moved(command("HEALTHCHECK .* CMD"))...).CombinedOutput(); err == nil {
			return
		}
	}
	t.Errorf("not healthy: %s, %v", out, err)
}

// TestShardedJob runs what each pod of packaging/sharded-job.yaml runs, one after the
// other; together they forecast every series once.
func TestShardedJob(t *testing.T) {
	text, err := os.ReadFile("packaging/sharded-job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var args []string
	if err := json.Unmarshal(regexp.MustCompile(`(?m)^ +args: (.*)$`).FindSubmatch(text)[1], &args); err != nil {
		t.Fatal(err)
	}
	pods := 0
	if _, err := fmt.Sscanf(string(regexp.MustCompile(`completions: \d+`).Find(text)), "completions: %d", &pods); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var panel strings.Builder
	panel.WriteString("id,time,value\n")
	const series = 24
	for i := range series {
		for m := range 24 {
			fmt.Fprintf(&panel, "s%d,%d-%02d,%d\n", i, 2020+m/12, m%12+1, 100+i+5*(m%12))
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "panel.csv"), []byte(panel.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for k := range pods {
		var mine []string
		for _, a := range args {
			a = strings.ReplaceAll(a, "/data/", dir+"/")
			mine = append(mine, strings.ReplaceAll(a, "$(JOB_COMPLETION_INDEX)", fmt.Sprint(k)))
		}
		var out, errs bytes.Buffer
		if status := run(context.Background(), mine, strings.NewReader(""), &out, &errs); status != 0 {
			t.Fatalf("pod %d: %d %s", k, status, errs.String())
		}
	}
	rows := map[string]int{}
	err = fs.WalkDir(os.DirFS(dir), "out", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(filepath.Base(path), "part-") {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
			id, _, _ := strings.Cut(line, ",")
			rows[id]++
		}
		return err
	})
	if err != nil || len(rows) != series || rows["s7"] != 4 {
		t.Errorf("%v: %d series, %d rows of s7", err, len(rows), rows["s7"])
	}
}

// TestUnit has systemd judge packaging/segue.service.
func TestUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip(err)
	}
	out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=20", "./packaging/segue.service").CombinedOutput()
	if err != nil && !bytes.Contains(out, []byte("offline")) { // an old one cannot
		t.Errorf("%v: %s", err, out[max(0, len(out)-500):])
	}
}

// A server that is not there is not well.
func TestServeCheck(t *testing.T) {
	var out, errs bytes.Buffer
	if status := run(context.Background(), []string{"serve", "--check", "--listen", "127.0.0.1:1"}, strings.NewReader(""), &out, &errs); status != 1 || !strings.Contains(errs.String(), "no server answers") {
		t.Errorf("%d %s", status, errs.String())
	}
	if status := run(context.Background(), []string{"serve", "--check", "--listen", "nonsense"}, strings.NewReader(""), &out, &errs); status != 2 {
		t.Errorf("%d %s", status, errs.String())
	}
}

// TestManifests has packaging/manifests.sh describe a release to Homebrew and Scoop.
func TestManifests(t *testing.T) {
	dir := t.TempDir()
	var sums strings.Builder
	for i, platform := range []string{"linux-amd64", "darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64"} {
		fmt.Fprintf(&sums, "%064x  segue-v1.2.3-%s.tar.gz\n", i, platform)
	}
	if err := os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(sums.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("packaging/manifests.sh", "v1.2.3", dir).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	var scoop struct {
		Architecture map[string]struct{ URL, Hash string }
	}
	text, err := os.ReadFile(filepath.Join(dir, "segue.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &scoop); err != nil || scoop.Architecture["arm64"].Hash != fmt.Sprintf("%064x", 4) || !strings.HasSuffix(scoop.Architecture["64bit"].URL, "/v1.2.3/segue-v1.2.3-windows-amd64.tar.gz") {
		t.Errorf("%+v %v", scoop, err)
	}
	cask, err := os.ReadFile(filepath.Join(dir, "segue.rb"))
	if want := fmt.Sprintf(`sha256 arm: "%064x", intel: "%064x"`, 2, 1); err != nil || !bytes.Contains(cask, []byte(want)) {
		t.Errorf("%s %v", cask, err)
	}
	if out, err := exec.Command("packaging/manifests.sh", "v9", dir).CombinedOutput(); err == nil {
		t.Errorf("a release without checksums: %s", out)
	}
}

// What only segue-data does is handed over to it, with its exit status, if it is there.
func TestHandOver(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "segue")
	if _, ok := handOver(context.Background(), program, []string{"mcp"}, nil, nil, nil); ok {
		t.Error("nobody took it, and it is done")
	}
	if err := os.WriteFile(filepath.Join(dir, "segue-data"), []byte("#!/bin/sh\ncat; echo \"$@\"; exit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	status, ok := handOver(context.Background(), program, []string{"forecast", "postgres:", "--query", "select 1"}, strings.NewReader("in "), &out, &out)
	if !ok || status != 3 || out.String() != "in forecast postgres: --query select 1\n" {
		t.Errorf("%d %v %q", status, ok, out.String())
	}
	for line, want := range map[string]bool{"watch x.csv": true, "mcp": true, "forecast postgres://db/x --query y": true, "forecast x.db --query y": true, "backtest http://p --query up": true, "forecast sales.csv": false, "forecast http.csv": false, "render postgres.mid": false, "": false, "help watch": false} {
		if got := isData(strings.Fields(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
