package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/spf13/cobra"
)

// giftTask is a configuration of GIFT-Eval (Aksu et al. 2024) that the ETT files serve.
type giftTask struct {
	name               string
	every              int // hours that are averaged
	horizon            int
	season, maseSeason int
	unit               forecast.Freq
}

var giftTasks = []giftTask{
	{"H/short", 1, 48, 24, 24, forecast.Freq{Unit: forecast.Hour, N: 1}},
	{"H/medium", 1, 480, 24, 24, forecast.Freq{Unit: forecast.Hour, N: 1}},
	{"H/long", 1, 720, 24, 24, forecast.Freq{Unit: forecast.Hour, N: 1}},
	{"D/short", 24, 30, 7, 1, forecast.Freq{Unit: forecast.Day, N: 1}},
	{"W/short", 168, 8, 52, 1, forecast.Freq{Unit: forecast.Week, N: 1}},
}

type giftFlags struct {
	data          string
	methods, only []string
	contexts      []int
	seed          uint64
	json          bool
}

func (a *lab) giftCommand() *cobra.Command {
	f := &giftFlags{}
	c := &cobra.Command{
		Use:   "gift --data DIR",
		Short: "Score methods on ETT by the protocol of GIFT-Eval",
		Long: `Score methods on the hourly ETT files (ETTh1.csv, ETTh2.csv in --data), and on
their days and weeks, by the protocol of GIFT-Eval: windows back to back at the
end of each series, a tenth of it and at most twenty; every column a series; the
scaled error is that of the median, with the in-sample error of everything before
the window. Errors are given relative to seasonal naive's, too. With --contexts
the methods see only so many values before each window: how the error falls and
the cost grows with what is read.`,
		Example: `  segue-lab bench gift --data ~/data/ett --methods zeroshot,auto
  segue-lab bench gift --data ~/data/ett --methods zeroshot --only H/short --contexts 48,192,768,3072`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.benchGift(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the files (required)")
	fl.StringSliceVar(&f.methods, "methods", []string{"zeroshot", "auto"}, "methods to score beside seasonal naive")
	fl.StringSliceVar(&f.only, "only", nil, "configurations, for instance H/short (all)")
	fl.IntSliceVar(&f.contexts, "contexts", []int{0}, "values before a window that are read; 0 is all")
	fl.Uint64Var(&f.seed, "seed", 1, "random seed")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

type giftLine struct {
	Config   string  `json:"config"`
	Context  int     `json:"context,omitempty"` // values read; 0 is all
	Method   string  `json:"method"`
	Windows  int     `json:"windows"`
	MASE     float64 `json:"mase"`
	WQL      float64 `json:"wql"`
	Coverage float64 `json:"coverage"`
	// relative to seasonal naive
	RelMASE float64 `json:"relative_mase"`
	RelWQL  float64 `json:"relative_wql"`
	Seconds float64 `json:"seconds"`
}

func (a *lab) benchGift(ctx context.Context, f *giftFlags) error {
	ms, err := asked(f.data, f.only, f.methods, giftTasks, func(t giftTask) string { return t.name })
	if err != nil {
		return err
	}
	ms = append([]forecast.Method{naiveOf{}}, ms...)
	var lines []giftLine
	for i, file := range []string{"ETTh1", "ETTh2"} {
		channels, err := a.readWide(filepath.Join(f.data, file+".csv"))
		if err != nil {
			return err
		}
		for _, t := range giftTasks {
			if len(f.only) > 0 && !slices.Contains(f.only, t.name) {
				continue
			}
			var naive giftLine
			for k, m := range ms {
				for c, context := range f.contexts {
					if k == 0 && c > 0 {
						break
					}
					l, err := a.scoreGift(ctx, t, m, averaged(channels, t.every), context, f.seed)
					if err != nil {
						return err
					}
					l.Config = fmt.Sprintf("ett%d/%s", i+1, t.name)
					if k == 0 {
						naive = l
					}
					l.RelMASE, l.RelWQL = l.MASE/naive.MASE, l.WQL/naive.WQL
					lines = append(lines, l)
				}
			}
		}
	}
	if f.json {
		return a.WriteJSON(lines)
	}
	s := newSheet("configuration", "windows", "method", "values read", "MASE", "WQL", "coverage 95", "relative MASE", "relative WQL", "seconds")
	for _, l := range lines {
		read := "all"
		if l.Context > 0 {
			read = fmt.Sprint(l.Context)
		}
		s.add(l.Config, l.Windows, l.Method, read, f4(l.MASE), f4(l.WQL), f3(l.Coverage), f3(l.RelMASE), f3(l.RelWQL), f1(l.Seconds))
	}
	return a.Write("", []byte(s.String()))
}

// naiveOf is seasonal naive with the season of the scaled errors, as GIFT-Eval has it.
type naiveOf struct{ forecast.Classic }

func (naiveOf) Name() string { return forecast.SeasonalNaive.Name() }

func (naiveOf) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	if task.Season != 24 {
		task.Season = 1
	}
	return forecast.SeasonalNaive.Fit(ctx, panel, task)
}

// scoreGift forecasts window by window, so that a method that looks at the whole panel
// sees no window's future in another's past.
func (a *lab) scoreGift(ctx context.Context, t giftTask, m forecast.Method, channels []forecast.Series, most int, seed uint64) (giftLine, error) {
	start := time.Now()
	n := len(channels[0].Values)
	windows := min(20, max(1, (n+10*t.horizon-1)/(10*t.horizon)))
	var all []forecast.Forecast
	var train, actual [][]float64
	b := a.Bar()
	defer b.Clear()
	for w := range windows {
		end := n - (windows-w)*t.horizon
		panel := make([]forecast.Series, len(channels))
		for i, s := range channels {
			s.Freq = t.unit
			panel[i] = s.Head(end)
			if most > 0 {
				panel[i] = panel[i].Tail(most)
			}
			train, actual = append(train, s.Values[:end]), append(actual, s.Values[end:end+t.horizon])
		}
		task := forecast.Task{Horizon: t.horizon, Season: t.season, Seed: seed, Portable: a.Deterministic, Progress: b.Forecast(t.name + ", ")}
		fs, err := forecast.Run(ctx, m, panel, task)
		if err != nil {
			return giftLine{}, fmt.Errorf("%s: %w", m.Name(), err)
		}
		all = append(all, fs...)
	}
	s := forecast.ScoreAll(all, train, actual, t.maseSeason)
	return giftLine{Context: most, Method: m.Name(), Windows: len(all), MASE: s.MASE, WQL: s.WQL, Coverage: s.Coverage, Seconds: time.Since(start).Seconds()}, nil
}
