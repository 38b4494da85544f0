package clock

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Pin binds all threads of the program to the first cores of the machine:
// threads that the runtime starts later inherit this, those that it has would
// keep what an earlier call set.
func Pin(cores int) {
	var set unix.CPUSet
	for i := range cores {
		set.Set(i)
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return // measure unpinned then
	}
	for _, t := range tasks {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.SchedSetaffinity(id, &set) // a container may forbid it
		}
	}
}
