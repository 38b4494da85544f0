package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/keep"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/beat"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
)

// InspectSpec asks for a description of a file. NewInspect makes one with the defaults.
type InspectSpec struct {
	SeriesSpec
	Style  bool
	fields field.Set
}

// NewInspect makes a specification with the defaults.
func NewInspect() *InspectSpec {
	s := &InspectSpec{}
	s.Bind(&s.fields)
	s.fields.Bool(&s.Style, field.Field{Name: "style", Help: "classify the style of a jazz solo in a MIDI file, with the jazz network"})
	return s
}

// Fields is the list of options.
func (s *InspectSpec) Fields() *field.Set { return &s.fields }

// Inspection is the result of an InspectSpec.
type Inspection struct {
	Kind string `json:"kind"` // "table", "music" or "model"
	Text string `json:"text"` // lines of a name and what is said of it
}

// Run reads the file and describes it. Remarks are part of the result.
func (s *InspectSpec) Run(_ context.Context, in Inputs) (*Inspection, error) {
	data, err := in.Main.read(mostModel)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	out := &Inspection{}
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.Contains(head, []byte("MThd")):
		out.Kind, err = "music", inspectMIDI(&buf, data, s.Style)
	case s.Style:
		err = &Problem{"{style} is for music, and this is not a MIDI file", ErrOption}
	case keep.Is(head):
		out.Kind, err = "model", inspectKept(&buf, data)
	case len(data) > 9 && data[8] == '{' && bytes.IndexByte(data[:8], 0) >= 0:
		out.Kind, err = "model", inspectModel(&buf, data)
	default:
		var t *table.Table
		if t, err = s.Read(Bytes("", data), Listener{}); err == nil {
			out.Kind = "table"
			inspectTable(&buf, t)
		}
	}
	out.Text = buf.String()
	return out, in.Main.fail(err)
}

// Answer runs the job for a request.
func (s *InspectSpec) Answer(ctx context.Context, in Inputs, _ Listener) (any, error) {
	return s.Run(ctx, in)
}

func inspectTable(w io.Writer, t *table.Table) {
	fmt.Fprintf(w, "table of series\n")
	for _, c := range [][2]string{{"id", t.ID}, {"time", t.Time}, {"value", t.Value}} {
		if c[1] != "" {
			fmt.Fprintf(w, "%-10s column %q\n", c[0], c[1])
		}
	}
	fmt.Fprintf(w, "series     %d\n", len(t.Series))
	if fr := t.Series[0].Freq; fr.Unit != forecast.None {
		fmt.Fprintf(w, "frequency  %s, usual season %d\n", fr, fr.Season())
	} else {
		fmt.Fprintf(w, "frequency  none; detected season: %d\n", forecast.DetectSeason(t.Series))
	}
	const most = 10
	for i, s := range t.Series {
		if i == most {
			fmt.Fprintf(w, "           and %d more\n", len(t.Series)-most)
			break
		}
		lo, hi := "", ""
		if s.Freq.Unit != forecast.None {
			lo, hi = t.Layout.Format(s.Time(0)), " to "+t.Layout.Format(s.Time(len(s.Values)-1))
		}
		name := "           " // a series alone has no name
		if s.ID != "" || len(t.Series) > 1 {
			name = fmt.Sprintf("  %-16q ", s.ID)
		}
		fmt.Fprintf(w, "%s%d steps, %d missing  %s%s\n", name, len(s.Values), len(s.Values)-s.Known(), lo, hi)
	}
	for _, n := range t.Notes {
		fmt.Fprintf(w, "note       %s\n", n)
	}
}

func inspectMIDI(w io.Writer, data []byte, style bool) error {
	s, repairs, err := music.ReadMIDI(data)
	if err != nil {
		return err
	}
	end := s.End()
	m := s.MeterAt(0)
	fmt.Fprintf(w, "music\nlength     %.1f s, %d notes, %d ticks per quarter note\n", s.Seconds(end), s.Notes(), s.Resolution)
	fmt.Fprintf(w, "tempo      %.1f quarter notes a minute at the start, %.1f at the end, %d changes\n", s.TempoAt(0), s.TempoAt(end), len(s.Tempos)-1)
	fmt.Fprintf(w, "meter      %d/%d at the start, %d changes\n", m.Num, m.Den, len(s.Meters)-1)
	if tracked, b, ok := beat.Track(s); ok {
		how := "played freely, not to the file's tempo"
		if s.Beatless {
			how = "not told by the file"
		}
		fmt.Fprintf(w, "beats      %s: %s\n", how, inBeats(b))
		s = tracked
	}
	if l, err := music.NewLine(s, -1); err == nil {
		fmt.Fprintf(w, "swing      %.2f : 1\n", l.Swing)
	}
	for i, p := range s.Parts() {
		program := "no program"
		switch {
		case p.Drums():
			program = "drums"
		case p.Program >= 0:
			program = fmt.Sprintf("program %d", p.Program+1)
		}
		fmt.Fprintf(w, "part %-5d %s, %s, %d notes\n", i+1, p, program, p.Notes)
	}
	if err := inspectHarmony(w, s); err != nil {
		return err
	}
	for _, r := range repairs {
		fmt.Fprintf(w, "repaired   %s\n", r)
	}
	if style {
		return inspectStyle(w, s)
	}
	return nil
}

