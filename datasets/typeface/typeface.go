// Package typeface is the one face that pictures are written in, Liberation Sans. Package
// gonum.org/v1/plot itself, as against its canvases, brings twelve faces of four megabytes
// and three formats of documents, and reads all of them when a program starts.
package typeface

import (
	"image/color"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
)

var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

var fonts = sync.OnceValue(func() *font.Cache {
	face, err := opentype.Parse(liberationsansregular.TTF)
	if err != nil {
		panic("typeface: " + err.Error()) // the font is part of the program
	}
	return font.NewCache(font.Collection{{Font: sans, Face: face}})
})

// Style writes text in a size in points and a colour.
func Style(points float64, c color.Color) text.Style {
	return text.Style{Color: c, Font: font.From(sans, font.Length(points)), Handler: text.Plain{Fonts: fonts()}}
}
