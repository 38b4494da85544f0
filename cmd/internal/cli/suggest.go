package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownCommand detects a command name that a group of commands does not have; cobra would print the group's help and report success.
func unknownCommand(root *cobra.Command, args []string) error {
	c, rest, err := root.Find(args)
	if err != nil || c == root || c.Runnable() {
		return nil // cobra's error is as good
	}
	for _, arg := range rest {
		switch {
		case arg == "--":
			return nil
		case !strings.HasPrefix(arg, "-"):
			return &nameError{c, arg}
		}
	}
	return nil
}

// nameError is the name of a command that group does not have.
type nameError struct {
	group *cobra.Command
	name  string
}

func (e *nameError) Error() string {
	return fmt.Sprintf("unknown command %q for %q", e.name, e.group.CommandPath())
}

// Exactly wants n arguments, and names them where there are others.
func Exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		got := "no argument"
		if len(args) > 0 {
			got = fmt.Sprintf("%q", args)
		}
		return fmt.Errorf("want %s, got %s", strings.TrimSuffix(c.UseLine(), " [flags]"), got)
	}
}

// usageHint is the hint for a faulty command line that reached command c: the probable
// name, or where to read more.
func usageHint(c *cobra.Command, args []string, err error) string {
	name, flag := (*nameError)(nil), (*pflag.NotExistError)(nil)
	var meant []string
	switch {
	case errors.As(err, &name):
		c = name.group
		meant = commandsLike(c, name.name)
	case errors.As(err, &flag):
		meant = flagsLike(c, flag)
	case !c.HasParent() && !c.Runnable():
		if _, rest, ferr := c.Find(args); ferr != nil && len(rest) > 0 {
			meant = commandsLike(c, rest[0])
		}
	}
	if len(meant) > 0 {
		return "did you mean " + strings.Join(meant, " or ") + "?"
	}
	return fmt.Sprintf("run `%s --help`", c.CommandPath())
}

func commandsLike(group *cobra.Command, name string) []string {
	group.SuggestionsMinimumDistance = 2
	var found []string
	for _, s := range group.SuggestionsFor(name) {
		found = append(found, "`"+group.CommandPath()+" "+s+"`")
	}
	return found
}

// elsewhere are flags by the names that other programs have for them.
var elsewhere = map[string]string{
	"port": "listen", "host": "listen", "address": "listen", "bind": "listen",
	"steps": "horizon", "periods": "horizon", "fh": "horizon",
	"target": "value", "column": "value", "date": "time", "ds": "time", "unique-id": "id",
	"alpha": "levels", "interval": "levels", "model-name": "method", "output": "out", "text": "prompt",
}

// flagsLike gives the flags of c whose names are nearest to the one that does not
// exist, at most two letters away (one, if it is short), or begin with it, or mean the
// same. A long name behind one dash is read by pflag as shorthands.
func flagsLike(c *cobra.Command, e *pflag.NotExistError) []string {
	name := e.GetSpecifiedName()
	if s := e.GetSpecifiedShortnames(); s != "" {
		if name = s; len(s) < 2 {
			return nil
		}
	}
	if same := c.Flags().Lookup(elsewhere[name]); same != nil {
		return []string{"--" + same.Name}
	}
	furthest := 2
	if len(name) < 5 {
		furthest = 1
	}
	best := furthest + 1
	var found []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		d := distance(name, f.Name)
		if strings.HasPrefix(f.Name, name) {
			d = min(d, furthest)
		}
		if d < best {
			best, found = d, nil
		}
		if d == best && d <= furthest {
			found = append(found, "--"+f.Name)
		}
	})
	return found
}

// distance is the number of letters to insert, delete or change that turns a into b
// (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
