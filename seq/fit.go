package seq

import "context"

// A Model is anything that Fit can train: parameters, and the gradient of a
// loss by them.
type Model interface {
	// Flat returns all parameters as one slice; changing it changes the model.
	Flat() []float32
	// Gradient returns the loss of training step number step, from 0, and adds
	// its gradient to grad, which is as long as Flat and zero before. It
	// depends on the arguments and Flat only, so that training can be resumed.
	// dropout seeds its random numbers.
	Gradient(step int, grad []float32, dropout uint64) (loss float64, err error)
}

// A Scorer is a Model that can be scored between the steps, for instance on a
// validation set; lower is better.
type Scorer interface {
	Model
	Score() (float64, error)
}

// Fit trains a model of the caller's own or an EncoderDecoder as Train trains a
// Net. If the model is a Scorer it is scored every EvalEvery steps, and the
// best parameters are kept. If it has a method Tier() Tier, as a Net has, the
// optimiser computes with that tier, otherwise with the best one. The options
// Evaluate, Carry and Threads are ignored.
func Fit(ctx context.Context, m Model, opt TrainOptions) (Report, error) {
	opt.Evaluate = nil
	t := newTrainer(m, opt)
	if s, ok := m.(Scorer); ok {
		t.judge = s.Score
	}
	return t.train(ctx)
}

// netModel trains a network on batches from a source.
type netModel struct {
	net   *Net
	src   Source
	carry bool
	pass  *Pass
	batch Batch
	state *State
}

func (m *netModel) Flat() []float32 { return m.net.params }

func (m *netModel) Tier() Tier { return m.net.tier }

func (m *netModel) Gradient(step int, grad []float32, dropout uint64) (float64, error) {
	if err := m.src.Batch(step, &m.batch); err != nil {
		return 0, err
	}
	if m.carry && (m.state == nil || m.state.B != m.batch.B) {
		m.state = m.net.NewState(m.batch.B)
	}
	return m.pass.Gradient(&m.batch, m.state, grad, dropout), nil
}
