package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
	"github.com/spf13/cobra"
)

// demo is a small program on the shell.
func demo(s *Shell) *cobra.Command {
	root := &cobra.Command{Use: "demo", Short: "A program"}
	horizon, wide := 0, false
	f := &cobra.Command{Use: "forecast FILE", Short: "Forecast", Args: Exactly(1), RunE: func(c *cobra.Command, args []string) error {
		if horizon > 9 {
			return Usagef("--horizon %d: want 1 to 9", horizon)
		}
		data, err := s.Read(args[0], 1<<20)
		if err != nil {
			return err
		}
		s.Say("read %d bytes", len(data))
		if err := c.Context().Err(); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		return s.Write("", data)
	}}
	f.Flags().IntVar(&horizon, "horizon", 0, "steps")
	f.Flags().BoolVar(&wide, "wide", false, "every column")
	train := &cobra.Command{Use: "train", Short: "Train"}
	train.AddCommand(&cobra.Command{Use: "music", RunE: func(*cobra.Command, []string) error { return nil }})
	root.AddCommand(f, train)
	return root
}

func line(ctx context.Context, args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = Run(ctx, args, strings.NewReader("1,2"), &o, &e, demo)
	return status, o.String(), e.String()
}

// Every line has the exit status and the words that its user needs.
func TestRun(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		out    string // a part of it; "" for none
		errs   string
	}{
		{"forecast -", 0, "1,2", "read 3 bytes\n"},
		{"forecast - -q", 0, "1,2", ""},
		{"forecast no-such.csv", 1, "", "error: no-such.csv: no such file or directory\nhint: check the file name\n"},
		{"forecast .", 1, "", "error: .: is a folder\n"},
		{"forecast - --horizon 10", 2, "", "error: --horizon 10: want 1 to 9\nhint: run `demo forecast --help`\n"},
		{"forecast - --horizn 3", 2, "", "hint: did you mean --horizon?\n"},
		{"forecast - --horizon", 2, "", "hint: run `demo forecast --help`\n"},
		{"forecast - --steps 3", 2, "", "hint: did you mean --horizon?\n"},
		{"forecast - -wide", 2, "", "hint: did you mean --wide?\n"},
		{"forecast - --zzz", 2, "", "hint: run `demo forecast --help`\n"},
		{"forecast", 2, "", "error: want demo forecast FILE, got no argument\n"},
		{"forcast -", 2, "", "error: unknown command \"forcast\" for \"demo\"\nhint: did you mean `demo forecast`?\n"},
		{"frobnicate", 2, "", "hint: run `demo --help`\n"},
		{"train musik", 2, "", "error: unknown command \"musik\" for \"demo train\"\nhint: did you mean `demo train music`?\n"},
		{"train -q zither", 2, "", "hint: run `demo train --help`\n"},
		{"train", 0, "music", ""},
		{"--version", 0, "demo version ", ""},
	} {
		status, out, errs := line(context.Background(), strings.Fields(c.args)...)
		if status != c.status || !strings.Contains(out, c.out) || c.out == "" && out != "" || !strings.Contains(errs, c.errs) || c.errs == "" && errs != "" {
			t.Errorf("demo %s: status %d, want %d\nstdout %q\nstderr %q", c.args, status, c.status, out, errs)
		}
	}
}

// Text of strangers does not steer the terminal.
func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"Zürich, 東京\t1\n":             "Zürich, 東京\t1\n",
		"a\x1b[2Jb\rc\x00\u009bd\x7f": "a\ufffd[2Jb\ufffdc\ufffd\ufffdd\ufffd",
		"abc\u202etxt.exe\u2066":      "abc\ufffdtxt.exe\ufffd",
	} {
		var b bytes.Buffer
		if n, err := (neutralWriter{&b}).Write([]byte(in)); n != len(in) || err != nil || b.String() != want {
			t.Errorf("%q: %q, want %q (%d, %v)", in, b.String(), want, n, err)
		}
	}
	if status, _, errs := line(context.Background(), "forecast", "no\x1b[31m"); status != 1 || strings.Contains(errs, "\x1b") {
		t.Errorf("status %d: %q", status, errs)
	}
	if status, _, errs := line(context.Background(), "forecast", "no\nhint: all is well"); status != 1 || strings.Contains(errs, "\nhint: all") {
		t.Errorf("status %d: %q", status, errs)
	}
}

// An id from a file cannot steer the terminal on which its series is drawn, nor take
// more than its line.
func TestSparklines(t *testing.T) {
	f := &job.Forecast{Table: &table.Table{}}
	for _, id := range []string{"plain", "a\x1b[2J\n\tb\u202ec", strings.Repeat("long", 100)} {
		f.Table.Series = append(f.Table.Series, forecast.Series{ID: id, Values: []float64{1, 2, 3}})
		f.Forecasts = append(f.Forecasts, forecast.Forecast{ID: id, Mean: []float64{4}})
	}
	var b strings.Builder
	Sparklines(&b, f, false, 80)
	if want := "▁▃▆|█ plain\n▁▃▆|█ a\ufffd[2J\ufffd\ufffdb\ufffdc\n▁▃▆|█ " + strings.Repeat("long", 14) + "lon…\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	// a line fits the terminal, however long series, forecast and name are
	f.Table.Series[2].Values, f.Forecasts[2].Mean = make([]float64, 500), make([]float64, 300)
	for _, columns := range []int{60, 80, 200} {
		b.Reset()
		Sparklines(&b, f, false, columns)
		for _, line := range strings.Split(b.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > columns {
				t.Errorf("%d of %d columns: %s", n, columns, line)
			}
		}
	}
}

