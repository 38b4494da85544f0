package main

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/segue-lab/clock"
	"github.com/segue-go/segue/forecast"
	"github.com/spf13/cobra"
)

//go:embed peers.R
var scriptR string

//go:embed peers.py
var scriptPython string

type peersFlags struct {
	rscript, python string
	series          int
	limit           time.Duration
	json            bool
}

func (a *lab) peersCommand() *cobra.Command {
	f := &peersFlags{}
	c := &cobra.Command{
		Use:   "peers",
		Short: "Compare statistical methods with R's forecast and statsmodels",
		Long: `Forecast made-up monthly series (120 values, horizon 18) with ets, arima, theta and stl,
and with R's package forecast and Python's statsmodels where there are those, series
by series in turns, all on one core. R chooses the forms of ets and the orders of arima as
segue does; statsmodels has no choice, so that both get a form and orders.
"apart" is the median over the series of the mean distance of the forecasts, relative to
their mean; "alike" is the share of series with less than a hundredth.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.benchPeers(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.rscript, "rscript", "Rscript", "R to compare with")
	fl.StringVar(&f.python, "python", "python3", "Python interpreter to compare with")
	fl.IntVar(&f.series, "series", 200, "number of series")
	fl.DurationVar(&f.limit, "limit", 25*time.Second, "time for a method of a peer; it gets fewer series then")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

// statistic is a program that has statistical methods.
type statistic struct {
	name    string
	command []string
	methods []forecast.Method // by the names under which it knows them
}

// against is a method measured beside a peer's.
type against struct {
	Peer    string  `json:"peer"`
	Method  string  `json:"method"`
	Series  int     `json:"series"`
	Seconds float64 `json:"seconds"` // per series, the mean
	Theirs  float64 `json:"their_seconds"`
	Ratio   float64 `json:"ratio"`
	Apart   float64 `json:"apart"`
	Alike   float64 `json:"alike"`
}

func (a *lab) benchPeers(ctx context.Context, f *peersFlags) error {
	if f.series < 1 || f.series > 100000 || f.limit <= 0 {
		return cli.Usagef("want --series from 1 to 100000 and --limit above 0")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	clock.Pin(1)
	peers := []statistic{
		{"R", []string{f.rscript, "--vanilla", "-e", scriptR}, []forecast.Method{forecast.ETS{}, forecast.ARIMA{}, forecast.Theta, forecast.STL}},
		{"statsmodels", []string{f.python, "-c", scriptPython}, []forecast.Method{forecast.ETS{Form: "AAA"}, forecast.ARIMA{Order: [3]int{0, 1, 1}, Seasonal: [3]int{0, 1, 1}}, forecast.Theta, forecast.STL}},
	}
	panel := made(f.series)
	out := []against{}
	for _, peer := range peers {
		p, err := ask(ctx, peer.command)
		if err != nil {
			a.Say("no comparison with %s: %v", peer.name, err)
			continue
		}
		a.Say("comparing with %s", p.version)
		for _, m := range peer.methods {
			r, err := beside(ctx, m, panel, p, f.limit)
			if err != nil {
				p.close()
				return fmt.Errorf("%s: %s: %w", peer.name, m.Name(), err)
			}
			r.Peer = p.version
			out = append(out, r)
			a.Say("%s, %d series: %.3g", m.Name(), r.Series, r.Ratio)
		}
		p.close()
	}
	if f.json {
		return a.WriteJSON(out)
	}
	s := newSheet("peer", "method", "series", "ms", "its ms", "ratio", "apart", "alike")
	for _, r := range out {
		s.add(r.Peer, r.Method, r.Series, fmt.Sprintf("%.3g", r.Seconds*1e3), fmt.Sprintf("%.3g", r.Theirs*1e3), f0(r.Ratio), fmt.Sprintf("%.2g", r.Apart), f2(r.Alike))
	}
	return a.Write("", []byte(s.String()))
}

// made are monthly series with a level, a trend, a season and noise of their own.
func made(n int) []forecast.Series {
	var out []forecast.Series
	r := rand.New(rand.NewPCG(5, 5))
	for range n {
		s := forecast.Series{Freq: forecast.Freq{Unit: forecast.Month, N: 1}, Start: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
		level, slope, swing, noise := 100+400*r.Float64(), r.NormFloat64(), 40*r.Float64(), 3+10*r.Float64()
		walk := 0.
		for i := range 120 {
			walk += noise / 3 * r.NormFloat64()
			v := level + slope*float64(i) + swing*math.Sin(2*math.Pi*float64(i)/12) + walk + noise*r.NormFloat64()
			s.Values = append(s.Values, math.Round(max(v, 1)*100)/100)
		}
		out = append(out, s)
	}
	return out
}

// line is a program that answers one line with one.
type line struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	version string
}

// ask starts a program, which says its version first.
func ask(ctx context.Context, command []string) (*line, error) {
	l := &line{cmd: exec.CommandContext(ctx, command[0], command[1:]...)}
	l.cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
	var err error
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := l.cmd.Start(); err != nil {
		return nil, err
	}
	l.out = bufio.NewScanner(out)
	l.out.Buffer(nil, 1<<20)
	if !l.out.Scan() {
		_ = l.cmd.Wait()
		return nil, fmt.Errorf("%s lacks the packages", command[0])
	}
	l.version = strings.TrimSpace(l.out.Text())
	return l, nil
}

// tell sends a line and reads the numbers of the answer.
func (l *line) tell(text string) ([]float64, error) {
	if _, err := io.WriteString(l.in, text+"\n"); err != nil {
		return nil, err
	}
	if !l.out.Scan() {
		return nil, fmt.Errorf("no answer to %.60q", text)
	}
	var out []float64
	for _, word := range strings.Fields(l.out.Text()) {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (l *line) close() {
	l.in.Close()
	_ = l.cmd.Wait()
}

// beside forecasts series with a method and a peer in turns, until the limit.
func beside(ctx context.Context, m forecast.Method, panel []forecast.Series, p *line, limit time.Duration) (against, error) {
	task := forecast.Task{Horizon: 18, Season: 12, Threads: 1}
	r := against{Method: m.Name()}
	var apart []float64
	for begin := time.Now(); r.Series < len(panel) && (r.Series < 1 || time.Since(begin) < limit); r.Series++ {
		s := panel[r.Series]
		start := time.Now()
		fs, err := forecast.Run(ctx, m, []forecast.Series{s}, task)
		if err != nil {
			return r, err
		}
		r.Seconds += time.Since(start).Seconds()
		text := fmt.Sprintf("%s %d %d", m.Name(), task.Season, task.Horizon)
		for _, v := range s.Values {
			text += " " + strconv.FormatFloat(v, 'g', -1, 64)
		}
		got, err := p.tell(text)
		if err != nil || len(got) != 1+task.Horizon {
			return r, fmt.Errorf("an answer of %d numbers (%v)", len(got), err)
		}
		r.Theirs += got[0]
		var distance, size float64
		for h, v := range fs[0].Mean {
			distance, size = distance+math.Abs(v-got[1+h]), size+math.Abs(got[1+h])
		}
		apart = append(apart, distance/size)
		if distance < .01*size {
			r.Alike++
		}
	}
	n := float64(r.Series)
	r.Seconds, r.Theirs, r.Alike = r.Seconds/n, r.Theirs/n, r.Alike/n
	r.Ratio, r.Apart = r.Theirs/r.Seconds, clock.Median(apart)
	return r, nil
}
