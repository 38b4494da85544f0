package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/datasets"
	"github.com/spf13/cobra"
)

// mistakes are, for each command, those that are made most and an odd one: what
// follows the command's name, the exit status, and a part of what is said. AIR, SEED and
// TEXT stand for a table, a MIDI file and a file that is neither.
var mistakes = map[string][]struct {
	args   string
	status int
	says   string
}{
	"forecast": {
		{"", 2, "give a FILE of time series, or a --model"},
		{"AIR --model AIR", 1, "air_passengers.csv: "},
		{"AIR --floor low", 2, "--floor \"low\": want a number"},
		{"AIR --floor 9 --cap 2", 2, "leaves no room"},
		{"AIR --cap 200 --method naive", 1, "is above the cap of 200"},
		{"AIR --horizn 12", 2, "did you mean --horizon?"},
		{"AIR --horizon 0x", 2, "--horizon"},
		{"AIR --levels 0", 2, "--levels 0: want numbers between 0 and 100"},
		{"AIR --train --no-train", 2, "contradict each other"},
		{"AIR --plot x.gif", 2, "must end in .svg or .png"},
		{"AIR --wide --value passengers", 2, "leave out --value"},
		{"AIR --model SEED", 1, "swing_seed.mid: "},
		{"AIR --resume", 2, "need a folder"},
		{"SEED", 1, "swing_seed.mid: "},
	},
	"fit": {
		{"AIR", 2, "-o MODEL"},
		{"AIR --method magic -o m", 2, `method "magic" is none of`},
		{"TEXT -o m", 1, "text.txt: "},
	},
	"update": {
		{"AIR", 2, "want segue update MODEL FILE, got ["},
		{"TEXT AIR", 1, "text.txt: this is no model that segue fit made"},
	},
	"score": {
		{"AIR AIR", 1, "there is no column \"mean\""},
		{"AIR missing.csv", 1, "missing.csv: no such file"},
	},
	"backtest": {
		{"AIR --folds 0", 2, "--folds 0: want a whole number from 1 to 1000"},
		{"AIR --methods naive,magic", 2, `method "magic" is none of`},
		{"AIR --methods naive --horizon 200", 1, "no series has 202 values"},
		{"AIR --test missing.csv --methods naive", 1, "missing.csv: no such file"},
		{"TEXT --methods naive", 1, "text.txt: "},
	},
	"anomalies": {
		{"AIR --level 100", 2, "--level 100"},
		{"AIR --method magic", 2, `method "magic" is none of`},
		{"TEXT", 1, "text.txt: "},
	},
	"impute": {
		{"missing.csv", 1, "missing.csv: no such file"},
		{"AIR --freq fortnight", 2, "fortnight"},
		{"AIR --output .", 1, ".: is a folder"},
	},
	"methods": {
		{"theta", 2, `unknown command "theta"`},
		{"--json", 2, "unknown flag: --json"},
	},
	"train": {
		{"forcast AIR", 2, "did you mean `segue train forecast`?"},
	},
	"train forecast": {
		{"AIR", 2, "say where to write the model with -o MODEL"},
		{"AIR -o m --sample -1", 2, "--sample -1: want a whole number from 1 to"},
		{"TEXT -o m", 1, "text.txt: "},
	},
	"train music": {
		{"SEED", 2, "say where to write the model with -o MODEL"},
		{"missing -o m", 1, "missing: no such file"},
		{"TEXT -o m", 1, "no MIDI file that can be read"},
	},
	"continue": {
		{"SEED", 2, "say where to write the music with -o OUT.mid"},
		{"SEED -o x.mp3", 2, "-o x.mp3: MIDI is written to a file that ends in .mid or .midi"},
		{"SEED -o x.mid --bars 0", 2, "--bars 0: want a whole number from 1 to 1000"},
		{"SEED -o x.mid --chords Hx", 2, `"Hx" is not a chord symbol`},
		{"SEED -o x.mid --temperature 0", 2, "--temperature 0"},
		{"SEED -o x.mid --part 9", 1, "there is no part 9"},
		{"SEED SEED -o x.mid", 2, "--between A.mid B.mid"},
		{"AIR -o x.mid", 1, "no MIDI header"},
	},
	"compose": {
		{"-o x.mid", 2, "describe the music with --prompt or --chords"},
		{"--prompt slow -o x.wav", 2, "-o x.wav: MIDI is written to a file that ends in .mid or .midi"},
		{"--prompt slow -o - --json", 2, "needs a file name"},
		{"--chords TEXT.csv -o x.mid", 1, "no such file"},
	},
	"render": {
		{"SEED", 2, "say what to write with -o FILE.wav, .flac, .svg or .png"},
		{"SEED -o x.mp3", 2, "say what to write"},
		{"TEXT -o x.wav --soundfont none", 1, "text.txt: "},
		{"SEED -o x.wav --soundfont TEXT", 1, "text.txt: "},
	},
	"play": {
		{"SEED --soundfont none --player no-such-player", 1, "no-such-player"},
		{"TEXT", 1, "text.txt: "},
	},
	"serve": {
		{"--max-body 0", 2, "--max-body 0: want 1 to 1024"},
		{"--max-time 1ms", 2, "--max-time 1ms: want a second or more"},
		{"--listen nowhere", 1, "--listen nowhere: "},
		{"AIR", 2, "unknown command"},
	},
	"jam": {
		{"--list", 1, "go build -tags rtmidi"},
		{"somebody", 2, "unknown command"},
	},
	"export": {
		{"AIR", 2, "say what to write with -o FILE.onnx"},
		{"AIR -o x.onnx", 1, "air_passengers.csv: "},
	},
	"inspect": {
		{"missing.mid", 1, "missing.mid: no such file"},
		{".", 1, "is a folder"},
		{"AIR --style", 1, "not a MIDI file"},
	},
	"demo":    {{"--dir AIR", 1, "air_passengers.csv: "}, {"now", 2, "unknown command"}},
	"man":     {{"", 2, "got no argument"}, {"AIR", 1, "go run -tags man"}},
	"version": {{"--yaml", 2, "unknown flag: --yaml"}},
}

