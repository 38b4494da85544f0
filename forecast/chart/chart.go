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
	"strconv"
	"time"

	"github.com/segue-go/segue/forecast"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
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
	History int       // values of the history; 0 means three horizons, at least three seasons
	Season  int
	Title   string
	// Past holds, for every series, earlier forecasts to draw over the history,
	// for instance those of a backtest; nil means none.
	Past [][]Past
	Most int // panels; 0 means 12
}

// Past is a forecast that was made after the first From values of a series.
type Past struct {
	From int
	forecast.Forecast
}

var (
	ink  = color.NRGBA{0x22, 0x2b, 0x36, 0xff}
	pen  = color.NRGBA{0x1f, 0x6f, 0xb2, 0xff}
	past = color.NRGBA{0xd1, 0x5b, 0x1b, 0xff}
	grid = color.NRGBA{0xe4, 0xe7, 0xeb, 0xff}
)

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
			p, err := one(panel[i], fs[i], earlier, opt, n == 1)
			if err != nil {
				return nil, err
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
		c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))}
		canvas, write = c, func(b *bytes.Buffer) error { _, err := c.WriteTo(b); return err }
	}
	area := draw.New(canvas)
	tiles := draw.Tiles{Rows: rows, Cols: cols, PadX: vg.Points(14), PadY: vg.Points(12), PadTop: vg.Points(8), PadBottom: vg.Points(8), PadLeft: vg.Points(8), PadRight: vg.Points(14)}
	canvases := plot.Align(plots, tiles, area)
	for r := range plots {
		for c, p := range plots[r] {
			if p != nil {
				p.Draw(canvases[r][c])
			}
		}
	}
	var buf bytes.Buffer
	if err := write(&buf); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return buf.Bytes(), nil
}

// one draws one series.
func one(s forecast.Series, f forecast.Forecast, earlier []Past, opt Options, legend bool) (*plot.Plot, error) {
	p := plot.New()
	style(p)
	p.Title.Text = s.ID
	if legend && opt.Title != "" {
		p.Title.Text = opt.Title
	}
	keep := opt.History
	if keep == 0 {
		keep = max(3*f.Horizon(), 3*opt.Season, 24)
	}
	from := max(0, len(s.Values)-keep)
	x := func(i int) float64 { return float64(i) }
	if s.Freq.Unit != forecast.None {
		x = func(i int) float64 { return float64(s.Time(i).Unix()) }
		p.X.Tick.Marker = plot.TimeTicks{Ticker: calendarTicks{}, Format: layoutFor(s.Time(from), s.Time(len(s.Values)+f.Horizon()))}
	}
	p.Y.Tick.Marker = shortTicks{}
	p.Add(gridLines())

	n := len(s.Values)
	if err := addFan(p, f, opt.Levels, func(h int) float64 { return x(n + h) }, legend); err != nil {
		return nil, err
	}
	for _, part := range knownRuns(s.Values, from) {
		var pts plotter.XYs
		for i := part[0]; i < part[1]; i++ {
			pts = append(pts, plotter.XY{X: x(i), Y: s.Values[i]})
		}
		if err := addLine(p, pts, ink, 1.2, ""); err != nil {
			return nil, err
		}
	}
	for k, e := range earlier {
		at := e.From
		var pts plotter.XYs
		for h, v := range e.Mean {
			if at+h >= from {
				pts = append(pts, plotter.XY{X: x(at + h), Y: v})
			}
		}
		name := ""
		if legend && k == 0 {
			name = "forecasts of the past"
		}
		if err := addLine(p, pts, past, 1.2, name); err != nil {
			return nil, err
		}
	}
	var mean plotter.XYs
	if n > 0 && !math.IsNaN(s.Values[n-1]) {
		mean = append(mean, plotter.XY{X: x(n - 1), Y: s.Values[n-1]})
	}
	for h, v := range f.Mean {
		mean = append(mean, plotter.XY{X: x(n + h), Y: v})
	}
	name := ""
	if legend {
		name = "forecast"
		p.Legend.Top, p.Legend.Left = true, true
	}
	if err := addLine(p, mean, pen, 1.8, name); err != nil {
		return nil, err
	}
	widen(&p.Y)
	return p, nil
}

