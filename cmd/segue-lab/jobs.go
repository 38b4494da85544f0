package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/segue-lab/clock"
	"github.com/segue-go/segue/datasets"
	"github.com/spf13/cobra"
)

type jobsFlags struct {
	names  []string
	share  float64
	rounds int
	growth bool
	most   int
	json   bool
}

func (a *lab) benchJobsCommand() *cobra.Command {
	f := &jobsFlags{}
	c := &cobra.Command{
		Use:   "jobs",
		Short: "Measure what the default jobs cost, and how that grows",
		Long: `Do every job with its defaults, on made-up tables, in this process: seconds,
processor time, memory that was allocated, and the most of it at a time. With
--growth the work of a job is done in sizes from 100 up, by tens; the exponents of
processor time and of the highest memory are slopes in logarithms over the sizes
from 1,000 up (1 is linear). Networks are read before anything is measured.`,
		Example: "  segue-lab bench jobs\n  segue-lab bench jobs --growth --most 1000000 --job forecast --json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchJobs(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringSliceVar(&f.names, "job", nil, "jobs (all)")
	fl.Float64Var(&f.share, "share", 1, "share of each job's size")
	fl.IntVar(&f.rounds, "rounds", 3, "rounds, of which the median counts; fewer where they take long")
	fl.BoolVar(&f.growth, "growth", false, "measure growth")
	fl.IntVar(&f.most, "most", 100000, "largest size of a growth")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

// duty is a job on a table, or a piece of music, of a size.
type duty struct {
	name string
	what string // of what size is a number
	size int    // with the defaults
	most int    // largest size of a growth that ends; 0: any
	do   func(ctx context.Context, size int) error
}

// music tells the jobs that make some.
func (d duty) music() bool { return d.what == "bars" }

// part is a share of the size, though not less than a job needs.
func (d duty) part(share float64) int {
	least := 60
	if d.music() {
		least = 4
	}
	return max(int(float64(d.size)*share), least)
}

// duties are the jobs that are measured.
var duties = []duty{
	{"forecast", "values", 100000, 0, func(ctx context.Context, n int) error { return forecastJob(ctx, hours(n, 0), "") }},
	{"forecast-panel", "series of 200", 1000, 10000, func(ctx context.Context, n int) error { return forecastJob(ctx, months(n, 200), "") }},
	{"forecast-rehearsed", "values", 2000, 100000, func(ctx context.Context, n int) error { return forecastJob(ctx, hours(n, 0), "backtest=5") }},
	{"backtest", "values", 2000, 100000, backtestJob},
	{"anomalies", "values", 10000, 0, func(ctx context.Context, n int) error { return anomaliesJob(ctx, hours(n, 0), "") }},
	{"anomalies-ets", "values", 1000, 10000, func(ctx context.Context, n int) error { return anomaliesJob(ctx, hours(n, 0), "method=ets") }},
	{"impute", "values", 10000, 0, func(ctx context.Context, n int) error { return imputeJob(ctx, hours(n, .1)) }},
	{"continue", "bars", 16, 0, continueJob},
	{"compose", "bars", 32, 0, composeJob},
}

// jobCost is a measured line.
type jobCost struct {
	Job  string `json:"job"`
	Size int    `json:"size"`
	Of   string `json:"of"`
	clock.Cost
}

// jobGrowth is a job in several sizes.
type jobGrowth struct {
	Job    string    `json:"job"`
	Of     string    `json:"of"`
	Costs  []jobCost `json:"costs"`
	Time   *float64  `json:"exponent_of_time"` // null: too few sizes
	Memory *float64  `json:"exponent_of_memory"`
}

func (a *lab) benchJobs(ctx context.Context, f *jobsFlags) error {
	var names []string
	for _, d := range duties {
		names = append(names, d.name)
	}
	if err := among("--job", f.names, names); err != nil {
		return err
	}
	if !(f.share > 0 && f.share <= 100) || f.rounds < 1 || f.rounds > 1000 || f.most < 1000 || f.most > 10_000_000 {
		return cli.Usagef("want --share from 0 to 100, --rounds from 1 to 1000, --most from 1000 to 10000000")
	}
	asked := slices.DeleteFunc(slices.Clone(duties), func(d duty) bool { return len(f.names) > 0 && !slices.Contains(f.names, d.name) })
	tier := a.Tier().Actual()
	peak := tier.Peak()
	a.Say("tier %s, one core's peak %.1f GFLOP/s, %d threads, %s", tier, peak, runtime.GOMAXPROCS(0), runtime.Version())
	for _, d := range asked {
		if err := d.do(ctx, d.part(0)); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	machine := map[string]any{"tier": tier, "peak_gflops": peak, "threads": runtime.GOMAXPROCS(0), "go": runtime.Version()}
	if f.growth {
		return a.growths(ctx, f, asked, machine)
	}
	var lines []jobCost
	s := newSheet("job", "size", "seconds", "processor s", "MB allocated", "highest MB", "peak core GFLOP/s")
	for _, d := range asked {
		c, err := a.cost(ctx, d, d.part(f.share), f.rounds)
		if err != nil {
			return err
		}
		lines = append(lines, c)
		s.add(c.Job, fmt.Sprintf("%d %s", c.Size, c.Of), f3(c.Seconds), f3(c.Processor), f0(float64(c.Allocated)/1e6), f0(float64(c.Peak)/1e6), f0(peak))
	}
	if f.json {
		machine["jobs"] = lines
		return a.WriteJSON(machine)
	}
	return a.Write("", []byte(s.String()))
}

// cost measures a job of a size.
func (a *lab) cost(ctx context.Context, d duty, size, rounds int) (jobCost, error) {
	if err := ctx.Err(); err != nil {
		return jobCost{}, err
	}
	c, err := clock.Measure(rounds, 10*time.Second, func() error { return d.do(ctx, size) })
	if err != nil {
		return jobCost{}, fmt.Errorf("%s of %d %s: %w", d.name, size, d.what, err)
	}
	a.Say("%s, %d %s: %.3g s", d.name, size, d.what, c.Seconds)
	return jobCost{d.name, size, d.what, c}, nil
}

// growths measures jobs in sizes up to what they and the flags allow.
func (a *lab) growths(ctx context.Context, f *jobsFlags, asked []duty, machine map[string]any) error {
	var all []jobGrowth
	s := newSheet("job", "of", "size", "seconds", "processor s", "highest MB", "exponent of time", "of memory")
	for _, d := range asked {
		g := jobGrowth{Job: d.name, Of: d.what}
		var sizes []int
		var times, memory []float64
		for n := 100; n <= f.most && (d.most == 0 || n <= d.most) && !d.music(); n *= 10 {
			c, err := a.cost(ctx, d, n, f.rounds)
			if err != nil {
				return err
			}
			g.Costs = append(g.Costs, c)
			if n >= 1000 {
				sizes, times, memory = append(sizes, n), append(times, c.Processor), append(memory, float64(c.Peak))
			}
		}
		ofTime, ofMemory := clock.Exponent(sizes, times), clock.Exponent(sizes, memory)
		g.Time, g.Memory = job.Finite(ofTime), job.Finite(ofMemory)
		for i, c := range g.Costs {
			time, space := "", ""
			if i == len(g.Costs)-1 {
				time, space = f2(ofTime).String(), f2(ofMemory).String()
			}
			s.add(c.Job, c.Of, c.Size, f3(c.Seconds), f3(c.Processor), f1(float64(c.Peak)/1e6), time, space)
		}
		if g.Costs != nil {
			all = append(all, g)
		}
	}
	if f.json {
		machine["growth"] = all
		return a.WriteJSON(machine)
	}
	return a.Write("", []byte(s.String()))
}

// hours is a table of one hourly series with a day, a trend and noise, of which a share
// is missing.
func hours(n int, missing float64) []byte {
	var b bytes.Buffer
	r := rand.New(rand.NewPCG(uint64(n), 1))
	b.WriteString("hour,load\n")
	at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		v := 100 + 20*math.Sin(2*math.Pi*float64(i%24)/24) + float64(i)/1000 + 5*r.NormFloat64()
		b.WriteString(at.Format("2006-01-02 15:04"))
		if r.Float64() < missing && i > 0 && i < n-1 {
			b.WriteString(",\n")
		} else {
			fmt.Fprintf(&b, ",%.2f\n", v)
		}
		at = at.Add(time.Hour)
	}
	return b.Bytes()
}

// months is a table of monthly series.
func months(series, steps int) []byte {
	var b bytes.Buffer
	r := rand.New(rand.NewPCG(uint64(series), uint64(steps)))
	b.WriteString("shop,month,sales\n")
	for k := range series {
		level, swing := 50+200*r.Float64(), 30*r.Float64()
		for i := range steps {
			v := level + swing*math.Sin(2*math.Pi*float64(i%12)/12) + float64(i)/10 + 5*r.NormFloat64()
			fmt.Fprintf(&b, "%d,%d-%02d,%.2f\n", k, 2000+i/12, i%12+1, v)
		}
	}
	return b.Bytes()
}

func forecastJob(ctx context.Context, data []byte, query string) error {
	s := job.NewForecast()
	if err := s.Fields().Parse(query); err != nil {
		return err
	}
	s.Rehearse = query != ""
	f, err := s.Run(ctx, job.Inputs{Main: job.Bytes("", data)}, job.Listener{})
	if err != nil {
		return err
	}
	if s.Rehearse {
		if _, err := f.Chart("svg"); err != nil {
			return err
		}
	}
	return f.WriteCSV(io.Discard)
}

func backtestJob(ctx context.Context, n int) error {
	b, err := job.NewBacktest().Run(ctx, job.Inputs{Main: job.Bytes("", hours(n, 0))}, job.Listener{})
	if err != nil {
		return err
	}
	if _, err := b.Chart("svg"); err != nil {
		return err
	}
	return b.WriteTable(io.Discard)
}

func anomaliesJob(ctx context.Context, data []byte, query string) error {
	s := job.NewAnomalies()
	if err := s.Fields().Parse(query); err != nil {
		return err
	}
	found, err := s.Run(ctx, job.Inputs{Main: job.Bytes("", data)}, job.Listener{})
	if err != nil {
		return err
	}
	return found.WriteCSV(io.Discard)
}

func imputeJob(ctx context.Context, data []byte) error {
	filled, err := job.NewImpute().Run(ctx, job.Inputs{Main: job.Bytes("", data)}, job.Listener{})
	if err != nil {
		return err
	}
	return filled.WriteCSV(io.Discard)
}

func writeTake(t *job.Take) error { return t.WriteMIDI(io.Discard) }

func continueJob(ctx context.Context, bars int) error {
	s := job.NewContinue()
	s.Bars = bars
	_, err := s.Run(ctx, job.Inputs{Main: job.Bytes("", datasets.MustFile("midi/swing_seed.mid"))}, job.Listener{}, writeTake)
	return err
}

func composeJob(ctx context.Context, bars int) error {
	s := job.NewCompose()
	if err := s.Fields().Parse("prompt=a+slow+minor+blues+for+tenor+and+trio"); err != nil {
		return err
	}
	s.Bars = bars
	_, err := s.Run(ctx, job.Inputs{}, job.Listener{}, writeTake)
	return err
}
