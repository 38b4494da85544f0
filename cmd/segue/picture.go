package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/roll"
)

// drawRoll writes a picture whose format the file's name tells.
func (a *app) drawRoll(path string, s *music.Score, opt roll.Options) error {
	data, err := roll.Draw(strings.TrimPrefix(filepath.Ext(path), "."), s, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return a.Write(path, data)
}

// showRoll draws what is new on a terminal; of long music the beginning.
func (a *app) showRoll(c *music.Continuation) error {
	const most = 16 // bars
	if a.Quiet || !a.OnTerminal() {
		return nil
	}
	to := c.From
	for range most {
		to = min(c.To, c.NextBar(to+1))
	}
	return roll.Text(a.Err, c.Score, c.From, to, a.Width())
}
