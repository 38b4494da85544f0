package stamp

import "time"

// Some fiscal years have thirteen periods of four weeks. Their dates are not in the
// file, and in some years the last period has five weeks, so that the periods are
// counted: each is 28 days after the one before, and the first of 2000 begins on its
// first Monday.

var firstFourWeeks = time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC)

// fourWeeks13 is where a period, 1 to 13, of a year stands in that count.
func fourWeeks13(year, period int) time.Time {
	return firstFourWeeks.AddDate(0, 0, 28*(13*(year-2000)+period-1))
}

// fourWeeksOf is the year and the period of a time in that count.
func fourWeeksOf(t time.Time) (year, period int) {
	days := int(t.Unix()-firstFourWeeks.Unix()) / 86400
	n := days/28 + 13*10000
	if days%28 < 0 {
		n--
	}
	return n/13 - 10000 + 2000, n%13 + 1
}

// thirteen takes the periods of a year for thirteen of four weeks where all cells so
// far could be months and this one is the thirteenth.
func (c *Column) thirteen(cell string) bool {
	for _, l := range Guess(cell) {
		if !l.has(period4) {
			continue
		}
		for _, old := range c.live {
			if !old.has(period) || len(old.fields) != len(l.fields) {
				continue
			}
			t, ok := l.Parse(cell)
			if !ok {
				continue
			}
			for i := range old.fields {
				l.fields[i].habit = old.fields[i].habit
			}
			for i, month := range old.times {
				old.times[i] = fourWeeks13(month.Year(), int(month.Month()))
			}
			c.live = []*reader{{l, append(old.times, t)}}
			return true
		}
	}
	return false
}
