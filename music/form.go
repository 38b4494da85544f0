package music

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/segue-go/segue/music/internal/sample"
)

// A piece in sections comes back to what it began with. Where the seed is a song or a rag,
// its sections are found by comparing blocks of bars, what usually follows them is
// looked up, and a section that returns is played again up to a new ending; the network
// reads it and plays on from there. Sections that are new are drawn freely.

// form is what is known of the sections of a line: blocks of the same number of bars.
type form struct {
	bars    int   // of a section
	bar     int   // steps of a bar
	first   int   // the step where the first full bar begins
	upbeat  int   // steps by which sections begin before their bar line
	labels  []int // of the sections, 0 for the first and all that are like it
	partial int   // bars of the last section that the seed has, if it is not whole; it has a label, too
}

// likeness of two sections from which the second is the first again.
const likeness = .5

// NoSections asks for music without sections that return, see Options.Sections.
const NoSections = "none"

// barNotes are the pitches and places of the notes of a bar.
type barNotes map[[2]int]bool

// form finds the sections of a line up to a step; nil if it has fewer than four whole
// bars or several meters. preferred is the usual length of a section in bars.
func (l *Line) form(to, preferred int) *form {
	if len(l.Notes) == 0 {
		return nil
	}
	for i, m := range l.score.Meters {
		if i > 0 && (m.Num != l.score.Meters[0].Num || m.Den != l.score.Meters[0].Den) {
			return nil
		}
	}
	f := &form{bar: l.BarLength(0)}
	if f.bar <= 0 {
		return nil
	}
	begin := l.Notes[0].At
	f.first = begin / f.bar * f.bar
	if into := begin - f.first; 2*into >= f.bar { // an upbeat
		f.first += f.bar
		f.upbeat = f.first - begin
	}
	n := (to - f.first) / f.bar
	if n < 4 {
		return nil
	}
	bars := make([]barNotes, n)
	for _, x := range l.Notes {
		k := (x.At - f.first) / f.bar
		if x.At < f.first || k >= n || l.Parts[x.Voice].Drums() {
			continue
		}
		if bars[k] == nil {
			bars[k] = barNotes{}
		}
		bars[k][[2]int{(x.At - f.first) % f.bar, x.Pitch}] = true
	}
	lengths := []int{preferred, 8, 16, 12, 4}
	if preferred == 16 {
		lengths = lengths[:2] // four bars are a phrase of a strain
	}
	for _, f.bars = range lengths {
		if f.label(bars); returns(f.labels[:f.sure()]) {
			return f
		}
	}
	// nothing returns
	f.bars = preferred
	switch {
	case n == 12:
		f.bars = 12
	case n < preferred:
		f.bars = 8
	}
	if n < f.bars {
		f.bars = 4
	}
	f.label(bars)
	return f
}

// sure is the number of sections of which the seed has at least half.
func (f *form) sure() int {
	if 2*f.partial < f.bars && f.partial > 0 {
		return len(f.labels) - 1
	}
	return len(f.labels)
}

// returns reports whether a label occurs twice.
func returns(labels []int) bool {
	seen := map[int]bool{}
	for _, x := range labels {
		if seen[x] {
			return true
		}
		seen[x] = true
	}
	return false
}

// label names the sections: like an earlier one that its first three quarters repeat.
func (f *form) label(bars []barNotes) {
	f.labels, f.partial = f.labels[:0], len(bars)%f.bars
	next := 0
	for at := 0; at < len(bars); at += f.bars {
		n := min(f.bars-f.ending(), len(bars)-at)
		label, best := next, likeness
		for k := range f.labels {
			if s := alike(bars[k*f.bars:k*f.bars+n], bars[at:at+n]); s >= best && (n > 1 || f.bars == 1) {
				label, best = f.labels[k], s
				break
			}
		}
		if label == next {
			next++
		}
		f.labels = append(f.labels, label)
	}
	if len(f.labels) == 0 {
		f.labels = append(f.labels, 0)
	}
}

// ending is the number of bars at the end of a section that need not return.
func (f *form) ending() int { return max(1, f.bars/4) }

// alike is the share of the notes of two lists of bars that are in both, at the same
// place of the same bar.
func alike(a, b []barNotes) float64 {
	same, all := 0, 0
	for i := range a {
		all += len(a[i]) + len(b[i])
		for n := range a[i] {
			if b[i][n] {
				same += 2
			}
		}
	}
	return float64(same) / float64(max(all, 1))
}

