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

// peer is a Python process that does the same work with PyTorch on request.
type peer struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	version string
}

func startPeer(ctx context.Context, python string, tier seq.Tier) (*peer, error) {
	core := map[seq.Tier]string{seq.AVX512: "SkylakeX", seq.AVX2: "Haswell"}[tier]
	p := &peer{cmd: exec.CommandContext(ctx, python, "-u", "-c", string(torchScript))}
	p.cmd.Env = append(os.Environ(), "OPENBLAS_CORETYPE="+core)
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
		return nil, fmt.Errorf("%s has no PyTorch", python)
	}
	p.version = strings.TrimSpace(p.out.Text())
	return p, nil
}

// time asks for one round and returns the seconds per unit.
func (p *peer) time(s shape, mode string, threads int) (float64, error) {
	req, err := json.Marshal(struct {
		shape
		Mode    string `json:"mode"`
		Threads int    `json:"threads"`
	}{s, mode, threads})
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
