package regress

import (
	"fmt"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
)

// eventDay is a day before (below zero), of or after an event.
type eventDay struct {
	name   string
	offset int
}

func (d eventDay) String() string {
	days, when := d.offset, "after"
	if days < 0 {
		days, when = -days, "before"
	}
	switch days {
	case 0:
		return "event " + d.name
	case 1:
		return fmt.Sprintf("event %s, 1 day %s", d.name, when)
	}
	return fmt.Sprintf("event %s, %d days %s", d.name, days, when)
}

// eventColumns are the events at the first n steps of a series. On days and parts of
// days the event and each day before and after it have a column of their own (Taylor
// and Letham 2018, 3.3); longer steps count the days of the event that they hold. An
// event that never touches the history has no effect that could be estimated: notes say
// so if it touches the future. One that touches it once has the effect of that time.
func eventColumns(events []calendar.Event, s forecast.Series, n int) (out []regressorValues, notes []string) {
	var order []eventDay
	days := map[eventDay]map[time.Time]bool{}
	apart := withinDay(s.Freq)
	widest := 0
	for _, e := range events {
		widest = max(widest, e.Before, e.After)
	}
	for offset := -widest; offset <= widest; offset++ {
		for _, e := range events {
			if -e.Before > offset || e.After < offset {
				continue
			}
			k := eventDay{name: e.Name}
			if apart {
				k.offset = offset
			}
			if days[k] == nil {
				days[k] = map[time.Time]bool{}
				order = append(order, k)
			}
			days[k][dayOf(e.Date).AddDate(0, 0, offset)] = true
		}
	}
	never := map[string]bool{}
	for _, k := range order {
		values := dayColumn(s, n, days[k])
		switch past, all := seen(values[:len(s.Values)]), seen(values); {
		case past > 0:
			out = append(out, regressorValues{name: k.String(), values: values})
		case all > 0 && k.offset == 0 && !never[k.name]:
			never[k.name] = true
			notes = append(notes, fmt.Sprintf("event %q is not in the past of the series, so that its effect is not known", k.name))
		}
	}
	return out, notes
}