// addFan draws the prediction intervals of the levels, the widest first; x is the place
// of a step.
func addFan(p *plot.Plot, f forecast.Forecast, levels []float64, x func(h int) float64, legend bool) error {
	for k := len(levels) - 1; k >= 0; k-- {
		var upper, lower plotter.XYs
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
		shade := pen
		shade.A = uint8(0x58 / (k + 1))
		poly.Color, poly.LineStyle.Width = shade, 0
		p.Add(poly)
		if legend {
			p.Legend.Add(strconv.FormatFloat(levels[k], 'g', -1, 64)+"% interval", poly)
		}
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

func addLine(p *plot.Plot, pts plotter.XYs, c color.Color, width float64, name string) error {
	if len(pts) == 0 {
		return nil
	}
	l, err := plotter.NewLine(pts)
	if err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	l.Color, l.Width = c, vg.Points(width)
	p.Add(l)
	if name != "" {
		p.Legend.Add(name, l)
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

func style(p *plot.Plot) {
	small := font.Length(9)
	p.BackgroundColor = color.White
	p.Title.TextStyle.Font.Size = font.Length(11)
	p.Title.TextStyle.Color = ink
	p.Title.Padding = vg.Points(4)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Tick.Label.Font.Size = small
		a.Tick.Label.Color = ink
		a.LineStyle.Color, a.Tick.LineStyle.Color = grid, grid
		a.Padding = vg.Points(2)
	}
	p.Legend.TextStyle.Font.Size = small
	p.Legend.Padding = vg.Points(2)
}

func gridLines() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = nil, grid
	g.Vertical.Width = 0
	return g
}

// layoutFor writes the times of an axis: as fine as its span needs.
func layoutFor(a, b time.Time) string {
	switch days := b.Sub(a).Hours() / 24; {
	case days > 5*365: // as in calendarTicks
		return "2006"
	case days > 200:
		return "Jan 2006"
	case days > 4:
		return "2 Jan"
	case days > 1:
		return "2 Jan 15:04"
	}
	return "15:04"
}

// calendarTicks puts ticks at the starts of years, months, days or hours.
type calendarTicks struct{}

// Ticks places four to eight of them.
func (calendarTicks) Ticks(lo, hi float64) []plot.Tick {
	a, b := time.Unix(int64(lo), 0).UTC(), time.Unix(int64(hi), 0).UTC()
	span := b.Sub(a)
	var next func(t time.Time) time.Time
	t := time.Date(a.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	months := func(n int) {
		t = time.Date(a.Year(), time.Month((int(a.Month())-1)/n*n+1), 1, 0, 0, 0, 0, time.UTC)
		next = func(t time.Time) time.Time { return t.AddDate(0, n, 0) }
	}
	switch years := span.Hours() / 24 / 365; {
	case years > 5:
		step := 1
		for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000} {
			if step = s; years/float64(s) <= 8 {
				break
			}
		}
		t = time.Date(a.Year()/step*step, 1, 1, 0, 0, 0, 0, time.UTC)
		next = func(t time.Time) time.Time { return t.AddDate(step, 0, 0) }
	case years > 2.5:
		months(12)
	case years > 1:
		months(6)
	case span > 150*day:
		months(2)
	case span > 45*day:
		months(1)
	default:
		step := time.Hour
		for _, s := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day} {
			if step = s; span/s <= 8 {
				break
			}
		}
		t = a.Truncate(step)
		next = func(t time.Time) time.Time { return t.Add(step) }
	}
	var out []plot.Tick
	for ; !t.After(b); t = next(t) {
		if !t.Before(a) {
			out = append(out, plot.Tick{Value: float64(t.Unix()), Label: "x"})
		}
	}
	return out
}

// shortTicks labels large numbers with k, M and G.
type shortTicks struct{}

// Ticks places them as gonum does.
func (shortTicks) Ticks(lo, hi float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(lo, hi)
	for i, t := range ticks {
		if t.Label == "" {
			continue
		}
		v, unit := t.Value, ""
		for _, u := range []struct {
			size float64
			name string
		}{{1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
			if math.Max(math.Abs(lo), math.Abs(hi)) >= u.size {
				v, unit = t.Value/u.size, u.name
				if u.name == "k" {
					v = t.Value / 1e3
				}
				break
			}
		}
		ticks[i].Label = strconv.FormatFloat(v, 'g', 5, 64) + unit
		if t.Value == 0 {
			ticks[i].Label = "0"
		}
	}
	return ticks
}
