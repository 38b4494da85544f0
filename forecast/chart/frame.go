package chart

import (
	"errors"
	"image/color"
	"math"
	"slices"

	"github.com/segue-go/segue/datasets/typeface"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// frame is one series' picture: lines and areas between axes.
type frame struct {
	title string // above
	side  string // beside the vertical axis, from below
	look  colours
	x, y  axis
	marks []mark
	begun bool // the axes have a range
}

// axis is a range of data, and where it is labelled.
type axis struct {
	lo, hi float64
	ticks  func(lo, hi float64) []tick
}

// tick is a place on an axis and what stands there.
type tick struct {
	at    float64
	label string
}

type point struct{ x, y float64 }

// mark is a line of a width, or if that is 0 an area.
type mark struct {
	points []point
	color  color.Color
	width  float64 // in points
}

var errNumbers = errors.New("chart: a value is infinite or no number")

// add takes a mark and widens the axes to hold it.
func (f *frame) add(m mark) error {
	for _, p := range m.points {
		if math.IsNaN(p.x+p.y) || math.IsInf(p.x, 0) || math.IsInf(p.y, 0) {
			return errNumbers
		}
		if !f.begun {
			f.x.lo, f.x.hi, f.y.lo, f.y.hi, f.begun = p.x, p.x, p.y, p.y, true
		}
		f.x.lo, f.x.hi = min(f.x.lo, p.x), max(f.x.hi, p.x)
		f.y.lo, f.y.hi = min(f.y.lo, p.y), max(f.y.hi, p.y)
	}
	if len(m.points) > 0 {
		f.marks = append(f.marks, m)
	}
	return nil
}

// at is the place of a value, 0 at the lower end of the axis and 1 at the upper one.
func (a *axis) at(v float64) float64 {
	half := a.hi/2 - a.lo/2 // the whole may be too large for a number
	return (v/2 - a.lo/2) / half
}

// widen gives an axis some length where all values are alike.
func (a *axis) widen() {
	size := math.Max(math.Abs(a.lo), math.Abs(a.hi))
	if a.hi-a.lo > 1e-9*size {
		return
	}
	pad := math.Max(size/100, 1e-300)
	if size == 0 {
		pad = 1
	}
	a.lo, a.hi = a.lo-pad, a.hi+pad
}

// sizes of a frame in points
const (
	titleSize  = 11
	labelSize  = 9
	tickLength = vg.Length(8)
	gap        = vg.Length(4)
	apart      = vg.Length(2) // of the axes from the data
)

// margins are the room around the data that titles and labels take.
type margins struct{ left, right, below, above vg.Length }

func (m margins) max(n margins) margins {
	return margins{max(m.left, n.left), max(m.right, n.right), max(m.below, n.below), max(m.above, n.above)}
}

// margins of a frame; labels at the end of an axis stick out by half.
func (f *frame) margins() margins {
	label := typeface.Style(labelSize, f.look.ink)
	var m margins
	for _, t := range f.y.ticks(f.y.lo, f.y.hi) {
		m.left = max(m.left, label.Width(t.label))
	}
	m.left += gap + tickLength
	if f.side != "" {
		m.left += label.Height(f.side) + gap
	}
	m.above = label.Height("0") / 2
	if f.title != "" {
		m.above += typeface.Style(titleSize, f.look.ink).Height(f.title) + gap
	}
	m.below = tickLength + gap + label.Height("0")
	if ticks := f.x.ticks(f.x.lo, f.x.hi); len(ticks) > 0 {
		m.right = label.Width(ticks[len(ticks)-1].label) / 2
	}
	return m
}

// draw draws the frame into a rectangle, of which the margins are left to the labels.
func (f *frame) draw(c draw.Canvas, m margins) {
	data := draw.Crop(c, m.left+apart, -m.right, m.below+apart, -m.above)
	left, low := data.Min.X-apart, data.Min.Y-apart
	line := draw.LineStyle{Color: f.look.grid, Width: vg.Points(.5)}
	f.drawText(c, data)
	for _, t := range f.x.ticks(f.x.lo, f.x.hi) {
		x := data.X(f.x.at(t.at))
		c.StrokeLine2(line, x, low-tickLength, x, low)
	}
	c.StrokeLine2(line, left, low, data.Max.X, low)
	c.StrokeLine2(line, left, low, left, data.Max.Y)
	for _, t := range f.y.ticks(f.y.lo, f.y.hi) {
		y := data.Y(f.y.at(t.at))
		c.StrokeLine2(line, left-tickLength, y, data.Max.X, y)
	}
	for _, k := range f.marks {
		path := make([]vg.Point, len(k.points))
		for i, p := range k.points {
			path[i] = vg.Point{X: data.X(f.x.at(p.x)), Y: data.Y(f.y.at(p.y))}
		}
		if k.width > 0 {
			c.StrokeLines(draw.LineStyle{Color: k.color, Width: vg.Points(k.width)}, path)
		} else {
			c.FillPolygon(k.color, path)
		}
	}
}

// drawText writes the title and the labels.
func (f *frame) drawText(c, data draw.Canvas) {
	label, title := typeface.Style(labelSize, f.look.ink), typeface.Style(titleSize, f.look.ink)
	if f.title != "" {
		title.XAlign, title.YAlign = text.XCenter, text.YTop
		c.FillText(title, vg.Point{X: data.Center().X, Y: c.Max.Y}, f.title)
	}
	if f.side != "" {
		up := label
		up.Rotation, up.XAlign, up.YAlign = math.Pi/2, text.XCenter, text.YTop
		c.FillText(up, vg.Point{X: c.Min.X, Y: data.Center().Y}, f.side)
	}
	right := label
	right.XAlign, right.YAlign = text.XRight, text.YCenter
	descent := right.FontExtents().Descent
	for _, t := range f.y.ticks(f.y.lo, f.y.hi) {
		c.FillText(right, vg.Point{X: data.Min.X - apart - tickLength - gap, Y: data.Y(f.y.at(t.at)) + descent/2}, t.label)
	}
	below := label
	below.XAlign, below.YAlign = text.XCenter, text.YTop
	for _, t := range f.x.ticks(f.x.lo, f.x.hi) {
		c.FillText(below, vg.Point{X: data.X(f.x.at(t.at)), Y: data.Min.Y - apart - tickLength - gap/2}, t.label)
	}
}

// drawAll draws frames in tiles on paper, all with the same margins, so that their axes
// line up.
func drawAll(area draw.Canvas, frames [][]*frame, paper color.Color) {
	area.SetColor(paper)
	area.Fill(area.Rectangle.Path())
	var m margins
	for _, row := range frames {
		for _, f := range row {
			if f != nil {
				m = m.max(f.margins())
			}
		}
	}
	tiles := draw.Tiles{Rows: len(frames), Cols: len(slices.MaxFunc(frames, func(a, b []*frame) int { return len(a) - len(b) })), PadX: vg.Points(14), PadY: vg.Points(12), PadTop: vg.Points(8), PadBottom: vg.Points(8) + keyHeight, PadLeft: vg.Points(8), PadRight: vg.Points(14)}
	for r, row := range frames {
		for c, f := range row {
			if f != nil {
				f.draw(tiles.At(area, c, r), m)
			}
		}
	}
}
