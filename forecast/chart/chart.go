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
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
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
	plots := make([][]*plot.Plot, rows)
	for r := range plots {
		plots[r] = make([]*plot.Plot, cols)
		for c := range plots[r] {
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
				p.Title.Text = opt.Title
			case n > 1 && r == rows/2 && c == 0:
				p.Y.Label.Text = opt.Title // once for all
			}
			plots[r][c] = p
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
	tiles := draw.Tiles{Rows: rows, Cols: cols, PadX: vg.Points(14), PadY: vg.Points(12) + titleHeight, PadTop: vg.Points(8) + titleHeight, PadBottom: vg.Points(8) + keyHeight, PadLeft: vg.Points(8), PadRight: vg.Points(14)}
	drawPlots(plots, tiles, area)
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

// titleHeight is the space of a title above its plot's axes.
const titleHeight = 20 * vg.Inch / 72

// drawPlots draws plots whose axes are aligned, and their titles: these at one distance
// from the axes, whatever the labels need beside them.
func drawPlots(plots [][]*plot.Plot, tiles draw.Tiles, area draw.Canvas) {
	titles := map[*plot.Plot]string{}
	for _, p := range slices.Concat(plots...) {
		if p != nil {
			titles[p], p.Title.Text = p.Title.Text, ""
		}
	}
	for r, row := range plot.Align(plots, tiles, area) {
		for c, canvas := range row {
			p := plots[r][c]
			if p == nil {
				continue
			}
			p.Draw(canvas)
			axes, label := p.DataCanvas(canvas), p.Title.TextStyle
			label.XAlign, label.YAlign = text.XCenter, text.YBottom
			area.FillText(label, vg.Point{X: (axes.Min.X + axes.Max.X) / 2, Y: axes.Max.Y + vg.Points(6)}, titles[p])
		}
	}
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
func one(s forecast.Series, fs []drawn, earlier []Past, opt Options) (*plot.Plot, error) {
	p := plot.New()
	f := slices.MaxFunc(fs, func(a, b drawn) int { return a.Horizon() - b.Horizon() })
	look := opt.colours()
	style(p, look)
	p.Title.Text = s.ID
	keep := opt.History
	if keep == 0 {
		keep = max(24, min(max(3*f.Horizon(), 3*opt.Season), 11*f.Horizon()))
	}
	from := max(0, len(s.Values)-keep)
	x := func(i int) float64 { return float64(i) }
	if s.Freq.Unit != forecast.None {
		x = func(i int) float64 { return float64(s.Time(i).Unix()) }
		p.X.Tick.Marker = plot.TimeTicks{Ticker: calendarTicks{}, Format: layoutFor(s.Time(from), s.Time(len(s.Values)+f.Horizon()))}
	}
	p.Y.Tick.Marker = shortTicks{}
	p.Add(gridLines(look))

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
		var pts plotter.XYs
		for _, i := range thin(s.Values, part[0], part[1], mostPoints) {
			pts = append(pts, plotter.XY{X: x(i), Y: s.Values[i]})
		}
		if err := addLine(p, pts, look.ink, 1.2); err != nil {
			return nil, err
		}
	}
	for _, e := range earlier {
		at := e.From
		var pts plotter.XYs
		for h, v := range e.Mean {
			if at+h >= from {
				pts = append(pts, plotter.XY{X: x(at + h), Y: v})
			}
		}
		if err := addLine(p, pts, look.past, 1.2); err != nil {
			return nil, err
		}
	}
	for _, f := range fs {
		var mean plotter.XYs
		if !math.IsNaN(last) {
			mean = append(mean, plotter.XY{X: x(n - 1), Y: last})
		}
		for h, v := range f.Mean {
			mean = append(mean, plotter.XY{X: x(n + h), Y: v})
		}
		if err := addLine(p, mean, f.pen, 1.8); err != nil {
			return nil, err
		}
	}
	widen(&p.Y)
	return p, nil
}

// addFan draws the prediction intervals, the widest first, from the last value (NaN: none)
// on; x is the place of a step.
func addFan(p *plot.Plot, f drawn, opt Options, last float64, x func(h int) float64) error {
	levels := opt.shown()
	for k := len(levels) - 1; k >= 0; k-- {
		var upper, lower plotter.XYs
		if !math.IsNaN(last) {
			upper = append(upper, plotter.XY{X: x(-1), Y: last})
		}
		for h := range f.Mean {
			lo, hi := f.Interval(h, levels[k])
			upper = append(upper, plotter.XY{X: x(h), Y: hi})
			lower = append(lower, plotter.XY{X: x(h), Y: lo})
		}
		ring := upper
		for i := len(lower) - 1; i >= 0; i-- {
			ring = append(ring, lower[i])
		}
		poly, err := plotter.NewPolygon(ring)
		if err != nil {
			return fmt.Errorf("chart: %w", err)
		}
		poly.Color, poly.LineStyle.Width = opt.shade(f.pen, k), 0
		p.Add(poly)
	}
	return nil
}

// widen gives an axis some length where all values are alike: plot's own margin of
// one is lost beside large numbers.
func widen(a *plot.Axis) {
	size := math.Max(math.Abs(a.Min), math.Abs(a.Max))
	if a.Max-a.Min > 1e-9*size {
		return
	}
	pad := math.Max(size/100, 1e-300)
	a.Min, a.Max = a.Min-pad, a.Max+pad
}

func addLine(p *plot.Plot, pts plotter.XYs, c color.Color, width float64) error {
	if len(pts) == 0 {
		return nil
	}
	l, err := plotter.NewLine(pts)
	if err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	l.Color, l.Width = c, vg.Points(width)
	p.Add(l)
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

func style(p *plot.Plot, look colours) {
	small := font.Length(9)
	for _, t := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label} {
		t.Font.Variant = "Sans"
	}
	p.BackgroundColor = look.paper
	p.Title.TextStyle.Font.Size = font.Length(11)
	p.Title.TextStyle.Color = look.ink
	p.Title.Padding = vg.Points(4)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Tick.Label.Font.Size = small
		a.Label.TextStyle.Font.Size, a.Label.TextStyle.Color = small, look.ink
		a.Tick.Label.Color = look.ink
		a.LineStyle.Color, a.Tick.LineStyle.Color = look.grid, look.grid
		a.Padding = vg.Points(2)
	}
}

func gridLines(look colours) *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = nil, look.grid
	g.Vertical.Width = 0
	return g
}
