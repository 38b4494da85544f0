// Package chart draws forecasts: the history, the mean, and the prediction
// intervals as a fan, one panel per series. It is apart from package forecast so
// that importing that one does not pull in fonts and image formats.
package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// ErrFormat is returned for a format other than "svg" and "png".
var ErrFormat = errors.New("unknown picture format")

// Options say what is drawn. The zero value draws 80% and 95% intervals.
type Options struct {
	Levels  []float64 // intervals in percent; nil means 80 and 95
	History int       // values of the history; 0 means three horizons or seasons, as far as the forecast stays visible
	Season  int
	Title   string
	// Past holds, for every series, earlier forecasts to draw over the history,
	// for instance those of a backtest; nil means none.
	Past [][]Past
	Most int  // panels; 0 means 12
	Dark bool // light on dark
	// Scenarios are drawn in the place of the forecasts, side by side in each panel, in
	// colours of their own with the narrowest interval; nil means none.
	Scenarios []Scenario
}

// Scenario is the forecasts of a panel under one of several possible futures.
type Scenario struct {
	Name      string
	Forecasts []forecast.Forecast // as many as there are series
}

// Past is a forecast that was made after the first From values of a series.
type Past struct {
	From int
	forecast.Forecast
}

// colours of a picture
type colours struct{ paper, ink, pen, past, grid color.NRGBA }

var (
	light = colours{color.NRGBA{0xff, 0xff, 0xff, 0xff}, color.NRGBA{0x22, 0x2b, 0x36, 0xff}, color.NRGBA{0x1f, 0x6f, 0xb2, 0xff}, color.NRGBA{0xd1, 0x5b, 0x1b, 0xff}, color.NRGBA{0xe4, 0xe7, 0xeb, 0xff}}
	dark  = colours{color.NRGBA{0x14, 0x18, 0x1d, 0xff}, color.NRGBA{0xe8, 0xeb, 0xef, 0xff}, color.NRGBA{0x66, 0xb0, 0xee, 0xff}, color.NRGBA{0xff, 0x9d, 0x66, 0xff}, color.NRGBA{0x39, 0x42, 0x4e, 0xff}}
)

// colours chooses them.
func (o *Options) colours() colours {
	if o.Dark {
		return dark
	}
	return light
}

// Draw makes a picture in the format "svg" or "png".
func Draw(format string, panel []forecast.Series, fs []forecast.Forecast, opt Options) ([]byte, error) {
	if format != "svg" && format != "png" {
		return nil, fmt.Errorf("chart: %w: %q is neither svg nor png", ErrFormat, format)
	}
	if opt.Levels == nil {
		opt.Levels = []float64{80, 95}
	}
	if opt.Most == 0 {
		opt.Most = 12
	}
	n := min(len(fs), opt.Most)
	if n == 0 {
		return nil, errors.New("chart: nothing to draw")
	}
	cols := int(math.Ceil(math.Sqrt(float64(n))))
	if n <= 3 {
		cols = 1
	}
	rows := (n + cols - 1) / cols
	width, height := 9*vg.Inch, 4*vg.Inch
	if n > 1 {
		width, height = max(9, vg.Length(3.6*float64(cols)))*vg.Inch, vg.Length(2.4*float64(rows))*vg.Inch
	}
	frames := make([][]*frame, rows)
	for r := range frames {
		frames[r] = make([]*frame, cols)
		for c := range frames[r] {
			i := r*cols + c
			if i >= n {
				continue
			}
			var earlier []Past
			if i < len(opt.Past) {
				earlier = opt.Past[i]
			}
			p, err := one(panel[i], opt.forecasts(fs, i), earlier, opt)
			if err != nil {
				return nil, err
			}
			switch {
			case n == 1 && opt.Title != "":
				p.title = opt.Title
			case n > 1 && r == rows/2 && c == 0:
				p.side = opt.Title // once for all
			}
			frames[r][c] = p
		}
	}
	var canvas vg.CanvasSizer
	var write func(*bytes.Buffer) error
	if format == "svg" {
		c := vgsvg.New(width, height)
		canvas, write = c, func(b *bytes.Buffer) error { _, err := c.WriteTo(b); return err }
	} else {
		c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144), vgimg.UseBackgroundColor(opt.colours().paper))}
		canvas, write = c, func(b *bytes.Buffer) error { _, err := c.WriteTo(b); return err }
	}
	area := draw.New(canvas)
	drawAll(area, frames, opt.colours().paper)
	drawKey(area, opt, len(opt.Past) > 0 && slices.ContainsFunc(opt.Past[:min(n, len(opt.Past))], func(p []Past) bool { return len(p) > 0 }))
	var buf bytes.Buffer
	if err := write(&buf); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	if format == "svg" {
		return described(buf.Bytes(), opt.Title, alternative(panel[:n], fs[:n])), nil
	}
	return buf.Bytes(), nil
}

