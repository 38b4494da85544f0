package chart

import (
	"image/color"
	"slices"
	"strconv"

	"github.com/segue-go/segue/datasets/typeface"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// keyHeight is the strip below the plots that says what is what: inside a plot the key
// would cover data.
const keyHeight = vg.Length(18)

// entry is one colour of the key.
type entry struct {
	name  string
	color color.NRGBA
	band  bool // a band, otherwise a line
}

// shown are the levels that are drawn: of several scenarios the narrowest only.
func (o *Options) shown() []float64 {
	if len(o.Scenarios) > 1 && len(o.Levels) > 0 {
		return []float64{slices.Min(o.Levels)}
	}
	return o.Levels
}

// shade is the colour of the interval of a level around a forecast in colour c.
func (o *Options) shade(c color.NRGBA, level int) color.NRGBA {
	c.A = uint8(0x58 / (level + 1))
	return c
}

// entries lists what a picture shows.
func (o *Options) entries(earlier bool) []entry {
	look := o.colours()
	out := []entry{{"history", look.ink, false}}
	for k, s := range o.Scenarios {
		out = append(out, entry{s.Name, o.pen(k), false})
	}
	if len(o.Scenarios) == 0 {
		out = append(out, entry{"forecast", look.pen, false})
	}
	for k, l := range slices.Backward(o.shown()) {
		// bands lie over each other: the inner ones show the sum of their shades
		c := o.shade(look.pen, k)
		for j := k + 1; j < len(o.shown()); j++ {
			under := o.shade(look.pen, j)
			c.A += uint8(int(under.A) * (255 - int(c.A)) / 255)
		}
		out = append(out, entry{strconv.FormatFloat(l, 'g', -1, 64) + "% interval", c, true})
	}
	if earlier {
		out = append(out, entry{"earlier forecasts", look.past, false})
	}
	return out
}

// drawKey draws the key at the lower edge, from the left, as far as there is room.
func drawKey(area draw.Canvas, opt Options, earlier bool) {
	label := typeface.Style(labelSize, opt.colours().ink)
	label.XAlign, label.YAlign = text.XLeft, text.YCenter
	x, y := area.Min.X+vg.Points(12), area.Min.Y+vg.Points(4)+keyHeight/2
	for _, e := range opt.entries(earlier) {
		end := x + vg.Points(24) + label.Width(e.name)
		if end > area.Max.X {
			return
		}
		half := vg.Points(.8)
		if e.band {
			half = vg.Points(4)
		}
		area.FillPolygon(e.color, []vg.Point{{X: x, Y: y - half}, {X: x + vg.Points(18), Y: y - half}, {X: x + vg.Points(18), Y: y + half}, {X: x, Y: y + half}})
		area.FillText(label, vg.Point{X: x + vg.Points(23), Y: y}, e.name)
		x = end + vg.Points(14)
	}
}
