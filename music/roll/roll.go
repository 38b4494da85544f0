// Package roll draws scores as piano rolls, as SVG, PNG or text. It is separate from
// package music so that music does not depend on fonts and image formats.
package roll

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"slices"
	"strconv"

	"github.com/segue-go/segue/datasets/typeface"
	"github.com/segue-go/segue/music"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Sentinels that errors of this package wrap.
var (
	ErrFormat = errors.New("unknown picture format")
	ErrTooBig = errors.New("too much to be drawn")
)

// Options describe a picture.
type Options struct {
	// Seed is where the continuation starts; music before it is paler. 0 draws all music
	// in the same strength. Of a long seed the last bars are drawn, as many rows as
	// fit into a picture of a thousand points (2,000 pixels as PNG).
	Seed  music.Tick
	To    music.Tick // end of the picture; 0 is the last note's
	Title string
	// Changes are the chords of the bars from Seed on, one string per bar, as in
	// music.Continuation; nil means none.
	Changes []string
	Bars    int // in a row; default 8
}

// limits of a picture
const (
	mostRows  = 400 // of bars
	mostNotes = 100000
)

var (
	ink   = color.NRGBA{0x22, 0x2b, 0x36, 0xff}
	faint = color.NRGBA{0xe4, 0xe7, 0xeb, 0xff}
	black = color.NRGBA{0xf3, 0xf4, 0xf6, 0xff} // rows of the black keys
	fresh = color.NRGBA{0xff, 0xf8, 0xe6, 0xff} // behind the continuation
	// of the parts, in turn; drums are grey
	parts = []color.NRGBA{{0x1f, 0x6f, 0xb2, 0xff}, {0xd1, 0x5b, 0x1b, 0xff}, {0x2e, 0x8b, 0x57, 0xff}, {0x8e, 0x44, 0xad, 0xff}, {0xb0, 0x8d, 0x00, 0xff}, {0xc2, 0x18, 0x5b, 0xff}}
	drums = color.NRGBA{0x5f, 0x6b, 0x7a, 0xff}
)

// sizes in points
const (
	width    = 760
	left     = 30
	rowGap   = 26
	key      = 3.2 // height of a semitone
	drumRow  = 4
	titleRow = 24
	tallest  = 1000 // of a picture, if leaving out the seed's beginning is enough
)

// Draw makes a picture in the format "svg" or "png": bars in rows, a colour for
// every part, drums in a strip below the pitches.
func Draw(format string, s *music.Score, opt Options) ([]byte, error) {
	if format != "svg" && format != "png" {
		return nil, fmt.Errorf("roll: %w: %q is neither svg nor png", ErrFormat, format)
	}
	p, err := newPage(s, opt)
	if err != nil {
		return nil, err
	}
	h := vg.Length(p.height())
	var buf bytes.Buffer
	if format == "svg" {
		c := vgsvg.New(width, h)
		p.draw(draw.New(c))
		_, err = c.WriteTo(&buf)
	} else {
		c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, h), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))}
		p.draw(draw.New(c))
		_, err = c.WriteTo(&buf)
	}
	if err != nil {
		return nil, fmt.Errorf("roll: %w", err)
	}
	return buf.Bytes(), nil
}

// voice is a part with its notes.
type voice struct {
	music.Part
	color color.NRGBA
	notes []music.Note
}

// page is what is drawn.
type page struct {
	score  *music.Score
	opt    Options
	voices []voice
	bars   []music.Tick // bar lines, the last one included
	first  int          // bars that are left out before them
	lo, hi int          // pitches
	drums  []int        // drum keys that occur, lowest first
	style  text.Style
}

func newPage(s *music.Score, opt Options) (*page, error) {
	if opt.Bars == 0 {
		opt.Bars = 8
	}
	if opt.To == 0 {
		opt.To = s.End()
	}
	if n := s.Notes(); n > mostNotes {
		return nil, fmt.Errorf("roll: %d notes, more than %d: %w", n, mostNotes, ErrTooBig)
	}
	p := &page{score: s, opt: opt}
	p.style = typeface.Style(8, ink)
	p.bars = []music.Tick{0}
	for at := music.Tick(0); at < opt.To; {
		at = s.NextBar(at + 1)
		p.bars = append(p.bars, at)
		if len(p.bars) > mostRows*opt.Bars {
			return nil, fmt.Errorf("roll: more than %d bars: %w", mostRows*opt.Bars, ErrTooBig)
		}
	}
	if len(p.bars) == 1 {
		p.bars = append(p.bars, s.NextBar(1))
	}
	p.hear()
	if p.crop() {
		p.hear()
	}
	return p, nil
}

// hear collects the notes that begin in the bars, and the range of their pitches.
func (p *page) hear() {
	p.lo, p.hi, p.voices, p.drums = 127, 0, nil, nil
	keys := [128]bool{}
	colored := 0
	for _, part := range p.score.Parts() {
		v := voice{Part: part, color: drums}
		if !part.Drums() {
			v.color = parts[colored%len(parts)]
			colored++
		}
		for _, n := range p.score.Tracks[part.Track].Notes {
			if n.Channel != part.Channel || n.End() <= p.bars[0] {
				continue
			}
			v.notes = append(v.notes, n)
			if part.Drums() {
				keys[n.Pitch] = true
			} else {
				p.lo, p.hi = min(p.lo, int(n.Pitch)), max(p.hi, int(n.Pitch))
			}
		}
		p.voices = append(p.voices, v)
	}
	for k, ok := range keys {
		if ok {
			p.drums = append(p.drums, k)
		}
	}
	if p.lo > p.hi {
		p.lo, p.hi = 60, 71
	}
	p.lo, p.hi = p.lo-2, p.hi+2
}

