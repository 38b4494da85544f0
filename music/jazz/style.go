package jazz

import (
	"fmt"
	"math"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"gonum.org/v1/gonum/stat"
)

// styleTemper scales log likelihoods before they become probabilities, since the notes
// of a solo are not independent evidence of its style. It is the factor that maximises
// the likelihood of the true styles of the solos in the valid part of the Weimar Jazz
// Database.
const styleTemper = .2

// Styles returns the probability of each of the styles in the variable Styles: the first
// network scores the solo once per style, and Bayes' rule with equal priors turns the
// likelihoods into probabilities. The solo's own tags are ignored.
func (m *Model) Styles(s Solo) []float64 {
	logs := make([]float64, len(Styles))
	best := math.Inf(-1)
	for k := range logs {
		one := s
		one.Tags = NoTags()
		one.Tags.Style = k
		l := m.judge([]Solo{one})
		logs[k] = -styleTemper * l.Joint() * float64(l.Notes)
		best = max(best, logs[k])
	}
	var sum float64
	for k := range logs {
		logs[k] = math.Exp(logs[k] - best)
		sum += logs[k]
	}
	for k := range logs {
		logs[k] /= sum
	}
	return logs
}

// StylesOf is Styles for the solo line of a score, with the chords detected in it. part
// counts from 1; 0 means music.SoloPart.
func (m *Model) StylesOf(s *music.Score, part int) ([]float64, error) {
	if part == 0 {
		part = music.SoloPart(s)
	}
	if part == 0 {
		return nil, music.ErrNoNotes
	}
	t, err := m.take(s, Options{Part: part, Bars: 1})
	if err != nil {
		return nil, err
	}
	return m.Styles(Solo{Notes: t.solo.notes, Beats: quarters(t.solo.changes)}), nil
}

// quarters are the chords of changes by quarter note, as solos have them.
func quarters(c harmony.Changes) []harmony.Beat {
	var out []harmony.Beat
	for at := 0; at < c.Length(); at += music.Grid {
		out = append(out, harmony.Beat{Chord: c.At(at).Chord, InBar: c.Quarter(at)})
	}
	return out
}

// HearByStatistics returns the chords of a score up to a tick by the statistics of the
// training solos, and the certainty of each beat's from 0 to 1: what package hear is
// measured against.
func (m *Model) HearByStatistics(s *music.Score, end music.Tick) (harmony.Changes, []float64) {
	return m.statistics().Hear(s, end)
}

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

// LossOf is the first network's loss on the solo line of a score, with the chords detected
// in it. part counts from 1; 0 means music.SoloPart.
func (m *Model) LossOf(s *music.Score, part int) (Loss, error) {
	if part == 0 {
		part = music.SoloPart(s)
	}
	if part == 0 {
		return Loss{}, music.ErrNoNotes
	}
	t, err := m.take(s, Options{Part: part, Bars: 1})
	if err != nil {
		return Loss{}, err
	}
	return m.judge([]Solo{{Tags: NoTags(), Notes: t.solo.notes, Beats: quarters(t.solo.changes)}}), nil
}

// Kinship is how often continuations are more like their own seeds than like those of other
// solos: the share of pairs, .5 by chance. Seeds and continuations are the same solos in the
// same order; what is compared are the means of the measures in their first eight bars and
// in windows of eight bars, in standard deviations of the seeds.
func Kinship(seeds, continuations []Solo) float64 {
	profile := func(s Solo) []float64 {
		out := make([]float64, len(features))
		m := averageMeasures(windows(s))
		for i, f := range features {
			out[i] = f.of(m)
		}
		return out
	}
	var from, to [][]float64
	for i := range seeds {
		from, to = append(from, profile(seeds[i])), append(to, profile(continuations[i]))
	}
	unit := make([]float64, len(features))
	for k := range unit {
		var column []float64
		for _, p := range from {
			column = append(column, p[k])
		}
		unit[k] = max(1e-3, stat.StdDev(known(column), nil))
	}
	distance := func(a, b []float64) (d float64) {
		for k := range a {
			if x := math.Abs(a[k]-b[k]) / unit[k]; !math.IsNaN(x) {
				d += x
			}
		}
		return d
	}
	nearer, pairs := 0., 0.
	for i := range to {
		own := distance(to[i], from[i])
		for j := range from {
			if seeds[j].ID == seeds[i].ID {
				continue
			}
			pairs++
			if other := distance(to[i], from[j]); own < other {
				nearer++
			} else if own == other {
				nearer += .5
			}
		}
	}
	return nearer / max(pairs, 1)
}
