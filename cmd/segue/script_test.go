package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/segue-go/segue/datasets"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"segue": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command as its users do; see testdata/script. A script
// finds the example files beside its own, which have precedence.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			for _, name := range datasets.Names() {
				_, base, _ := strings.Cut(name, "/")
				if _, err := os.Stat(e.WorkDir + "/" + base); err == nil {
					continue
				}
				if err := os.WriteFile(e.WorkDir+"/"+base, datasets.MustFile(name), 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// Bad usage is status 2, bad input 1.
func TestExitStatus(t *testing.T) {
	for args, want := range map[string]int{
		"--help": 0, "help forecast": 0, "--version": 0,
		"forecast": 2, "forecast a.csv b.csv": 2, "frobnicate": 2, "forecast a.csv --frobnicate": 2, "forecast a.csv --method magic": 2,
		"forecast a.csv --levels 150": 2, "forecast a.csv --format xml": 2, "forecast a.csv --freq fortnight": 2, "continue a.mid": 2,
		"continue a.mid -o b.mid --bars -3": 2, "train forecast a.csv": 2, "backtest a.csv --folds 0": 2,
		"forecast no-such-file.csv": 1, "inspect no-such-file": 1, "continue no-such.mid -o b.mid": 1, "train music no-such-folder -o m": 1,
	} {
		var out, errs bytes.Buffer
		if got := run(context.Background(), strings.Fields(args), strings.NewReader(""), &out, &errs); got != want {
			t.Errorf("segue %s: status %d, want %d (%s)", args, got, want, errs.String())
		}
		if want > 0 && !strings.HasPrefix(errs.String(), "error: ") {
			t.Errorf("segue %s: says %q", args, errs.String())
		}
	}
}

// A device is written to, not replaced by a file; a link to one stands for it.
func TestWriteToDevice(t *testing.T) {
	link := filepath.Join(t.TempDir(), "null")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Skip(err)
	}
	var out, errs bytes.Buffer
	args := []string{"forecast", "-", "--method", "naive", "--horizon", "1", "-o", link}
	if got := run(context.Background(), args, bytes.NewReader(datasets.MustFile("csv/nile.csv")), &out, &errs); got != 0 {
		t.Fatalf("status %d: %s", got, errs.String())
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now an ordinary file (%v)", err)
	}
}

