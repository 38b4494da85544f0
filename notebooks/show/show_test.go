package show

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the cells of a notebook draw and play is saved with it.
func TestSaved(t *testing.T) {
	files, err := filepath.Glob("../*.ipynb")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d notebooks (%v)", len(files), err)
	}
	pictures, sounds := regexp.MustCompile(`\bshow\.(PNG|Lines|Heat|Shares|Roll)\(`), regexp.MustCompile(`\bshow\.(Audio|Play)\(`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var n struct {
			Cells []struct {
				Kind    string   `json:"cell_type"`
				Source  []string `json:"source"`
				Outputs []struct {
					Name string                     `json:"name"`
					Data map[string]json.RawMessage `json:"data"`
				} `json:"outputs"`
			} `json:"cells"`
		}
		if err := json.Unmarshal(data, &n); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i, c := range n.Cells {
			if c.Kind != "code" {
				continue
			}
			var drawn, played int
			for _, o := range c.Outputs {
				if o.Data["image/png"] != nil {
					drawn++
				}
				if strings.Contains(string(o.Data["text/html"]), "audio controls") {
					played++
				}
				if o.Name == "stderr" {
					t.Errorf("%s, cell %d has an error", filepath.Base(file), i+1)
				}
			}
			code := strings.Join(c.Source, "")
			if want := len(pictures.FindAllString(code, -1)); drawn < want {
				t.Errorf("%s, cell %d: %d pictures, the code draws at least %d", filepath.Base(file), i+1, drawn, want)
			}
			if want := len(sounds.FindAllString(code, -1)); played < want {
				t.Errorf("%s, cell %d: %d sounds, the code plays at least %d", filepath.Base(file), i+1, played, want)
			}
		}
	}
}
