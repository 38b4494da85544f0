package classic

import "math"

// Regression is a line and a mean for every step of the season (R's tslm with trend
// and season), fitted by least squares; without a season, or with less than two of
// them, the line alone. A trend with a t value under 2 is left out. What follows a
// pure trend and season is continued exactly.
func Regression(y []float64, m, horizon int) (mean, sd []float64) {
	if m < 2 || len(y) < 2*m {
		m = 1
	}
	r := regress(y, m, true)
	if math.Abs(r.slope) < 2*r.slopeError() {
		r = regress(y, m, false)
	}
	n := len(y)
	centre := float64(n-1) / 2
	for h := range horizon {
		d := float64(n+h) - centre
		mean = append(mean, r.at(n+h))
		sd = append(sd, r.sd*math.Sqrt(1+float64(m)/float64(n)+d*d*r.slopeError()*r.slopeError()/max(r.sd*r.sd, 1e-300)))
	}
	return mean, sd
}

// seasonalLine is a line with a deviation for every step of the season.
type seasonalLine struct {
	level, slope float64
	season       []float64
	sd           float64 // of the residuals
	spread       float64 // sum of squared distances of the times from their mean; 0 without a slope
}

func (r seasonalLine) at(t int) float64 {
	return r.level + r.slope*float64(t) + r.season[t%len(r.season)]
}

// slopeError is the standard error of the slope.
func (r seasonalLine) slopeError() float64 {
	if r.spread == 0 {
		return 0
	}
	return r.sd / math.Sqrt(r.spread)
}

// regress fits by alternating projections: a line and seasonal means are nearly
// orthogonal.
func regress(y []float64, m int, trend bool) seasonalLine {
	n := len(y)
	r := seasonalLine{season: make([]float64, m)}
	rest := make([]float64, n)
	for range 20 {
		for t, v := range y {
			rest[t] = v - r.season[t%m]
		}
		if trend {
			r.level, r.slope = fitLine(rest)
			r.level += r.slope // fitLine counts from 1
		} else {
			r.level = 0
			for _, v := range rest {
				r.level += v / float64(n)
			}
		}
		if m == 1 {
			break
		}
		sum, count := make([]float64, m), make([]float64, m)
		for t, v := range y {
			sum[t%m] += v - r.level - r.slope*float64(t)
			count[t%m]++
		}
		var total float64
		for p := range r.season {
			r.season[p] = sum[p] / count[p]
			total += r.season[p] / float64(m)
		}
		for p := range r.season {
			r.season[p] -= total
		}
	}
	var ss float64
	for t, v := range y {
		ss += (v - r.at(t)) * (v - r.at(t))
		if trend {
			d := float64(t) - float64(n-1)/2
			r.spread += d * d
		}
	}
	free := n - m
	if trend {
		free--
	}
	r.sd = math.Sqrt(ss / float64(max(free, 1)))
	return r
}

// Mean is the mean of all values.
func Mean(y []float64, _, horizon int) (mean, sd []float64) {
	var m, ss float64
	for _, v := range y {
		m += v / float64(len(y))
	}
	for _, v := range y {
		ss += (v - m) * (v - m)
	}
	s := math.Sqrt(ss / float64(max(1, len(y)-1)) * (1 + 1/float64(len(y))))
	for range horizon {
		mean, sd = append(mean, m), append(sd, s)
	}
	return mean, sd
}
