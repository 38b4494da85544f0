package ref

import "math"

// Spec describes a network: the fields of seq.Config that change the function
// it computes.
type Spec struct {
	Cell       string
	Inputs     int
	Tokens     [][2]int // size, dim
	TokenNames []string
	Hidden     int
	Layers     int
	Dilations  []int
	Residual   bool
	Skip       bool
	HeadHidden int
	Head       string // kind, "" for none
	Targets    int
	Levels     []float64
	Factors    []Factor
}

// Factor is one categorical output.
type Factor struct {
	Name                    string
	Size, Dim, Side, Hidden int
}

// Params holds every tensor by its PyTorch name, row-major.
type Params map[string][]float64

// Batch is one batch; shapes as in seq.Batch.
type Batch struct {
	T, B   int
	X      []float64
	Tokens [][]int
	Target []float64
	Labels [][]int
	Side   [][]float64
	Weight []float64
	// Lengths of the sequences; only Translate and the head "ctc" read them.
	Lengths []int
}

// matrix is a view of values on the tape.
type matrix struct {
	v    []Value
	cols int
}

func (m matrix) row(i int) []Value { return m.v[i*m.cols : (i+1)*m.cols] }

type net struct {
	s Spec
	p map[string][]Value
}

// affine is W x + b; b may be nil.
func affine(w []Value, b, x []Value) []Value {
	var y []Value
	m := matrix{w, len(x)}
	for i := range len(w) / len(x) {
		sum := x[0].Mul(m.row(i)[0])
		for j := 1; j < len(x); j++ {
			sum = sum.Add(x[j].Mul(m.row(i)[j]))
		}
		if b != nil {
			sum = sum.Add(b[i])
		}
		y = append(y, sum)
	}
	return y
}

// Loss returns the weighted mean loss of a batch and its gradient by every
// parameter.
func Loss(s Spec, params Params, b Batch) (float64, Params) {
	t := &Tape{}
	n := net{s, map[string][]Value{}}
	for name, x := range params {
		n.p[name] = t.Vars(x)
	}
	total, weight := t.Var(0), 0.0
	for i := range b.B { // sequence by sequence: nothing is shared between them
		for step, loss := range n.sequence(t, b, i) {
			w := b.Weight[step*b.B+i]
			total = total.Add(loss.Scale(w))
			weight += w
		}
	}
	mean := total.Scale(1 / weight)
	t.Backward(mean)
	return mean.X(), gradients(n.p)
}

// sequence returns the loss of every step of sequence i.
func (n *net) sequence(t *Tape, b Batch, i int) []Value {
	inputs := n.inputs(t, b, i, b.T)
	hidden, _ := n.layers(t, inputs, nil)
	var losses []Value
	for step := range b.T {
		losses = append(losses, n.step(t, b, step*b.B+i, hidden[step], inputs[step], nil))
	}
	if n.s.Head == "ctc" {
		losses[0] = losses[0].Add(n.ctc(t, b, i, hidden))
	}
	return losses
}

// inputs are the features and embeddings of the first steps of sequence i.
func (n *net) inputs(t *Tape, b Batch, i, steps int) [][]Value {
	s := n.s
	var inputs [][]Value
	for step := range steps {
		r := step*b.B + i
		x := t.Vars(b.X[r*s.Inputs : (r+1)*s.Inputs])
		for k, tok := range s.Tokens {
			if v := b.Tokens[k][r]; v >= 0 {
				x = append(x, matrix{n.p["embed."+s.TokenNames[k]+".weight"], tok[1]}.row(v)...)
			} else {
				x = append(x, t.Vars(make([]float64, tok[1]))...)
			}
		}
		inputs = append(inputs, x)
	}
	return inputs
}

// state is the hidden state and memory of a layer.
type state struct{ h, c []Value }

// layers runs all layers from the states start (nil: zeros) and returns the
// outputs of the top one and the states at the end.
func (n *net) layers(t *Tape, xs [][]Value, start []state) (hidden [][]Value, end []state) {
	for l := range n.s.Layers {
		from := state{t.Vars(make([]float64, n.s.Hidden)), t.Vars(make([]float64, cells[n.s.Cell].memory*n.s.Hidden))}
		if start != nil {
			from = start[l]
		}
		var s state
		xs, s = n.layer(l, xs, from)
		end = append(end, s)
	}
	return xs, end
}

// layer runs recurrent layer l over a sequence.
func (n *net) layer(l int, xs [][]Value, start state) (out [][]Value, end state) {
	h, d, c := n.s.Hidden, n.s.Dilations[l], cells[n.s.Cell]
	at := func(name string) []Value { return n.p[c.prefix+"."+name+"_l"+string(rune('0'+l))] }
	var states []state
	for step, x := range xs {
		from := start
		if step >= d {
			from = states[step-d]
		}
		in, rec := affine(at("weight_ih"), at("bias_ih"), x), affine(at("weight_hh"), at("bias_hh"), from.h)
		end.h, end.c = c.step(in, rec, from.h, from.c)
		states = append(states, end)
		y := end.h
		if n.s.Residual && len(x) == h {
			y = make([]Value, h)
			for j := range y {
				y[j] = end.h[j].Add(x[j])
			}
		}
		out = append(out, y)
	}
	return out, end
}