// next is the label of the section that usually follows: the likeliest in the songs of the
// training fold of package style, of which the commonest are ABAC and AABA; after four
// sections they begin again. A rag that repeats its first strain repeats the others.
func (f *form) next(style string) int {
	n, fresh := len(f.labels), slices.Max(f.labels)+1
	if style == ragtime && n > 1 && f.labels[1] == 0 {
		const strains = "AABBACCDD"
		return min(int(strains[n%len(strains)]-'A'), fresh)
	}
	switch letters(f.labels) {
	case "A", "AA", "AAA", "ABA":
		return fresh
	case "AB", "AAB", "ABB", "ABC":
		return 0
	}
	return f.labels[n%4]
}

// span is a stretch of new music in steps.
type span struct {
	from, to int
	source   int  // the music from here on comes again; negative: it is drawn
	fresh    bool // a section begins that was not there before
}

// plan is what the new bars from one step to another are made of: sections by their
// letters (see Options.Sections) or, without any, those that usually follow.
func (f *form) plan(from, to int, asked, style string) (out []span) {
	size := f.bars * f.bar
	start := func(k int) int { return f.first - f.upbeat + k*size }
	before := len(f.labels)
	whole := before
	if f.partial > 0 {
		whole--
	}
	for k, i := whole, 0; start(k) < to; k++ {
		switch {
		case k < len(f.labels): // the seed has begun it
		case asked == "":
			f.labels = append(f.labels, f.next(style))
		default:
			f.labels = append(f.labels, int(asked[i%len(asked)]-'A'))
			i++
		}
		a, b := max(start(k), from), min(start(k+1), to)
		if j := slices.Index(f.labels[:k], f.labels[k]); j >= 0 {
			if again := min(start(k+1)-f.ending()*f.bar, to-f.bar); again > a {
				out = append(out, span{from: a, to: again, source: a - (k-j)*size})
				a = again
			}
		}
		if a < b {
			out = append(out, span{from: a, to: b, source: -1, fresh: k >= before && !slices.Contains(f.labels[:k], f.labels[k])})
		}
	}
	return out
}

// spans are what new bars are made of: new altogether, if the style has no sections or the
// seed none that could return. said tells people about sections.
func (o Options) spans(l *Line, from, to int) (out []span, said string) {
	free := []span{{from: from, to: to, source: -1}}
	preferred := 8
	if o.Style == ragtime {
		preferred = 16
	}
	if o.Sections == NoSections || o.Sections == "" && o.Style != song && o.Style != ragtime {
		return free, ""
	}
	f := l.form(from, preferred)
	if f == nil {
		if o.Sections != "" {
			return free, "the seed is too short for sections, or changes its meter: the new bars have none"
		}
		return free, ""
	}
	before := len(f.labels)
	known := letters(f.labels)
	out = f.plan(from, to, o.Sections, o.Style)
	if !slices.ContainsFunc(out, func(s span) bool { return s.source >= 0 }) {
		return free, ""
	}
	if f.partial > 0 {
		return out, fmt.Sprintf("the seed's sections of %d bars are %s, the last of them not whole; the new bars end it and go on with %s", f.bars, known, letters(f.labels[before:]))
	}
	return out, fmt.Sprintf("the seed's sections of %d bars are %s; the new bars go on with %s", f.bars, known, letters(f.labels[before:]))
}

// draw makes the notes of spans.
func (s *sampler) draw(ctx context.Context, spans []span) ([]LineNote, error) {
	var notes []LineNote
	to := spans[len(spans)-1].to
	for _, x := range spans {
		if x.fresh {
			s.reader.forget()
		}
		if x.source < 0 {
			more, err := sample.Continue(ctx, s, x.from, x.to)
			if err != nil {
				return nil, err
			}
			notes = append(notes, more...)
			continue
		}
		shift := x.from - x.source
		for _, n := range slices.Concat(s.line.Notes, notes) {
			if n.At < x.source || n.At >= x.to-shift || !s.voices[n.Voice] {
				continue
			}
			n.At += shift
			n.Dur = min(n.Dur, to-n.At)
			s.Read()
			s.Advance(n)
			notes = append(notes, n)
		}
	}
	return notes, nil
}

// letters are the labels as people write them.
func letters(labels []int) string {
	var b strings.Builder
	for _, x := range labels {
		b.WriteByte(byte('A' + x%26))
	}
	return b.String()
}
