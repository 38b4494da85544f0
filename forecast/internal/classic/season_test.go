package classic

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A decomposition adds up, and finds the seasons that were put in.
func TestMSTLAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	day := func(i int) float64 { return 10 * math.Sin(2*math.Pi*float64(i)/24) }
	week := func(i int) float64 { return 6 * math.Sin(2*math.Pi*float64(i)/168) }
	y := repeat(168*5, func(i int) float64 { return 100 + .002*float64(i) + day(i) + week(i) + .5*r.NormFloat64() })
	seasons := Seasons(y, 24)
	if !slices.Equal(seasons, []int{24, 168}) {
		t.Fatalf("seasons %v, want a day and a week", seasons)
	}
	parts, trend := MSTL(t.Context(), y, seasons)
	var worst, restSum float64
	for i := 84; i < len(y)-84; i++ {
		worst = max(worst, math.Abs(parts[0][i]-day(i)), math.Abs(parts[1][i]-week(i)))
		restSum += y[i] - trend[i] - parts[0][i] - parts[1][i]
	}
	if worst > 2 || math.Abs(restSum/float64(len(y))) > .2 {
		t.Errorf("a component is %.2f away from what was put in; the mean remainder is %.3f", worst, restSum/float64(len(y)))
	}
}

// The seasons are those that the history holds and shows.
func TestSeasons(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	noise := func(n int) []float64 { return repeat(n, func(int) float64 { return 10 + r.NormFloat64() }) }
	year := repeat(3*365, func(i int) float64 {
		return 50 + 20*math.Sin(2*math.Pi*float64(i)/365) + 5*math.Sin(2*math.Pi*float64(i)/7) + r.NormFloat64()
	})
	for name, c := range map[string]struct {
		y    []float64
		m    int
		want []int
	}{
		"days with a year":    {year, 7, []int{7, 365}},
		"one year of days":    {year[:400], 7, []int{7}},
		"days without a year": {noise(3 * 365), 7, []int{7}},
		"months":              {noise(40), 12, []int{12}},
		"too short":           {noise(24), 12, nil},
		"no season":           {noise(24), 1, nil},
	} {
		if got := Seasons(c.y, c.m); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for m, want := range map[int]int{24: 168, 48: 336, 96: 672, 7: 0, 12: 0} {
		if got := WeekOf(m); got != want {
			t.Errorf("the week of days of %d steps has %d, want %d", m, got, want)
		}
	}
}

// Removing a season and adding it again gives the series back; without a clear season
// nothing is removed.
func TestRemoveSeasonIsUndone(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 2))
	for name, y := range map[string][]float64{
		"positive": repeat(96, func(i int) float64 { return math.Exp(3 + .4*math.Sin(float64(i)*math.Pi/6) + .02*r.NormFloat64()) }),
		"negative": repeat(96, func(i int) float64 { return 5*math.Sin(float64(i)*math.Pi/6) + .3*r.NormFloat64() }),
	} {
		d := RemoveSeason(y, 12)
		if len(d.Parts) != 1 || d.Log != (name == "positive") {
			t.Fatalf("%s: %d seasons, logarithms: %v", name, len(d.Parts), d.Log)
		}
		if v := Variance(d.Rest) / Variance(y); v > .05 {
			t.Errorf("%s: the rest has %.2f of the variance", name, v)
		}
		for i, v := range y {
			back := d.Rest[i] + d.At(i)
			if d.Log {
				back = d.Rest[i] * math.Exp(d.At(i))
			}
			if !near(back, v, 1e-9*math.Abs(v)+1e-9) {
				t.Fatalf("%s: value %d comes back as %v, it was %v", name, i, back, v)
			}
		}
		if d.At(96) != d.At(84) || d.At(96+25) != d.At(85) {
			t.Errorf("%s: after the end the season is not the last cycle", name)
		}
	}
	noise := repeat(96, func(int) float64 { return 10 + r.NormFloat64() })
	if d := RemoveSeason(noise, 12); len(d.Parts) != 0 || !slices.Equal(d.Rest, noise) {
		t.Error("a season was removed from noise")
	}
}

// Seasonal indices average to one, or to zero, and are those of the pattern.
func TestSeasonalIndices(t *testing.T) {
	pattern := []float64{.8, 1.1, 1.3, .8}
	y := repeat(40, func(i int) float64 { return (100 + float64(i)) * pattern[i%4] })
	index := SeasonIndex(y, 4)
	var sum float64
	for i, v := range index {
		sum += v / 4
		if !near(v, pattern[i], .01) {
			t.Errorf("index %d is %v, want %v", i, v, pattern[i])
		}
	}
	if !near(sum, 1, 1e-12) {
		t.Errorf("the indices average to %v", sum)
	}
	sum = 0
	for _, v := range AdditiveIndices(y, 4) {
		sum += v
	}
	if !near(sum, 0, 1e-9) {
		t.Errorf("the additive indices add up to %v", sum)
	}
	if SeasonIndex(repeat(40, func(i int) float64 { return float64(i * i % 11) }), 4) != nil || IsSeasonal(y[:11], 4) {
		t.Error("a season is seen where none is")
	}
}

// Gaps are filled along the line between their ends, or with the season shifted to
// them; known values stay.
func TestFill(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		y    []float64
		m    int
		want []float64
	}{
		"nothing missing":   {[]float64{1, 2}, 1, []float64{1, 2}},
		"a line":            {[]float64{1, nan, nan, 4}, 1, []float64{1, 2, 3, 4}},
		"leading":           {[]float64{nan, nan, 5, 6}, 1, []float64{5, 6}},
		"trailing":          {[]float64{5, 6, nan, nan}, 1, []float64{5, 6, 6, 6}},
		"trailing, season":  {[]float64{5, 9, 6, nan, nan}, 2, []float64{5, 9, 6, 9, 6}},
		"inside the season": {[]float64{0, 5, 10, 0, 5, 10, nan, nan, 10}, 3, []float64{0, 5, 10, 0, 5, 10, 0, 5, 10}},
		"all missing":       {[]float64{nan, nan}, 1, []float64{}},
	} {
		got := Fill(c.y, c.m)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
			continue
		}
		for i, v := range c.want {
			if !near(got[i], v, 1e-12) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
				break
			}
		}
	}
	if got := Extend([]float64{1, nan, 3}, 2, 1); len(got) != 5 || got[1] != 2 || math.IsNaN(got[4]) {
		t.Errorf("extended to %v", got)
	}
	if got := Extend([]float64{4, 4, 4}, 2, 1); !slices.Equal(got, []float64{4, 4, 4, 4, 4}) {
		t.Errorf("a constant is extended to %v", got)
	}
}