// step is the loss of row r given the top layer's output and the input. context,
// if not nil, is the side input of the first factor.
func (n *net) step(t *Tape, b Batch, r int, hidden, input, context []Value) Value {
	s := n.s
	u := append([]Value(nil), hidden...)
	if s.Skip {
		u = append(u, input...)
	}
	loss := t.Var(0)
	if s.Head != "" && s.Head != "ctc" {
		in := u
		if s.HeadHidden > 0 {
			in = affine(n.p["head.hidden.weight"], n.p["head.hidden.bias"], u)
			for j := range in {
				in[j] = in[j].Relu()
			}
		}
		out := affine(n.p["head.out.weight"], n.p["head.out.bias"], in)
		if s.HeadHidden > 0 && s.Skip {
			for j, v := range affine(n.p["head.direct.weight"], nil, input) {
				out[j] = out[j].Add(v)
			}
		}
		loss = loss.Add(headLoss(t, s, out, b.Target[r*s.Targets:(r+1)*s.Targets]))
	}
	for k, f := range s.Factors {
		switch {
		case k == 0 && context != nil:
			u = append(u, context...)
		case f.Side > 0:
			u = append(u, t.Vars(b.Side[k][r*f.Side:(r+1)*f.Side])...)
		}
		in := u
		if f.Hidden > 0 {
			in = affine(n.p["factor."+f.Name+".hidden.weight"], n.p["factor."+f.Name+".hidden.bias"], u)
			for j := range in {
				in[j] = in[j].Relu()
			}
		}
		logits := affine(n.p["factor."+f.Name+".out.weight"], n.p["factor."+f.Name+".out.bias"], in)
		label := b.Labels[k][r]
		if label >= 0 {
			sum := logits[0].Exp()
			for _, x := range logits[1:] {
				sum = sum.Add(x.Exp())
			}
			loss = loss.Add(sum.Log().Sub(logits[label]))
		}
		if f.Dim > 0 {
			if label >= 0 {
				u = append(u, matrix{n.p["factor."+f.Name+".embed.weight"], f.Dim}.row(label)...)
			} else {
				u = append(u, t.Vars(make([]float64, f.Dim))...)
			}
		}
	}
	return loss
}

// headLoss is the loss of one row; formulas as in seq's heads.
func headLoss(t *Tape, s Spec, out []Value, target []float64) Value {
	const floor = 1e-6
	sum, count := t.Var(0), 0
	for d, y := range target {
		if math.IsNaN(y) {
			continue
		}
		count++
		switch s.Head {
		case "mse":
			e := out[d].Plus(-y)
			sum = sum.Add(e.Mul(e))
		case "mae":
			sum = sum.Add(out[d].Plus(-y).Abs())
		case "smape":
			sum = sum.Add(out[d].Plus(-y).Abs().Scale(2).Div(out[d].Abs().Plus(math.Abs(y))))
		case "quantile":
			q := len(s.Levels)
			for k, p := range s.Levels {
				e := out[d*q+k].Scale(-1).Plus(y)
				slope := p
				if e.X() < 0 {
					slope = p - 1
				}
				sum = sum.Add(e.Scale(2 * slope / float64(q)))
			}
		case "gaussian":
			sd := out[2*d+1].Softplus().Plus(floor)
			z := out[2*d].Scale(-1).Plus(y).Div(sd)
			sum = sum.Add(z.Mul(z).Scale(.5)).Add(sd.Log()).Plus(.5 * math.Log(2*math.Pi))
		case "student":
			sd, nu := out[3*d+1].Softplus().Plus(floor), out[3*d+2].Softplus().Plus(2)
			z := out[3*d].Scale(-1).Plus(y).Div(sd)
			a := nu.Plus(1).Scale(.5)
			tail := a.Mul(z.Mul(z).Div(nu).Plus(1).Log())
			sum = sum.Add(nu.Scale(.5).LogGamma()).Sub(a.LogGamma()).Add(nu.Scale(math.Pi).Log().Scale(.5)).Add(sd.Log()).Add(tail)
		case "negbin":
			mu, a := out[2*d].Softplus().Plus(floor), out[2*d+1].Softplus().Plus(floor)
			r := t.Var(1).Div(a)
			ly, _ := math.Lgamma(y + 1)
			both := mu.Add(r)
			sum = sum.Add(r.LogGamma()).Plus(ly).Sub(r.Plus(y).LogGamma()).
				Sub(r.Mul(r.Div(both).Log())).Sub(mu.Div(both).Log().Scale(y))
		case "bernoulli":
			sum = sum.Add(out[d].Softplus()).Sub(out[d].Scale(y))
		}
	}
	if count == 0 || s.Head == "bernoulli" {
		return sum
	}
	return sum.Scale(1 / float64(count))
}
