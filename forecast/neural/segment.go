package neural

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/parallel"
	"github.com/segue-go/segue/seq"
)

// Segment is a method for few long series and far horizons: an LSTM whose steps are
// segments of the series, for instance days of hours, so that two weeks are fourteen
// steps (Lin et al. 2023). It forecasts the whole horizon at once, as a difference
// from the level at the origin, and adds a linear map of its window (Zeng et al.
// 2023). Members differ in the level and in the loss, squared or absolute errors; the
// intervals come from the errors on the held-out end of the series.
//
// The zero value is the default. The defaults were chosen on the validation part of
// ETTh1 and ETTh2 (forecast/BENCHMARKS.md, "ETT"; segue-lab bench ett).
type Segment struct {
	Step    int     // values in a segment; 0 means the season, at least 12
	Window  int     // values seen at a step; 0 means fourteen segments
	Origins int     // steps; 0 means seven
	Hidden  int     // units; 0 means 128
	Steps   int     // training steps; 0 means 600
	Members int     // networks that are averaged; 0 means 6
	Holdout float64 // share of each series, at its end, for validation; 0 means .2
	Dropout float64 // before the output layer; 0 means .3, negative none
}

// Name is "segment".
func (Segment) Name() string { return "segment" }

// Trains is true.
func (Segment) Trains([]forecast.Series) bool { return true }

func (g Segment) withDefaults(season int) Segment {
	set := func(x *int, v int) {
		if *x == 0 {
			*x = v
		}
	}
	set(&g.Step, max(season, 12))
	set(&g.Window, 14*g.Step)
	set(&g.Origins, 7)
	set(&g.Hidden, 128)
	set(&g.Steps, 600)
	set(&g.Members, 6)
	if g.Holdout == 0 {
		g.Holdout = .2
	}
	if g.Dropout == 0 {
		g.Dropout = .3
	}
	g.Dropout = max(g.Dropout, 0)
	return g
}

// standard is a series with mean 0 and standard deviation 1.
type standard struct {
	z        []float64
	mean, sd float64
}

// standardised takes mean and deviation from the first n values.
func standardised(values []float64, n, season int) standard {
	y := classic.Fill(values, season)
	n = max(1, n-(len(values)-len(y)))
	var s standard
	for _, v := range y[:n] {
		s.mean += v / float64(n)
	}
	s.sd = math.Sqrt(classic.Variance(y[:n]))
	if s.sd == 0 {
		s.sd = 1
	}
	s.z = make([]float64, len(y))
	for i, v := range y {
		s.z[i] = (v - s.mean) / s.sd
	}
	return s
}

// segmentLevel is what the inputs and outputs of a member are relative to.
type segmentLevel int

const (
	levelLast   segmentLevel = iota // the last value
	levelSeason                     // the mean of the last segment
	levelWindow                     // the mean of the window
)

// of is the level at origin o, the last known step.
func (l segmentLevel) of(z []float64, o int, g Segment) float64 {
	n := map[segmentLevel]int{levelLast: 1, levelSeason: g.Step, levelWindow: g.Window}[l]
	from := max(0, o+1-n)
	var s float64
	for _, v := range z[from : o+1] {
		s += v
	}
	return s / float64(o+1-from)
}

type segmentMember struct {
	net   *seq.Net
	level segmentLevel
}

// segmentModel is a fitted ensemble.
type segmentModel struct {
	Segment
	task    forecast.Task
	scales  map[string]standard // mean and deviation by series id
	members []segmentMember
	sd      []float64 // (H) of the errors, in units of a series' deviation
}

