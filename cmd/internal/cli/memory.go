package cli

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// memory is how many bytes a command may take: GOMEMLIMIT, otherwise what the machine
// can give without paging, where it tells (Linux); 0 is unknown. A job that would take
// more is refused before the work, instead of ended by the system in the middle of it.
func memory() int64 {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		return limit
	}
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	return available(string(text))
}

// available reads MemAvailable from /proc/meminfo; 0 if it is not there.
func available(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		f := strings.Fields(line)
		if len(f) == 3 && f[0] == "MemAvailable:" && f[2] == "kB" {
			kb, err := strconv.ParseInt(f[1], 10, 53)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}