// Packages may import only what ARCHITECTURE.md draws.
func TestImportDirections(t *testing.T) {
	const module = "github.com/segue-go/segue/"
	allowed := map[string][]string{
		"datasets":                        {},
		"seq/repro":                       {},
		"seq":                             {"seq/repro", "seq/internal/cell", "seq/internal/crew", "seq/internal/kernel", "seq/internal/layer", "seq/internal/safetensors"},
		"seq/internal/cell":               {"seq/internal/kernel"},
		"seq/internal/layer":              {"seq/repro", "seq/internal/cell", "seq/internal/crew", "seq/internal/kernel"},
		"seq/internal/crew":               {},
		"seq/internal/kernel":             {},
		"seq/internal/safetensors":        {},
		"seq/onnx":                        {"seq"},
		"seq/internal/ref":                {},
		"forecast":                        {"forecast/calendar", "forecast/internal/classic", "forecast/internal/conformal", "forecast/internal/multiseason", "forecast/internal/parallel", "seq/repro"},
		"forecast/calendar":               {},
		"forecast/internal/classic":       {"seq/repro"},
		"forecast/internal/conformal":     {"seq/repro"},
		"forecast/internal/multiseason":   {"forecast/internal/classic", "forecast/internal/ridge", "seq/repro"},
		"forecast/internal/ridge":         {},
		"forecast/internal/parallel":      {},
		"forecast/table":                  {"forecast", "forecast/calendar", "forecast/internal/classic", "forecast/table/internal/charset", "forecast/table/internal/xlsx", "forecast/table/number", "forecast/table/stamp", "seq/repro"},
		"forecast/table/internal/charset": {},
		"forecast/table/internal/xlsx":    {},
		"forecast/table/number":           {},
		"forecast/table/stamp":            {},
		"forecast/frame":                  {"forecast", "forecast/frame/columns", "forecast/regress", "forecast/table"},
		"forecast/frame/columns":          {"forecast", "forecast/auto", "forecast/regress", "forecast/table"},
		"forecast/neural":                 {"forecast", "forecast/internal/classic", "forecast/internal/conformal", "forecast/internal/parallel", "forecast/neural/universal", "seq/repro", "seq"},
		"forecast/neural/universal":       {"forecast", "forecast/internal/classic", "forecast/internal/parallel", "forecast/internal/ridge", "seq/repro", "seq"},
		"forecast/neural/weights":         {},
		"forecast/auto":                   {"forecast", "forecast/internal/classic", "forecast/internal/multiseason", "forecast/neural", "forecast/neural/universal", "forecast/neural/weights"},
		"forecast/regress":                {"forecast", "forecast/calendar", "forecast/internal/classic", "seq/repro"},
		"forecast/bound":                  {"forecast", "seq/repro"},
		"forecast/keep":                   {"forecast", "forecast/auto", "forecast/calendar"},
		"forecast/regress/holidays":       {"forecast", "forecast/calendar"},
		"forecast/hierarchy":              {"forecast", "forecast/internal/classic"},
		"forecast/chart":                  {"datasets/typeface", "forecast"},
		"music":                           {"music/internal/kind", "music/internal/sample", "seq"},
		"music/internal/kind":             {"seq"},
		"music/internal/sample":           {"seq"},
		"music/internal/table":            {},
		"music/harmony":                   {"music"},
		"music/beat":                      {"music"},
		"music/hear":                      {"music", "music/harmony", "music/internal/table", "seq"},
		"music/band":                      {"music", "music/harmony", "music/internal/table"},
		"music/jazz":                      {"music", "music/band", "music/harmony", "music/hear", "music/internal/kind", "music/internal/sample", "music/internal/table", "seq"},
		"music/polyphony":                 {"music", "music/internal/sample", "seq"},
		"music/style":                     {"music", "music/hear", "music/internal/table", "music/jazz"},
		"music/jam":                       {"music", "music/jazz"},
		"datasets/typeface":               {},
		"music/roll":                      {"datasets/typeface", "music"},
		"music/sound":                     {"music"},
		"cmd/examples":                    {},
		"cmd/examples/forecast-frame":     {"datasets", "forecast", "forecast/auto", "forecast/frame", "forecast/table"},
		"cmd/examples/workbench":          {"forecast", "forecast/frame", "forecast/keep", "forecast/regress", "forecast/table"},
		"cmd/examples/custom-head":        {"seq"},
		"cmd/examples/call-and-response":  {"music", "music/jazz"},
		"cmd/internal/field":              {},
		"cmd/internal/job":                {"cmd/internal/field", "datasets", "forecast", "forecast/auto", "forecast/bound", "forecast/calendar", "forecast/chart", "forecast/hierarchy", "forecast/keep", "forecast/neural", "forecast/regress", "forecast/regress/holidays", "forecast/table", "forecast/table/stamp", "music", "music/band", "music/beat", "music/harmony", "music/hear", "music/jazz", "music/roll", "music/sound", "music/style", "seq"},
		"cmd/internal/scale":              {"cmd/internal/job", "datasets", "forecast", "forecast/table", "forecast/table/stamp"},
		"cmd/internal/web":                {"cmd/internal/job", "datasets", "forecast"},
		"cmd/internal/typed":              {"cmd/internal/job"},
		"cmd/internal/cli":                {"cmd/internal/field", "cmd/internal/job", "cmd/internal/scale", "cmd/internal/typed", "datasets", "forecast", "forecast/auto", "seq"},
		"cmd/segue-lab/clock":             {},
		"cmd/segue-lab":                   {"cmd/internal/cli", "cmd/internal/job", "cmd/segue-lab/clock", "datasets", "forecast", "forecast/auto", "forecast/neural", "forecast/neural/universal", "forecast/table", "music", "music/band", "music/harmony", "music/hear", "music/jazz", "music/polyphony", "music/style", "seq"},
		"cmd/segue":                       {"cmd/internal/cli", "cmd/internal/field", "cmd/internal/job", "cmd/internal/scale", "cmd/internal/web", "datasets", "forecast", "forecast/auto", "forecast/neural", "forecast/table", "music", "music/harmony", "music/jam", "music/jazz", "music/roll", "music/sound", "music/style", "seq", "seq/onnx"},
	}
	checkImports(t, module, allowed)
}

// checkImports compares what the packages of module import of each other with what
// they may.
func checkImports(t *testing.T, module string, allowed map[string][]string) {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}: {{join .Imports " "}}`, module+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		pkg, imports, _ := strings.Cut(line, ": ")
		pkg = strings.TrimPrefix(pkg, module)
		ok, known := allowed[pkg]
		if !known {
			t.Errorf("package %s is not in this test's map", pkg)
			continue
		}
		seen++
		for _, imp := range strings.Fields(imports) {
			rest, ours := strings.CutPrefix(imp, module)
			if !ours {
				continue
			}
			found := false
			for _, a := range ok {
				found = found || a == rest
			}
			if !found {
				t.Errorf("%s imports %s", pkg, rest)
			}
		}
	}
	if seen != len(allowed) {
		t.Errorf("%d packages seen, %d known", seen, len(allowed))
	}
}