// Fit trains the networks.
func (g Segment) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	g = g.withDefaults(task.Season)
	m := &segmentModel{Segment: g, task: task, scales: map[string]standard{}}
	var train, held []standard
	longest := 0
	for _, s := range panel {
		n := len(s.Values)
		cut := n - int(g.Holdout*float64(n))
		st := standardised(s.Values, cut, task.Season)
		m.scales[s.ID] = standard{mean: st.mean, sd: st.sd}
		lead := n - len(st.z)
		cut -= lead
		if cut <= g.Step+task.Horizon {
			continue
		}
		longest = max(longest, cut)
		past := st
		past.z = st.z[:cut]
		train = append(train, past)
		if len(st.z)-cut >= task.Horizon {
			held = append(held, st)
		}
	}
	if len(train) == 0 || len(held) == 0 {
		return nil, fmt.Errorf("forecast: segment: no series has %d values: %w", 2*g.Step+int(float64(task.Horizon)/g.Holdout), forecast.ErrTooShort)
	}
	m.Window = min(g.Window, longest-task.Horizon-1)
	g = m.Segment
	for i := range g.Members {
		mb, err := m.train(ctx, train, held, i)
		if err != nil {
			return nil, err
		}
		m.members = append(m.members, mb)
	}
	m.measure(held)
	return m, nil
}

// train makes member i.
func (m *segmentModel) train(ctx context.Context, train, held []standard, i int) (segmentMember, error) {
	mb := segmentMember{level: []segmentLevel{levelSeason, levelLast, levelWindow}[i%3]}
	seed := m.task.Seed*100 + uint64(i)
	net, err := seq.New(seq.Config{
		Inputs: m.Window, Hidden: m.Hidden, ForgetBias: 1, Skip: true, HeadDropout: m.Dropout, HeadScale: .05,
		Head: seq.HeadSpec{Kind: []string{"mse", "mae"}[i%2], Targets: m.task.Horizon},
	}, seed)
	if err != nil {
		return mb, err
	}
	net = net.On(tierOf(m.task))
	mb.net = net
	const batch = 64
	src := seq.SourceFunc(func(step int, b *seq.Batch) error {
		r := rand.New(rand.NewPCG(seed, uint64(step)))
		b.Resize(net, m.Origins, batch)
		for k := range batch {
			s := train[r.IntN(len(train))]
			last := m.Step + r.IntN(len(s.z)-m.task.Horizon-m.Step)
			m.fill(b, k, s.z, last, mb.level, false)
		}
		return nil
	})
	valid := m.validation(net, held, mb.level)
	start := time.Now()
	opt := seq.TrainOptions{
		Steps: m.Steps, LearningRate: 1e-3, Beta2: .99, Warmup: m.Steps / 20, FinalRate: .02, Average: .99, WeightDecay: .01,
		Threads: m.task.Threads, Seed: seed, EvalEvery: max(1, m.Steps/20), Patience: 8,
		Evaluate: func(n *seq.Net) (float64, error) { return seq.Evaluate(n, m.task.Threads, valid), nil },
	}
	if report := m.task.Progress; report != nil {
		stage := fmt.Sprintf("network %d of %d", i+1, m.Members)
		opt.Progress = func(p seq.Progress) {
			report(forecast.Progress{Stage: stage, Step: p.Step, Steps: p.Steps, Loss: p.Loss, GradNorm: p.GradNorm, Elapsed: time.Since(start)})
		}
	}
	rep, err := seq.Train(ctx, net, src, opt)
	if err == nil && rep.Steps == 0 {
		err = ctx.Err()
	}
	return mb, err
}

// fill writes the sequence that ends at origin last. Every step is scored, or only
// the last one.
func (m *segmentModel) fill(b *seq.Batch, k int, z []float64, last int, level segmentLevel, onlyLast bool) {
	w, h := m.Window, m.task.Horizon
	for t := range m.Origins {
		o := last - (m.Origins-1-t)*m.Step
		if o < 0 {
			continue
		}
		row := t*b.B + k
		base := level.of(z, o, m.Segment)
		x := b.X[row*w : (row+1)*w]
		for j := range x {
			if i := o - w + 1 + j; i >= 0 {
				x[j] = float32(z[i] - base)
			}
		}
		if onlyLast && t < m.Origins-1 || o+1 >= len(z) {
			continue
		}
		b.Weight[row] = 1
		for j := range h {
			y := float32(math.NaN())
			if i := o + 1 + j; i < len(z) {
				y = float32(z[i] - base)
			}
			b.Target[row*h+j] = y
		}
	}
}

