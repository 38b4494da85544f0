package main

import "golang.org/x/sys/unix"

// pin binds the calling thread to the first cores of the machine; with one
// thread that is where all work happens.
func pin(threads int) {
	var set unix.CPUSet
	for i := range threads {
		set.Set(i)
	}
	_ = unix.SchedSetaffinity(0, &set) // a container may forbid it: measure unpinned then
}
