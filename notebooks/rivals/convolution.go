package rivals

// convolution is a causal dilated convolution (van den Oord et al. 2016; Bai,
// Kolter and Koltun 2018): layer i mixes each step with the one 2^i steps ago,
//
//	y_t = x_t + relu(A x_(t-2^i) + B x_t + b)
type convolution struct {
	embed, out, bias *matrix
	layers           []struct{ early, now, bias *matrix }
}

// NewConvolution makes a convolution that sees 2^Layers steps.
func NewConvolution(c Config, seed uint64) *Model {
	return newModel(seed, func(k *maker) body {
		n := &convolution{embed: k.weights(c.Tokens, c.Width)}
		for range c.Layers {
			n.layers = append(n.layers, struct{ early, now, bias *matrix }{k.weights(c.Width, c.Width), k.weights(c.Width, c.Width), k.constant(c.Width, 0)})
		}
		n.out, n.bias = k.weights(c.Labels, c.Width), k.constant(c.Labels, 0)
		return n
	})
}

func (n *convolution) logits(g *graph, tokens []int32, p past) *matrix {
	x := g.embed(n.embed, tokens)
	for i, l := range n.layers {
		early := p.delayed(g, i, x, 1<<i)
		x = g.sum(x, g.relu(g.sum(g.linear(early, l.early, nil), g.linear(x, l.now, l.bias))))
	}
	return g.linear(x, n.out, n.bias)
}
