package chart

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

func airForecast(t *testing.T) ([]forecast.Series, []forecast.Forecast) {
	t.Helper()
	tab, err := table.Parse(bytes.NewReader(datasets.MustFile("csv/air_passengers.csv")), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fs, err := forecast.Run(context.Background(), forecast.Theta, tab.Series, forecast.Task{Horizon: 24})
	if err != nil {
		t.Fatal(err)
	}
	return tab.Series, fs
}

// The SVG is well-formed and says what the axis and the legend must say; the PNG
// has a picture's size and more than one colour.
func TestDraw(t *testing.T) {
	panel, fs := airForecast(t)
	svg, err := Draw("svg", panel, fs, Options{Title: "passengers", Season: 12})
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"passengers", "95% interval", "1961", "forecast"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	data, err := Draw("png", panel, fs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	colours := map[uint32]bool{}
	for x := range img.Bounds().Dx() {
		r, g, b, _ := img.At(x, img.Bounds().Dy()/2).RGBA()
		colours[r<<16^g<<8^b] = true
	}
	if img.Bounds().Dx() < 800 || len(colours) < 4 {
		t.Errorf("a picture of %v with %d colours", img.Bounds(), len(colours))
	}
	if dir := os.Getenv("SEGUE_CHARTS"); dir != "" {
		if err := os.WriteFile(dir+"/air.png", data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Many series become small multiples; other formats are refused.
func TestDrawMany(t *testing.T) {
	panel, fs := airForecast(t)
	for len(fs) < 20 {
		panel, fs = append(panel, panel[0]), append(fs, fs[0])
	}
	if _, err := Draw("png", panel, fs, Options{}); err != nil {
		t.Error(err)
	}
	if _, err := Draw("gif", panel, fs, Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("gif: %v", err)
	}
}

// Series at the edge of what numbers can hold are drawn.
func TestOddNumbers(t *testing.T) {
	for name, values := range map[string][]float64{
		"zero": {0, 0, 0}, "constant": {5, 5, 5}, "large and constant": {1.5e26, 1.5e26, 1.5e26}, "huge": {1e300, -1e300, 1e300}, "tiny": {1e-300, 2e-300, 1e-300},
		"nearly constant": {1e15, 1e15 + 1, 1e15}, "gaps": {math.NaN(), 1, math.NaN()},
	} {
		s := []forecast.Series{{Values: values}}
		f := forecast.Normal([]float64{values[1], values[1]}, []float64{0, 0})
		for _, format := range []string{"svg", "png"} {
			if _, err := Draw(format, s, []forecast.Forecast{f}, Options{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
