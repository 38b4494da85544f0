package ref

import "math"

// ctc returns the negative log probability of sequence i's labels: the sum over all alignments (Graves et al. 2006,
// equation 3), as a recursion over plain probabilities.
func (n *net) ctc(t *Tape, b Batch, i int, hidden [][]Value) Value {
	path := []int{0}
	for step := range b.T {
		y := b.Target[step*b.B+i]
		if math.IsNaN(y) {
			break
		}
		path = append(path, int(y), 0)
	}
	var p []Value // of having spelt path[:j+1]
	for step := range b.Lengths[i] {
		out := affine(n.p["head.out.weight"], n.p["head.out.bias"], hidden[step])
		sum := t.Var(0)
		for j := range out {
			out[j] = out[j].Exp()
			sum = sum.Add(out[j])
		}
		next := make([]Value, len(path))
		for j, label := range path {
			before := t.Var(0)
			if step == 0 && j < 2 {
				before = t.Var(1)
			}
			if step > 0 {
				for back := range 3 {
					k := j - back
					if k < 0 || back == 2 && (label == 0 || label == path[k]) {
						continue
					}
					before = before.Add(p[k])
				}
			}
			next[j] = before.Mul(out[label]).Div(sum)
		}
		p = next
	}
	end := p[len(p)-1]
	if len(p) > 1 {
		end = end.Add(p[len(p)-2])
	}
	return end.Log().Scale(-1)
}
