package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

// version is set by the linker in release builds.
var version = "0.1.0-dev"

// build identifies the program.
type build struct {
	Program  string `json:"program"`
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"` // "" where the build does not know it
	Modified bool   `json:"modified"`         // the commit's files were changed
	Go       string `json:"go"`
	Platform string `json:"platform"` // operating system/architecture
	Tier     string `json:"tier"`     // instructions that networks are computed with on this machine
}

func buildOf(program string, tier seq.Tier) build {
	b := build{Program: program, Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Tier: string(tier.Actual())}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	return b
}

// versionCommand prints which program this is.
func (s *Shell) versionCommand() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what networks are computed with",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b := buildOf(c.Root().Name(), s.Tier())
			if asJSON {
				return s.WriteJSON(b)
			}
			_, err := fmt.Fprintf(s.Out, "%s %s, %s, %s, tier %s\n", b.Program, b.Version, b.Go, b.Platform, b.Tier)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with the commit")
	return c
}

// Version is the program's.
func Version() string { return version }
