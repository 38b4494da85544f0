package job

import (
	"testing"

	"github.com/segue-go/segue/forecast"
)

// A gain that rounds to nothing is none.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		mase, naive float64
		want        string
	}{
		{.6, 1.2, "better than seasonal naive by 50%"},
		{.992, 1, "better than seasonal naive by 1%"},
		{.999, 1, "not better than seasonal naive"},
		{1.3, 1, "not better than seasonal naive"},
		{0, 0, "not better than seasonal naive"},
	} {
		if got := verdict(forecast.Check{MASE: c.mase, SeasonalNaive: c.naive}); got != c.want {
			t.Errorf("%g against %g: %s, want %s", c.mase, c.naive, got, c.want)
		}
	}
}
