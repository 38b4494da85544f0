package cli

import (
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// groupKey is the annotation of a flag that names the heading that lists it.
const groupKey = "segue_group"

// Flags gives a command a flag for every field that command lines have.
func (s *Shell) Flags(c *cobra.Command, set *field.Set) {
	c.PreRunE = func(*cobra.Command, []string) error {
		if f := set.Lookup("deterministic"); f != nil && s.Deterministic {
			return f.Set("true")
		}
		return nil
	}
	fl := c.Flags()
	for _, f := range set.At(field.Command) {
		flag := fl.VarPF(f, f.Name, f.Short, f.Usage())
		flag.Hidden = f.Hidden
		if f.Kind == field.Bool {
			flag.NoOptDefVal = "true"
		}
		s.complete(c, f)
		if f.Group != "" {
			flag.Annotations = map[string][]string{groupKey: {f.Group}}
		}
	}
}

// groups divides flags by their headings, in the order in which these first appear;
// flags without one come first.
func groups(set *pflag.FlagSet) (headings []string, flags map[string]*pflag.FlagSet) {
	flags = map[string]*pflag.FlagSet{}
	set.SortFlags = false
	set.VisitAll(func(f *pflag.Flag) {
		heading := ""
		if a := f.Annotations[groupKey]; len(a) > 0 {
			heading = a[0]
		}
		if flags[heading] == nil {
			flags[heading] = pflag.NewFlagSet("", pflag.ContinueOnError)
			if heading == "" {
				headings = append([]string{""}, headings...)
			} else {
				headings = append(headings, heading)
			}
		}
		flags[heading].AddFlag(f)
	})
	return headings, flags
}
