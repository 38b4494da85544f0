package scale

import "bytes"

// referenceSeries is the number of series from which the calendar is learned.
const referenceSeries = 50

// group is the rows of one series, as CSV.
type group struct {
	id   string
	text []byte
}

// collection puts rows of a series together, in the order in which series first
// appear.
type collection struct {
	groups []group
	index  map[string]int
}

// add adds a row, unless it belongs to a new series and there are most already.
func (c *collection) add(id string, row []byte, most int) {
	i, ok := c.index[id]
	if !ok {
		if len(c.groups) >= most {
			return
		}
		if c.index == nil {
			c.index = map[string]int{}
		}
		i = len(c.groups)
		c.index[id] = i
		c.groups = append(c.groups, group{id: id})
	}
	c.groups[i].text = append(append(c.groups[i].text, row...), '\n')
}

// text is all rows.
func (c *collection) text() []byte {
	var b bytes.Buffer
	for _, g := range c.groups {
		b.Write(g.text)
	}
	return b.Bytes()
}
