// Package text holds what the notebooks read.
package text

import _ "embed"

// Raven is The Raven by Edgar Allan Poe (1845), in the public domain; stanzas are
// separated by empty lines.
//
//go:embed raven.txt
var Raven string
