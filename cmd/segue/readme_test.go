package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/spf13/pflag"
)

// TestReadme runs the shell lines of README.md in one session, as a reader of it
// does in a fresh clone: `segue` is this test's binary, the folder a copy. What
// only fetches, builds or tests the repository is left out; the page serves on a
// free port.
func TestReadme(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n > 200 {
		t.Errorf("README.md has %d lines, more than a reader reads: 200", n)
	}
	lines := shellLines(string(text))
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "datasets"), os.DirFS("../../datasets")); err != nil {
		t.Fatal(err)
	}
	script, run := "set -eu\n", 0
	for _, line := range lines {
		switch first, _, _ := strings.Cut(line, " "); {
		case first == "git" || first == "make" || first == "go":
			continue
		case strings.HasPrefix(line, "segue serve"):
			serveOnce(t, line)
			continue
		}
		run++
		script += fmt.Sprintf("echo 'README: '%s >&2\n%s\n", quote(line), line)
	}
	if run < 15 {
		t.Fatalf("only %d lines to run in README.md", run)
	}
	var errs bytes.Buffer
	c := exec.CommandContext(t.Context(), "sh", "-c", script)
	c.Dir, c.Stderr = dir, &errs
	if err := c.Run(); err != nil {
		t.Errorf("%v after\n%s", err, errs.String())
	}
	for _, name := range []string{"air.svg", "sales.html", "panel.json", "full.csv", "more.wav", "whole.mid", "ballad.png"} {
		if info, err := os.Stat(filepath.Join(dir, "out", name)); err != nil || info.Size() == 0 {
			t.Errorf("the README's lines wrote no %s (%v)", name, err)
		}
	}
}

// serveOnce runs a line that serves, on a free port, until it prints its address.
func serveOnce(t *testing.T, line string) {
	c := exec.Command("sh", "-c", "exec "+line+" --listen 127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	first, _ := bufio.NewReader(out).ReadString('\n')
	_, _ = c.Process.Kill(), c.Wait()
	if !strings.HasPrefix(first, "http://127.0.0.1:") {
		t.Errorf("%s printed %q", line, first)
	}
}

// shellLines returns the lines of a document's blocks marked sh, comments cut.
func shellLines(text string) []string {
	var lines []string
	for i, block := range strings.Split(text, "\n```") {
		body, ok := strings.CutPrefix(block, "sh\n")
		if i%2 == 0 || !ok {
			continue
		}
		for _, line := range strings.Split(body, "\n") {
			line, _, _ = strings.Cut(line, " # ")
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// What MIGRATING.md calls things, they are called: commands, flags and methods.
func TestMigrating(t *testing.T) {
	text, err := os.ReadFile("../../forecast/MIGRATING.md")
	if err != nil {
		t.Fatal(err)
	}
	commands, flags := map[string]bool{}, map[string]bool{}
	for _, c := range root(&cli.Shell{}).Commands() {
		commands[c.Name()] = true
		c.Flags().VisitAll(func(f *pflag.Flag) { flags[f.Name] = true })
	}
	found := 0
	for _, m := range regexp.MustCompile("segue ([a-z]+)|--([a-z][a-z-]+)").FindAllStringSubmatch(string(text), -1) {
		found++
		if m[1] != "" && !commands[m[1]] {
			t.Errorf("there is no command %s", m[1])
		}
		if m[2] != "" && !flags[m[2]] {
			t.Errorf("there is no flag --%s", m[2])
		}
	}
	if found < 50 {
		t.Errorf("only %d commands and flags found", found)
	}
}
