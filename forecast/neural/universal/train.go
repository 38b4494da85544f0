package universal

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// Item is a series to train on.
type Item struct {
	Values       []float64 // NaN where missing
	Season, Week int       // see Seasons
}

// Group is a set of items that is drawn from with a share.
type Group struct {
	Name  string
	Share float64
	Items []Item
	// Short groups are drawn from in batches of their own, so that short sequences
	// are not padded to the length of long ones.
	Short bool
}

// Corpus draws training batches. What a batch holds depends on Seed and the step only.
type Corpus struct {
	Groups    []Group
	Batch     int     // sequences
	Synthetic float64 // share of synthetic series in the long batches
	Short     float64 // share of short batches
	Mix       float64 // share of sequences that are an average of several series
	Mislabel  float64 // share of series that are given a season of others, so that a season is believed only where it has shown itself
	Seed      uint64
	Fixed     int // blocks ahead in every batch; 0 draws them
}

// Source returns what seq.Train trains n on.
func (c *Corpus) Source(n *Net) seq.Source {
	return seq.SourceFunc(func(step int, b *seq.Batch) error {
		c.fill(n.net, b, rand.New(rand.NewPCG(c.Seed, uint64(step))))
		return nil
	})
}

// sequence is a past and a future on the network's scale.
type sequence struct {
	view         // of the past
	future       []float64
	season, week int
}

func (c *Corpus) fill(net *seq.Net, b *seq.Batch, r *rand.Rand) {
	short := r.Float64() < c.Short
	ahead := c.Fixed
	if ahead == 0 {
		ahead = blocksAhead(r, short)
	}
	all := make([]sequence, c.Batch)
	steps := 0
	for k := range all {
		all[k] = c.draw(r, short, ahead)
		steps = max(steps, len(places(len(all[k].z), ahead)))
	}
	b.Resize(net, steps, c.Batch)
	b.Lengths = make([]int, c.Batch)
	for k, s := range all {
		sign := 1.0
		if r.IntN(2) == 0 {
			sign = -1
		}
		at := places(len(s.z), ahead)
		disturb(at, r)
		s.write(b, k, at, sign, false)
	}
}

// blocksAhead draws how many blocks of the future a batch has.
func blocksAhead(r *rand.Rand, short bool) int {
	if short {
		return 1 + r.IntN(2)
	}
	switch p := r.Float64(); {
	case p < .3:
		return 1 + r.IntN(2)
	case p < .8:
		return 3 + r.IntN(4)
	case p < .95:
		return 7 + r.IntN(10)
	}
	return 24 + r.IntN(17)
}

// place is what a step of the network stands for: a block after an origin.
type place struct{ origin, block int }

// places lists the steps for a series of n values with a future of ahead blocks.
func places(n, ahead int) []place {
	first, stride, count := origins(n)
	var out []place
	for c := range count {
		out = append(out, place{first + c*stride, 0})
	}
	for j := 1; j < ahead; j++ {
		out = append(out, place{n - 1, j})
	}
	return out
}

// disturb changes the steps before the last origin in training: the last one may come
// too soon, as in a Stream, and in some stretches the new values are missing, so that
// the network learns to look far ahead from everywhere.
func disturb(steps []place, r *rand.Rand) {
	end := 0
	for steps[end].origin != steps[len(steps)-1].origin {
		end++
	}
	if end == 0 {
		return
	}
	stride := steps[end].origin - steps[end-1].origin
	if stride > 1 && r.IntN(3) == 0 {
		early := 1 + r.IntN(stride-1)
		for c := range end {
			steps[c].origin += early
		}
	}
	if stride != block || r.IntN(2) == 0 {
		return
	}
	for c := 2; c < end-1; {
		if r.IntN(6) > 0 {
			c++
			continue
		}
		n := min(1+r.IntN(5), end-c-1)
		for j := 1; j <= n; j++ {
			steps[c+j] = place{steps[c].origin, j}
		}
		c += n + 1
	}
}

// endWeight is the weight in the loss of the steps from the end of the past on. Not
// tuned.
const endWeight = 3

// write puts the sequence's steps into place k of the batch. Every step is scored, or
// only those from the end of the past on.
func (s sequence) write(b *seq.Batch, k int, steps []place, sign float64, onlyEnd bool) {
	s.walk(b, k, steps, sign, func(row int, p place, base [block]float64, unit float64) {
		switch {
		case p.origin == len(s.z)-1:
			b.Weight[row] = endWeight
		case !onlyEnd:
			b.Weight[row] = 1
		}
		target := b.Target[row*block : (row+1)*block]
		for i := range target {
			target[i] = float32(s.target(p.origin+1+p.block*block+i, base[i], sign/unit))
		}
	})
}

// target is value i of the past or the future relative to the base; NaN if it is
// unknown.
func (s sequence) target(i int, base, k float64) float64 {
	const most = 15 // units; larger errors say nothing more
	var v float64
	switch {
	case i >= len(s.z)+len(s.future):
		return math.NaN()
	case i >= len(s.z):
		v = s.future[i-len(s.z)]
	case s.known != nil && !s.known[i]:
		return math.NaN()
	default:
		v = s.z[i]
	}
	return max(-most, min(most, k*(v-base)))
}

