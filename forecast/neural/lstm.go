package neural

import (
	"context"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/parallel"
	"github.com/segue-go/segue/seq"
)

// LSTM is a global method: networks of package seq that are trained on all series
// of the panel at once and give the quantiles of the whole horizon at every step
// (direct multi-horizon, many-to-many). The zero value is the default.
//
// At step t (an origin) a network sees the last Window values and three moving
// averages relative to the value at t, in units of the mean absolute change so far
// (Smyl 2020 normalises in a similar way); values are logarithms where the series is
// positive. Every origin is trained on. The loss is the mean of sMAPE and MASE on the
// original scale, as in the M4 competition, plus the pinball losses of the quantiles.
// Training mixes pairs of series convexly and crops series.
type LSTM struct {
	Hidden  int // units; 0 means 64 (24 for fewer than 20 series)
	Window  int // values seen at an origin; 0 means depending on the season
	Origins int // steps that the network runs over; 0 means depending on the season
	Steps   int // training steps per network; 0 means depending on the panel
	Members int // networks whose forecasts are averaged; 0 means 2 for small panels, otherwise 3 or 4

	planned []netPlan // the networks of a Class, instead of those that plans gives
}

// Name is "lstm".
func (LSTM) Name() string { return "lstm" }

// About describes the method in a line.
func (LSTM) About() string { return "networks trained on the file's own series" }

// Trains is true.
func (LSTM) Trains([]forecast.Series) bool { return true }

// netSpec says what a trained network reads; it is kept in the model file.
type netSpec struct {
	Horizon int     `json:"horizon"`
	Season  int     `json:"season"`
	Window  int     `json:"window"`
	Origins int     `json:"origins"`
	Adjust  bool    `json:"adjust"` // remove the season first
	Stride  int     `json:"stride"` // steps from one origin to the next
	Lag     int     `json:"lag"`    // forecasts are relative to the value this many steps back; 0: to the last value
	Sigma   float64 `json:"sigma"`  // the panel's typical change, see view
	// Widths are stretch factors of the quantiles' distance from the median, one
	// per pair of lstmLevels from the outside in; see calibrate.
	Widths []float64 `json:"widths"`
}

// lstmLevels are the probabilities of the quantiles that a network gives.
var lstmLevels = []float64{.025, .1, .2, .3, .4, .5, .6, .7, .8, .9, .975}

const levelCount = 11 // len(lstmLevels)

// extraInputs are features of an origin in addition to the window: three averages,
// scale, age, two flags.
const extraInputs = 7

// netPlan is a network to train: what it reads, and how it is trained.
type netPlan struct {
	netSpec
	hidden       int
	steps, batch int     // training steps and sequences in each
	dropout      float64 // before the output layers
	mix, crop    float64 // shares of mixed and of cropped sequences, see windowSource
}

// plans lists the networks for a task and panel. Windows, origins, units, steps and
// shares were chosen on the last window before the test part of M4's yearly,
// quarterly, weekly and hourly series (forecast/BENCHMARKS.md, "What was tried";
// segue-lab bench m4 --methods lstm).
func (l LSTM) plans(task forecast.Task, panel []forecast.Series) []netPlan {
	m := task.Season
	longest := 0
	for _, s := range panel {
		longest = max(longest, len(s.Values))
	}
	var out []netPlan
	add := func(window, origins int, p netPlan) {
		p.Horizon, p.Season, p.Window, p.Origins = task.Horizon, m, window, origins
		p.Stride = max(p.Stride, 1)
		out = append(out, p)
	}
	adjust, last := netSpec{Adjust: true}, netSpec{Lag: m}
	switch {
	case classic.WeekOf(m) > 0:
		// a step of the network is a day; its window is one or two weeks
		day := netSpec{Stride: m}
		week := 7 * m
		add(2*week, 14, netPlan{netSpec: day, hidden: 128, steps: 3000, batch: 128, mix: .2, crop: 1})
		add(week+m, 14, netPlan{netSpec: day, hidden: 96, steps: 3000, batch: 128, mix: .5, crop: 1})
		day.Lag = week
		add(2*week, 14, netPlan{netSpec: day, hidden: 128, steps: 2500, batch: 128, mix: .2, crop: 1, dropout: .2})
	case m > 30:
		origins := max(40, min(200, 10000/m)) // bounds the time of a training step
		add(m+2, origins, netPlan{mix: .5, crop: .5, steps: 600})
		add(2*m, origins*3/5, netPlan{mix: .5, crop: 1, steps: 600})
		add(m+13, origins*3/4, netPlan{mix: .5, crop: .5, steps: 600, dropout: .2})
	case m > 1:
		add(max(8, m), 40+2*m, netPlan{netSpec: adjust, mix: .9, crop: .5})
		add(2*m+12, 40+2*m, netPlan{mix: .9, crop: .5})
		add(2*m+20, 48+2*m, netPlan{mix: .9, crop: .5})
		add(max(m+8, 2*m), 40+2*m, netPlan{netSpec: last, mix: .9, crop: .5})
	default:
		add(16, 40, netPlan{mix: .9, crop: .5})
		add(8, 30, netPlan{mix: .5, crop: .5})
		add(12, 36, netPlan{mix: .9, crop: .5})
	}
	members := l.Members
	if members == 0 {
		// small panels should be answered quickly
		members = len(out)
		if len(panel) < forecast.SmallPanel {
			members = min(2, members)
		}
	}
	for i := len(out); i < members; i++ {
		out = append(out, out[i-len(out)]) // again, from another seed
	}
	out = out[:members]
	for i := range out {
		p := &out[i]
		if l.Window > 0 {
			p.Window = l.Window
		}
		if l.Origins > 0 {
			p.Origins = l.Origins
		}
		if l.Steps > 0 {
			p.steps = l.Steps
		}
		if l.Hidden > 0 {
			p.hidden = l.Hidden
		}
		p.Window = min(p.Window, max(8, longest))
		p.Origins = max(1, min(p.Origins, longest/p.Stride))
	}
	return out
}