// A command knows what it may take, and says so before the work.
func TestMemory(t *testing.T) {
	for text, want := range map[string]int64{
		"MemTotal:       24000000 kB\nMemAvailable:   20000000 kB\n": 20000000 << 10,
		"MemTotal: 1 kB\n": 0, "MemAvailable: x kB\n": 0, "MemAvailable: -5\n": 0, "": 0,
	} {
		if got := available(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	old := debug.SetMemoryLimit(64 << 20)
	defer debug.SetMemoryLimit(old)
	run := func(horizon int) (int, string) {
		var errs bytes.Buffer
		status := Run(context.Background(), []string{"forecast"}, nil, io.Discard, &errs, func(s *Shell) *cobra.Command {
			root := &cobra.Command{Use: "demo"}
			root.AddCommand(&cobra.Command{Use: "forecast", RunE: func(c *cobra.Command, _ []string) error {
				spec := job.NewForecast()
				spec.Method, spec.Horizon = "naive", horizon
				_, err := spec.Run(c.Context(), job.Inputs{Main: job.Bytes("a.csv", []byte("id,y\n"+strings.Repeat("a,1\nb,2\nc,3\n", 40)))}, job.Listener{})
				return err
			}})
			return root
		})
		return status, errs.String()
	}
	if status, errs := run(100); status != 0 {
		t.Errorf("little: status %d, %s", status, errs)
	}
	if status, errs := run(10000000); status != 1 || !strings.Contains(errs, "error: a.csv: 30000000 steps to forecast take about ") || !strings.Contains(errs, "; at most 64 MB can be given\nhint: ") {
		t.Errorf("much: status %d, %s", status, errs)
	}
}

// What a signal stops ends with the status that shells give it.
func TestStopped(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(&stopped{sig})
		if status, out, errs := line(ctx, "forecast", "-", "-q"); status != want || out != "" || errs != "error: interrupted\n" {
			t.Errorf("%v: status %d, %q, %q", sig, status, out, errs)
		}
	}
}

// Help fits the width and shows switches as such.
func TestHelp(t *testing.T) {
	t.Setenv("COLUMNS", "60")
	for _, args := range []string{"--help", "forecast --help", "help train", "version --help"} {
		status, out, _ := line(context.Background(), strings.Fields(args)...)
		if status != 0 || !strings.Contains(out, "Usage:\n  demo") {
			t.Errorf("demo %s: %d %q", args, status, out)
		}
		if strings.Contains(out, "true|false") {
			t.Errorf("demo %s: %s", args, out)
		}
		for _, l := range strings.Split(out, "\n") {
			if len(l) > 65 { // pflag lets a short word hang over
				t.Errorf("demo %s: %d columns: %s", args, len(l), l)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	_, out, _ := line(context.Background(), "version", "--json")
	var b build
	if err := json.Unmarshal([]byte(out), &b); err != nil || b.Program != "demo" || b.Version == "" || b.Go == "" || b.Tier == "" || !strings.Contains(b.Platform, "/") {
		t.Errorf("%v: %s", err, out)
	}
	if status, out, _ := line(context.Background(), "version"); status != 0 || !strings.HasPrefix(out, "demo "+b.Version+", ") {
		t.Errorf("%d %q", status, out)
	}
}

func TestCheckExtension(t *testing.T) {
	for path, ok := range map[string]bool{"a.mid": true, "A.MIDI": true, "-": true, "/dev/stdout": true, "a.mp3": false, "a.mid.wav": false} {
		err := CheckExtension("-o", path, "MIDI", ".mid", ".midi")
		if (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A result is written whole or not at all.
func TestWriteTo(t *testing.T) {
	s, dir := &Shell{Out: io.Discard}, t.TempDir()
	path := dir + "/a.csv"
	if err := s.Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	err := s.WriteTo(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return io.ErrUnexpectedEOF
	})
	if err == nil {
		t.Fatal("no error")
	}
	if data, err := s.Read(path, 10); err != nil || string(data) != "old" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := s.Read(path, 2); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("a file over the limit: %v", err)
	}
	// a link stays and what it names is written, with the permissions that are there
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.csv", dir+"/link"); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("new.csv", dir+"/dangling"); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"/link": path, "/dangling": dir + "/new.csv"} {
		if err := s.Write(dir+link, []byte("through")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(dir + link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no link any more: %v", link, err)
		}
		if data, _ := os.ReadFile(to); string(data) != "through" {
			t.Errorf("%s holds %q", to, data)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the permissions are %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 4 {
		t.Errorf("%d files are left", len(left))
	}
	for _, bad := range []string{dir, dir + "/no/such"} {
		if err := s.Write(bad, nil); err == nil || !strings.HasPrefix(err.Error(), bad+": ") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// A line of a shell that is longer than the screen is broken before flags, and is the
// same command when it is copied.
func TestContinued(t *testing.T) {
	line := `  segue forecast sales.csv --value sales --regressors price,promotion --future plan.csv -q`
	for _, columns := range []int{40, 60, 80, 200} {
		got := continued(line, columns)
		if joined := strings.ReplaceAll(got, " \\\n      ", " "); joined != line {
			t.Errorf("%d columns: %q", columns, joined)
		}
		for part := range strings.Lines(got) {
			if len(strings.TrimRight(part, "\n")) > columns {
				t.Errorf("%d columns: %q", columns, part)
			}
		}
	}
	if got := continued(line, 200); got != line {
		t.Errorf("a line that fits became %q", got)
	}
}
