package clock

import (
	"errors"
	"math"
	"testing"
	"time"
)

var kept []byte

// Memory that the work holds and throws away is counted; the limit ends the rounds.
func TestMeasure(t *testing.T) {
	rounds := 0
	c, err := Measure(5, time.Nanosecond, func() error {
		rounds++
		for range 10 {
			kept = make([]byte, 1<<20)
		}
		return nil
	})
	if err != nil || rounds != 1 || c.Allocated < 10<<20 || c.Allocated > 11<<20 || c.Peak < 1<<20 || c.Peak > 11<<20 {
		t.Errorf("%d rounds, %+v, %v", rounds, c, err)
	}
	wrong := errors.New("no")
	if _, err := Measure(3, time.Hour, func() error { return wrong }); err != wrong {
		t.Error(err)
	}
}

func TestExponent(t *testing.T) {
	if got := Exponent([]int{100, 1000, 10000}, []float64{2, 20 * math.Sqrt(10), 2000}); math.Abs(got-1.5) > 1e-12 {
		t.Errorf("n^1.5 grows with %v", got)
	}
	if got := Exponent([]int{100, 1000}, []float64{0, 1}); !math.IsNaN(got) {
		t.Errorf("one cost grows with %v", got)
	}
}

// Threads at once reach what each does, added; a cache is read faster than a tenth of a
// gigabyte a second and slower than light.
func TestBounds(t *testing.T) {
	if got := Together(3, func() float64 { return 2 }); got != 6 {
		t.Errorf("three threads reach %v, want 6", got)
	}
	if b := Bandwidth(1 << 16); b < 1e8 || b > 1e13 {
		t.Errorf("%g bytes a second", b)
	}
}
