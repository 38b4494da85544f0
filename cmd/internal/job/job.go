// Package job is the one pipeline: every job that segue does is a specification that
// is run on bytes and gives a result. The command line, the server, the page that runs
// without one, the run into a folder (package scale) and segue-beam fill in a
// specification, run it, and print the result; none of them decides how a series is
// read, which method or network is used, or the default of a number.
//
//	spec := job.NewForecast()
//	err := spec.Fields().Parse("horizon=12&value=sales") // or bind flags, or set fields
//	result, err := spec.Run(ctx, job.Inputs{Main: job.Bytes("sales.csv", data)}, job.Listener{})
//	err = result.WriteCSV(os.Stdout)
//
// The options of a job are a [field.Set]: name, kind, default, range and help stand
// there once. [Do] runs a job by its name for doors that have a query string and a body.
//
// Inputs are named by their roles and opened by the door, so that no job touches the
// file system. Errors carry what a door needs to word them, see [Message] and [Hint].
// Remarks come as [Note] while a job runs. A specification belongs to one run; results
// may be read by several goroutines.
//
// The package serves this repository's programs and promises no compatibility.
package job

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast/table"
)

// Input is bytes in a role, with the name by which people know them.
type Input struct {
	Name string // stands before errors; may be empty
	Open func() (io.ReadCloser, error)
}