// draw makes a sequence with a future of at most ahead blocks.
func (c *Corpus) draw(r *rand.Rand, short bool, ahead int) sequence {
	for {
		if !short && r.Float64() < c.Synthetic {
			item := syntheticItem(r, ahead*block)
			if s, ok := cut(item, len(item.Values)-ahead*block, ahead*block, r); ok {
				return s
			}
			continue
		}
		g := c.group(r, short)
		it := g.Items[r.IntN(len(g.Items))]
		if r.Float64() < c.Mislabel {
			other := syntheticSeasons[r.IntN(len(syntheticSeasons))]
			it.Season, it.Week = other[0], other[1]
		}
		s, ok := crop(it, short, ahead, r)
		if !ok {
			continue
		}
		if r.Float64() < c.Mix {
			s.mix(g, short, ahead, r)
		}
		return s
	}
}

func (c *Corpus) group(r *rand.Rand, short bool) Group {
	sum := 0.0
	for _, g := range c.Groups {
		if g.Short == short && len(g.Items) > 0 {
			sum += g.Share
		}
	}
	p := r.Float64() * sum
	var last Group
	for _, g := range c.Groups {
		if g.Short != short || len(g.Items) == 0 {
			continue
		}
		last = g
		if p -= g.Share; p < 0 {
			break
		}
	}
	return last
}

// crop cuts a random piece out of an item: its length is drawn log-uniformly.
func crop(it Item, short bool, ahead int, r *rand.Rand) (sequence, bool) {
	n := len(it.Values)
	least, most := max(24, 2*it.Season), 6000
	if short {
		least, most = 4, lookback
	}
	end := n - 1 - r.IntN(max(1, n-least-block))
	if end < least {
		end = n * 3 / 4
	}
	if end < 3 {
		return sequence{}, false
	}
	most = min(most, end)
	length := most
	if least < most && r.Float64() < .7 {
		length = int(float64(least) * math.Pow(float64(most)/float64(least), r.Float64()))
	}
	it.Values = it.Values[end-length:]
	return cut(it, length, ahead*block, r)
}

// cut divides an item into a past of n values and a future of at most h. Some pasts
// get gaps.
func cut(it Item, n, h int, r *rand.Rand) (sequence, bool) {
	past := it.Values[:n]
	if r != nil && r.Float64() < .08 {
		past = holes(past, r)
	}
	s := sequence{view: viewOf(past, it.Season), season: it.Season, week: it.Week}
	if len(s.z) < 3 || s.known != nil && s.gaps() > .5 {
		return s, false
	}
	if h > len(it.Values)-n {
		h = len(it.Values) - n
	}
	s.future = make([]float64, h)
	for i, v := range it.Values[n : n+h] {
		switch {
		case !s.log:
			s.future[i] = v
		case v > 0:
			s.future[i] = math.Log(v)
		default:
			s.future[i] = math.NaN()
		}
	}
	return s, true
}

func (v view) gaps() float64 {
	n := 0
	for _, k := range v.known {
		if !k {
			n++
		}
	}
	return float64(n) / float64(len(v.z))
}

// holes takes away single values or stretches, never the first.
func holes(values []float64, r *rand.Rand) []float64 {
	out := append([]float64(nil), values...)
	if r.IntN(2) == 0 {
		share := .3 * r.Float64()
		for i := 1; i < len(out); i++ {
			if r.Float64() < share {
				out[i] = math.NaN()
			}
		}
		return out
	}
	for range 1 + r.IntN(4) {
		from, n := 1+r.IntN(len(out)-1), 1+r.IntN(max(1, len(out)/10))
		for i := from; i < min(len(out), from+n); i++ {
			out[i] = math.NaN()
		}
	}
	return out
}

// mix averages the sequence with one or two others of its group and season, each in
// units of its own deviation, with random weights.
func (s *sequence) mix(g Group, short bool, ahead int, r *rand.Rand) {
	if s.known != nil {
		return
	}
	n, h := len(s.z), len(s.future)
	sum := make([]float64, n+h)
	add := func(z, future []float64) {
		w := r.ExpFloat64()
		mean, sd := moments(z)
		if !(sd > 0) {
			return
		}
		if r.IntN(4) == 0 {
			w = -w
		}
		for i, v := range z {
			sum[i] += w * (v - mean) / sd
		}
		for i, v := range future {
			sum[n+i] += w * (v - mean) / sd
		}
	}
	add(s.z, s.future)
	for range 1 + r.IntN(2) {
		it := g.Items[r.IntN(len(g.Items))]
		if it.Season != s.season || len(it.Values) < n+h {
			continue
		}
		from := r.IntN(len(it.Values) - n - h + 1)
		it.Values = it.Values[from : from+n+h]
		if o, ok := cut(it, n, h, nil); ok && o.known == nil && len(o.z) == n {
			add(o.z, o.future)
		}
	}
	if _, sd := moments(sum[:n]); sd > 0 {
		s.view, s.future = view{z: sum[:n]}, sum[n:]
	}
}

func moments(x []float64) (mean, sd float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		sd += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, math.Sqrt(sd)
}

// Held makes a batch of the items' last h values, to score a network on: only the
// steps from the end of the past on count.
func Held(n *Net, items []Item, h int) *seq.Batch {
	var all []sequence
	ahead := (h + block - 1) / block
	steps := 0
	for _, it := range items {
		past := len(it.Values) - h
		if past < 3 {
			continue
		}
		s, ok := cut(it, past, h, nil)
		if !ok {
			continue
		}
		all = append(all, s)
		steps = max(steps, len(places(len(s.z), ahead)))
	}
	b := &seq.Batch{}
	b.Resize(n.net, steps, len(all))
	b.Lengths = make([]int, len(all))
	for k, s := range all {
		s.write(b, k, places(len(s.z), ahead), 1, true)
	}
	return b
}
