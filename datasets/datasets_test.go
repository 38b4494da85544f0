package datasets

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// Every embedded file is listed in SOURCES.md with its true checksum.
func TestSources(t *testing.T) {
	doc, err := os.ReadFile("SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(Names()) < 13 {
		t.Errorf("only %d files", len(Names()))
	}
	for _, name := range Names() {
		sum := fmt.Sprintf("%x", sha256.Sum256(MustFile(name)))
		found := false
		for _, line := range strings.Split(string(doc), "\n") {
			found = found || strings.Contains(line, "`"+name+"`") && strings.Contains(line, sum)
		}
		if !found {
			t.Errorf("%s with sha256 %s is not in SOURCES.md", name, sum)
		}
	}
	if _, err := File("csv/nothing.csv"); err == nil || !strings.Contains(err.Error(), "csv/nile.csv") {
		t.Errorf("unknown name: error %v", err)
	}
}

func TestReadRows(t *testing.T) {
	for name, text := range map[string]string{
		"plain":       "a,1,2,3\nb,4.5\n",
		"M4 official": "\"V1\",\"V2\",\"V3\",\"V4\"\n\"a\",\"1\",\"2\",\"3\"\n\"b\",\"4.5\",\"\",\"\"\n",
		"BOM, CRLF":   "\ufeffa,1,2,3\r\nb,4.5,,\r\n\r\n",
		"NA padding":  "a,1,2,3\nb,4.5,NA,NA\n",
	} {
		rows, err := ReadRows(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(rows) != 2 || rows[0].ID != "a" || !slices.Equal(rows[0].Values, []float64{1, 2, 3}) || !slices.Equal(rows[1].Values, []float64{4.5}) {
			t.Errorf("%s: read %v", name, rows)
		}
	}
	rows, err := ReadRows(strings.NewReader("a,1,,3\n"))
	if err != nil || !math.IsNaN(rows[0].Values[1]) || len(rows[0].Values) != 3 {
		t.Errorf("gap: %v %v", rows, err)
	}
	for text, want := range map[string]string{
		"":              "line 1: no series",
		"a,1\nb,x\n":    `line 2: cell 2: "x"`,
		"a,1\na,2\n":    `line 2: series "a" stands on line 1`,
		"a,1\nb\n":      `line 2: series "b" has no value`,
		"a,1\nb,1,+Inf": `line 2: cell 3`,
	} {
		if _, err := ReadRows(strings.NewReader(text)); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add("a,1,2\n")
	f.Add("\"V1\",\"V2\"\n\"a\",\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := ReadRows(strings.NewReader(text))
		if err == nil && len(rows) == 0 {
			t.Error("neither rows nor an error")
		}
	})
}
