package cli

import (
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/spf13/cobra"
)

// complete offers a shell the values of a field's flag: its choices, or what Offer knows
// of it; otherwise the names of files.
func (s *Shell) complete(c *cobra.Command, f *field.Field) {
	_ = c.RegisterFlagCompletionFunc(f.Name, func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		values := f.Choices
		if len(values) == 0 && s.Offer != nil {
			values = s.Offer(f.Name, args)
		}
		if values == nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		before := ""
		if i := strings.LastIndexByte(typed, ','); f.Kind == field.List && i >= 0 {
			before = typed[:i+1]
		}
		var out []string
		for _, v := range values {
			if strings.HasPrefix(before+v, typed) {
				out = append(out, before+v)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
}
