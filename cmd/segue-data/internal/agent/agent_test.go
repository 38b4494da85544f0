package agent

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/web"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
)

// connect starts a server over a folder and gives a client's session with it.
func connect(t *testing.T, root string, limits web.Options) *mcp.ClientSession {
	t.Helper()
	server, err := New(Options{Root: root, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	here, there := mcp.NewInMemoryTransports()
	if _, err := server.Connect(context.Background(), there, nil); err != nil {
		t.Fatal(err)
	}
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(context.Background(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// said is a tool's answer: its texts, its pictures and other files.
type said struct {
	texts    []string
	pictures [][]byte
	files    [][]byte
	value    map[string]any
	failed   bool
}

func ask(t *testing.T, c *mcp.ClientSession, tool string, args map[string]any) (out said) {
	t.Helper()
	r, err := c.CallTool(context.Background(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range r.Content {
		switch x := content.(type) {
		case *mcp.TextContent:
			out.texts = append(out.texts, x.Text)
		case *mcp.ImageContent:
			out.pictures = append(out.pictures, x.Data)
		case *mcp.EmbeddedResource:
			out.files = append(out.files, x.Resource.Blob)
		}
	}
	out.value, _ = r.StructuredContent.(map[string]any)
	out.failed = r.IsError
	return out
}

// A model that gives a table inline gets what the HTTP interface answers, a picture, and
// how the method did on the past.
func TestForecast(t *testing.T) {
	c := connect(t, t.TempDir(), web.Options{})
	table := datasets.MustFile("csv/air_passengers.csv")
	got := ask(t, c, "forecast", map[string]any{"data": string(table), "horizon": 12, "levels": []any{80, "95"}})
	if got.failed || len(got.pictures) != 1 || len(got.texts) != 2 {
		t.Fatalf("%+v", got.texts)
	}
	if _, err := png.Decode(bytes.NewReader(got.pictures[0])); err != nil {
		t.Error(err)
	}
	if !strings.Contains(got.texts[0], "seasonal naive") || !strings.Contains(got.texts[0], "80% and 95%") {
		t.Errorf("the sentence does not say how far to trust it: %s", got.texts[0])
	}
	want, err := job.Do(context.Background(), "forecast", "horizon=12", table, job.Listener{})
	if err != nil {
		t.Fatal(err)
	}
	if view := want.(*job.ForecastView); got.texts[1] != view.CSV {
		t.Errorf("%s\nwant\n%s", got.texts[1], view.CSV)
	}
	if rows := got.value["forecast"].([]any); len(rows) != 12 {
		t.Errorf("%d rows", len(rows))
	}
}

// Rows come in the shapes that models write: objects, arrays, numbers; the result is the
// same.
func TestShapes(t *testing.T) {
	c := connect(t, t.TempDir(), web.Options{})
	var objects, arrays, numbers []any
	var text strings.Builder
	text.WriteString("day,sales\n")
	arrays = append(arrays, []any{"day", "sales"})
	for i := range 40 {
		day, v := "2024-01-01", 10+i%7
		day = "2024-0" + string(rune('1'+i/20)) + "-" + string([]byte{byte('0' + (i%20+1)/10), byte('0' + (i%20+1)%10)})
		objects = append(objects, map[string]any{"day": day, "sales": v})
		arrays = append(arrays, []any{day, v})
		numbers = append(numbers, v)
		text.WriteString(day + "," + string(rune('0'+v/10)) + string(rune('0'+v%10)) + "\n")
	}
	want := ask(t, c, "forecast", map[string]any{"data": text.String(), "horizon": 3, "method": "snaive"})
	if want.failed {
		t.Fatal(want.texts)
	}
	for name, data := range map[string][]any{"objects": objects, "arrays": arrays} {
		if got := ask(t, c, "forecast", map[string]any{"data": data, "horizon": "3", "method": "snaive"}); got.failed || got.texts[1] != want.texts[1] {
			t.Errorf("%s: %v", name, got.texts)
		}
	}
	numbers[3] = nil
	if got := ask(t, c, "forecast", map[string]any{"data": numbers, "horizon": 3, "season": 7, "method": "snaive"}); got.failed || !strings.Contains(got.texts[0], "40 steps") {
		t.Errorf("a number is missing: %v", got.texts)
	}
	if got := ask(t, c, "forecast", map[string]any{"data": numbers, "horizon": 3, "season": 7, "method": "snaive"}); got.failed || !strings.Contains(got.texts[1], "15") {
		t.Errorf("numbers: %v", got.texts)
	}
}

// Errors name the argument and say what helps; they do not end the session.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.csv")
	for path, text := range map[string]string{outside: "x\n1\n", filepath.Join(dir, "there.csv"): "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	c := connect(t, dir, web.Options{Body: 1 << 16})
	good := "v\n" + strings.Repeat("1\n2\n", 20)
	for want, args := range map[string]map[string]any{
		"there are no data":      {"horizon": 3},
		"give one of":            {"data": good, "file": "there.csv"},
		"horizn":                 {"data": good, "horizn": 3},
		"horizon":                {"data": good, "horizon": 0},
		"no such file":           {"file": "nowhere.csv"},
		"escapes":                {"file": outside},
		"path escapes":           {"file": "link.csv"},
		"too large":              {"data": strings.Repeat("1\n", 1<<16)},
		"exists":                 {"data": good, "save": "there.csv", "method": "naive"},
		"all rows must be":       {"data": []any{map[string]any{"a": 1}, 2}},
		"a text, a number, true": {"data": good, "method": map[string]any{"name": "theta"}},
		"magic":                  {"data": good, "method": "magic"},
		"is a folder|not a file": {"file": "."},
	} {
		got := ask(t, c, "forecast", args)
		found := false
		for _, w := range strings.Split(want, "|") {
			found = found || got.failed && strings.Contains(got.texts[0], w)
		}
		if !found {
			t.Errorf("%v: %v, want %q", args, got.texts, want)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "there.csv")); string(text) != "old" {
		t.Error("a file was overwritten")
	}
}

// A result that is too long to be shown says so, and is saved whole.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	c := connect(t, dir, web.Options{})
	got := ask(t, c, "forecast", map[string]any{"data": "v\n" + strings.Repeat("1\n2\n", 20), "horizon": 600, "method": "naive", "save": "out.csv"})
	if got.failed || !strings.Contains(got.texts[0], "100 more lines") || strings.Count(got.texts[1], "\n") != 501 {
		t.Fatalf("%v", got.texts[0])
	}
	if text, err := os.ReadFile(filepath.Join(dir, "out.csv")); err != nil || bytes.Count(text, []byte("\n")) != 601 {
		t.Errorf("%v, %d bytes", err, len(text))
	}
}

// The other tools answer too.
func TestTools(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nile.csv"), datasets.MustFile("csv/nile.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := connect(t, dir, web.Options{})
	list, err := c.ListTools(context.Background(), nil)
	if err != nil || len(list.Tools) != len(tools) {
		t.Fatalf("%v, %d tools", err, len(list.Tools))
	}
	for _, tool := range list.Tools {
		if text, err := json.Marshal(tool.InputSchema); err != nil || !strings.Contains(string(text), `"additionalProperties":false`) {
			t.Errorf("%s: %s %v", tool.Name, text, err)
		}
	}
	for tool, want := range map[string]string{"backtest": "MASE", "anomalies": "score", "inspect": "1871"} {
		got := ask(t, c, tool, map[string]any{"file": "nile.csv"})
		if got.failed || len(got.texts) != 2 || !strings.Contains(got.texts[1], want) {
			t.Errorf("%s: %v", tool, got.texts)
		}
	}
	if got := ask(t, c, "inspect", map[string]any{"midi": base64.StdEncoding.EncodeToString(datasets.MustFile("midi/swing_seed.mid"))}); got.failed || !strings.Contains(got.texts[0], "music") {
		t.Errorf("%v", got.texts)
	}
	if testing.Short() {
		t.Skip("music is slow")
	}
	for tool, args := range map[string]map[string]any{
		"continue": {"midi": base64.StdEncoding.EncodeToString(datasets.MustFile("midi/swing_seed.mid")), "bars": 2, "save": "next.mid"},
		"compose":  {"prompt": "slow blues in F", "bars": 2},
	} {
		got := ask(t, c, tool, args)
		if got.failed || len(got.files) != 1 || len(got.pictures) != 1 || !strings.Contains(got.texts[0], "new bars") {
			t.Errorf("%s: %v", tool, got.texts)
			continue
		}
		if _, _, err := music.ReadMIDI(got.files[0]); err != nil {
			t.Errorf("%s: %v", tool, err)
		}
	}
}
