//go:build tools

package main

// The generator reads the argument types from the package that it writes for.
import _ "github.com/segue-go/segue/seq/internal/kernel"
