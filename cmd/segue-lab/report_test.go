package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
)

func TestSheet(t *testing.T) {
	s := newSheet("data", "MSE")
	s.add("ETTh1", f3(1.23456))
	s.add("a piece with a long name", f3(math.NaN()))
	want := "| data                     | MSE   |\n|---                       |---    |\n| ETTh1                    | 1.235 |\n| a piece with a long name | NaN   |\n"
	if got := s.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// The corpus of a class never holds the last horizon of a series, which judges.
func TestCorpus(t *testing.T) {
	dir := t.TempDir()
	rows := "a,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20\nshort,1,2,3,4,5,6,7,8,9\n"
	for _, name := range []string{"Yearly-train.csv", "Quarterly-subset-train.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := &lab{&cli.Shell{Quiet: true}}
	panel, err := a.m4Train(dir, "Yearly", 6)
	if err != nil {
		t.Fatal(err)
	}
	if len(panel) != 1 || len(panel[0].Values) != 14 || panel[0].Values[13] != 14 {
		t.Errorf("yearly: %v", panel)
	}
	if panel, err = a.m4Train(dir, "Quarterly", 8); err != nil || len(panel) != 1 || len(panel[0].Values) != 12 {
		t.Errorf("quarterly: %v, %v", panel, err)
	}
	if _, _, err = a.corpus(dir, "monthly"); err == nil {
		t.Error("monthly: no file, no error")
	}
}

func TestSummed(t *testing.T) {
	series := func(v ...float64) forecast.Series { return forecast.Series{Values: v} }
	got := summed([]forecast.Series{series(9, 1, 2, 3, 4), series(1, 2)}, 2, 2)
	if len(got) != 1 || len(got[0].Values) != 2 || got[0].Values[0] != 3 || got[0].Values[1] != 7 {
		t.Errorf("%v", got)
	}
}
