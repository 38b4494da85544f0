package neural

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// panelHead is the loss at one origin on the original scale. The outputs are H times
// (point, quantiles), in units of sigma relative to the base. The target row holds
// what undoes the normalisation:
//
//	[0,H)   future values minus the level, on the view's scale; NaN = missing
//	[H,2H)  base plus season minus the level, on the view's scale
//	2H      sigma
//	2H+1    1 / MASE's denominator, relative to the level; 0 = none
//	2H+2    1 for logarithmic views, 0 for linear ones
//
// The loss is the mean over the horizon of ½·sMAPE/s + ½·MASE/m (OWA, with s
// and m the errors of the untrained network) plus the mean pinball loss on the
// view's scale, weighted like MASE.
type panelHead struct {
	horizon     int
	smape, mase float64
	spread      []float64 // (H,Q), see spread
}

func (p *panelHead) Outputs() int { return p.horizon * (1 + len(lstmLevels)) }
func (p *panelHead) Targets() int { return 2*p.horizon + 3 }

const (
	maxScale = 100 // bounds the weight of a series that hardly moves; not tuned
	maxLog   = 20  // bounds the logarithm of a ratio; not tuned
)

func (p *panelHead) Loss(grad, out, target []float32) float64 {
	h := p.horizon
	width := 1 + len(lstmLevels)
	sigma, inv := float64(target[2*h]), float64(target[2*h+1])
	log := target[2*h+2] == 1
	clear(grad)
	count := 0
	for _, y := range target[:h] {
		if y == y {
			count++
		}
	}
	if count == 0 {
		return 0
	}
	k := 1 / float64(count)
	var loss float64
	for i := range h {
		z, off := float64(target[i]), float64(target[h+i])
		if z != z {
			continue
		}
		// the point, on the original scale
		y, f, slope := z, off+sigma*float64(out[i*width]), sigma
		if log {
			y = repro.Exp(min(z, maxLog))
			if f > maxLog {
				f, slope = repro.Exp(maxLog), 0
			} else {
				f = repro.Exp(f)
				slope = f * sigma
			}
		}
		e, sgn := f-y, 1.0
		if e < 0 {
			e, sgn = -e, -1
		}
		g := .5 * sgn * inv / p.mase
		loss += .5 * e * inv / p.mase * k
		if d := math.Abs(y) + math.Abs(f); d > 1e-9 {
			fs := 1.0
			if f < 0 {
				fs = -1
			}
			g += (sgn/d - e*fs/(d*d)) / p.smape
			loss += e / d / p.smape * k
		}
		if grad != nil {
			grad[i*width] = float32(g * slope * k)
		}
		// the quantiles, on the view's scale; relative to the level where MASE has no
		// denominator
		w := inv / p.mase
		if inv == 0 {
			w = 1 / p.smape
		}
		w *= k * 2 / float64(len(lstmLevels))
		for q, level := range lstmLevels {
			e := z - off - sigma*(float64(out[i*width+1+q])+p.spread[i*len(lstmLevels)+q])
			s := level
			if e < 0 {
				s = level - 1
			}
			loss += w * s * e
			if grad != nil {
				grad[i*width+1+q] = float32(-w * s * sigma)
			}
		}
	}
	return loss
}

// fill writes the target row of origin t.
func (p *panelHead) fill(row []float32, v *view, t int, spec netSpec) {
	h := p.horizon
	level := v.z[t]
	if !v.log {
		level = 0
	}
	for i := range h {
		j := t + 1 + i
		row[i] = float32(math.NaN())
		row[h+i] = float32(v.base(t, i, spec) + v.seasonal(j) - level)
		if j >= len(v.z) || v.known != nil && !v.known[j] {
			continue
		}
		row[i] = float32(v.z[j] + v.seasonal(j) - level)
	}
	row[2*h] = float32(v.sigma[t])
	row[2*h+1] = float32(v.inverseScale(t))
	row[2*h+2] = 0
	if v.log {
		row[2*h+2] = 1
	}
}

// inverseScale is 1 / MASE's denominator relative to the level at t.
func (v *view) inverseScale(t int) float64 {
	if math.IsNaN(v.mase) {
		return 0
	}
	unit := v.scale
	if v.log {
		unit = repro.Exp(v.z[t])
	}
	return min(unit/v.mase, maxScale)
}

// newPanelHead measures the errors of the untrained network, whose forecast is the
// base, at the last origin of each series with a full horizon.
func newPanelHead(spec netSpec, views []*view) *panelHead {
	p := &panelHead{horizon: spec.Horizon, smape: 1, mase: 1}
	for h := range spec.Horizon {
		for _, level := range lstmLevels {
			p.spread = append(p.spread, spread(level, h))
		}
	}
	row := make([]float32, p.Targets())
	var smape, mase float64
	n, scaled := 0, 0
	for _, v := range views {
		t := len(v.z) - 1 - spec.Horizon
		if t < 0 {
			t = (len(v.z) - 1) / 2
		}
		p.fill(row, v, t, spec)
		for i := range spec.Horizon {
			y, f := float64(row[i]), float64(row[spec.Horizon+i])
			if y != y {
				continue
			}
			if v.log {
				y, f = repro.Exp(y), repro.Exp(f)
			}
			if d := math.Abs(y) + math.Abs(f); d > 0 {
				smape += 2 * math.Abs(y-f) / d
				n++
			}
			if inv := float64(row[2*spec.Horizon+1]); inv > 0 {
				mase += math.Abs(y-f) * inv
				scaled++
			}
		}
	}
	if n > 0 {
		p.smape = max(smape/float64(n), 1e-3)
	}
	if scaled > 0 {
		p.mase = max(mase/float64(scaled), 1e-2)
	}
	return p
}