// inBeats says what was found in music that is played freely.
func inBeats(b beat.Beats) string {
	return fmt.Sprintf("%d beats were tracked, about %.0f a minute, %d in a bar", len(b.Times), b.Tempo, b.Meter)
}

// inspectHarmony tells the key and the chords that are heard, eight bars on a line.
func inspectHarmony(w io.Writer, s *music.Score) error {
	m, err := hear.Pretrained()
	if err != nil {
		return err
	}
	h := m.Hear(s, s.NextBar(s.End()))
	if !h.Key.Known {
		return nil
	}
	blues := ""
	if h.Blues {
		blues = ", a blues"
	}
	fmt.Fprintf(w, "key        %s (%.0f%%)%s\n", h.Key, 100*h.KeySure, blues)
	if h.Form > 0 {
		fmt.Fprintf(w, "form       the chords repeat every %d bars\n", h.Form)
	}
	chords := barChords(h)
	for from := 0; from < min(len(chords), inspectedBars); from += shownChords {
		line := chords[from:min(from+shownChords, len(chords), inspectedBars)]
		fmt.Fprintf(w, "bar %-6d %s\n", line[0].Bar, wordsOf(line))
	}
	if more := len(chords) - inspectedBars; more > 0 {
		fmt.Fprintf(w, "           and %d bars more\n", more)
	}
	return nil
}

// inspectedBars is how many bars of chords a description has at most.
const inspectedBars = 64

// inspectStyle lists the styles that a solo may be in, the likeliest first.
func inspectStyle(w io.Writer, s *music.Score) error {
	m, err := jazz.Pretrained()
	if err != nil {
		return err
	}
	p, err := m.StylesOf(s, 0)
	if errors.Is(err, music.ErrNoNotes) {
		return errors.New("there is no solo line to classify")
	}
	if err != nil {
		return err
	}
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return p[order[i]] > p[order[j]] })
	for _, k := range order {
		if p[k] >= .01 {
			fmt.Fprintf(w, "style      %-12s %3.0f%%\n", strings.ToLower(jazz.Styles[k]), 100*p[k])
		}
	}
	return nil
}

// inspectKept describes a model of package keep.
func inspectKept(w io.Writer, data []byte) error {
	k, err := decodeKept(data)
	if err != nil {
		return err
	}
	task := k.Model.Task()
	fmt.Fprintf(w, "model of segue fit: %s\nfitted for  a horizon of %d and a season of %d\n", k.Model.Method().Name(), task.Horizon, task.Season)
	if m, ok := k.Model.Kept().(forecast.Weighted); ok {
		for _, x := range m.Weights() {
			fmt.Fprintf(w, "weight     %.2f %s\n", x.Weight, x.Method)
		}
	}
	if m, ok := k.Model.Kept().(regress.Affected); ok {
		for _, e := range m.Effects() {
			fmt.Fprintf(w, "%s\n", effect(e))
		}
	}
	inspectTable(w, k.Table)
	for _, n := range k.Model.Notes() {
		fmt.Fprintf(w, "note       %s\n", n)
	}
	return nil
}

func inspectModel(w io.Writer, data []byte) error {
	kind := "network"
	var nets []*seq.Net
	var meta map[string]string
	if _, horizon, season, err := neural.Decode(data); err == nil {
		kind = fmt.Sprintf("forecast model for a horizon of %d and a season of %d", horizon, season)
		nets, meta, err = neural.Networks(data)
		if err != nil {
			return err
		}
	} else {
		if nets, meta, err = seq.Decode(data); err != nil {
			return err
		}
		if _, err := music.DecodeModel(data); err == nil {
			kind = "music model"
		}
	}
	fmt.Fprintln(w, kind)
	for i, n := range nets {
		c := n.Config()
		fmt.Fprintf(w, "network %d  %d×%s of %d, %d parameters\n", i+1, c.Layers, strings.ToUpper(string(c.Cell)), c.Hidden, len(n.Flat()))
		for _, p := range n.Params() {
			fmt.Fprintf(w, "  %-36s %v\n", p.Name, p.Shape)
		}
	}
	var keys []string
	for k := range meta {
		if !strings.HasSuffix(k, "segue.config") {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		v := meta[k]
		if len(v) > 200 {
			v = fmt.Sprintf("%s... (%d characters)", v[:40], len(v))
		}
		fmt.Fprintf(w, "meta       %s = %s\n", k, v)
	}
	return nil
}
