//go:build rtmidi

package main

import _ "gitlab.com/gomidi/midi/v2/drivers/rtmididrv" // MIDI ports of the system; needs cgo