// crop leaves out the first bars of a long seed, so that the new music begins a row, and
// reports whether it did.
func (p *page) crop() bool {
	joint := slices.IndexFunc(p.bars, func(t music.Tick) bool { return t >= p.opt.Seed })
	if p.opt.Seed <= 0 || joint < 0 || p.height() <= tallest {
		return false
	}
	most := int((tallest - titleRow - 8) / (p.row() + rowGap))
	fresh := (len(p.bars) - 1 - joint + p.opt.Bars - 1) / p.opt.Bars
	p.first = max(0, joint-max(1, most-fresh)*p.opt.Bars)
	p.bars = p.bars[p.first:]
	return p.first > 0
}

func (p *page) rows() int { return (len(p.bars) - 1 + p.opt.Bars - 1) / p.opt.Bars }

// row is the height of the keys and drums of a row of bars.
func (p *page) row() float64 {
	return float64(p.hi-p.lo+1)*key + float64(len(p.drums))*drumRow
}

func (p *page) height() float64 {
	return titleRow + float64(p.rows())*(p.row()+rowGap) + 8
}

func (p *page) draw(c draw.Canvas) {
	y := p.height() - titleRow
	p.legend(c, y+10)
	for r := range p.rows() {
		y -= rowGap
		p.system(c, r, y-p.row())
		y -= p.row()
	}
}

// legend names the parts in their colours.
func (p *page) legend(c draw.Canvas, y float64) {
	x := float64(left)
	say := func(s string, col color.NRGBA) {
		p.text(c, x, y, s, col)
		x += float64(p.style.Width(s)) + 14
	}
	if p.opt.Title != "" {
		say(p.opt.Title, ink)
	}
	if p.first > 0 {
		say("from bar "+strconv.Itoa(p.first+1)+" on", ink)
	}
	for i, v := range p.voices {
		name := v.Name
		switch {
		case v.Drums():
			name = "drums"
		case name == "":
			name = "part " + strconv.Itoa(i+1)
		}
		if r := []rune(name); len(r) > 24 {
			name = string(r[:24]) + "…"
		}
		if x < width-120 {
			say("■ "+name, v.color)
		}
	}
}

func (p *page) text(c draw.Canvas, x, y float64, s string, col color.Color) {
	style := p.style
	style.Color = col
	c.FillText(style, vg.Point{X: vg.Length(x), Y: vg.Length(y)}, s)
}

func rect(c draw.Canvas, x0, y0, x1, y1 float64, col color.Color) {
	c.FillPolygon(col, []vg.Point{{X: vg.Length(x0), Y: vg.Length(y0)}, {X: vg.Length(x1), Y: vg.Length(y0)}, {X: vg.Length(x1), Y: vg.Length(y1)}, {X: vg.Length(x0), Y: vg.Length(y1)}})
}

// system draws one row of bars whose lower edge is at y.
func (p *page) system(c draw.Canvas, r int, y float64) {
	first := r * p.opt.Bars
	last := min(first+p.opt.Bars, len(p.bars)-1)
	from, to := p.bars[first], p.bars[last]
	// a short last row keeps the scale of the others
	span := float64(to-from) * float64(p.opt.Bars) / float64(last-first)
	at := func(t music.Tick) float64 { return left + float64(t-from)/span*(width-left-10) }
	keys := y + float64(len(p.drums))*drumRow
	pitch := func(k int) float64 { return keys + float64(k-p.lo)*key }
	top := y + p.row()
	right := at(to)
	if p.opt.Seed > 0 && p.opt.Seed < to {
		rect(c, at(max(from, p.opt.Seed)), y, right, top, fresh)
	}
	for k := p.lo; k <= p.hi; k++ {
		switch (k%12 + 12) % 12 {
		case 1, 3, 6, 8, 10:
			if p.opt.Seed == 0 || p.opt.Seed >= to {
				rect(c, left, pitch(k), right, pitch(k+1), black)
			}
		case 0:
			rect(c, left, pitch(k), right, pitch(k)+.4, faint)
			p.text(c, 6, pitch(k)-1, "C"+strconv.Itoa(k/12-1), ink)
		}
	}
	for i := first; i <= last; i++ {
		x := at(p.bars[i])
		rect(c, x-.2, y, x+.2, top, color.NRGBA{0xb8, 0xc0, 0xca, 0xff})
		if i == last {
			break
		}
		label := strconv.Itoa(p.first + i + 1)
		if k := p.chord(p.bars[i]); k != "" {
			label += "  " + k
		}
		p.text(c, x+1, top+4, label, ink)
	}
	for _, v := range p.voices {
		for _, n := range v.notes {
			if n.End() <= from || n.Start >= to {
				continue
			}
			col := v.color
			if p.opt.Seed > 0 && n.Start < p.opt.Seed {
				col.A = 0x70
			}
			x0, x1 := at(max(n.Start, from)), at(min(n.End(), to))
			if v.Drums() {
				for i, k := range p.drums {
					if k == int(n.Pitch) {
						rect(c, x0, y+float64(i)*drumRow+.5, x0+2.2, y+float64(i+1)*drumRow-.5, col)
					}
				}
				continue
			}
			rect(c, x0, pitch(int(n.Pitch))+.2, max(x1-.4, x0+.8), pitch(int(n.Pitch)+1)-.2, col)
		}
	}
}

// chord is the name of the chords of the bar that begins at a tick.
func (p *page) chord(at music.Tick) string {
	if len(p.opt.Changes) == 0 || at < p.opt.Seed {
		return ""
	}
	n := -1
	for _, b := range p.bars {
		if b >= p.opt.Seed && b <= at {
			n++
		}
	}
	if n < 0 || n >= len(p.opt.Changes) {
		return ""
	}
	return p.opt.Changes[n]
}
