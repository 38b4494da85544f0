package stamp

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// zones are abbreviations in daily use with their hours from UTC. CST, IST and BST
// are those of America, India and Britain.
var zones = map[string]float64{
	"UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "IST": 5.5, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
	"AST": -4, "ADT": -3, "NST": -3.5, "BRT": -3, "BRST": -2, "ART": -3, "CLT": -4, "CLST": -3, "COT": -5, "PET": -5,
	"JST": 9, "KST": 9, "SGT": 8, "HKT": 8, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "SAST": 2, "PKT": 5,
}

var (
	zoneLock  sync.Mutex
	zoneCache = map[string]*time.Location{} // so that equal zones are the same value
)

func zone(name string, seconds int) *time.Location {
	zoneLock.Lock()
	defer zoneLock.Unlock()
	if l := zoneCache[name]; l != nil {
		return l
	}
	l := time.FixedZone(name, seconds)
	if len(zoneCache) < 1000 {
		zoneCache[name] = l
	}
	return l
}

// offsetDigits are +01:00, -0530, +01.
var offsetDigits = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[-+](\d\d)(?::?([0-5]\d))?`)
})

// readZone reads the name of a zone or an offset from UTC.
func readZone(k kind, s string, r *reading) int {
	if k == zoneName {
		n := word(s)
		hours, ok := zones[s[:n]]
		if !ok {
			return -1
		}
		r.zone = zone(s[:n], int(hours*3600))
		return n
	}
	if strings.HasPrefix(s, "Z") {
		r.zone = time.UTC
		return 1
	}
	m := offsetDigits().FindStringSubmatch(s)
	if m == nil {
		return -1
	}
	hours, _ := strconv.Atoi(m[1])
	minutes, _ := strconv.Atoi(m[2]) // "" is 0
	seconds := 3600*hours + 60*minutes
	if seconds > 15*3600 {
		return -1
	}
	if s[0] == '-' {
		seconds = -seconds
	}
	r.zone = time.UTC
	if seconds != 0 {
		r.zone = offsetZone(seconds)
	}
	return len(m[0])
}

// offsetZone is the zone with an offset and no name.
func offsetZone(seconds int) *time.Location {
	return zone(time.Unix(0, 0).In(time.FixedZone("", seconds)).Format("-07:00"), seconds)
}

// offsetStyle is how package time writes an offset in the style of text.
func offsetStyle(text string) string {
	switch {
	case strings.Contains(text, ":"):
		return "-07:00"
	case len(text) > 3:
		return "-0700"
	}
	return "-07"
}
