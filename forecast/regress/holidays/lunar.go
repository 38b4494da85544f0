package holidays

import (
	"math"
	"time"
)

// The calendar of China (GB/T 33661-2017) and of Korea, which is the same an hour
// further east: a month begins on the day of the new moon; the eleventh month has the
// winter solstice; of thirteen months between two solstices the first one in which the
// sun enters no new twelfth of its way is a leap month.

// zone is the difference of a country's clocks from UTC, in days.
type zone float64

const (
	china zone = 8. / 24
	korea zone = 9. / 24
	india zone = 5.5 / 24
)

// date is the day of a Julian day.
func (z zone) date(jd float64) time.Time {
	t := moment(jd + float64(z))
	return day(t.Year(), t.Month(), t.Day())
}

// start is the Julian day at which a day begins.
func (z zone) start(d time.Time) float64 { return julian(d) - float64(z) }

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// solstice is the day of the winter solstice of a year.
func (z zone) solstice(year int) time.Time {
	return z.date(sunAt(270, julian(day(year, time.December, 21))))
}

// lunar is a day of a month of the lunar year that begins in a year; months 1 to 10.
func (z zone) lunar(year, month, d int) time.Time {
	before := z.solstice(year - 1)
	// the eleventh month begins with the last new moon up to the solstice
	first := z.newMoon(before.AddDate(0, 0, -31))
	for next := z.newMoon(first.AddDate(0, 0, 1)); !next.After(before); next = z.newMoon(first.AddDate(0, 0, 1)) {
		first = next
	}
	months := 0 // up to the next eleventh month
	for m := first; !z.newMoon(m.AddDate(0, 0, 1)).After(z.solstice(year)); months++ {
		m = z.newMoon(m.AddDate(0, 0, 1))
	}
	leap := months == 13
	for m, number := first, 11; ; {
		next := z.newMoon(m.AddDate(0, 0, 1))
		if number%12 == month%12 {
			return m.AddDate(0, 0, d-1)
		}
		m = next
		if leap && z.twelfth(m) == z.twelfth(z.newMoon(m.AddDate(0, 0, 1))) {
			leap = false
			m = z.newMoon(m.AddDate(0, 0, 1))
		}
		number++
	}
}

// newMoon is the first day with a new moon from a day on.
func (z zone) newMoon(from time.Time) time.Time { return z.date(phaseAfter(z.start(from), 0)) }

// twelfth is the part of its way in which the sun is when a day begins.
func (z zone) twelfth(d time.Time) int { return int(math.Floor(sun(z.start(d)) / 30)) }

// qingming is the day on which the sun reaches 15 degrees.
func (z zone) qingming(year int) time.Time {
	return z.date(sunAt(15, julian(day(year, time.April, 5))))
}

// The months of India begin with the new moon and are named by the sign of the sidereal
// zodiac that the sun is in then; the sidereal zodiac is the one of the Indian
// government (Calendar Reform Committee 1955), 23.85 degrees behind in 2000.

// indianMonth is the Julian day of the new moon that begins a month; sign counts from 0,
// the month Vaishakha, which begins in April or May. Of two new moons in a sign the
// first begins a leap month: last takes the second one.
func indianMonth(year, sign int, last bool) float64 {
	offset := 23.853 + .013969*float64(year-2000)
	enter := sunAt(turn(float64(30*sign)+offset), julian(day(year, time.April, 14))+30.44*float64((sign+12)%12))
	if sign > 8 { // January to March
		enter = sunAt(turn(float64(30*sign)+offset), julian(day(year, time.January, 14))+30.44*float64(sign-9))
	}
	first := phaseAfter(enter, 0)
	leave := sunAt(turn(float64(30*sign+30)+offset), enter+30.4)
	if second := phaseAfter(first+1, 0); last && second < leave {
		return second
	}
	return first
}

// evening is the day whose evening is in the lunar day that ends at a Julian day: that
// day if it ends after an hour, or the day before.
func evening(jd, hour float64) time.Time { return india.date(jd - hour/24) }

// diwali is the evening of the last lunar day before the month Kartika. The hour lies
// between the closest cases of the government's lists, 2013 (18:20, that day) and 2024
// (18:17, the day before).
func diwali(year int) time.Time { return evening(indianMonth(year, 6, false), 18.31) }

// holi is the day after the evening of the full moon of Phalguna. The hour lies between
// 2013 (14:57) and 2026 (17:08).
func holi(year int) time.Time {
	return evening(phaseAfter(indianMonth(year, 10, true), .5), 16).AddDate(0, 0, 1)
}

// fullMoon is the day whose sunrise is in the lunar day of the full moon of a month.
func fullMoon(year, sign int) time.Time {
	return evening(phaseAfter(indianMonth(year, sign, true), .5), 6)
}
