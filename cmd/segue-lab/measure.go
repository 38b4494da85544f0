package main

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/segue-go/segue/seq"
)

// measure times one unit of work in rounds, PyTorch's in between; of its settings the
// fastest counts.
func measure(s shape, mode string, threads, rounds int, tier seq.Tier, torch *rivals) (speed, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pin(threads)
	unit, err := s.work(mode, threads, tier)
	if err != nil {
		return speed{}, err
	}
	unit()
	const round = 500 * time.Millisecond
	start := time.Now()
	unit()
	n := max(1, int(round/max(time.Since(start), 1)))
	r := speed{Config: s.Name, Mode: mode, Threads: threads, Allocs: testing.AllocsPerRun(3, unit)}
	var ours []float64
	var peers []*peer
	if torch != nil && mode != "sample-bf16" {
		if peers, err = torch.on(threads); err != nil {
			return r, err
		}
	}
	theirs := make([][]float64, len(peers))
	for range rounds {
		start := time.Now()
		for range n {
			unit()
		}
		ours = append(ours, time.Since(start).Seconds()/float64(n))
		for i, p := range peers {
			t, err := p.time(s, mode)
			if err != nil {
				return r, err
			}
			theirs[i] = append(theirs[i], t)
		}
	}
	r.Seconds = median(ours)
	flops := s.flops()
	switch mode {
	case "train":
		flops *= 3
		r.Steps = float64(s.B*s.T) / r.Seconds
	case "forward":
		r.Steps = float64(s.B*s.T) / r.Seconds
	default:
		flops /= float64(s.B * s.T)
		r.Steps = 1 / r.Seconds
	}
	r.GFLOPS = flops / r.Seconds / 1e9
	for i, t := range theirs {
		if m := median(t); r.Torch == 0 || m < r.Torch {
			r.Torch, r.Setting = m, peers[i].setting
		}
	}
	if r.Torch > 0 {
		r.Ratio = r.Torch / r.Seconds
	}
	return r, nil
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}
