package universal

import (
	"math"
	"slices"

	"github.com/segue-go/segue/seq"
	"github.com/segue-go/segue/seq/repro"
)

// scalars are the features of a step that are not values of the series.
const scalars = drafts + 13

// inputs is the width of a step.
const inputs = recent + block + block + drafts*block + scalars

// tracker walks through the origins of a series and keeps what the drafts have been
// worth: an average of their absolute errors that forgets.
type tracker struct {
	*reader
	linear [2]*linear // of draftLinear and draftChange
	stride int
	sums   [drafts]float64
	weight float64
	forget float64 // per value
	made   []promise
	origin int // the last one
	begun  bool
	resid  [block]float64 // errors of the base in the last block, newest first
	errors [drafts]float64
	shares [drafts]float64
	unit   float64
	doubt  bool // of the second season
	draft  draft
	base   [block]float64
}

// promise is what was said at an earlier origin.
type promise struct {
	origin int
	draft  draft
	base   [block]float64
}

func newTracker(r *reader, stride int) *tracker {
	memory := float64(max(32, 3*r.season, r.week))
	return &tracker{
		reader: r, stride: stride, forget: repro.Exp(-1 / memory),
		linear: [2]*linear{newLinear(r.season, r.week, 0), newLinear(r.season, r.week, r.season)},
	}
}

// clone returns a tracker that can go another way from here.
func (t *tracker) clone() *tracker {
	c := *t
	c.made = slices.Clone(t.made)
	for i, l := range t.linear {
		c.linear[i] = l.clone()
	}
	return &c
}

// at fills d with the drafts of block j after the tracker's origin.
func (t *tracker) at(j int, d *draft) {
	t.reader.at(t.origin, j, d)
	for i, l := range t.linear {
		l.ahead(t.reader, t.origin, j, &d[draftLinear+i])
	}
}

// moveTo goes on to origin o: it scores what was said before and says what follows.
func (t *tracker) moveTo(o int) {
	if !t.begun {
		t.begun = true
		const prior = 2 // errors, each as large as the usual change
		e := t.move(o, recent)
		for k := range t.sums {
			t.sums[k] = prior * e
		}
		t.weight = prior
	} else {
		t.score(o)
	}
	t.origin = o
	t.weigh()
	for _, l := range t.linear {
		l.moveTo(t.reader, o)
	}
	t.at(0, &t.draft)
	said := t.draft // is scored as it is
	if t.doubt {
		t.draft.withoutWeek()
	}
	t.combine(&t.draft, &t.base)
	for len(t.made) > 0 && t.made[0].origin+block < o+t.stride {
		t.made = append(t.made[:0], t.made[1:]...)
	}
	t.made = append(t.made, promise{o, said, t.base})
}

// score compares the values since the last origin with the oldest promise that covers
// them, and with the newest for the residuals.
func (t *tracker) score(o int) {
	from := t.origin + 1
	p := &t.made[0]
	for i := from; i <= o; i++ {
		h := i - p.origin - 1
		if h >= block || t.known != nil && !t.known[i] {
			continue
		}
		t.weight = t.weight*t.forget + 1
		for k := range t.sums {
			t.sums[k] = t.sums[k]*t.forget + math.Abs(t.z[i]-p.draft[k][h])
		}
	}
	n := o - t.origin
	last := &t.made[len(t.made)-1]
	if n < block {
		copy(t.resid[n:], t.resid[:block-n])
	}
	for i := max(from, o-block+1); i <= o; i++ {
		e := 0.0
		if h := i - last.origin - 1; h < block && (t.known == nil || t.known[i]) {
			e = t.z[i] - last.base[h]
		}
		t.resid[o-i] = e
	}
}

// credible is how many times the error of the best other draft one of the second
// season may have. Beyond, a year ago was another time, and the drafts of the season
// stand in for those of the year: a network that has seen many years believes in them
// too readily. The factor was set by hand.
const credible = 2.5

// doubted reports whether a second season that is a year has not shown itself.
func (t *tracker) doubted() bool {
	best, second := math.Inf(1), math.Inf(1)
	for k, e := range t.sums {
		if k == draftWeek || k == draftWeekMean || k == draftWeekLevel {
			second = min(second, e)
		} else {
			best = min(best, e)
		}
	}
	return t.yearly() && second > credible*best
}

// withoutWeek puts the drafts of the season in the place of those of the second one.
func (d *draft) withoutWeek() {
	d[draftWeek], d[draftWeekMean], d[draftWeekLevel] = d[draftSeason], d[draftMean], d[draftSeason]
}

