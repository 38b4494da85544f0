package neural

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/conformal"
	"github.com/segue-go/segue/seq"
)

// Fit trains the networks. If ctx is cancelled it returns a model of those that are
// ready, or ctx's error if none is.
func (l LSTM) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	model := &lstmModel{threads: task.Threads}
	plans := l.planned
	if plans == nil {
		plans = l.plans(task, panel)
		shuffled := make([]forecast.Series, len(panel))
		for i, k := range classic.Shuffled(len(panel), func(i int) []float64 { return panel[i].Values }) {
			shuffled[i] = panel[k]
		}
		panel = shuffled
	}
	for i, plan := range plans {
		t := &training{
			plan: plan, spec: plan.netSpec, task: task, panel: panel, member: i,
			stage: fmt.Sprintf("network %d of %d", i+1, len(plans)),
		}
		m, err := t.run(ctx)
		if errors.Is(err, context.Canceled) && i > 0 {
			break
		}
		if err != nil {
			return nil, err
		}
		model.members = append(model.members, m)
	}
	return model, nil
}

// training makes one member.
type training struct {
	task   forecast.Task
	plan   netPlan
	spec   netSpec // the plan's, with sigma measured on the panel
	panel  []forecast.Series
	member int
	stage  string
}

// example is an origin that a network is validated on.
type example struct {
	v      *view // with the values after the origin, but its season and scale
	origin int
}

func (t *training) run(ctx context.Context) (member, error) {
	var views []*view
	var held []example
	small := len(t.panel) < forecast.SmallPanel
	if small {
		views, held = t.holdEnds()
	} else {
		views, held = t.holdSeries()
	}
	if len(views) == 0 {
		return member{}, fmt.Errorf("forecast: the LSTM needs a series with three values: %w", forecast.ErrTooShort)
	}
	t.measure(views, held)
	net, rep, err := t.fit(ctx, views, held, 0)
	if err != nil {
		return member{}, err
	}
	m := member{net, t.spec}
	m.spec.Widths = m.calibrate(held)
	if !small || ctx.Err() != nil {
		return m, nil
	}
	// retrain on all data for the best number of steps
	if views = t.views(func(int) bool { return true }); len(held) > 0 {
		t.measure(views, nil)
		stop := rep.BestStep
		if stop == 0 {
			stop = 1
		}
		net, _, err := t.fit(ctx, views, nil, stop)
		if err != nil {
			return m, nil // cancelled: keep the network trained without the last values
		}
		widths := m.spec.Widths
		m = member{net, t.spec}
		m.spec.Widths = widths
	}
	return m, nil
}

// measure sets the panel's sigma and the running statistics.
func (t *training) measure(views []*view, held []example) {
	t.spec.Sigma = panelSigma(views)
	for _, v := range views {
		v.measure(t.spec)
	}
	for _, e := range held {
		e.v.measure(t.spec)
	}
}

// views makes views of the series that keep accepts and that are long enough.
func (t *training) views(keep func(i int) bool) []*view {
	var out []*view
	for i, s := range t.panel {
		if keep(i) {
			if v := newView(s.Values, t.spec); v != nil && len(v.z) > 2 {
				out = append(out, v)
			}
		}
	}
	return out
}

// holdSeries holds out every tenth series for validation, different ones for each
// member.
func (t *training) holdSeries() ([]*view, []example) {
	out := func(i int) bool { return i%10 == t.member%10 }
	var held []example
	for i, s := range t.panel {
		if out(i) {
			if v := extended(s.Values, t.task.Horizon, t.spec); v != nil {
				held = append(held, example{v, len(v.z) - 1 - t.task.Horizon})
			}
		}
	}
	return t.views(func(i int) bool { return !out(i) }), held
}

// holdEnds cuts the last steps off every series that is long enough, and validates
// on forecasts of them.
func (t *training) holdEnds() ([]*view, []example) {
	h := t.task.Horizon
	var views []*view
	var held []example
	for _, s := range t.panel {
		cut := 0
		switch n := len(s.Values); {
		case n >= 5*h && n >= 3*t.task.Season+2*h:
			cut = 2 * h
		case n >= 2*h+4:
			cut = h
		}
		v := newView(s.Values[:len(s.Values)-cut], t.spec)
		if v == nil || len(v.z) < 3 {
			continue
		}
		views = append(views, v)
		if cut > 0 {
			e := extended(s.Values, cut, t.spec)
			last := len(e.z) - 1 - h
			for o := len(e.z) - 1 - cut; o <= last; o += max(1, h/4) {
				held = append(held, example{e, o})
			}
		}
	}
	return views, held
}

// extended is a view of all values whose season and scale come from all but the last
// cut values; nil if fewer than three are left.
func extended(values []float64, cut int, spec netSpec) *view {
	if len(values) < cut+3 {
		return nil
	}
	past := newView(values[:len(values)-cut], spec)
	if past == nil || len(past.z) < 3 {
		return nil
	}
	v := *past
	v.z = slices.Clone(past.z)
	future := classic.Fill(values[len(values)-cut-1:], 1)
	if math.IsNaN(values[len(values)-cut-1]) || len(future) != cut+1 {
		return nil
	}
	if v.known != nil {
		v.known = slices.Clone(v.known)
	}
	for i, x := range future[1:] {
		z := x / v.scale
		if v.log {
			if x <= 0 {
				return nil
			}
			z = math.Log(x)
		}
		v.z = append(v.z, z-v.seasonal(len(v.z)))
		missing := math.IsNaN(values[len(values)-cut+i])
		if v.known == nil && missing {
			v.known = slices.Repeat([]bool{true}, len(v.z)-1)
		}
		if v.known != nil {
			v.known = append(v.known, !missing)
		}
	}
	return &v
}

