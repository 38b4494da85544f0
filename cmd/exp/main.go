package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
)

func read(p string) []forecast.Series {
	f, err := os.Open(p)
	if err != nil {
		panic(err)
	}
	rows, err := datasets.ReadRows(f)
	if err != nil {
		panic(err)
	}
	var out []forecast.Series
	for _, r := range rows {
		out = append(out, forecast.Series{ID: r.ID, Values: r.Values})
	}
	return out
}

func main() {
	train := flag.String("train", "", "")
	test := flag.String("test", "", "")
	h := flag.Int("h", 18, "")
	m := flag.Int("m", 12, "")
	mm := flag.Int("mm", 0, "")
	max := flag.Int("max", 0, "")
	names := flag.String("methods", "snaive,naive2,theta,lstm", "")
	steps := flag.Int("steps", 0, "")
	members := flag.Int("members", 0, "")
	flag.Parse()
	panel := read(*train)
	if *max > 0 && len(panel) > *max {
		panel = panel[:*max]
	}
	var ms []forecast.Method
	for _, n := range strings.Split(*names, ",") {
		x, err := forecast.Lookup(n)
		if err != nil {
			panic(err)
		}
		if n == "lstm" {
			x = forecast.LSTM{Steps: *steps, Members: *members}
		}
		ms = append(ms, x)
	}
	task := forecast.Task{Horizon: *h, Season: *m, Progress: func(p forecast.Progress) {
		if p.Step%100 == 0 {
			fmt.Fprintln(os.Stderr, p.Stage, p.Step, p.Steps, p.Loss, p.GradNorm, p.Elapsed)
		}
	}}
	var rs []forecast.Result
	var err error
	opt := forecast.BacktestOptions{MASESeason: *mm}
	if *test != "" {
		byID := map[string]forecast.Series{}
		for _, s := range read(*test) {
			byID[s.ID] = s
		}
		var actual []forecast.Series
		for _, s := range panel {
			actual = append(actual, byID[s.ID])
		}
		rs, err = forecast.BacktestAgainst(context.Background(), ms, panel, actual, task, opt)
	} else {
		rs, err = forecast.Backtest(context.Background(), ms, panel, task, opt)
	}
	if err != nil {
		panic(err)
	}
	for _, r := range rs {
		fmt.Printf("%-8s n=%d sMAPE %.3f MASE %.4f OWA %.4f WQL %.4f MSIS %.3f cov %.3f %.1fs\n", r.Method, r.Series, r.SMAPE, r.MASE, r.OWA, r.WQL, r.MSIS, r.Coverage, r.Seconds)
	}
}