// weigh sets each draft's error, its share in the base, and the unit.
func (t *tracker) weigh() {
	const power = 3 // not tuned
	t.doubt = t.doubted()
	floor := .02*t.move(t.origin, 4*recent) + 1e-9*(math.Abs(t.z[t.origin])+1e-9)
	sum := 0.0
	for k := range t.sums {
		t.errors[k] = t.sums[k]/t.weight + floor
		if t.doubt {
			switch k {
			case draftWeek, draftWeekLevel:
				t.errors[k] = t.errors[draftSeason]
			case draftWeekMean:
				t.errors[k] = t.errors[draftMean]
			}
		}
		t.shares[k] = math.Pow(t.errors[k]/floor, -power)
		sum += t.shares[k]
	}
	t.unit = 0
	for k := range t.shares {
		t.shares[k] /= sum
		t.unit += t.shares[k] * t.errors[k]
	}
}

// combine averages drafts.
func (t *tracker) combine(d *draft, base *[block]float64) {
	*base = [block]float64{}
	for k, w := range t.shares {
		for i := range base {
			base[i] += w * d[k][i]
		}
	}
}

// soft keeps small numbers and grows as a logarithm from about eight on.
func soft(v float64) float32 { return float32(math.Copysign(8*math.Log1p(math.Abs(v)/8), v)) }

// fill writes the features x of block j at the tracker's origin and returns the base
// of the block.
func (t *tracker) fill(x []float32, j int, sign float64) (base [block]float64) {
	d, o := &t.draft, t.origin
	base = t.base
	if j > 0 {
		var far draft
		t.at(j, &far)
		if t.doubt {
			far.withoutWeek()
		}
		t.combine(&far, &base)
		d = &far
	}
	centre := 0.0
	for _, v := range base {
		centre += v / block
	}
	k := sign / t.unit
	filled := 0
	for i := range min(recent, o+1) {
		x[i] = soft(k * (t.z[o-i] - centre))
		if t.known != nil && !t.known[o-i] {
			filled++
		}
	}
	for i, e := range t.resid {
		x[recent+i] = soft(k * e)
	}
	x = x[recent+block:]
	for i, v := range base {
		x[i] = soft(k * (v - centre))
	}
	x = x[block:]
	for n := range d {
		for i, v := range d[n] {
			x[n*block+i] = soft(k * (v - base[i]))
		}
	}
	x = x[drafts*block:]
	for n, e := range t.errors {
		x[n] = float32(min(3, math.Log(e/t.unit)))
	}
	x = x[drafts:]
	bit := func(b bool) float32 {
		if b {
			return 1
		}
		return 0
	}
	move := t.move(o, 4*recent)
	x[0] = soft(k * (centre - t.z[o]))
	x[1] = float32(math.Log1p(float64(o+1)) / 4)
	x[2] = float32(math.Log(float64(t.season)) / 3)
	x[3] = bit(t.season == 1)
	x[4] = bit(t.weekly(o) && !t.doubt)
	x[5] = float32(math.Log2(float64(t.stride)) / 4)
	x[6] = float32(math.Log1p(float64(j)))
	x[7] = bit(j > 0)
	x[8] = float32(max(-3, min(3, math.Log((t.unit+1e-12)/(move+1e-12)))))
	x[9] = float32(filled) / recent
	x[10] = bit(o+1 >= 2*t.season)
	x[11] = bit(o+1 >= 4*t.season)
	x[12] = float32(math.Log(t.weight) / 4)
	return base
}

// mirror turns a batch of features into that of the same series upside down, as fill
// writes it for the other sign.
func mirror(b *seq.Batch) {
	const differences = recent + block + block + drafts*block // of values; errors and scalars follow
	for x := b.X; len(x) > 0; x = x[inputs:] {
		for i, v := range x[:differences] {
			x[i] = -v
		}
		x[differences+drafts] = -x[differences+drafts]
	}
}

// strideOf is the number of values between two steps: the series is read whole in at
// most context steps if it is short enough.
func strideOf(n int) int {
	q := 1
	for q < block && n > q*lookback {
		q *= 2
	}
	return q
}

// origins of a series of n values: at most lookback, the last one n-1.
func origins(n int) (first, stride, count int) {
	stride = strideOf(n)
	count = min(lookback, (n-1)/stride+1)
	return n - 1 - (count-1)*stride, stride, count
}
