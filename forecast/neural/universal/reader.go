package universal

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// Sizes of the network's view. They were not tuned.
const (
	block    = 16 // values forecast at a step
	recent   = 32 // last values that a step sees
	lookback = 64 // most steps before the forecast
)

// The drafts, by index.
const (
	draftLast      = iota // the last value
	draftSeason           // the same place of the last season
	draftMean             // the mean of that place in the last four seasons
	draftMeanLevel        // the same, moved to the level of the last season
	draftWeek             // the same place of the second season (a week, a year)
	draftWeekMean         // the mean of that place in its last four seasons
	draftWeekLevel        // the last one, moved to the level of the last season
	draftLong             // the mean of the last eight seasons
	draftDrift            // a line through the end, with the slope of the last two seasons
	draftGrowth           // the last season and its growth over the one before
	draftSmooth           // exponential smoothing
	draftLinear           // an autoregression of the values, see linear; else draftMeanLevel
	draftChange           // and of their changes over a season; else draftSeason
	drafts
)

// reader computes drafts from a series without gaps. It only looks at values up to the
// origin that it is asked about.
type reader struct {
	z            []float64 // values on the network's scale, gaps closed from the past
	known        []bool    // nil: all
	season, week int       // steps; week 0 means none
	sums         []float64 // sums[i] is the sum of z[:i]
	smooth       []float64 // exponential smoothing at every value
	moves        []float64 // sum of |z[i]-z[i-1]| up to i
}

// smoothing is the constant of draftSmooth; not tuned.
const smoothing = .2

func newReader(z []float64, known []bool, season, week int) *reader {
	n := len(z)
	r := &reader{season: season, week: week, z: make([]float64, 0, n)}
	all := make([]float64, 0, 3*n+1)
	r.sums, r.smooth, r.moves = append(all[0:0:n+1], 0), all[n+1:n+1:2*n+1], all[2*n+1:2*n+1]
	for _, v := range z {
		r.append(v, true)
	}
	r.z, r.known = z, known
	return r
}

// append adds a value.
func (r *reader) append(v float64, known bool) {
	i := len(r.z)
	smooth, move := v, 0.0
	if i > 0 {
		smooth = r.smooth[i-1] + smoothing*(v-r.smooth[i-1])
		move = r.moves[i-1] + math.Abs(v-r.z[i-1])
	}
	r.z = append(r.z, v)
	r.sums = append(r.sums, r.sums[i]+v)
	r.smooth = append(r.smooth, smooth)
	r.moves = append(r.moves, move)
	if r.known != nil {
		r.known = append(r.known, known)
	}
}

// mean of the n values that end at i, or of as many as there are.
func (r *reader) mean(i, n int) float64 {
	from := max(0, i+1-n)
	return (r.sums[i+1] - r.sums[from]) / float64(i+1-from)
}

// move is the mean absolute change of the n values that end at i.
func (r *reader) move(i, n int) float64 {
	from := max(0, i-n)
	if from == i {
		return 0
	}
	return (r.moves[i] - r.moves[from]) / float64(i-from)
}

// usual is the mean of up to four values s steps apart that end at i; i may be
// negative, then there are none.
func (r *reader) usual(i, s int) (v float64, ok bool) {
	n := 0
	for ; i >= 0 && n < 4; i -= s {
		v += r.z[i]
		n++
	}
	return v / float64(max(n, 1)), n > 0
}

// draft holds what the rules say of a block.
type draft [drafts][block]float64

// slope is the change per step at origin o over about two seasons.
func (r *reader) slope(o int) float64 {
	n := max(8, 2*r.season)
	if n > o {
		n = o / r.season * r.season
		if n == 0 {
			n = o
		}
	}
	if n == 0 {
		return 0
	}
	return (r.z[o] - r.z[o-n]) / float64(n)
}

// fade lets a trend go on for about n steps.
func fade(h, n float64) float64 { return n * (1 - repro.Exp(-h/n)) }

// yearly reports whether the second season holds many of the first: a year of days.
func (r *reader) yearly() bool { return r.week > 20*r.season }

// weekly reports whether the second season can be spoken of at origin o. One year
// cannot show that years are alike, so a year must have been there twice.
func (r *reader) weekly(o int) bool {
	least := r.week + r.season
	if r.yearly() {
		least += r.week
	}
	return r.week > 0 && o+1 >= least
}

// at fills d with the drafts of block j after origin o.
func (r *reader) at(o, j int, d *draft) {
	s, w := r.season, r.week
	last, level, long := r.z[o], r.mean(o, s), r.mean(o, max(8*s, 64))
	seasons := min(4, max(1, (o+1)/s))
	lift := level - r.mean(o, seasons*s)
	growth := 0.0
	if o+1 >= 2*s {
		growth = level - r.mean(o-s, s)
	}
	slope := r.slope(o)
	weekly := r.weekly(o)
	var shift float64
	if weekly {
		shift = level - r.mean(o-w, s)
	} else if o+1 >= 2*s {
		shift = growth / 2
	}
	for i := range block {
		h := j*block + i + 1
		ahead := (h + s - 1) / s
		at := o + h - ahead*s
		season, mean := last, last
		if at >= 0 {
			season = r.z[at]
			mean, _ = r.usual(at, s)
		}
		d[draftLast][i] = last
		d[draftSeason][i] = season
		d[draftMean][i] = mean
		d[draftMeanLevel][i] = mean + lift
		d[draftWeek][i], d[draftWeekMean][i], d[draftWeekLevel][i] = season, mean, season+shift
		if weekly {
			if at := o + h - (h+w-1)/w*w; at >= 0 {
				d[draftWeek][i] = r.z[at]
				d[draftWeekMean][i], _ = r.usual(at, w)
				d[draftWeekLevel][i] = r.z[at] + shift
			}
		}
		d[draftLong][i] = long
		d[draftDrift][i] = last + slope*fade(float64(h), 64)
		d[draftGrowth][i] = season + growth*fade(float64(ahead), 8)
		d[draftSmooth][i] = r.smooth[o]
		d[draftLinear][i], d[draftChange][i] = mean+lift, season
	}
}
