package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/segue-go/segue/seq"
)

//go:embed torch.py
var torchScript []byte

// rivals are PyTorch in the settings that may be its best: its two pools of threads
// fight over the cores unless one of them has a single thread.
type rivals struct {
	ctx     context.Context
	python  string
	tier    seq.Tier
	version string
	peers   map[int][]*peer // by the number of threads
}

// newRivals finds out whether there is PyTorch.
func newRivals(ctx context.Context, python string, tier seq.Tier) (*rivals, error) {
	r := &rivals{ctx, python, tier, "", map[int][]*peer{}}
	p, err := r.start(1, 1)
	if err != nil {
		return nil, err
	}
	r.version = p.version
	p.close()
	return r, nil
}

// on starts the settings for a number of threads. The processes are bound to the cores
// of the thread that calls.
func (r *rivals) on(threads int) ([]*peer, error) {
	if r.peers[threads] == nil {
		settings := [][2]int{{threads, 1}}
		if threads > 1 {
			settings = append(settings, [2]int{1, threads}, [2]int{threads, threads})
		}
		for _, s := range settings {
			p, err := r.start(s[0], s[1])
			if err != nil {
				return nil, err
			}
			r.peers[threads] = append(r.peers[threads], p)
		}
	}
	return r.peers[threads], nil
}

func (r *rivals) close() {
	for _, all := range r.peers {
		for _, p := range all {
			p.close()
		}
	}
}

// peer is a Python process that does the same work with PyTorch on request.
type peer struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	version string
	setting string
}

// start runs PyTorch with so many threads of OpenBLAS and of OpenMP.
func (r *rivals) start(blas, omp int) (*peer, error) {
	p := &peer{cmd: exec.CommandContext(r.ctx, r.python, "-u", "-c", string(torchScript)), setting: fmt.Sprintf("%d+%d", blas, omp)}
	p.cmd.Env = append(os.Environ(), fmt.Sprint("OPENBLAS_NUM_THREADS=", blas), fmt.Sprint("OMP_NUM_THREADS=", omp))
	if core := map[seq.Tier]string{seq.AVX512: "SkylakeX", seq.AVX2: "Haswell"}[r.tier]; core != "" {
		p.cmd.Env = append(p.cmd.Env, "OPENBLAS_CORETYPE="+core)
	}
	p.cmd.Stderr = nil
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if !p.out.Scan() {
		_ = p.cmd.Wait()
		return nil, fmt.Errorf("%s has no PyTorch", r.python)
	}
	p.version = strings.TrimSpace(p.out.Text())
	return p, nil
}

// time asks for one round and returns the seconds per unit.
func (p *peer) time(s shape, mode string) (float64, error) {
	req, err := json.Marshal(struct {
		shape
		Mode string `json:"mode"`
	}{s, mode})
	if err != nil {
		return 0, err
	}
	if _, err := p.in.Write(append(req, '\n')); err != nil {
		return 0, err
	}
	if !p.out.Scan() {
		return 0, fmt.Errorf("PyTorch stopped answering")
	}
	var t float64
	_, err = fmt.Sscan(p.out.Text(), &t)
	return t, err
}

func (p *peer) close() {
	p.in.Close()
	_ = p.cmd.Wait()
}
