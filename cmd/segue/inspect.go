package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

func (a *app) inspectCommand() *cobra.Command {
	f := &seriesFlags{}
	style := false
	c := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Say what a CSV, MIDI or model file holds",
		Example: `  segue inspect sales.csv
  segue inspect seed.mid --style
  segue inspect model.safetensors`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.inspect(args[0], f, style) },
	}
	f.register(a, c.Flags())
	c.Flags().BoolVar(&style, "style", false, "say what style of jazz a solo in a MIDI file is in, as the jazz network hears it")
	return c
}

func (a *app) inspect(path string, f *seriesFlags, style bool) error {
	data, err := a.Read(path, 1<<30)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.Contains(head, []byte("MThd")):
		err = inspectMIDI(&buf, data, style)
	case style:
		err = errors.New("--style is about music, and this is no MIDI file")
	case len(data) > 9 && data[8] == '{' && bytes.IndexByte(data[:8], 0) >= 0:
		err = inspectModel(&buf, data)
	default:
		a.In = bytes.NewReader(data)
		if _, err := f.task(); err != nil {
			return err
		}
		var t *table.Table
		a.Quiet = true // the notes are part of the result
		if t, err = a.table("-", f); err == nil {
			inspectTable(&buf, t)
		} else {
			err = errors.New(strings.TrimPrefix(job.Message(err), "-: "))
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return a.Write("", buf.Bytes())
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
		fmt.Fprintf(w, "frequency  none; season found: %d\n", forecast.DetectSeason(t.Series))
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
		fmt.Fprintf(w, "  %-16q %d steps, %d missing  %s%s\n", s.ID, len(s.Values), len(s.Values)-s.Known(), lo, hi)
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
	for _, r := range repairs {
		fmt.Fprintf(w, "repaired   %s\n", r)
	}
	if style {
		return inspectStyle(w, s)
	}
	return nil
}

// inspectStyle lists the styles that a solo may be in, the likeliest first.
func inspectStyle(w io.Writer, s *music.Score) error {
	m, err := jazz.Pretrained()
	if err != nil {
		return err
	}
	p, err := m.StylesOf(s, 0)
	if errors.Is(err, music.ErrNoNotes) {
		return errors.New("there is no solo line whose style could be told")
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
