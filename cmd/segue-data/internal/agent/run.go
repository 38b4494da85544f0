package agent

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music/roll"
)

// what an answer shows, so that it fits the reader's attention
const (
	shownRows  = 500 // lines of a table
	shownBytes = 1 << 20
)

// run does the job and puts its result into words, numbers and a picture.
func (w *answer) run(ctx context.Context, spec job.Spec, in job.Inputs, l job.Listener) error {
	switch s := spec.(type) {
	case *job.ForecastSpec:
		f, err := s.Run(ctx, in, l)
		if err != nil {
			return err
		}
		return w.forecast(f)
	case *job.BacktestSpec:
		b, err := s.Run(ctx, in, l)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := b.WriteTable(&text); err != nil {
			return err
		}
		w.value, w.text = b.Document(), text.String()
		w.say("these are errors on the past; the order of methods whose errors differ little may be chance")
		w.picture, err = b.Chart("png")
		return err
	case *job.AnomaliesSpec:
		a, err := s.Run(ctx, in, l)
		if err != nil {
			return err
		}
		if err := w.table(a.WriteCSV); err != nil {
			return err
		}
		shown := a.Lines[:min(len(a.Lines), shownRows)]
		w.value = map[string]any{"anomalies": shown, "count": len(a.Lines)}
		w.say(fmt.Sprintf("with an interval of %g%% about %.2g%% of ordinary values lie outside by chance", s.Level, 100-s.Level))
		return nil
	case *job.ContinueSpec:
		_, err := s.Run(ctx, in, l, w.take)
		return err
	case *job.ComposeSpec:
		_, err := s.Run(ctx, in, l, w.take)
		return err
	case *job.InspectSpec:
		i, err := s.Run(ctx, in)
		if err != nil {
			return err
		}
		w.value, w.text = i, i.Text
		w.say("this is a " + i.Kind)
		return nil
	}
	return fmt.Errorf("%T has no answer here", spec)
}

// forecast shows a forecast.
func (w *answer) forecast(f *job.Forecast) (err error) {
	if err := w.table(f.WriteCSV); err != nil {
		return err
	}
	doc := f.Document()
	all := len(doc.Forecast)
	doc.Forecast = doc.Forecast[:min(all, shownRows)]
	w.value = doc
	var levels []string
	for _, x := range f.Spec.Levels {
		levels = append(levels, fmt.Sprintf("%g%%", x))
	}
	if len(levels) > 0 {
		w.say("mean is the expected value; lo and hi are the intervals that should hold " + strings.Join(levels, " and ") + " of the values")
	}
	if doc.Check == nil && f.Backtest == nil {
		w.say("the history was too short to check this forecast on the past: treat it as a rough guess")
	}
	if f.Backtest != nil {
		var text strings.Builder
		if err := job.WriteScores(&text, f.Backtest); err != nil {
			return err
		}
		w.say("errors on the past:\n" + strings.TrimSpace(text.String()))
	}
	w.picture, err = f.Chart("png")
	return err
}

// table keeps a table as text: the first lines to show, all to save.
func (w *answer) table(write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	w.file, w.text = b.Bytes(), b.String()
	end := 0
	for range shownRows + 1 { // the header too
		i := strings.IndexByte(w.text[end:], '\n')
		if i < 0 || end+i >= shownBytes {
			break
		}
		end += i + 1
	}
	if left := strings.Count(w.text[end:], "\n"); left > 0 {
		w.text = w.text[:end]
		w.say(fmt.Sprintf("%d more lines are not shown: ask with save for a file with all of them", left))
	}
	return nil
}

// take shows the first variation and keeps the others as documents.
func (w *answer) take(t *job.Take) error {
	var b bytes.Buffer
	if err := t.WriteMIDI(&b); err != nil {
		return err
	}
	docs, _ := w.value.(map[string]any)
	if docs == nil {
		docs = map[string]any{"variations": []job.TakeDocument{}}
		w.midi, w.file = b.Bytes(), b.Bytes()
		picture, err := roll.Draw("png", t.Result, t.Roll())
		if err != nil {
			return err
		}
		w.picture = picture
	}
	list := append(docs["variations"].([]job.TakeDocument), t.Document())
	docs["variations"] = list
	w.value = docs
	w.say(fmt.Sprintf("variation %d: %d new bars with %d notes at %.0f quarter notes a minute", len(list), t.Bars, t.Notes, t.TempoAt(t.From)))
	return nil
}