// Bytes is an input that is in memory.
func Bytes(name string, data []byte) Input {
	return Input{name, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// Inputs are what a job works on. Roles that a job does not know are ignored; those
// that are missing have no Open.
type Inputs struct {
	Main    Input   // the table, or the MIDI file; compressed tables are unpacked by the door
	Futures []Input // values of regressors after the table; several are scenarios
	Events  Input   // days that affect the values of a table
	Test    Input   // what follows the series of a backtest, a series per line
	Old     Input   // a forecast that was made before
	Model   Input   // a model file
	Second  Input   // the MIDI file that an infill leads to
	Chart   Input   // a chord chart in CSV
	Font    Input   // a SoundFont

	// Served is true when others wait for the machine: what is too much for a
	// server is refused.
	Served bool
}

// until ends the reading of the inputs with ctx.
func (in Inputs) until(ctx context.Context) Inputs {
	for _, one := range []*Input{&in.Main, &in.Events, &in.Test, &in.Old, &in.Model, &in.Second, &in.Chart, &in.Font} {
		*one = one.until(ctx)
	}
	in.Futures = slices.Clone(in.Futures)
	for i, one := range in.Futures {
		in.Futures[i] = one.until(ctx)
	}
	return in
}

// given reports whether there is an input.
func (in Input) given() bool { return in.Open != nil }

// until ends the reading of an input with ctx.
func (in Input) until(ctx context.Context) Input {
	open := in.Open
	if open == nil {
		return in
	}
	in.Open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return &untilDone{r, ctx}, nil
	}
	return in
}

// untilDone is a reader that fails when its context ends.
type untilDone struct {
	io.ReadCloser
	ctx context.Context
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.ReadCloser.Read(p)
}

// fail puts the input's name before an error.
func (in Input) fail(err error) error {
	if err == nil || in.Name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", in.Name, err)
}

// read reads an input of at most limit bytes.
func (in Input) read(limit int64) ([]byte, error) {
	if !in.given() {
		return nil, nil
	}
	r, err := in.Open()
	if err != nil {
		return nil, err // it has the name
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("more than %d MB", limit>>20)
	}
	return data, in.fail(err)
}

// limits of inputs that are held in memory, in bytes
const (
	mostModel = 1 << 30
	mostMIDI  = 64 << 20
	mostChart = 1 << 20
)

// Step is the progress of a job.
type Step struct {
	Stage          string
	Step, Steps    int
	Loss, GradNorm float64 // of a training; 0 elsewhere
	Elapsed        time.Duration
	Training       bool
}

// Done is the share that is done, from 0 to 1.
func (s Step) Done() float64 { return float64(s.Step) / float64(max(s.Steps, 1)) }

// Note is a remark for people.
type Note struct {
	Kind NoteKind `json:"kind"`
	Text string   `json:"text"` // with names of fields in braces
}

// NoteKind says what a remark is about.
type NoteKind string

// The kinds of remarks.
const (
	Repair  NoteKind = "repair"   // the input was repaired, or something in it was inferred
	LeftOut NoteKind = "left out" // a part of the input was not used
	Ignored NoteKind = "ignored"  // a part of what was asked was not understood
	Found   NoteKind = "found"    // how the input or the question was understood, and what came out
)

// Listener hears of a job while it runs. Nil functions are not called.
type Listener struct {
	Step func(Step)
	Note func(Note)
}

func (l Listener) step(s Step) {
	if l.Step != nil {
		l.Step(s)
	}
}

func (l Listener) note(kind NoteKind, format string, args ...any) {
	if l.Note != nil {
		l.Note(Note{kind, fmt.Sprintf(format, args...)})
	}
}

// Spec is what a job was asked for.
type Spec interface {
	// Fields is the list of what can be asked; setting one changes the Spec.
	Fields() *field.Set
	// Answer runs the job for a door that shows results as JSON. The result is a
	// value for JSON, or Sound.
	Answer(ctx context.Context, in Inputs, l Listener) (any, error)
}

// Sound is a WAV file.
type Sound []byte

// Kind is a job by its name.
type Kind struct {
	Name    string
	Summary string
	Body    string   // media type of the main input; empty: there is none, or it is a part
	Bodies  bool     // there must be one
	Schema  string   // of the result: its name in the OpenAPI document; empty: audio/wav
	Parts   []string // inputs that come as the parts of a form, see Parts
	New     func() Spec
}

// Kinds are the jobs that a request can have done.
var Kinds = []Kind{
	{"forecast", "Forecast the series of a table", "text/csv", true, "Forecast", []string{"table", "future", "events", "model"}, func() Spec { return NewForecast() }},
	{"fit", "Fit a forecasting method to the series of a table, and keep the model", "text/csv", true, "Model", []string{"table", "future", "events"}, func() Spec { return NewFit() }},
	{"update", "Append new rows to a model that fit made", "", true, "Model", []string{"model", "table"}, func() Spec { return NewUpdate() }},
	{"score", "Compare a forecast that was made before with what came", "", true, "Scored", []string{"forecast", "table"}, func() Spec { return NewScore() }},
	{"backtest", "Try methods on the past of a table's series", "text/csv", true, "Backtest", []string{"table", "events", "test"}, func() Spec { return NewBacktest() }},
	{"anomalies", "Find values that the past did not lead to expect", "text/csv", true, "Table", []string{"table", "events"}, func() Spec { return NewAnomalies() }},
	{"impute", "Fill the gaps of time series", "text/csv", true, "Table", nil, func() Spec { return NewImpute() }},
	{"continue", "Continue a MIDI file, or compose from a prompt or chords if there is no body", "audio/midi", false, "Music", nil, func() Spec { return NewContinue() }},
	{"compose", "Make music from words or chords", "", false, "Music", nil, func() Spec { return NewCompose() }},
	{"render", "Turn a MIDI file into sound", "audio/midi", true, "", nil, func() Spec { return NewRender() }},
	{"inspect", "Describe what a table, a MIDI file or a model holds", "application/octet-stream", true, "Inspect", nil, func() Spec { return NewInspect() }},
}

// Find finds a job by its name; ok is false if there is none.
func Find(name string) (kind Kind, ok bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// Parts describes the inputs that may come as the parts of a form
// (multipart/form-data), by the names of the parts.
var Parts = map[string]string{
	"table":    "the table",
	"future":   "the regressors' values after the table; several parts are scenarios, named by their file names",
	"events":   "days that affect the values, with the columns event and date, and before and after for days around them",
	"model":    "a model that fit made",
	"test":     "the values to score on, a series per line: id,v1,v2,...",
	"forecast": "the CSV of a forecast that was made before",
}

// part puts bytes in the role that a part's name says.
func (in *Inputs) part(role, file string, data []byte) {
	name := role // what stands before errors
	if role == "table" {
		name = ""
	}
	one := map[string]*Input{"table": &in.Main, "events": &in.Events, "model": &in.Model, "test": &in.Test, "forecast": &in.Old}[role]
	if one == nil {
		if file != "" {
			name = file
		}
		in.Futures = append(in.Futures, Bytes(name, data))
		return
	}
	*one = Bytes(name, data)
}

// inputs takes the body of a request: the main input, or a form with several. A form
// begins with its boundary and a header, as no table or MIDI file does.
func (k Kind) inputs(body []byte) (Inputs, error) {
	in := Inputs{Served: true}
	first, rest, _ := bytes.Cut(body, []byte("\r\n"))
	boundary, form := strings.CutPrefix(string(first), "--")
	if !form || boundary == "" || !bytes.HasPrefix(bytes.ToLower(rest), []byte("content-")) {
		if len(body) > 0 || k.Body != "" && k.Bodies {
			in.Main = Bytes("", body)
		}
		return in, k.complete(&in)
	}
	seen := map[string]bool{}
	for r := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return in, k.complete(&in)
		}
		if err != nil {
			return in, &Problem{fmt.Sprintf("the form cannot be read: %v", err), ErrUsage}
		}
		if len(in.Futures) == table.MaxScenarios+1 {
			return in, usagef("the form has more than %d futures", table.MaxScenarios)
		}
		if !slices.Contains(k.Parts, p.FormName()) {
			return in, usagef("the form has a part %.60q: want %s", p.FormName(), cmp.Or(strings.Join(k.Parts, ", "), "the file itself, without a form"))
		}
		if seen[p.FormName()] && p.FormName() != "future" {
			return in, usagef("the form has two parts %q: want one", p.FormName())
		}
		seen[p.FormName()] = true
		data, err := io.ReadAll(p)
		if err != nil {
			return in, &Problem{fmt.Sprintf("the form's part %s cannot be read: %v", p.FormName(), err), ErrUsage}
		}
		in.part(p.FormName(), p.FileName(), data)
	}
}

