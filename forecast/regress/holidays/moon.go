package holidays

import (
	"math"
	"time"
)

// This file finds new moons, full moons and the place of the sun, which rule the
// calendars of China, Korea and India. The formulas are those of Meeus, Astronomical
// Algorithms (1998), chapters 25 and 49. From 1950 to 2100 new moons are right within a
// minute and the sun within a quarter of an hour.

// daysAt2000 is the Julian day of 2000-01-01 12:00.
const daysAt2000 = 2451545.0

// julian is the Julian day of a time.
func julian(t time.Time) float64 { return float64(t.Unix())/86400 + 2440587.5 }

// moment is the time of a Julian day.
func moment(jd float64) time.Time {
	return time.Unix(int64(math.Round((jd-2440587.5)*86400)), 0).UTC()
}

// clockLag is how far clocks are behind the even time of the formulas, in days
// (Espenak and Meeus 2006, about 60 to 75 seconds from 1990 to 2050).
func clockLag(jd float64) float64 {
	t := (jd - daysAt2000) / 365.25
	return (63.86 + .3345*t - .0004*t*t) / 86400
}

// sine is the sine of degrees.
func sine(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }

// sun is the apparent longitude of the sun at a Julian day, in degrees from 0 to 360
// (chapter 25, low accuracy).
func sun(jd float64) float64 {
	t := (jd + clockLag(jd) - daysAt2000) / 36525
	m := 357.52911 + 35999.05029*t - .0001537*t*t
	c := (1.914602-.004817*t-.000014*t*t)*sine(m) + (.019993-.000101*t)*sine(2*m) + .000289*sine(3*m)
	node := 125.04 - 1934.136*t
	return turn(280.46646 + 36000.76983*t + .0003032*t*t + c - .00569 - .00478*sine(node))
}

// turn brings degrees into 0 to 360.
func turn(degrees float64) float64 {
	return degrees - 360*math.Floor(degrees/360)
}

// sunAt is the Julian day near another one at which the sun has a longitude.
func sunAt(longitude, near float64) float64 {
	for range 6 {
		d := turn(longitude-sun(near)+180) - 180
		near += d * 365.2422 / 360
	}
	return near
}

// phase is the Julian day of the new moon k after that of January 2000, or of the full
// moon if k ends in .5 (chapter 49).
func phase(k float64) float64 {
	t := k / 1236.85
	e := 1 - .002516*t - .0000074*t*t
	m := 2.5534 + 29.1053567*k - .0000014*t*t     // of the sun
	l := 201.5643 + 385.81693528*k + .0107582*t*t // of the moon
	f := 160.7108 + 390.67050284*k - .0016118*t*t // latitude
	o := 124.7746 - 1.56375588*k + .0020672*t*t   // node
	jd := 2451550.09766 + 29.530588861*k + .00015437*t*t
	a, b, c := -.40720, .17241, .00208   // new moon
	if math.Abs(k-math.Round(k)) > .25 { // full moon
		a, b, c = -.40614, .17302, .00209
	}
	jd += a*sine(l) + b*e*sine(m) + .01608*sine(2*l) + .01039*sine(2*f) + .00739*e*sine(l-m) - .00514*e*sine(l+m) + c*e*e*sine(2*m) -
		.00111*sine(l-2*f) - .00057*sine(l+2*f) + .00056*e*sine(2*l+m) - .00042*sine(3*l) + .00042*e*sine(m+2*f) + .00038*e*sine(m-2*f) -
		.00024*e*sine(2*l-m) - .00017*sine(o)
	jd += .000325*sine(299.77+.107408*k-.009173*t*t) + .000165*sine(251.88+.016321*k) + .000164*sine(251.83+26.651886*k) + .000126*sine(349.42+36.412478*k)
	return jd - clockLag(jd)
}

// phaseAfter is the first new moon (half 0) or full moon (half .5) at a Julian day or
// after it.
func phaseAfter(jd, half float64) float64 {
	k := math.Floor((jd-2451550.1)/29.530588861) - 2 + half
	for phase(k) < jd {
		k++
	}
	return phase(k)
}
