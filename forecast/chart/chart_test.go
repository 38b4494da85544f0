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
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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

// Six pictures are two rows, and titles of a row are at one height, though the axes' labels are not.
func TestTitlesAlign(t *testing.T) {
	panel, fs := airForecast(t)
	var many []forecast.Series
	var theirs []forecast.Forecast
	for i, top := range []float64{7, 1000, 33, 33, 1000, 7} {
		s, f := panel[0], fs[0]
		s.ID, s.Values = string(rune('a'+i)), slices.Clone(s.Values)
		for k := range s.Values {
			s.Values[k] *= top / 622
		}
		many, theirs = append(many, s), append(theirs, f)
	}
	svg, err := Draw("svg", many, theirs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	heights := map[int]bool{} // in points
	found := regexp.MustCompile(`(?s)<text x="[^"]*" y="-([0-9]+)[^>]*>[a-f]</text>`).FindAllSubmatch(svg, -1)
	for _, m := range found {
		y, _ := strconv.Atoi(string(m[1]))
		heights[y] = true
	}
	if len(found) != 6 || len(heights) != 2 {
		t.Errorf("%d titles are at heights %v", len(found), heights)
	}
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
	for _, want := range []string{"<title>passengers</title>", "<desc>144 values, then a forecast of 24 steps; the last is ", `role="img"`, "95% interval", "1961", "forecast", "Liberation Sans"} {
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
	svg, err := Draw("svg", panel, fs, Options{Past: [][]Past{{{From: 120, Forecast: fs[0]}}}})
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{"history", "forecast", "95% interval", "80% interval", "earlier forecasts"} { // once, outside the plots
		if n := strings.Count(string(svg), ">"+name+"<"); n != 1 {
			t.Errorf("the key says %q %d times", name, n)
		}
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

// Axes are neutral: thousands in groups, dates in the order of ISO 8601; the dark variant
// has another background; a long season does not hide the forecast.
func TestAxes(t *testing.T) {
	s := forecast.Series{Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{N: 1, Unit: forecast.Hour}}
	for i := range 20000 {
		s.Values = append(s.Values, 30000+8000*math.Sin(float64(i)/4))
	}
	fs, err := forecast.Run(context.Background(), forecast.Naive, []forecast.Series{s}, forecast.Task{Horizon: 48})
	if err != nil {
		t.Fatal(err)
	}
	svg, err := Draw("svg", []forecast.Series{s}, fs, Options{Season: 8760, Dark: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">30 000<", ">04-", "#14181D"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	if len(svg) > 60000 {
		t.Errorf("%d bytes for a forecast of 48 steps", len(svg))
	}
	for _, c := range [][2]float64{{0, 1}, {-3, 4e6}, {1e-5, 2e-5}, {99.5, 101}, {-1e200, 1e200}} {
		if ticks := roundTicks(c[0], c[1]); len(ticks) < 3 || len(ticks) > 8 {
			t.Errorf("%d ticks between %g and %g", len(ticks), c[0], c[1])
		}
	}
	for v, want := range map[float64]string{1234567: "1 234 567", -12345: "-12 345", 999: "999", 100000: "100 000"} {
		if got := grouped(v); got != want {
			t.Errorf("%g: %q", v, got)
		}
	}
}

// The forecast's fan begins at the last value, so that no gap is seen.
func TestFanIsJoined(t *testing.T) {
	s := []forecast.Series{{Values: []float64{1, 2, 8}}}
	f := []forecast.Forecast{forecast.Normal([]float64{5, 5}, []float64{1, 1})}
	svg, err := Draw("svg", s, f, Options{Levels: []float64{80}})
	if err != nil {
		t.Fatal(err)
	}
	// the ring has the last value and both steps above and below
	ring := regexp.MustCompile(`<path d="M([^"]*)Z" style="fill:#1E6EB1`).FindStringSubmatch(string(svg))
	if ring == nil || strings.Count(ring[1], "L") != 4 {
		t.Errorf("the fan is %v", ring)
	}
}

// A thinned line keeps its extremes and its order.
func TestThin(t *testing.T) {
	values := make([]float64, 10000)
	values[4321], values[77] = 9, -9
	got := thin(values, 10, 10000, 200)
	if len(got) > 200 || !slices.Contains(got, 4321) || !slices.Contains(got, 77) || !slices.IsSorted(got) {
		t.Errorf("%d steps: %v", len(got), got)
	}
	if got := thin(values, 5, 8, 200); !slices.Equal(got, []int{5, 6, 7}) {
		t.Errorf("a short line: %v", got)
	}
}
