package hierarchy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// Structure says which sums the ids of a panel imply. The zero value is the nested one:
// an id a/b/c is in the sums a/b, a and the total. ParseStructure makes the others.
type Structure struct {
	factors [][]int // chains of parts of the id, from coarse to fine; each factor is summed up by itself
}

// ParseStructure reads factors with * between them, each a name or several with /
// between them, from coarse to fine: region*product has the sums of each region over
// all products, of each product over all regions, and the total;
// country/city*product those of countries too. Every name stands for a part of the id
// (between slashes): that of the column with the name, if columns are as many, or the
// next one. The error wraps forecast.ErrInput.
func ParseStructure(text string, columns []string) (Structure, error) {
	var s Structure
	var names []string
	for _, factor := range strings.Split(text, "*") {
		var chain []int
		for _, name := range strings.Split(factor, "/") {
			name = strings.TrimSpace(name)
			if name == "" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
				return s, fmt.Errorf("forecast: hierarchy %q: every part needs a name of its own, as in region*product or country/city*product: %w", text, forecast.ErrInput)
			}
			chain, names = append(chain, len(names)), append(names, name)
		}
		s.factors = append(s.factors, chain)
	}
	if len(columns) < 2 {
		return s, nil
	}
	if len(columns) != len(names) {
		return s, fmt.Errorf("forecast: hierarchy %q has %d names, and the id is made of the %d columns %s: %w", text, len(names), len(columns), strings.Join(columns, ", "), forecast.ErrInput)
	}
	place := make([]int, len(names))
	for k, name := range names {
		if place[k] = slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, name) }); place[k] < 0 {
			return s, fmt.Errorf("forecast: hierarchy %q: %q is none of the id's columns %s: %w", text, name, strings.Join(columns, ", "), forecast.ErrInput)
		}
	}
	for _, chain := range s.factors {
		for k := range chain {
			chain[k] = place[chain[k]]
		}
	}
	return s, nil
}

// parts is the number of parts of an id.
func (s Structure) parts() (n int) {
	for _, chain := range s.factors {
		n += len(chain)
	}
	return n
}

// most bounds the sums of a panel.
const mostSums = 100000

// sums gives the ids of the sums, the total first and then those with the fewest parts,
// the leaves that each adds up, and the leaves.
func (s Structure) sums(panel []forecast.Series) (ids []string, under map[string][]int, leaves []forecast.Series, err error) {
	under = map[string][]int{}
	n := s.parts()
	kept := map[string]int{} // parts of a sum
	for _, one := range panel {
		parts := strings.Split(one.ID, "/")
		if one.ID == Total || slices.Contains(parts, "*") {
			continue // a sum, which is made anew
		}
		if len(parts) != n {
			return nil, nil, nil, fmt.Errorf("forecast: the id %q has %d parts between slashes, and the hierarchy %d: %w", one.ID, len(parts), n, forecast.ErrInput)
		}
		leaf := len(leaves)
		leaves = append(leaves, one)
		for _, keep := range s.choices() {
			id, k := Total, 0
			masked := slices.Clone(parts)
			for i := range masked {
				if keep[i] {
					k++
				} else {
					masked[i] = "*"
				}
			}
			if k == n {
				continue
			}
			if k > 0 {
				id = strings.Join(masked, "/")
			}
			under[id], kept[id] = append(under[id], leaf), k
		}
		if len(under) > mostSums {
			return nil, nil, nil, fmt.Errorf("forecast: the hierarchy has more than %d sums: %w", mostSums, forecast.ErrInput)
		}
	}
	for id := range under {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(kept[a], kept[b]), cmp.Compare(a, b)) })
	return ids, under, leaves, nil
}

// choices are the sets of parts that a sum keeps: of every factor the first few of its
// chain, none or all.
func (s Structure) choices() [][]bool {
	out := [][]bool{make([]bool, s.parts())}
	for _, chain := range s.factors {
		var next [][]bool
		for _, base := range out {
			for depth := range len(chain) + 1 {
				keep := slices.Clone(base)
				for _, part := range chain[:depth] {
					keep[part] = true
				}
				next = append(next, keep)
			}
		}
		out = next
	}
	return out
}

// regressors are those of a sum: the means over its parts, for all steps that all of
// them know; a price's mean, or the share of the shops with a promotion.
func (c common) regressors(leaves []forecast.Series, under []int) []forecast.Regressor {
	var out []forecast.Regressor
	for _, x := range leaves[under[0]].Regressors {
		sum, n := x, 0
		sum.Values = nil
		for k, i := range under {
			at := slices.IndexFunc(leaves[i].Regressors, func(y forecast.Regressor) bool { return y.Name == x.Name })
			if at < 0 {
				continue
			}
			y := leaves[i].Regressors[at]
			from := min(c.start-c.offsets[i], len(y.Values))
			values := y.Values[from:]
			if k == 0 {
				sum.Values = slices.Clone(values)
			} else {
				sum.Values = sum.Values[:min(len(sum.Values), len(values))]
				for t := range sum.Values {
					sum.Values[t] += values[t]
				}
			}
			sum.Known = sum.Known && y.Known
			n++
		}
		for t := range sum.Values {
			sum.Values[t] /= float64(n)
		}
		out = append(out, sum)
	}
	return out
}