// lstmModel is a trained ensemble.
type lstmModel struct {
	members []member
	threads int
}

type member struct {
	net  *seq.Net
	spec netSpec
}

func (m member) head() *panelHead { return m.net.Head().(*panelHead) }

func (m *lstmModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

// ForecastAll averages the members on the networks' own scale.
func (m *lstmModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	chunk := 32
	for _, mb := range m.members { // numbers that are held at a time
		chunk = max(1, min(chunk, 4*maxSequence/mb.spec.cost(mb.net.Config())/max(1, m.threads)))
	}
	out := make([]forecast.Forecast, len(panel))
	chunks := (len(panel) + chunk - 1) / chunk
	err := parallel.Each(ctx, chunks, m.threads, func(c int) error {
		part := panel[c*chunk : min((c+1)*chunk, len(panel))]
		sums := make([][]float64, len(part)) // (H, 1+Q) on the scale of the views
		var first []*view
		for k, mb := range m.members {
			if views := mb.add(part, sums); k == 0 {
				first = views
			}
		}
		for i, s := range part {
			out[c*chunk+i] = m.answer(s, first[i], sums[i]).For(s)
		}
		return nil
	})
	return out, err
}

// add runs one member over a few series and adds its outputs, on the scale of
// their views (logarithms where a series is positive), to sums. It returns the views.
func (mb member) add(part []forecast.Series, sums [][]float64) []*view {
	spec := mb.spec
	var b seq.Batch
	b.Resize(mb.net, spec.Origins, len(part))
	views := make([]*view, len(part))
	for i, s := range part {
		v := newView(s.Values, spec)
		v.measure(spec)
		views[i] = v
		last := len(v.z) - 1
		for t := range spec.Origins {
			if o := last - (spec.Origins-1-t)*spec.Stride; o >= 0 {
				v.inputs(b.X[(t*b.B+i)*(spec.Window+extraInputs):][:spec.Window+extraInputs], o, spec)
			}
		}
	}
	p := mb.net.NewPass(1)
	p.ForwardFrom(&b, nil, spec.Origins-1)
	width := 1 + len(lstmLevels)
	o := spec.Horizon * width
	y := p.Outputs()
	for i, v := range views {
		if sums[i] == nil {
			sums[i] = make([]float64, o)
		}
		row := y[((spec.Origins-1)*b.B+i)*o:][:o]
		last := len(v.z) - 1
		sigma := v.sigma[last]
		for h := range spec.Horizon {
			base := v.base(last, h, spec) + v.seasonal(last+1+h)
			for k, x := range spec.stretch(row[h*width:(h+1)*width], h) {
				sums[i][h*width+k] += base + sigma*x
			}
		}
	}
	return views
}

// stretch turns the raw outputs of step h into the point and the calibrated quantiles,
// in units of sigma.
func (s netSpec) stretch(row []float32, h int) (out [1 + levelCount]float64) {
	out[0] = float64(row[0])
	q := out[1:]
	for k := range q {
		q[k] = float64(row[1+k]) + spread(lstmLevels[k], h)
	}
	slices.Sort(q)
	mid := q[levelCount/2]
	for k := range q {
		if pair := min(k, levelCount-1-k); pair < len(s.Widths) {
			q[k] = mid + (q[k]-mid)*s.Widths[pair]
		}
	}
	return out
}

// spread is the quantile of step h that the network's output is added to, in units of
// sigma: that of a random walk with normal steps.
func spread(level float64, h int) float64 {
	const sdPerMAD = 1.2533
	return sdPerMAD * classic.Probit(level) * math.Sqrt(float64(h+1))
}

// answer turns summed outputs into a forecast; all members' views have the scale
// of v. The quantiles are moved so that their median is the point: that output was
// trained on the absolute errors by which a median is judged, and is better at them.
func (m *lstmModel) answer(s forecast.Series, v *view, sum []float64) forecast.Forecast {
	spec := m.members[0].spec
	width := 1 + len(lstmLevels)
	k := float64(len(m.members))
	f := forecast.Forecast{Mean: make([]float64, spec.Horizon), Probs: lstmLevels, Q: make([][]float64, spec.Horizon)}
	for h := range spec.Horizon {
		point, q := sum[h*width]/k, make([]float64, len(lstmLevels))
		for i := range q {
			q[i] = sum[h*width+1+i] / k
		}
		slices.Sort(q)
		move := point - q[len(q)/2]
		for i := range q {
			q[i] = v.back(q[i] + move)
		}
		f.Mean[h], f.Q[h] = v.back(point), q
	}
	if !f.Finite() || classic.Constant(v.z) {
		mean, sd := classic.Naive(classic.Fill(s.Values, 1), 1, spec.Horizon)
		return forecast.Normal(mean, sd)
	}
	return f
}
