package table

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// atLine makes an error in a line, which any of the remedies may put right.
func atLine(line int, what string, remedies ...forecast.Remedy) error {
	return &forecast.Problem{Place: fmt.Sprintf("line %d", line), What: what, Remedies: remedies}
}

// badTime makes an error of what package stamp cannot read in a line.
func badTime(line int, err error) error {
	p := &forecast.Problem{Place: fmt.Sprintf("line %d", line), What: err.Error(), Err: err}
	format := forecast.Remedy{Do: "give the format of the dates", Option: "date-format", Suggest: "%Y-%m-%d"}
	ambiguous, unread := (*stamp.Ambiguous)(nil), (*stamp.Unread)(nil)
	switch {
	case errors.As(err, &ambiguous):
		format.Suggest = "%d/%m/%Y"
		p.Remedies = []forecast.Remedy{format}
	case errors.As(err, &unread) && unread.Layout == "":
		p.Remedies = []forecast.Remedy{{Do: "name the column of times", Option: "time", Suggest: "NAME"}, format}
	case errors.As(err, &unread):
		p.Remedies = []forecast.Remedy{format}
	}
	return p
}

// remedies for errors that are made in several places
var (
	mendCell  = forecast.Remedy{Do: "correct the cell, or leave it empty if the value is missing"}
	chooseOne = forecast.Remedy{Do: "choose a column", Option: "value", Suggest: "NAME"}
)

// giveFreq is the advice to give the frequency.
func giveFreq(example string) forecast.Remedy {
	return forecast.Remedy{Do: "give the frequency", Option: "freq", Suggest: example}
}

// quoteList lists names.
func quoteList(names []string) string {
	const most = 12
	var q []string
	for i, n := range names {
		if i == most {
			q = append(q, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		q = append(q, strconv.Quote(n))
	}
	return strings.Join(q, ", ")
}

// valueProblem says why no column can be forecast.
func (c *chooser) valueProblem() error {
	for i := range c.header {
		if i == c.time || c.isID(i) {
			continue
		}
		for _, s := range c.sample {
			if i < len(s.cells) {
				if n := number.Read(s.cells[i]); !n.OK() && !n.Missing {
					return atLine(s.line, fmt.Sprintf("column %q: %q is not a number, and no other column holds numbers", c.header[i], s.cells[i]), mendCell)
				}
			}
		}
	}
	return fmt.Errorf("forecast: line 1: no column holds numbers; the columns are %s: %w", quoteList(c.header), forecast.ErrInput)
}
