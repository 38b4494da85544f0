// Package weights holds networks that forecast any series at once, without
// training. They are apart from package neural so that it stays small for those
// who train their own. REPORT.md describes how they were made.
//
// The networks are part of the program, unless it is built with -tags beside: then
// they are read from files in the folder "weights" when they are first asked for.
package weights

// Names are the names of the networks: those of their classes ("monthly"), and
// "universal", "universal-7" and "universal-52". The slice is the caller's.
func Names() []string {
	return []string{"short", "quarterly", "monthly", "universal", "universal-7", "universal-52"}
}
