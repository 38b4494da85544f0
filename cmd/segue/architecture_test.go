package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestArchitecture compares the packages that ARCHITECTURE.md lists with those there are.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, body, found := strings.Cut(string(text), "| package | contents |\n")
	if !found {
		t.Fatal("ARCHITECTURE.md has no table of packages")
	}
	body, _, _ = strings.Cut(body, "\n\n")
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .+ \\|$").FindAllStringSubmatch(body, -1) {
		if listed[m[1]] {
			t.Errorf("ARCHITECTURE.md lists %s twice", m[1])
		}
		listed[m[1]] = true
	}
	const module = "github.com/segue-go/segue/"
	out, err := exec.Command("go", "list", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range strings.Fields(string(out)) {
		pkg = strings.TrimPrefix(pkg, module)
		if !listed[pkg] {
			t.Errorf("ARCHITECTURE.md does not list package %s", pkg)
		}
		delete(listed, pkg)
	}
	for pkg := range listed {
		t.Errorf("ARCHITECTURE.md lists %s, which is no package", pkg)
	}
}
