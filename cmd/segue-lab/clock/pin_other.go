//go:build !linux

package clock

// Pin does nothing where threads cannot be bound to cores.
func Pin(int) {}
