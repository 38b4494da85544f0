package universal

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// Stream forecasts a series that grows. The network's state is kept, so that a new
// value costs the same however long the series is. Forecasts are close to those of
// Method but not equal: the steps of the network lie elsewhere, and there is one pass
// only. A Stream belongs to one goroutine.
type Stream struct {
	net    *Net
	step   *seq.Stepper
	season int
	week   int
	stride int
	log    bool
	track  *tracker   // at the last whole step
	before *seq.State // the state before that step
	state  *seq.State // and after it
}

// NewStream reads the series so far, which has at least one known value. season is
// as in forecast.Task; 0 means that of the frequency.
func (n *Net) NewStream(s forecast.Series, season int) *Stream {
	t := forecast.Task{Season: season}.Resolve([]forecast.Series{s})
	out := &Stream{net: n, season: t.Season, week: SecondSeason(t.Season, s.Freq), step: n.net.NewStepper(1)}
	out.begin(viewOf(s.Values, t.Season))
	return out
}

func (s *Stream) begin(v view) {
	first, stride, count := origins(len(v.z))
	s.log, s.stride, s.state = v.log, stride, s.net.net.NewState(1)
	if v.known == nil {
		v.known = make([]bool, len(v.z))
		for i := range v.known {
			v.known[i] = true
		}
	}
	s.track = newTracker(newReader(v.z, v.known, s.season, s.week), stride)
	for c := range count {
		s.read(first + c*stride)
	}
}

// read makes a whole step at origin o.
func (s *Stream) read(o int) {
	s.before = s.state.Clone()
	s.track.moveTo(o)
	x := make([]float32, inputs)
	s.track.fill(x, 0, 1)
	s.step.Step(s.state, x, nil)
}

// Update adds the next value; NaN means that it is missing.
func (s *Stream) Update(value float64) {
	r := s.track.reader
	if s.log && value <= 0 { // no logarithm: begin anew on the other scale
		values := make([]float64, len(r.z)+1)
		for i, z := range r.z {
			values[i] = math.NaN()
			if r.known[i] {
				values[i] = math.Exp(z)
			}
		}
		values[len(r.z)] = value
		s.begin(viewOf(values, s.season))
		return
	}
	n := len(r.z)
	z := value
	switch {
	case value != value:
		z = closed(r.z, s.season)
	case s.log:
		z = math.Log(value)
	}
	r.append(z, value == value)
	if n-s.track.origin == s.stride {
		s.read(n)
	}
}

// Forecast continues the series for horizon steps.
func (s *Stream) Forecast(horizon int) forecast.Forecast {
	t, st := s.track.clone(), s.before.Clone()
	if last := len(t.z) - 1; t.origin < last {
		st = s.state.Clone()
		t.moveTo(last)
	}
	var q [][]float64
	for j := 0; j*block < horizon; j++ {
		x := make([]float32, inputs)
		base := t.fill(x, j, 1)
		s.step.Step(st, x, nil)
		for i := range min(block, horizon-j*block) {
			q = append(q, quantiles(s.step.Outputs()[i*len(Levels):], base[i], t.unit))
		}
	}
	return view{log: s.log}.distribution(q)
}

// quantiles turns a network's outputs for one value into quantiles, increasing, on the
// network's scale.
func quantiles(out []float32, base, unit float64) []float64 {
	q := make([]float64, len(Levels))
	for i := range q {
		q[i] = base + unit*float64(out[i])
	}
	slices.Sort(q)
	return q
}
