package harmony

import (
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

// parse reads changes and fails the test where they are not chords.
func parse(t *testing.T, s string, beats int) Changes {
	t.Helper()
	c, err := ParseChanges(s, music.Meter{Num: beats, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func symbols(c Changes) string {
	var out []string
	for _, b := range c.Beats {
		out = append(out, b.Chord.Symbol)
	}
	return strings.Join(out, " ")
}

// Chords share their bar, whatever its length, and every bar starts at beat 0.
func TestBarsAreShared(t *testing.T) {
	for text, want := range map[string]struct {
		beats int
		chart string
	}{
		"C | F":             {3, "C C C F F F"},
		"C F | G":           {3, "C C F G G G"},
		"C F G Am |":        {4, "C F G Am"},
		"C F G |":           {4, "C C F G"},
		"C F |":             {5, "C C C F F"},
		"C | % | G":         {2, "C C C C G G"},
		"C F | %":           {4, "C C F F C C F F"},
		"|| C | | F ||":     {1, "C C F"},
		"  C  ":             {2, "C C"},
		"C F G Am Dm |":     {4, "C F G Am"}, // more chords than beats: one a beat
		"NC | C":            {1, "NC C"},
		"C7/E | F#m7b5":     {1, "C7/E F#m7b5"},
		"C\t|\nF":           {1, "C F"},
		"":                  {4, ""},
		"|":                 {4, ""},
		"% | C":             {1, "C"}, // nothing to repeat yet
		"Dm7 G7 | Cmaj7 | ": {2, "Dm7 G7 Cmaj7 Cmaj7"},
	} {
		c := parse(t, text, want.beats)
		if got := symbols(c); got != want.chart {
			t.Errorf("%q in bars of %d: %s, want %s", text, want.beats, got, want.chart)
		}
		for i, b := range c.Beats {
			if b.InBar != i%want.beats {
				t.Errorf("%q: beat %d is beat %d of its bar", text, i, b.InBar)
			}
		}
	}
}

// In every meter chords begin on the beats that its players count, and bars do not
// drift: after a hundred of them the chord still changes on the bar line.
func TestChordsBeginOnBeats(t *testing.T) {
	for _, x := range []struct {
		meter  music.Meter
		chords string // of a bar
		starts []int  // in grid steps
	}{
		{music.Meter{Num: 7, Den: 8}, "C", []int{0}}, {music.Meter{Num: 7, Den: 8}, "C F", []int{0, 24}}, {music.Meter{Num: 7, Den: 8}, "C F G", []int{0, 12, 24}},
		{music.Meter{Num: 9, Den: 8}, "C F G", []int{0, 18, 36}}, {music.Meter{Num: 5, Den: 8}, "C F", []int{0, 12}}, {music.Meter{Num: 6, Den: 8}, "C F", []int{0, 18}},
		{music.Meter{Num: 12, Den: 8}, "C F", []int{0, 36}}, {music.Meter{Num: 12, Den: 8}, "C F G Am", []int{0, 18, 36, 54}}, {music.Meter{Num: 3, Den: 8}, "C", []int{0}},
		{music.Meter{Num: 5, Den: 4}, "C F", []int{0, 36}}, {music.Meter{Num: 7, Den: 4}, "C F", []int{0, 48}}, {music.Meter{Num: 7, Den: 16}, "C F", []int{0, 12}},
		{music.Meter{Num: 6, Den: 8}, "C / / F / /", []int{0, 18}}, {music.Meter{Num: 2, Den: 2}, "C F", []int{0, 24}},
	} {
		c, err := ParseChanges(strings.Repeat(x.chords+" | Dm |", 50), x.meter)
		if err != nil {
			t.Fatal(err)
		}
		bar := 48 * x.meter.Num / x.meter.Den
		if c.Length() != 100*bar {
			t.Errorf("%v: a hundred bars last %d steps, not %d", x.meter, c.Length(), 100*bar)
			continue
		}
		for _, from := range []int{0, 98 * bar} {
			var starts []int
			for at := range bar {
				if b := c.At(from + at); at == 0 || b.Chord != c.At(from+at-1).Chord {
					starts = append(starts, at)
				}
			}
			if !slices.Equal(starts, x.starts) || c.At(from+bar).Chord.Symbol != "Dm" || c.At(from+bar).InBar != 0 {
				t.Errorf("%v, %q: chords begin at %v, want %v; bar two begins with %s", x.meter, x.chords, starts, x.starts, c.At(from+bar).Chord.Symbol)
			}
		}
		if bars := c.Bars(0, 2*bar); len(bars) != 2 || bars[1] != "Dm" {
			t.Errorf("%v: printed as %q", x.meter, bars)
		}
	}
}

// An error names the symbol that is not a chord.
func TestBadChangesAreNamed(t *testing.T) {
	for _, bad := range []string{"C | Xyz | F", "C7/ | F", "C H", "Cmaj7b"} {
		_, err := ParseChanges(bad, music.Meter{Num: 4, Den: 4})
		if err == nil {
			t.Errorf("%q was read", bad)
			continue
		}
		named := false
		for _, f := range strings.Fields(bad) {
			named = named || f != "|" && f != "C" && f != "F" && strings.Contains(err.Error(), `"`+f+`"`)
		}
		if !named {
			t.Errorf("%q: the error does not name the symbol: %v", bad, err)
		}
	}
}

// Changes repeat from the loop on, as often as they are asked for.
func TestChangesRepeat(t *testing.T) {
	c := parse(t, "C | F | G", 1)
	c.Loop = 1
	var got []string
	for beat := range 8 {
		for step := beat * music.Grid; step < (beat+1)*music.Grid; step += 5 {
			if b := c.At(step); b.Chord.Symbol != c.At(beat*music.Grid).Chord.Symbol {
				t.Errorf("the chord changes within beat %d", beat)
			}
		}
		got = append(got, c.At(beat*music.Grid).Chord.Symbol)
	}
	if want := []string{"C", "F", "G", "F", "G", "F", "G", "F"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if b := (Changes{}).At(5 * music.Grid); b.Chord.Quality != NoChord || b.InBar != 1 {
		t.Errorf("no changes: %+v", b)
	}
}

// Next looks past repetitions of a chord and over the end of the form.
func TestNextChord(t *testing.T) {
	c := parse(t, "C | C | F | F", 2)
	for beat, want := range map[int]struct {
		symbol string
		beats  int
	}{0: {"F", 4}, 3: {"F", 1}, 4: {"C", 4}, 7: {"C", 1}, 8: {"F", 4}} {
		got, k := c.Next(beat * music.Grid)
		if got.Symbol != want.symbol || k != want.beats {
			t.Errorf("after beat %d comes %s in %d beats, want %s in %d", beat, got.Symbol, k, want.symbol, want.beats)
		}
	}
	if got, k := parse(t, "C", 4).Next(0); got.Symbol != "C" || k != 8 {
		t.Errorf("after a chord that stays comes %s in %d beats", got.Symbol, k)
	}
}

// Bars prints what ParseChanges reads.
func TestBarsRoundTrip(t *testing.T) {
	for _, text := range []string{"Dm7 G7 | Cmaj7 | A7 Dm7 G7 C | F", "C", "NC | C7"} {
		c := parse(t, text, 4)
		bars := c.Bars(0, len(c.Beats)*music.Grid)
		if got := strings.Join(bars, " | "); got != text {
			t.Errorf("%q is printed as %q", text, got)
		}
		if again := parse(t, strings.Join(bars, " | "), 4); !slices.Equal(again.Beats, c.Beats) {
			t.Errorf("%q changes when it is printed and read", text)
		}
	}
}
