package seq

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"slices"

	"github.com/natefinch/atomic"
	"github.com/segue-go/segue/seq/internal/safetensors"
)

// progressRecord is the part of a checkpoint that is not a tensor. Scores are
// bit patterns, because JSON has no NaN.
type progressRecord struct {
	Step, BestStep, Since, StateB int
	BestScore, Score              uint64
	Config                        Config // of a Net; empty for other models
	Training                      uint64 // see trainer.digest
}

// save writes everything that the next step depends on.
func (t *trainer) save(path string) error {
	rec, err := json.Marshal(progressRecord{
		Step: t.step, BestStep: t.bestStep, Since: t.since, StateB: t.stateBatch(),
		BestScore: math.Float64bits(t.bestScore), Score: math.Float64bits(t.score), Config: t.config(), Training: t.begun,
	})
	if err != nil {
		return err
	}
	var ts []safetensors.Tensor
	add := func(name string, x []float32) {
		if x != nil {
			ts = append(ts, safetensors.Tensor{Name: "checkpoint." + name, Shape: []int{len(x)}, Data: x})
		}
	}
	add("params", t.params)
	add("adam_m", t.m)
	add("adam_v", t.v)
	add("average", t.avg)
	add("best", t.best)
	if st := t.carried(); st != nil {
		for i, l := range st.layers {
			add(fmt.Sprintf("state%d.h", i), l.HS)
			add(fmt.Sprintf("state%d.c", i), l.CS)
		}
	}
	data, err := safetensors.Encode(map[string]string{"segue.checkpoint": string(rec)}, ts, false)
	if err != nil {
		return err
	}
	return atomic.WriteFile(path, bytes.NewReader(data))
}

// carried is the state that training passes from batch to batch, or nil.
func (t *trainer) carried() *State {
	if t.net == nil {
		return nil
	}
	return t.net.state
}

func (t *trainer) stateBatch() int {
	if st := t.carried(); st != nil {
		return st.B
	}
	return 0
}

func (t *trainer) config() Config {
	if t.net == nil {
		return Config{}
	}
	return t.net.net.cfg
}

// digest tells trainings apart: by the parameters they start from, the options that
// decide what becomes of them, and the first batch. A checkpoint of other data or of
// another seed would go on without a word to a network that no training made.
func (t *trainer) digest() (uint64, error) {
	h := fnv.New64a()
	o := t.opt
	fmt.Fprintln(h, o.Steps, o.LearningRate, o.Beta1, o.Beta2, o.Eps, o.WeightDecay, o.Clip, o.Warmup, o.FinalRate, o.Average, o.Carry, o.Seed, o.EvalEvery, o.Patience)
	fmt.Fprintln(h, t.params)
	if t.net != nil {
		var b Batch
		if err := t.net.src.Batch(0, &b); err != nil {
			return 0, err
		}
		fmt.Fprintln(h, b)
	}
	return h.Sum64(), nil
}

// resume continues from a checkpoint if there is one.
func (t *trainer) resume(path string) error {
	var err error
	if t.begun, err = t.digest(); err != nil {
		return err
	}
	data, err := readBounded(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	meta, ts, err := safetensors.Decode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var rec progressRecord
	if err := json.Unmarshal([]byte(meta["segue.checkpoint"]), &rec); err != nil {
		return fmt.Errorf("seq: %s: %w: not a checkpoint", path, ErrFormat)
	}
	ours, _ := json.Marshal(t.config())
	theirs, _ := json.Marshal(rec.Config)
	if !bytes.Equal(ours, theirs) || rec.Step < 0 || rec.StateB < 0 || rec.StateB > maxWidth || rec.StateB > 0 && t.net == nil {
		return fmt.Errorf("seq: %s: %w: the checkpoint belongs to another network; remove it to start again", path, ErrFormat)
	}
	if rec.Training != t.begun {
		return fmt.Errorf("seq: %s: %w: the checkpoint belongs to a training with other data, another seed or other options; remove it to start again", path, ErrFormat)
	}
	found := map[string][]float32{}
	for _, x := range ts {
		found[x.Name] = make([]float32, x.Len())
		x.Read(found[x.Name])
	}
	if n := rec.StateB * t.config().Hidden; rec.StateB > 0 && len(found["checkpoint.state0.h"])%n != 0 {
		return fmt.Errorf("seq: %s: %w: the state does not fit %d sequences", path, ErrFormat, rec.StateB)
	}
	if rec.StateB > 0 {
		t.net.state = t.net.net.NewState(rec.StateB)
	}
	load := func(name string, dst []float32) error {
		if dst == nil {
			return nil
		}
		src := found["checkpoint."+name]
		if len(src) != len(dst) {
			return fmt.Errorf("seq: %s: %w: %s has %d values, want %d", path, ErrFormat, name, len(src), len(dst))
		}
		if i := slices.IndexFunc(src, func(x float32) bool { return x-x != 0 }); i >= 0 {
			return fmt.Errorf("seq: %s: %w: %s holds %v at %d", path, ErrFormat, name, src[i], i)
		}
		copy(dst, src)
		return nil
	}
	errs := []error{load("params", t.params), load("adam_m", t.m), load("adam_v", t.v), load("average", t.avg)}
	if b := found["checkpoint.best"]; b != nil {
		t.best = make([]float32, len(t.params))
		errs = append(errs, load("best", t.best))
	}
	if st := t.carried(); st != nil {
		for i, l := range st.layers {
			errs = append(errs, load(fmt.Sprintf("state%d.h", i), l.HS), load(fmt.Sprintf("state%d.c", i), l.CS))
		}
	}
	t.step, t.bestStep, t.since = rec.Step, rec.BestStep, rec.Since
	t.bestScore, t.score = math.Float64frombits(rec.BestScore), math.Float64frombits(rec.Score)
	return errors.Join(errs...)
}