// A mistake has the status of its kind and one line that names it; nothing is printed
// as a result, and no file is left.
func TestMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	files := map[string][]byte{
		"air_passengers.csv": datasets.MustFile("csv/air_passengers.csv"), "swing_seed.mid": datasets.MustFile("midi/swing_seed.mid"),
		"text.txt": []byte("Dear Sir,\nplease find attached\nnothing at all"),
	}
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put := strings.NewReplacer("AIR", "air_passengers.csv", "SEED", "swing_seed.mid", "TEXT", "text.txt")
	for name, cases := range mistakes {
		for _, c := range cases {
			var out, errs bytes.Buffer
			args := strings.Fields(name + " " + put.Replace(c.args))
			status := run(context.Background(), args, strings.NewReader(""), &out, &errs)
			said := ""
			for _, l := range strings.Split(errs.String(), "\n") {
				if strings.HasPrefix(l, "error: ") || strings.HasPrefix(l, "hint: ") {
					said += l + "\n"
				}
			}
			if status != c.status || !strings.HasPrefix(said, "error: ") || strings.Count(said, "error: ") != 1 || !strings.Contains(said, c.says) || out.Len() > 0 {
				t.Errorf("segue %s %s: status %d, want %d; stdout %.60q\n%s", name, c.args, status, c.status, out.String(), errs.String())
			}
		}
	}
	left, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if files[f.Name()] == nil {
			t.Errorf("%s is left", f.Name())
		}
	}
	each(root(&cli.Shell{}), func(c *cobra.Command) {
		if name := strings.TrimPrefix(c.CommandPath(), "segue "); c.HasParent() && mistakes[name] == nil {
			t.Errorf("no mistake of segue %s is tested", name)
		}
	})
}

func each(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		each(sub, f)
	}
}

// The server says where it listens, answers, and ends well when it is stopped.
func TestServe(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	r, w := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "-q"}, strings.NewReader(""), w, io.Discard)
		w.Close()
	}()
	line := make([]byte, 100)
	n, err := r.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(strings.TrimSpace(string(line[:n])) + "healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("healthz: %s", resp.Status)
	}
	stop()
	if got := <-status; got != 0 {
		t.Errorf("status %d", got)
	}
}
