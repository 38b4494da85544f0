package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
)

// checkPlay refuses names of files that cannot be meant.
func checkPlay(s *job.PlaySpec) error {
	f := &s.Files
	switch {
	case f.Output == "":
		return cli.Usagef("say where to write the music with -o OUT.mid")
	case s.Variations > 1 && f.Output == "-":
		return cli.Usagef("several variations need a file name with -o")
	case f.JSON && f.Output == "-":
		return cli.Usagef("--json writes to standard output, so the music needs a file name with -o")
	}
	if ext := filepath.Ext(f.Plot); f.Plot != "" && ext != ".svg" && ext != ".png" {
		return cli.Usagef("--plot %s: the name must end in .svg or .png", f.Plot)
	}
	if err := cli.CheckExtension("-o", f.Output, "MIDI", ".mid", ".midi"); err != nil {
		return err
	}
	if ext := strings.ToLower(filepath.Ext(f.WAV)); f.WAV != "" && ext != ".wav" && ext != ".flac" {
		return cli.Usagef("--wav %s: the name must end in .wav or .flac", f.WAV)
	}
	return nil
}

// playInputs are the files that chords may come from.
func (a *app) playInputs(s *job.PlaySpec) job.Inputs {
	in := job.Inputs{}
	if strings.EqualFold(filepath.Ext(s.Chords), ".csv") {
		in.Chart, s.Chords = a.File(s.Chords), ""
	}
	return in
}

// take writes a variation, its picture and its sound, and says so.
func (a *app) take(ctx context.Context, s *job.PlaySpec, t *job.Take) error {
	numbered := func(path string) string {
		if s.Variations == 1 || path == "" {
			return path
		}
		ext := filepath.Ext(path)
		return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), t.Variation+1, ext)
	}
	out := numbered(s.Files.Output)
	if err := a.WriteTo(out, t.WriteMIDI); err != nil {
		return err
	}
	if s.Files.Plot != "" {
		if err := a.drawRoll(numbered(s.Files.Plot), t.Result, t.Roll()); err != nil {
			return err
		}
	}
	if s.Files.WAV != "" {
		if err := a.render(ctx, numbered(s.Files.WAV), t.Result, s.Files.Font); err != nil {
			return err
		}
	}
	doc := t.Document()
	a.Say("wrote %s: %s, %d new notes, from %.1f s to %.1f s", out, count(doc.Bars, "bar"), doc.Notes, doc.From, doc.To)
	if err := a.showRoll(t.Continuation); err != nil {
		return err
	}
	if !s.Files.JSON {
		return nil
	}
	doc.File = out
	return a.writeJSON("", doc)
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
