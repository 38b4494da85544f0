//go:build !linux

package main

// pin does nothing where threads cannot be bound to cores.
func pin(int) {}