// drawn is a forecast in its colour.
type drawn struct {
	pen color.NRGBA
	forecast.Forecast
}

// pens are the colours of scenarios after the first (Okabe and Ito 2008), which the
// colour-blind can tell apart.
var pens = []color.NRGBA{{0xe6, 0x9f, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff}, {0xcc, 0x79, 0xa7, 0xff}, {0x56, 0xb4, 0xe9, 0xff}, {0xd5, 0x5e, 0x00, 0xff}}

// pen is the colour of a forecast: the k-th scenario, or the only one.
func (o *Options) pen(k int) color.NRGBA {
	if k == 0 {
		return o.colours().pen
	}
	return pens[(k-1)%len(pens)]
}

// forecasts are those of series i: one, or one for every scenario.
func (o *Options) forecasts(fs []forecast.Forecast, i int) []drawn {
	if len(o.Scenarios) == 0 {
		return []drawn{{o.pen(0), fs[i]}}
	}
	var out []drawn
	for k, s := range o.Scenarios {
		out = append(out, drawn{o.pen(k), s.Forecasts[i]})
	}
	return out
}

// one draws one series.
func one(s forecast.Series, fs []drawn, earlier []Past, opt Options) (*frame, error) {
	f := slices.MaxFunc(fs, func(a, b drawn) int { return a.Horizon() - b.Horizon() })
	p := &frame{title: s.ID, look: opt.colours()}
	keep := opt.History
	if keep == 0 {
		keep = max(24, min(max(3*f.Horizon(), 3*opt.Season), 11*f.Horizon()))
	}
	from := max(0, len(s.Values)-keep)
	x := func(i int) float64 { return float64(i + 1) } // steps are counted from 1, as in tables
	p.x.ticks, p.y.ticks = shortTicks, shortTicks
	if s.Freq.Unit != forecast.None {
		x = func(i int) float64 { return float64(s.Time(i).Unix()) }
		p.x.ticks = calendarTicks(layoutFor(s.Time(from), s.Time(len(s.Values)+f.Horizon())))
	}

	n := len(s.Values)
	last := math.NaN() // the forecast's lines begin at the last value, so that no gap is seen
	if n > 0 {
		last = s.Values[n-1]
	}
	for _, f := range fs {
		if err := addFan(p, f, opt, last, func(h int) float64 { return x(n + h) }); err != nil {
			return nil, err
		}
	}
	for _, part := range knownRuns(s.Values, from) {
		m := mark{color: p.look.ink, width: 1.2}
		for _, i := range thin(s.Values, part[0], part[1], mostPoints) {
			m.points = append(m.points, point{x(i), s.Values[i]})
		}
		if err := p.add(m); err != nil {
			return nil, err
		}
	}
	for _, e := range earlier {
		m := mark{color: p.look.past, width: 1.2}
		for h, v := range e.Mean {
			if e.From+h >= from {
				m.points = append(m.points, point{x(e.From + h), v})
			}
		}
		if err := p.add(m); err != nil {
			return nil, err
		}
	}
	for _, f := range fs {
		m := mark{color: f.pen, width: 1.8}
		if !math.IsNaN(last) {
			m.points = append(m.points, point{x(n - 1), last})
		}
		for h, v := range f.Mean {
			m.points = append(m.points, point{x(n + h), v})
		}
		if err := p.add(m); err != nil {
			return nil, err
		}
	}
	p.x.widen()
	p.y.widen()
	return p, nil
}

// addFan draws the prediction intervals, the widest first, from the last value (NaN: none)
// on; x is the place of a step.
func addFan(p *frame, f drawn, opt Options, last float64, x func(h int) float64) error {
	levels := opt.shown()
	for k := len(levels) - 1; k >= 0; k-- {
		var ring, lower []point
		if !math.IsNaN(last) {
			ring = append(ring, point{x(-1), last})
		}
		for h := range f.Mean {
			lo, hi := f.Interval(h, levels[k])
			ring, lower = append(ring, point{x(h), hi}), append(lower, point{x(h), lo})
		}
		slices.Reverse(lower)
		if err := p.add(mark{points: append(ring, lower...), color: opt.shade(f.pen, k)}); err != nil {
			return err
		}
	}
	return nil
}

// knownRuns gives the runs [a, b) of values that are not missing.
func knownRuns(values []float64, from int) [][2]int {
	var out [][2]int
	for i := from; i < len(values); i++ {
		if math.IsNaN(values[i]) {
			continue
		}
		j := i
		for j < len(values) && !math.IsNaN(values[j]) {
			j++
		}
		out = append(out, [2]int{i, j})
		i = j
	}
	return out
}