// heldOrigins are the origins from which the held-out end is forecast.
func (m *segmentModel) heldOrigins(s standard) []int {
	end := len(s.z)
	from := end - int(m.Holdout*float64(end))
	n := end - m.task.Horizon - from
	step := max(1, n/40)
	step += 1 - step%2 // odd, so that all hours of a day occur
	var out []int
	for o := from - 1; o+m.task.Horizon < end; o += step {
		out = append(out, o)
	}
	return out
}

func (m *segmentModel) validation(net *seq.Net, held []standard, level segmentLevel) *seq.Batch {
	type place struct {
		s standard
		o int
	}
	var all []place
	for _, s := range held {
		for _, o := range m.heldOrigins(s) {
			all = append(all, place{s, o})
		}
	}
	b := &seq.Batch{}
	b.Resize(net, m.Origins, len(all))
	for k, p := range all {
		m.fill(b, k, p.s.z, p.o, level, true)
	}
	return b
}

// predict gives the mean of the members' forecasts (H) after the end of each
// standardised series.
func (m *segmentModel) predict(all [][]float64) [][]float64 {
	h := m.task.Horizon
	out := make([][]float64, len(all))
	for i := range out {
		out[i] = make([]float64, h)
	}
	for _, mb := range m.members {
		var b seq.Batch
		b.Resize(mb.net, m.Origins, len(all))
		for k, z := range all {
			m.fill(&b, k, z, len(z)-1, mb.level, true)
		}
		p := mb.net.NewPass(1)
		p.ForwardFrom(&b, nil, m.Origins-1)
		y := p.Outputs()[(m.Origins-1)*len(all)*h:]
		for k, z := range all {
			base := mb.level.of(z, len(z)-1, m.Segment)
			for j := range h {
				out[k][j] += (base + float64(y[k*h+j])) / float64(len(m.members))
			}
		}
	}
	return out
}

// measure computes the deviation of the errors on the held-out ends.
func (m *segmentModel) measure(held []standard) {
	m.sd = make([]float64, m.task.Horizon)
	n := 0.0
	for _, s := range held {
		var all [][]float64
		origins := m.heldOrigins(s)
		for _, o := range origins {
			all = append(all, s.z[:o+1])
		}
		for k, f := range m.predict(all) {
			n++
			for j, v := range f {
				e := v - s.z[origins[k]+1+j]
				m.sd[j] += e * e
			}
		}
	}
	for j := range m.sd {
		m.sd[j] = math.Sqrt(m.sd[j] / max(n, 1))
	}
}

func (m *segmentModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

func (m *segmentModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	const chunk = 64
	out := make([]forecast.Forecast, len(panel))
	err := parallel.Each(ctx, (len(panel)+chunk-1)/chunk, m.task.Threads, func(c int) error {
		part := panel[c*chunk : min((c+1)*chunk, len(panel))]
		var all [][]float64
		scales := make([]standard, len(part))
		for i, s := range part {
			var ok bool
			if scales[i], ok = m.scales[s.ID]; !ok {
				scales[i] = standardised(s.Values, len(s.Values), m.task.Season)
			}
			need := m.Window + m.Origins*m.Step
			y := slices.Clone(classic.Fill(s.Values[max(0, len(s.Values)-2*need):], m.task.Season))
			for k, v := range y {
				y[k] = (v - scales[i].mean) / scales[i].sd
			}
			all = append(all, y)
		}
		for i, z := range m.predict(all) {
			sd := slices.Clone(m.sd)
			for j := range z {
				z[j] = z[j]*scales[i].sd + scales[i].mean
				sd[j] *= scales[i].sd
			}
			out[c*chunk+i] = forecast.Normal(z, sd).For(part[i])
		}
		return nil
	})
	return out, err
}