// fit trains one network. With held-out examples it keeps the weights that are best
// on them; stop > 0 ends the training after that many steps.
func (t *training) fit(ctx context.Context, views []*view, held []example, stop int) (*seq.Net, seq.Report, error) {
	plan := t.plan
	hidden := plan.hidden
	if hidden == 0 {
		hidden = 64
		if len(views) < 20 {
			hidden = 24
		}
	}
	head := newPanelHead(t.spec, views)
	seed := t.task.Seed*1000 + uint64(t.member)
	net, err := seq.NewWithHead(seq.Config{
		Inputs: t.spec.Window + extraInputs, Hidden: hidden, ForgetBias: 1,
		Skip: true, HeadHidden: hidden, HeadScale: .05, HeadDropout: plan.dropout,
	}, head, seed)
	if err != nil {
		return nil, seq.Report{}, err
	}
	net = net.On(tierOf(t.task))
	values := 0
	for _, v := range views {
		values += len(v.z)
	}
	if plan.steps == 0 {
		plan.steps = min(max(300, values/40), 1800)
	}
	if plan.batch == 0 {
		plan.batch = min(max(16, len(views)), 256)
	}
	src := &windowSource{views: views, spec: t.spec, head: head, net: net, plan: plan, seed: seed}
	start := time.Now()
	opt := seq.TrainOptions{
		Steps: plan.steps, Stop: stop, LearningRate: 2e-3, Beta2: .99, Warmup: max(1, plan.steps*3/100), FinalRate: .02,
		Threads: t.task.Threads, Seed: t.task.Seed,
	}
	if len(held) > 0 {
		batch := src.validation(held)
		untrained := seq.Evaluate(net, t.task.Threads, batch)
		first := net.Clone()
		best := math.Inf(1)
		opt.Evaluate = func(n *seq.Net) (float64, error) {
			score := seq.Evaluate(n, t.task.Threads, batch)
			best = min(best, score)
			return score, nil
		}
		defer func() {
			if untrained < best {
				copy(net.Flat(), first.Flat())
			}
		}()
	}
	if t.task.Progress != nil {
		opt.Progress = func(p seq.Progress) {
			t.task.Progress(forecast.Progress{Stage: t.stage, Step: p.Step, Steps: p.Steps, Loss: p.Loss, GradNorm: p.GradNorm, Elapsed: time.Since(start)})
		}
	}
	rep, err := seq.Train(ctx, net, src, opt)
	if err != nil {
		return nil, rep, err
	}
	if rep.Steps == 0 {
		return nil, rep, ctx.Err()
	}
	return net, rep, nil
}

// calibrationPrior was not tuned: with hundreds of errors it hardly matters.
const calibrationPrior = 5

// validation is a batch that scores the last step of every example.
func (s *windowSource) validation(held []example) *seq.Batch {
	const most = 2048
	if len(held) > most {
		held = held[:most]
	}
	b := &seq.Batch{}
	spec := s.spec
	b.Resize(s.net, spec.Origins, len(held))
	in, d := spec.Window+extraInputs, s.head.Targets()
	for i, e := range held {
		for t := range spec.Origins {
			o := e.origin - (spec.Origins-1-t)*spec.Stride
			if o < 0 {
				continue
			}
			row := t*b.B + i
			e.v.inputs(b.X[row*in:(row+1)*in], o, spec)
			if t == spec.Origins-1 {
				s.head.fill(b.Target[row*d:(row+1)*d], e.v, o, spec)
				b.Weight[row] = 1
			}
		}
	}
	return b
}

// calibrate compares the quantiles with the actual values of held-out examples and
// returns, per pair of levels, the factor by which their distance from the median
// must be stretched for nominal coverage. The factors are shrunk towards 1 with
// calibrationPrior pseudo-errors.
func (m member) calibrate(held []example) []float64 {
	if len(held) == 0 {
		return nil
	}
	src := &windowSource{spec: m.spec, head: m.head(), net: m.net}
	b := src.validation(held)
	p := m.net.NewPass(1)
	p.Forward(b, nil)
	width, horizon := 1+levelCount, m.spec.Horizon
	ratios := make([][]float64, levelCount/2)
	for i := range b.B {
		row := (m.spec.Origins-1)*b.B + i
		out := p.Outputs()[row*horizon*width:]
		target := b.Target[row*m.head().Targets():]
		for h := range horizon {
			y := float64(target[h])
			if y != y {
				continue
			}
			q := m.spec.stretch(out[h*width:(h+1)*width], h)
			e := (y-float64(target[horizon+h]))/float64(target[2*horizon]) - q[1+levelCount/2]
			for k := range ratios {
				w := q[1+levelCount-1-k] - q[1+levelCount/2]
				if e < 0 {
					w = q[1+k] - q[1+levelCount/2]
				}
				if w != 0 {
					ratios[k] = append(ratios[k], e/w)
				}
			}
		}
	}
	widths := make([]float64, len(ratios))
	for k, r := range ratios {
		widths[k] = conformal.Factor(r, 1-2*lstmLevels[k], calibrationPrior, calibrationPrior)
	}
	return widths
}
