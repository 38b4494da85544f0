package main

import (
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/segue-go/segue/cmd/internal/scale"
)

func TestMain(m *testing.M) { ptest.Main(m) }

// The pipeline writes what a run on one machine writes, dead letters too, whether
// the engine reads the file or a worker does.
func TestSameAsLocal(t *testing.T) {
	var text strings.Builder
	text.WriteString("shop,month,sales\n")
	for m := range 30 {
		for i := range 40 {
			fmt.Fprintf(&text, "\"shop, %d\",%d-%02d,%d\n", i, 2020+m/12, m%12+1, 100+7*i+(m%12)*5+(m*i*37)%11)
		}
	}
	text.WriteString("bad,2020-01,1o2\n")
	dir := t.TempDir()
	plain := filepath.Join(dir, "panel.csv")
	if err := os.WriteFile(plain, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(dir, "panel.csv.gz")
	f, err := os.Create(packed)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	_, _ = z.Write([]byte(text.String()))
	z.Close()
	f.Close()

	asked := func() *settings {
		s := newSettings()
		s.spec.Method, s.spec.Horizon, s.spec.Levels, s.Parts = "theta", 4, []float64{80}, 5
		return s
	}
	base := asked()
	opt, err := base.options()
	if err != nil {
		t.Fatal(err)
	}
	local := filepath.Join(dir, "local")
	opt.Parts = base.Parts
	if rep, err := scale.Run(context.Background(), plain, local, opt); err != nil || rep.Series != 40 || rep.Dead != 1 {
		t.Fatalf("%+v %v", rep, err)
	}
	for _, input := range []string{plain, packed} {
		s := asked()
		s.input, s.Output = input, filepath.Join(dir, "beam-"+filepath.Base(input))
		if err := os.Mkdir(s.Output, 0o700); err != nil {
			t.Fatal(err)
		}
		header, err := s.resolve()
		if err != nil {
			t.Fatal(err)
		}
		p, scope := beam.NewPipelineWithRoot()
		if err := build(scope, s, header); err != nil {
			t.Fatal(err)
		}
		ptest.RunAndValidate(t, p)
		for k := range base.Parts {
			for _, kind := range []string{"part", "dead"} {
				name := fmt.Sprintf("%s-%05d-of-%05d.csv", kind, k, base.Parts)
				want, err := os.ReadFile(filepath.Join(local, name))
				if err != nil {
					t.Fatal(err)
				}
				got, err := os.ReadFile(filepath.Join(s.Output, name))
				if err != nil || string(got) != string(want) {
					t.Errorf("%s, %s: %v\n%.300s\nwant\n%.300s", filepath.Base(input), name, err, got, want)
				}
			}
		}
	}
}

// What cannot be told or done is said before anything runs.
func TestResolve(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.csv")
	if err := os.WriteFile(file, []byte("shop,day,sales\na,2020-01-01,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"no such file":  {"--input", "no-such-*.csv", "--method", "theta"},
		"--parts":       {"--input", file, "--method", "theta", "--parts", "0"},
		"together":      {"--input", file, "--method", "lstm"},
		"--freq":        {"--input", file, "--method", "theta"},
		"contradict":    {"--input", file, "--train", "--no-train"},
		"independently": {"--input", file, "--paths", "3"},
	} {
		s := newSettings()
		fl := flag.NewFlagSet("segue-beam", flag.ContinueOnError)
		s.flags(fl)
		if err := fl.Parse(args); err != nil {
			t.Fatal(err)
		}
		if _, err := s.resolve(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Values out of range are refused as flags, as by the command.
func TestFlags(t *testing.T) {
	for _, args := range [][]string{{"--levels", "x"}, {"--levels", "100"}, {"--horizon", "-1"}, {"--duplicates", "some"}} {
		fl := flag.NewFlagSet("segue-beam", flag.ContinueOnError)
		fl.SetOutput(io.Discard)
		newSettings().flags(fl)
		if err := fl.Parse(args); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
