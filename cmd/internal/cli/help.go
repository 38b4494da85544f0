package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help prints what a command does and how it is called, in the given number of columns.
func help(w io.Writer, c *cobra.Command, columns int) {
	about := c.Long
	if about == "" {
		about = c.Short
	}
	for _, paragraph := range strings.Split(about, "\n\n") {
		if !strings.ContainsAny(paragraph, "\t") { // else lines to copy
			paragraph = wrap(paragraph, columns, 0)
		}
		fmt.Fprintf(w, "%s\n\n", strings.TrimRight(paragraph, "\n"))
	}
	usage(w, c, columns)
}

// wrap breaks text between words into lines of at most the given number of columns,
// indented from the second on.
func wrap(text string, columns, indent int) string {
	return fill(strings.Fields(text), columns, indent, indent, "")
}

// continued breaks a line of a shell before flags, so that it still can be copied.
func continued(line string, columns int) string {
	parts := strings.SplitAfter(line, " --")
	for i := range len(parts) - 1 { // a flag's dashes go with its name
		parts[i], parts[i+1] = strings.TrimSuffix(parts[i], " --"), "--"+parts[i+1]
	}
	return fill(parts, columns, 0, 6, ` \`)
}

// fill puts words into lines of so many columns. The first line begins at column used, the
// others are indented; all but the last end with tail.
func fill(words []string, columns, used, indent int, tail string) string {
	var b strings.Builder
	for i, word := range words {
		n := utf8.RuneCountInString(word)
		room := columns
		if i+1 < len(words) {
			room -= len(tail)
		}
		switch {
		case i > 0 && used+1+n > room:
			b.WriteString(tail + "\n" + strings.Repeat(" ", indent))
			used = indent
		case i > 0:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// usage prints how a command is called, for --help, in the given number of columns.
func usage(w io.Writer, c *cobra.Command, columns int) {
	fmt.Fprintln(w, "Usage:")
	if c.Runnable() {
		fmt.Fprintf(w, "  %s\n", c.UseLine())
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND\n", c.CommandPath())
	}
	if c.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n")
		for line := range strings.Lines(c.Example) {
			fmt.Fprintln(w, continued(strings.TrimRight(line, "\n"), columns))
		}
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nCommands:\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				indent := 3 + sub.NamePadding()
				fmt.Fprintf(w, "  %-*s %s\n", sub.NamePadding(), sub.Name(), wrap(sub.Short, columns, indent))
			}
		}
	}
	if c.HasAvailableLocalFlags() {
		headings, flags := groups(c.LocalFlags())
		for _, h := range headings {
			title := "Flags"
			if h != "" {
				title = h
			}
			fmt.Fprintf(w, "\n%s:\n%s", title, flagList(flags[h], columns))
		}
	}
	if c.HasAvailableInheritedFlags() {
		fmt.Fprintf(w, "\nFlags of all commands:\n%s", flagList(c.InheritedFlags(), columns))
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n`%s COMMAND --help` says more about a command.\n", c.CommandPath())
	}
}

// flagList describes flags; a switch stands without "[=true|false]".
func flagList(set *pflag.FlagSet, columns int) string {
	list := pflag.NewFlagSet("", pflag.ContinueOnError)
	list.SortFlags = false
	set.VisitAll(func(f *pflag.Flag) {
		shown := *f
		if f.Value.Type() == "bool" {
			shown.Value = onOff{f.Value}
		}
		if f.DefValue == "[]" {
			shown.DefValue = "" // an empty list is no default worth showing
		}
		list.AddFlag(&shown)
	})
	text := list.FlagUsagesWrapped(columns)
	return strings.TrimRight(text, " \n") + "\n"
}

// onOff hides from pflag's list that a switch may be given a value.
type onOff struct{ pflag.Value }