// complete refuses inputs that lack what the job cannot do without.
func (k Kind) complete(in *Inputs) error {
	missing := k.Bodies && !in.Main.given() && (k.Name != "forecast" || !in.Model.given())
	if k.Body == "" && k.Bodies && (missing || !in.Model.given() && !in.Old.given()) {
		return usagef("send a form (multipart/form-data) with the parts %s", strings.Join(k.Parts, " and "))
	}
	if missing {
		return usagef("the form has no part %q", "table")
	}
	return nil
}

// Do runs a job for a request: query has the options, body is the main input, or a form
// (multipart/form-data) with the kind's parts.
func Do(ctx context.Context, name, query string, body []byte, l Listener) (any, error) {
	spec, in, err := Prepare(ctx, name, query, body)
	if err != nil {
		return nil, err
	}
	result, err := spec.Answer(ctx, in, l)
	if err == nil {
		err = ctx.Err()
	}
	return result, err
}

// Prepare is Do up to the job itself, for doors that make more of its result than the
// Answer: it reads the options and refuses tables that are too large.
func Prepare(ctx context.Context, name, query string, body []byte) (Spec, Inputs, error) {
	k, ok := Find(name)
	if !ok {
		return nil, Inputs{}, usagef("there is no job %q", name)
	}
	spec := k.New()
	if err := spec.Fields().Parse(query); err != nil {
		return nil, Inputs{}, err
	}
	if err := affordTable(ctx, body); err != nil {
		return nil, Inputs{}, err
	}
	in, err := k.inputs(body)
	return spec, in.until(ctx), err
}

// errors about what was asked
var (
	// ErrOption is wrapped by errors about options, as against those about the data.
	ErrOption = errors.New("bad option")
	// ErrUsage is wrapped by those that do not depend on the data. It is an ErrOption.
	ErrUsage = fmt.Errorf("bad usage: %w", ErrOption)
)

// finite makes numbers fit for JSON, which knows no NaN.
func finite(xs []float64) []*float64 {
	out := make([]*float64, len(xs))
	for i := range xs {
		out[i] = Finite(xs[i])
	}
	return out
}

// Finite is x, or nil where JSON could not hold it.
func Finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Forms describes the fields that the page shows, by the names of jobs.
func Forms() map[string][]field.Input {
	forms := map[string][]field.Input{}
	for _, k := range Kinds {
		if inputs := k.New().Fields().Form(); inputs != nil {
			forms[k.Name] = inputs
		}
	}
	return forms
}
