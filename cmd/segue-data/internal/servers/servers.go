//go:build unix

// Package servers starts the real servers that tests talk to: PostgreSQL and Prometheus
// as Debian packages them. Where one is not installed the test is skipped, and says so.
// Each runs on a free port of the loopback interface with its data in a folder of its
// own, and ends with the test.
package servers

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The user of the database server, who needs a password over TCP.
const (
	User     = "segue"
	Password = "not-so-secret"
)

// Postgres starts PostgreSQL with an empty database "segue", and returns the folder of its
// socket, where no password is asked for, and its port on 127.0.0.1.
func Postgres(t testing.TB) (folder string, port int) {
	t.Helper()
	initdb, server := program("initdb"), program("postgres")
	if initdb == "" || server == "" {
		t.Skip("PostgreSQL is not installed (Debian: postgresql)")
	}
	folder, err := os.MkdirTemp("", "segue-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	who := owner(t, folder)
	secret := filepath.Join(folder, "password")
	if err := os.WriteFile(secret, []byte(Password), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(folder, "data")
	made := exec.Command(initdb, "-D", data, "-U", User, "--pwfile", secret, "--auth-local", "trust", "--auth-host", "scram-sha-256", "--no-sync", "--no-locale", "-E", "UTF8")
	made.SysProcAttr, made.Dir = who, folder
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	port = freePort(t)
	start(t, who, folder, server, "-D", data, "-p", strconv.Itoa(port), "-k", folder, "-F",
		"-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB", "-c", "timezone=Europe/Berlin", "-c", "autovacuum=off")
	ready(t, folder, func() bool {
		psql := exec.Command(program("psql"), "-h", folder, "-p", strconv.Itoa(port), "-U", User, "postgres", "-qc", "create database segue")
		return psql.Run() == nil
	})
	return folder, port
}

// Prometheus starts Prometheus with a configuration, as one that takes remote writes, and
// returns its address. Its data are
// made with promtool from metrics in the format of OpenMetrics.
func Prometheus(t testing.TB, metrics string) string {
	t.Helper()
	server, tool := program("prometheus"), program("promtool")
	if server == "" || tool == "" {
		t.Skip("Prometheus is not installed (Debian: prometheus)")
	}
	folder := t.TempDir()
	for name, text := range map[string]string{"metrics.txt": metrics, "prometheus.yml": "global: {}\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	made := exec.Command(tool, "tsdb", "create-blocks-from", "openmetrics", "-q", "metrics.txt", "data")
	made.Dir = folder
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	start(t, nil, folder, server, "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--storage.tsdb.retention.time=100y", "--web.enable-remote-write-receiver", "--web.listen-address="+address)
	ready(t, folder, func() bool {
		r, err := http.Get("http://" + address + "/-/ready")
		if err == nil {
			r.Body.Close()
		}
		return err == nil && r.StatusCode == http.StatusOK
	})
	return "http://" + address
}

// program finds a server's program; "" if there is none.
func program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	paths, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // a good pattern
	if len(paths) == 0 {
		return ""
	}
	return slices.Max(paths)
}

// owner is as whom a server runs that refuses to be root: the user postgres, who then
// owns the folder.
func owner(t testing.TB, folder string) *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Skip("there is no user postgres, and PostgreSQL does not run as root")
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(folder, uid, gid); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// start runs a server until the test ends; its log is shown if the test fails.
func start(t testing.TB, who *syscall.SysProcAttr, folder, path string, args ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	c.Dir, c.SysProcAttr, c.Stdout, c.Stderr = folder, who, log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGINT)
		_ = c.Wait()
		log.Close()
		if text, _ := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("%s", text)
		}
	})
}

// ready waits until a server answers.
func ready(t testing.TB, folder string, answers func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if answers() {
			return
		}
	}
	text, _ := os.ReadFile(filepath.Join(folder, "log"))
	t.Fatalf("the server does not answer: %s", text)
}

// freePort is a port of the loopback interface.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
