package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
)

// In the middle creativity is the default of everything that draws; it grows from end
// to end.
func TestBold(t *testing.T) {
	if temperature, topP := Bold(.5); temperature != 1 || topP != .95 {
		t.Errorf("in the middle %v and %v", temperature, topP)
	}
	heat, top := Bold(0)
	for c := .05; c <= 1; c += .05 {
		h, p := Bold(c)
		if h <= heat || p <= top || p >= 1 {
			t.Errorf("at %v: %v and %v after %v and %v", c, h, p, heat, top)
		}
		heat, top = h, p
	}
}

// Ids that a spreadsheet would take for formulas are told so, if that is asked for; numbers
// stay numbers.
func TestGuard(t *testing.T) {
	data := []byte("shop,month,y\n\"=HYPERLINK(\"\"http://x\"\")\",2020-01,1\n\"=HYPERLINK(\"\"http://x\"\")\",2020-02,-2\n@b,2020-01,1\n@b,2020-02,-2\nplain,2020-01,1\nplain,2020-02,-2\n-7,2020-01,1\n-7,2020-02,-2\n")
	for _, c := range []struct{ query, want string }{
		{"", "\"=HYPERLINK(\"\"http://x\"\")\",2020-03,-2\n@b,2020-03,-2\nplain,2020-03,-2\n-7,2020-03,-2\n"},
		{"&spreadsheet=true", "\"'=HYPERLINK(\"\"http://x\"\")\",2020-03,-2\n'@b,2020-03,-2\nplain,2020-03,-2\n-7,2020-03,-2\n"},
	} {
		s := NewForecast()
		if err := s.Fields().Parse("method=naive&horizon=1&id=shop&levels=50" + c.query); err != nil {
			t.Fatal(err)
		}
		f, err := s.Run(context.Background(), Inputs{Main: Bytes("a.csv", data)}, Listener{})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		out, err := text(f.WriteCSV)
		for _, l := range strings.Split(strings.TrimSuffix(out, "\n"), "\n")[1:] {
			at := strings.Index(l, ",-2") // the interval is not what this is about
			lines = append(lines, l[:at+3]+"\n")
		}
		if got := strings.Join(lines, ""); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.query, err, got, c.want)
		}
	}
	for cell, want := range map[string]string{"=1": "'=1", "+a": "'+a", "-1.5e3": "-1.5e3", "-x": "'-x", "\t=1": "'\t=1", " =1": "' =1", "＝1": "'＝1", "a=1": "a=1", "": "", "%": "'%"} {
		if got := guarded([]string{cell})[0]; got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// A remark comes while the job runs, and a wrong input is named.
func TestRun(t *testing.T) {
	s := NewForecast()
	if err := s.Fields().Parse("method=naive&horizon=2"); err != nil {
		t.Fatal(err)
	}
	var notes []Note
	l := Listener{Note: func(n Note) { notes = append(notes, n) }}
	data := []byte("month,y\n2020-01,1\n2020-02,2\n2020-04,4\n2020-05,5\n")
	f, err := s.Run(context.Background(), Inputs{Main: Bytes("a.csv", data)}, l)
	if err != nil {
		t.Fatal(err)
	}
	var csv bytes.Buffer
	if err := f.WriteCSV(&csv); err != nil || !strings.HasPrefix(csv.String(), "month,mean,lo-80,hi-80,lo-95,hi-95\n2020-06,5,") {
		t.Errorf("%v: %s", err, &csv)
	}
	if len(notes) < 2 || notes[0].Kind != Repair || !strings.Contains(notes[0].Text, "line 4") {
		t.Errorf("notes %+v", notes)
	}
	_, err = s.Run(context.Background(), Inputs{Main: Bytes("a.csv", []byte("month,y\n2020-01,1\n2020-01,2\n2020-02,2\n"))}, Listener{})
	if err == nil || !strings.HasPrefix(Message(err, Command), "a.csv: line 3: ") || !errors.Is(err, forecast.ErrInput) || IsOption(err) {
		t.Errorf("a time twice: %v", err)
	}
	failing := Input{"b.csv", func() (io.ReadCloser, error) { return nil, fmt.Errorf("b.csv: %w", os.ErrNotExist) }}
	if _, err = s.Run(context.Background(), Inputs{Main: failing}, Listener{}); !errors.Is(err, os.ErrNotExist) || Hint(err, Command) != "check the file name" {
		t.Errorf("a missing file: %v, hint %q", err, Hint(err, Command))
	}
}

// Every voice speaks of fields in its own words, and offers only what its door has.
func TestVoices(t *testing.T) {
	err := fmt.Errorf("a.csv: %w", &forecast.Problem{Place: "line 1", What: "this is {value}", Remedies: []forecast.Remedy{
		{Do: "choose a column", Option: "value", Suggest: "NAME"}, {Do: "give a file", Option: "future", Suggest: "FILE"}, {Do: "take all", Option: "wide"},
	}})
	for want, v := range map[string]Voice{
		"choose a column with --value NAME, or give a file with --future FILE, or take all with --wide":                 Command,
		"choose a column with the parameter value=NAME, or take all with the parameter wide=true":                       Request,
		"choose a column in “Values”, or give a file in “Futures to compare”, or take all in “each column is a series”": Page,
	} {
		if got := Hint(err, v); got != want {
			t.Errorf("hint %q, want %q", got, want)
		}
		if got := Message(err, v); got != "a.csv: line 1: this is {value}" {
			t.Errorf("the data's braces are gone: %q", got)
		}
	}
	usage := usagef("{train} and {no-train}: {x}")
	if got := Message(usage, Command); got != "--train and --no-train: {x}" || !IsUsage(usage) || !errors.Is(usage, ErrOption) {
		t.Errorf("got %q", got)
	}
}

// Where series are forecast independently, the default method becomes blend and says so;
// what looks at several series is refused.
func TestSeparate(t *testing.T) {
	said := ""
	l := Listener{Note: func(n Note) { said = n.Text }}
	w, err := NewForecast().Separate(Input{}, l)
	if err != nil || w.Method.Name() != forecast.Blend.Name() || !strings.Contains(said, "independently") {
		t.Errorf("%v, %v, %q", w.Method, err, said)
	}
	for _, query := range []string{"method=lstm", "reconcile=mint", "paths=3", "wide=true", "value=a,b", "regressors=x", "holidays=BR", "backtest=1"} {
		s := NewForecast()
		if err := s.Fields().Parse(query); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Separate(Input{}, Listener{}); !IsUsage(err) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// What is read in pieces is written as what is read whole.
func TestStream(t *testing.T) {
	var rows strings.Builder
	for i := range 30 {
		fmt.Fprintf(&rows, "s%d", i)
		for k := range 16 {
			fmt.Fprintf(&rows, ",%d", 10+i+k%4*(k%3))
		}
		rows.WriteString("\n")
	}
	in := Bytes("", []byte(rows.String()))
	s := NewForecast()
	if err := s.Fields().Parse("rows=true&method=theta&season=4&horizon=3&round=true"); err != nil {
		t.Fatal(err)
	}
	var whole, pieces bytes.Buffer
	f, err := s.Run(context.Background(), Inputs{Main: in}, Listener{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteCSV(&whole); err != nil {
		t.Fatal(err)
	}
	if !s.Streams() {
		t.Fatal("it does not stream")
	}
	if err := s.Stream(context.Background(), in, &pieces, Listener{}); err != nil || pieces.String() != whole.String() {
		t.Errorf("%v: %s\nwant %s", err, &pieces, &whole)
	}
	if s.Explain = true; s.Streams() {
		t.Error("an explanation streams")
	}
}

// A server refuses what others would wait for; the command does not.
func TestServed(t *testing.T) {
	seed := datasets.MustFile("midi/swing_seed.mid")
	for _, query := range []string{"bars=65", "variations=9", "candidates=17", "prompt=" + strings.Repeat("x", 501)} {
		if _, err := Do(context.Background(), "continue", query, seed, Listener{}); !IsUsage(err) {
			t.Errorf("%.20s: %v", query, err)
		}
	}
	if err := NewContinue().Fields().Lookup("bars").Set("65"); err != nil {
		t.Error(err)
	}
	if _, err := Do(context.Background(), "dance", "", nil, Listener{}); !IsUsage(err) {
		t.Errorf("an unknown job: %v", err)
	}
}

// A seed that was played without a metronome has its beats tracked: inspect says so, and
// its new bars have about its tempo.
func TestPlayedFreely(t *testing.T) {
	data, err := os.ReadFile("../../../music/testdata/awkward/syn_rubato_no_grid_div1000.mid")
	if err != nil {
		t.Fatal(err)
	}
	i, err := NewInspect().Run(t.Context(), Inputs{Main: Bytes("seed", data)})
	if err != nil || !strings.Contains(i.Text, "\nbeats      played freely") {
		t.Errorf("inspect says\n%v (%v)", i, err)
	}
	s := NewContinue()
	s.Bars, s.Candidates = 4, 1
	var said []string
	l := Listener{Note: func(n Note) { said = append(said, n.Text) }}
	_, err = s.Run(t.Context(), Inputs{Main: Bytes("seed", data)}, l, func(c *Take) error {
		if bpm := c.TempoAt(c.From); bpm < 75 || bpm > 100 {
			t.Errorf("the new bars go at %.0f quarter notes a minute", bpm)
		}
		return nil
	})
	if err != nil || !strings.Contains(strings.Join(said, "\n"), "the seed is played freely: ") {
		t.Errorf("said %q (%v)", said, err)
	}
}
