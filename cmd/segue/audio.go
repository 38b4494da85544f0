package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/roll"
	"github.com/segue-go/segue/music/sound"
	"github.com/spf13/cobra"
)

// fontFolders are where systems keep SoundFonts.
var fontFolders = []string{"/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts", "/Library/Audio/Sounds/Banks", "~/Library/Audio/Sounds/Banks", "~/.local/share/soundfonts", `C:\soundfonts`}

// findFont is the first SoundFont of the system, "" if there is none.
func findFont() string {
	home, _ := os.UserHomeDir()
	for _, dir := range fontFolders {
		found, _ := filepath.Glob(filepath.Join(strings.Replace(dir, "~", home, 1), "*.sf2"))
		if len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

// font is the bank that is asked for as an input; none is the built-in synthesiser.
func (a *app) font(path string) job.Input {
	if path == "auto" {
		if path = findFont(); path != "" {
			a.Say("sound of %s", path)
		}
	}
	if path == "none" {
		path = ""
	}
	return a.File(path)
}

// render writes music as sound.
func (a *app) render(ctx context.Context, path string, s *music.Score, font string) error {
	audio, err := job.Render(ctx, s, job.Inputs{Font: a.font(font)})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	a.Say("%s: %.0f s, %.1f LUFS, true peak %.1f dB", path, audio.Seconds(), audio.Loudness(), audio.Peak())
	write := sound.WriteWAV
	if strings.EqualFold(filepath.Ext(path), ".flac") {
		write = sound.WriteFLAC
	}
	return a.WriteTo(path, func(w io.Writer) error { return write(w, audio) })
}

// score reads a MIDI file.
func (a *app) score(path string) (*music.Score, error) {
	return job.ReadScore(a.File(path), job.Listener{Note: a.Remark})
}

func (a *app) renderCommand() *cobra.Command {
	var fields field.Set
	var out, font string
	var mute []string
	fields.Text(&out, "", field.Field{Name: "output", Short: "o", Help: "file to write (required)"})
	job.BindFont(&fields, &font)
	job.BindMute(&fields, &mute)
	c := &cobra.Command{
		Use:   "render FILE.mid -o FILE",
		Short: "Render a MIDI file as sound or as a picture",
		Long: `Render a MIDI file as sound (.wav, .flac) or as a picture of its piano roll (.svg,
.png). The extension of the output file decides which.`,
		Example: `  segue render tune.mid -o tune.wav
  segue render tune.mid -o tune.flac --soundfont auto
  segue render band.mid -o no-solo.wav --mute solo
  segue render tune.mid -o tune.png`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := a.score(args[0])
			if err != nil {
				return err
			}
			if s, err = job.Muted(s, mute); err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			switch strings.ToLower(filepath.Ext(out)) {
			case ".wav", ".flac":
				return a.render(c.Context(), out, s, font)
			case ".svg", ".png":
				return a.drawRoll(out, s, roll.Options{Title: filepath.Base(args[0])})
			}
			return cli.Usagef("say what to write with -o FILE.wav, .flac, .svg or .png")
		},
	}
	a.Flags(c, &fields)
	return c
}

// players are programs that play a WAV file and come with systems, and how they
// are called.
var players = [][]string{
	{"pw-play"}, {"paplay"}, {"aplay", "-q"}, {"afplay"}, {"ffplay", "-nodisp", "-autoexit", "-loglevel", "error"}, {"play", "-q"}, {"mpv", "--really-quiet"},
}

func (a *app) playCommand() *cobra.Command {
	var fields field.Set
	var player, font string
	fields.Text(&player, "", field.Field{Name: "player", Help: "`COMMAND` that plays a WAV file", Unset: "the first of the system's that is found"})
	job.BindFont(&fields, &font)
	c := &cobra.Command{
		Use:   "play FILE.mid",
		Short: "Play a MIDI file",
		Long: `Render a MIDI file and play it with the first of these programs that is installed:
pw-play, paplay, aplay, afplay, ffplay, play or mpv.`,
		Example: `  segue play out.mid
  segue play out.mid --soundfont grand.sf2 --player "aplay -D hw:1"`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return a.play(c.Context(), args[0], player, font) },
	}
	a.Flags(c, &fields)
	return c
}

func (a *app) play(ctx context.Context, path, player, font string) error {
	s, err := a.score(path)
	if err != nil {
		return err
	}
	command := strings.Fields(player)
	for _, p := range players {
		if _, err := exec.LookPath(p[0]); err == nil && len(command) == 0 {
			command = p
		}
	}
	if len(command) == 0 && runtime.GOOS == "windows" {
		command = []string{"powershell", "-NoProfile", "-Command", "(New-Object Media.SoundPlayer $args[0]).PlaySync()"}
	}
	if len(command) == 0 {
		return errors.New("there is no program that plays sound (aplay, paplay, ffplay, ...): name one with --player, or write a file with segue render")
	}
	dir, err := os.MkdirTemp("", "segue-play")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	wav := filepath.Join(dir, "music.wav")
	if err := a.render(ctx, wav, s, font); err != nil {
		return err
	}
	a.Say("playing %s with %s: %.0f s", path, command[0], s.Seconds(s.End()))
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], wav)...)
	cmd.Stdout, cmd.Stderr = io.Discard, a.Err
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w", command[0], err)
	}
	return nil
}
