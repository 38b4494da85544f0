package jazz

import (
	"fmt"
	"strings"
)

// Describe says in English what was understood.
func (p Prompt) Describe() string {
	var out []string
	name := func(what string, list []string, i int) {
		if i >= 0 {
			out = append(out, what+" "+strings.ToLower(list[i]))
		}
	}
	grades := []string{"very low", "low", "middling", "high", "very high"}
	name("style", Styles, p.Tags.Style)
	name("feel", Feels, p.Tags.Feel)
	switch {
	case p.Swing == 1:
		out = append(out, "straight eighths")
	case p.Swing > 1:
		out = append(out, "shuffle")
	}
	name("tempo", TempoNames, p.Tags.Tempo)
	if i, ok := withProgram(p.Program); ok {
		out = append(out, "instrument "+i.name())
	}
	if p.Form != "" {
		out = append(out, "form "+p.Form)
	}
	name("tonality", Tonalities, p.Tags.Tonality)
	name("density", grades, p.Tags.Density)
	name("register", grades, p.Tags.Register)
	name("leaps", grades, p.Tags.Leaps)
	name("legato", grades, p.Tags.Touch)
	switch {
	case p.Level > 80:
		out = append(out, "loud")
	case p.Level > 0 && p.Level < 80:
		out = append(out, "quiet")
	}
	if p.Meter.Num > 0 {
		out = append(out, fmt.Sprintf("%d/%d", p.Meter.Num, p.Meter.Den))
	}
	if p.Tempo > 0 {
		out = append(out, fmt.Sprintf("%.0f quarter notes a minute", p.Tempo))
	}
	if p.Bars > 0 {
		out = append(out, fmt.Sprintf("%d bars", p.Bars))
	}
	if p.Choruses > 0 {
		out = append(out, fmt.Sprintf("%d times the form", p.Choruses))
	}
	if p.Key.Known {
		out = append(out, p.Key.String())
	} else {
		name("mode", Modes, p.Tags.Mode)
	}
	for _, role := range p.Without {
		out = append(out, "no "+role)
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}
