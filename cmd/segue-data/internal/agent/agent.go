// Package agent offers segue's jobs to language models over the Model Context Protocol:
// a tool per job, whose arguments are the options of the HTTP interface and the data, as
// a file's name or inline. A tool answers with a sentence that says what was done and how
// far it can be trusted, with numbers, and with a picture.
//
//	server, err := agent.New(agent.Options{Root: "."})
//	err = server.Run(ctx, &mcp.StdioTransport{})
//
// The limits on size, time and memory are those of package web. Files are read, and
// written where a tool is asked to save its result, below one folder only; a file that
// exists is never overwritten.
package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/web"
)

// Options bound what a server does. Zero fields mean the default.
type Options struct {
	Root     string      // folder of the files that tools may name, default the working directory
	Portable bool        // networks compute in the portable tier
	Version  string      // that the server tells
	Limits   web.Options // Body, Work, Memory and Workers are used
}

// tools are the jobs that are offered, and what their data are.
var tools = []struct{ job, about string }{
	{"forecast", "Forecast the series of a table: means and prediction intervals, with a plot. Columns, dates, frequency and season are inferred. Pass on what the answer says of the error on the past."},
	{"backtest", "Compare forecasting methods on the past of a table's series: errors per method at rolling origins. Use it before trusting a forecast."},
	{"anomalies", "Find the values of a table that lie outside the interval that their past predicts."},
	{"continue", "Continue the music of a MIDI file: new bars in the same tempo, meter and instruments."},
	{"compose", "Make music from words (prompt) or chords."},
	{"inspect", "Describe a table, a MIDI file or a model: columns, frequency, gaps; key, meter, parts."},
}

type server struct {
	opt   Options
	root  *os.Root
	turns chan struct{} // as many jobs run at a time
}

// New makes a server; it holds its folder open until the program ends.
func New(opt Options) (*mcp.Server, error) {
	opt.Limits = opt.Limits.WithDefaults()
	if opt.Root == "" {
		opt.Root = "."
	}
	root, err := os.OpenRoot(opt.Root)
	if err != nil {
		return nil, fmt.Errorf("--root %s: %w", opt.Root, errors.Unwrap(err))
	}
	s := &server{opt: opt, root: root, turns: make(chan struct{}, opt.Limits.Workers)}
	out := mcp.NewServer(&mcp.Implementation{Name: "segue", Title: "segue: forecasts and music", Version: opt.Version}, &mcp.ServerOptions{
		Instructions: "segue continues sequences: time series in tables, and music in MIDI files. Give data inline or as a file's name. Forecasts are estimates: report their intervals and the error on the past, not the mean alone.",
	})
	for _, t := range tools {
		k, ok := job.Find(t.job)
		if !ok {
			return nil, fmt.Errorf("there is no job %q", t.job)
		}
		tool := &mcp.Tool{Name: k.Name, Title: k.Summary, Description: t.about, InputSchema: schema(k), Annotations: &mcp.ToolAnnotations{ReadOnlyHint: false, DestructiveHint: new(false), IdempotentHint: true, OpenWorldHint: new(false)}}
		out.AddTool(tool, func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			result, err := s.call(ctx, k, r.Params.Arguments)
			if err != nil {
				return s.failed(err), nil // a model reads it and asks again
			}
			return result, nil
		})
	}
	return out, nil
}

// isMusic reports whether a job's input is a MIDI file.
func isMusic(k job.Kind) bool { return k.Body == "audio/midi" }

// schema describes the arguments of a tool: the data and the options of the job.
func schema(k job.Kind) map[string]any {
	properties := map[string]any{}
	for _, p := range k.New().Fields().Parameters() {
		properties[p.Name] = described(p)
	}
	text := func(about string) map[string]any { return map[string]any{"type": "string", "description": about} }
	switch {
	case k.Body == "":
	case isMusic(k):
		properties["file"] = text("path of a MIDI file, below the server's folder")
		properties["midi"] = text("instead of file: a MIDI file in base64")
	default:
		properties["file"] = text("path of a table (CSV, TSV, JSON, Excel, Parquet, also compressed), below the server's folder")
		properties["data"] = map[string]any{"type": []string{"string", "array"}, "description": "instead of file: the table itself, as CSV text with a header, or as an array of objects (one per row), of arrays (the first is the header), or of numbers (one series)"}
	}
	if k.Name == "inspect" {
		properties["midi"] = text("instead of file: a MIDI file in base64")
	}
	if k.Name != "inspect" && k.Name != "backtest" {
		properties["save"] = text("write the whole result to this new file too, below the server's folder; needed for results too long to be shown")
	}
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

// described is a parameter as a property; lists may come as arrays.
func described(p field.Parameter) map[string]any {
	data, _ := json.Marshal(p.Schema) // plain fields
	out := map[string]any{}
	_ = json.Unmarshal(data, &out)
	if out["description"] = p.Description; out["type"] == "string" && out["enum"] == nil {
		out["type"] = []string{"string", "array"}
		out["items"] = map[string]any{"type": []string{"string", "number"}}
	}
	return out
}

// failed words an error for a model.
func (s *server) failed(err error) *mcp.CallToolResult {
	text := "error: " + job.Message(err, job.Request)
	hint := job.Hint(err, job.Request)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		text, hint = fmt.Sprintf("error: this takes longer than %s", s.opt.Limits.Work), "send less, train nothing, or use the command segue"
	case errors.As(err, new(*job.TooMuch)):
		hint = "send less, ask for less with horizon or levels, or use the command segue"
	}
	if hint != "" {
		text += "\nhint: " + hint
	}
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: text}}}
}

// call reads the arguments, waits for a turn, and does the job.
func (s *server) call(ctx context.Context, k job.Kind, raw json.RawMessage) (*mcp.CallToolResult, error) {
	a, err := s.arguments(k, raw)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Limits.Work)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.opt.Limits.Memory > 0 {
		ctx = job.WithBudget(ctx, s.opt.Limits.JobMemory())
	}
	spec, in, err := job.Prepare(ctx, k.Name, a.query, a.body)
	if err != nil {
		return nil, err
	}
	w := &answer{}
	l := job.Listener{Note: func(n job.Note) { w.say(job.Request.Words(n.Text)) }}
	if err := w.run(ctx, spec, in, l); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, err
	}
	if a.save != "" {
		if w.file == nil {
			return nil, &field.Error{Field: "save", Value: a.save, Want: "a job that makes a file"}
		}
		if err := s.save(a.save, w.file); err != nil {
			return nil, err
		}
		w.say("the whole result is in " + a.save)
	}
	return w.result(), nil
}

// answer collects what a job came to.
type answer struct {
	sentences []string
	text      string // numbers as text, for clients without structured content
	value     any    // the same as JSON
	picture   []byte // PNG
	midi      []byte
	file      []byte // what is saved
}

func (w *answer) say(sentence string) { w.sentences = append(w.sentences, sentence) }

// result is the answer in the protocol's form: the sentence first.
func (w *answer) result() *mcp.CallToolResult {
	content := []mcp.Content{&mcp.TextContent{Text: strings.Join(w.sentences, ".\n") + "."}}
	if w.text != "" {
		content = append(content, &mcp.TextContent{Text: w.text})
	}
	if w.midi != nil {
		content = append(content, &mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: "segue:result.mid", MIMEType: "audio/midi", Blob: w.midi}})
	}
	if w.picture != nil {
		content = append(content, &mcp.ImageContent{Data: w.picture, MIMEType: "image/png"})
	}
	return &mcp.CallToolResult{Content: content, StructuredContent: w.value}
}
