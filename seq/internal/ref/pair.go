package ref

// Translate is the loss of an encoder-decoder on a pair of batches, and its
// gradients: the decoder starts in the encoder's last state and, with attends,
// each step's context is the mean of the encoder's outputs weighted by
// softmax(q.e). Dilations are 1.
func Translate(encoder, decoder Spec, pe, pd Params, in, out Batch, attends bool) (float64, Params, Params) {
	t := &Tape{}
	e, d := net{encoder, map[string][]Value{}}, net{decoder, map[string][]Value{}}
	for name, x := range pe {
		e.p[name] = t.Vars(x)
	}
	for name, x := range pd {
		d.p[name] = t.Vars(x)
	}
	total, weight := t.Var(0), 0.0
	for i := range in.B {
		memory, state := e.layers(t, e.inputs(t, in, i, in.Lengths[i]), nil)
		inputs := d.inputs(t, out, i, out.T)
		hidden, _ := d.layers(t, inputs, state)
		for step := range out.T {
			r := step*out.B + i
			var context []Value
			if attends {
				context = attend(hidden[step], memory)
			}
			total = total.Add(d.step(t, out, r, hidden[step], inputs[step], context).Scale(out.Weight[r]))
			weight += out.Weight[r]
		}
	}
	mean := total.Scale(1 / weight)
	t.Backward(mean)
	return mean.X(), gradients(e.p), gradients(d.p)
}

func gradients(p map[string][]Value) Params {
	grad := Params{}
	for name, vs := range p {
		for _, v := range vs {
			grad[name] = append(grad[name], v.Grad())
		}
	}
	return grad
}

// attend is the context of query q.
func attend(q []Value, memory [][]Value) []Value {
	var a []Value
	var sum Value
	for s, e := range memory {
		score := affine(e, nil, q)[0]
		a = append(a, score.Exp())
		if s == 0 {
			sum = a[0]
		} else {
			sum = sum.Add(a[s])
		}
	}
	context := make([]Value, len(q))
	for s, e := range memory {
		w := a[s].Div(sum)
		for j, v := range e {
			if s == 0 {
				context[j] = w.Mul(v)
			} else {
				context[j] = context[j].Add(w.Mul(v))
			}
		}
	}
	return context
}
