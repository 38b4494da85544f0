// Package show draws in the notebooks.
package show

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/roll"
	"github.com/segue-go/segue/music/sound"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// PNG shows a picture.
func PNG(data []byte, err error) {
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	gonbui.DisplayPng(data)
	gonbui.Sync() // what is still on its way when a cell ends would be lost
}

// Line is a named curve.
type Line struct {
	Name string
	Y    []float64
}

var colors = []color.Color{
	color.NRGBA{0x1f, 0x6f, 0xb2, 0xff}, color.NRGBA{0xd1, 0x5b, 0x1b, 0xff}, color.NRGBA{0x2e, 0x8b, 0x57, 0xff}, color.NRGBA{0x8e, 0x44, 0xad, 0xff}, color.NRGBA{0x60, 0x60, 0x60, 0xff},
}

// Lines draws curves over 0, 1, 2, ...; with log the upright axis is logarithmic.
func Lines(title, x, y string, log bool, lines ...Line) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Legend.Top, p.Legend.Left = true, rising(lines)
	if log {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	for i, l := range lines {
		var xy plotter.XYs
		for t, v := range l.Y {
			if v == v && (v > 0 || !log) {
				xy = append(xy, plotter.XY{X: float64(t), Y: v})
			}
		}
		c, err := plotter.NewLine(xy)
		if err != nil {
			fmt.Println("error:", err)
			return
		}
		c.Color, c.Width = colors[i%len(colors)], vg.Points(1.6)
		p.Add(c)
		p.Legend.Add(l.Name, c)
	}
	draw(p, 7, 3.2)
}

// rising says whether the curves leave room at the top left rather than at the
// top right.
func rising(lines []Line) bool {
	left, right := math.Inf(-1), math.Inf(-1)
	for _, l := range lines {
		for t, v := range l.Y {
			switch n := len(l.Y); {
			case t < n/3:
				left = math.Max(left, v)
			case t >= n-n/3:
				right = math.Max(right, v)
			}
		}
	}
	return right > left
}

// grid is a matrix as a heat map reads it: rows upwards.
type grid [][]float64

func (g grid) Dims() (c, r int)   { return len(g[0]), len(g) }
func (g grid) Z(c, r int) float64 { return min(max(g[r][c], -1), 1) }
func (g grid) X(c int) float64    { return float64(c) }
func (g grid) Y(r int) float64    { return float64(r) }

// Heat draws a matrix, a row for each of its rows: blue is -1 and less, red is 1
// and more.
func Heat(title, x, y string, rows [][]float64) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	m := moreland.SmoothBlueRed()
	m.SetMin(-1)
	m.SetMax(1)
	h := plotter.NewHeatMap(grid(rows), m.Palette(255))
	h.Min, h.Max = -1, 1
	p.Add(h)
	draw(p, 7, 2.6)
}

// Shares draws a matrix of numbers from 0 (white) to 1 (black), a letter of rows
// before each of its rows from the top, a letter of columns under each column.
func Shares(title, columns, rows string, shares [][]float64) {
	p := plot.New()
	p.Title.Text = title
	gray := make(levels, 256)
	for i := range gray {
		gray[i] = color.Gray{uint8(255 - i)}
	}
	down := slices.Clone(shares)
	slices.Reverse(down) // a grid's first row is at the bottom
	h := plotter.NewHeatMap(grid(down), gray)
	h.Min, h.Max = 0, 1
	p.Add(h)
	p.NominalX(strings.Split(columns, "")...)
	up := strings.Split(rows, "")
	slices.Reverse(up)
	p.NominalY(up...)
	draw(p, 7, vg.Length(.6+.2*float64(len(shares))))
}

// levels are the colors of a palette.
type levels []color.Color

func (l levels) Colors() []color.Color { return l }

// Audio shows a player for samples between -1 and 1.
func Audio(samples []float64, rate int) {
	x := make([]float32, len(samples))
	for i, v := range samples {
		x[i] = float32(v)
	}
	player(&sound.Audio{Rate: rate, Left: x, Right: x}, nil)
}

func player(a *sound.Audio, err error) {
	var b bytes.Buffer
	if err == nil {
		err = sound.WriteFLAC(&b, a)
	}
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	gonbui.DisplayHTML(`<audio controls src="data:audio/flac;base64,` + base64.StdEncoding.EncodeToString(b.Bytes()) + `"></audio>`)
	gonbui.Sync()
}

// Play shows a player for a continuation, from a bar before the new music on.
func Play(c *music.Continuation) {
	from := max(0, c.From-c.BarLength(c.MeterAt(c.From)))
	player(sound.Render(context.Background(), c.Score.Cut(from, c.To), sound.Options{Rate: 16000})) // a notebook is mailed: telephone and better
}

// Roll draws a continuation.
func Roll(c *music.Continuation) {
	PNG(roll.Draw("png", c.Score, roll.Options{Seed: c.From, To: c.To, Changes: c.Changes}))
}

func draw(p *plot.Plot, width, height vg.Length) {
	w, err := p.WriterTo(width*vg.Inch, height*vg.Inch, "png")
	var b bytes.Buffer
	if err == nil {
		_, err = w.WriteTo(&b)
	}
	PNG(b.Bytes(), err)
}
