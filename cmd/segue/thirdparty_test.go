package main

import (
	"os/exec"
	"strings"
	"testing"
)

// Importing a library pulls in these third-party modules and no others.
func TestThirdParties(t *testing.T) {
	const (
		module = "github.com/segue-go/segue/"
		gonum  = "gonum.org/v1/gonum/"
		atomic = "github.com/natefinch/atomic" // in seq, which writes files
	)
	for pkg, allowed := range map[string][]string{
		"forecast":                  {gonum},
		"forecast/internal/classic": {gonum},
		"forecast/table":            {gonum, "golang.org/x/text"}, // code pages
		"forecast/hierarchy":        {gonum},
		"forecast/regress":          {gonum},
		"forecast/regress/holidays": {gonum, "github.com/rickar/cal/v2"},
		"forecast/neural":           {gonum, atomic},
		"forecast/neural/universal": {gonum, atomic},
		"forecast/neural/weights":   {},
		"forecast/auto":             {gonum, atomic},
		"forecast/frame/columns":    {gonum, atomic, "golang.org/x/text"},
		"forecast/keep":             {gonum, atomic},
		"forecast/frame":            {gonum, atomic, "github.com/go-gota/gota/", "golang.org/x/net/html", "golang.org/x/text"}, // gota reads HTML
		"seq":                       {gonum, atomic},
		"datasets":                  {},
	} {
		out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", module+pkg).Output()
		if err != nil {
			t.Fatalf("%s: %v", pkg, err)
		}
		deps := strings.Fields(string(out))
		if len(deps) == 0 {
			t.Errorf("%s: nothing listed", pkg)
		}
		for _, dep := range deps {
			known := strings.HasPrefix(dep, module)
			for _, a := range allowed {
				known = known || strings.HasPrefix(dep+"/", strings.TrimSuffix(a, "/")+"/")
			}
			if !known {
				t.Errorf("%s pulls in %s", pkg, dep)
			}
		}
	}
}
