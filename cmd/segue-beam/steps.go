package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/scale"
)

func init() {
	register.DoFn2x1[string, func(string, string), error](&keyFn{})
	register.DoFn2x1[string, func(string, string), error](&readFn{})
	register.DoFn5x0[context.Context, string, func(*string) bool, func(int, string), func(int, string)](&forecastFn{})
	register.DoFn5x1[context.Context, int, func(*string) bool, func(*string) bool, func(string), error](&writeFn{})
	register.Function2x0(allParts)
	register.Emitter1[string]()
	register.Emitter2[string, string]()
	register.Emitter2[int, string]()
	register.Iter1[string]()
}

var (
	rowCount  = beam.NewCounter("segue", "rows")
	okCount   = beam.NewCounter("segue", "series")
	deadCount = beam.NewCounter("segue", "dead_letters")
)

// keyFn turns a line into its series' id and its three cells. Cells must not hold
// line breaks.
type keyFn struct {
	Settings settings
	Header   string
	keyer    *scale.Keyer
}

func (f *keyFn) Setup() error {
	opt, err := f.Settings.options()
	if err != nil {
		return err
	}
	names, err := f.cells(f.Header)
	if err != nil {
		return err
	}
	f.keyer, err = scale.NewKeyer(opt, names)
	return err
}

func (f *keyFn) cells(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = f.Settings.Table.Comma, true, -1
	return r.Read()
}

func (f *keyFn) ProcessElement(line string, emit func(string, string)) error {
	line = strings.TrimPrefix(strings.TrimRight(line, "\r"), "\ufeff")
	if line == "" || line == f.Header {
		return nil
	}
	cells, err := f.cells(line)
	if err != nil {
		return fmt.Errorf("%.100q: %w", line, err)
	}
	id, text := f.keyer.Row(cells)
	emit(id, text)
	return nil
}

// readFn reads a whole file.
type readFn struct {
	Settings settings
}

func (f *readFn) ProcessElement(path string, emit func(string, string)) error {
	opt, err := f.Settings.options()
	if err != nil {
		return err
	}
	return scale.Rows(path, opt, func(id, text string) { emit(id, text) })
}

// forecastFn forecasts a series; what fails becomes a dead letter, since an error
// would end the whole job.
type forecastFn struct {
	Settings settings
	opt      scale.Options
}

func (f *forecastFn) Setup() (err error) {
	f.opt, err = f.Settings.options()
	return err
}

func (f *forecastFn) ProcessElement(ctx context.Context, id string, rows func(*string) bool, emit, dead func(int, string)) {
	var lines []string
	for line := ""; rows(&line); {
		lines = append(lines, line)
	}
	rowCount.Inc(ctx, int64(len(lines)))
	slices.Sort(lines) // the engine hands them over in any order
	part := scale.PartOf(id, f.Settings.Parts)
	out, err := scale.One(ctx, f.opt, id, []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil {
		var b bytes.Buffer
		w := job.NewCSV(&b, f.opt.Guard)
		_ = w.Write([]string{id, err.Error()}) // a buffer takes everything
		w.Flush()
		deadCount.Inc(ctx, 1)
		dead(part, id+"\x00"+b.String())
		return
	}
	okCount.Inc(ctx, 1)
	emit(part, id+"\x00"+string(out))
}

// allParts gives every part an empty entry.
func allParts(parts int, emit func(int, string)) {
	for k := range parts {
		emit(k, "")
	}
}

// write groups results by part and writes a file for each.
func write(scope beam.Scope, kind, header string, s *settings, parts, results beam.PCollection) {
	beam.ParDo(scope, &writeFn{Output: s.Output, Kind: kind, Header: header, Parts: s.Parts}, beam.CoGroupByKey(scope, parts, results))
}

// writeFn writes a part's file, its series sorted by id.
type writeFn struct {
	Output, Kind, Header string
	Parts                int
}

func (f *writeFn) ProcessElement(ctx context.Context, part int, _, results func(*string) bool, emit func(string)) error {
	var all []string
	for r := ""; results(&r); {
		all = append(all, r)
	}
	slices.Sort(all) // by id, which a zero byte ends
	path := fmt.Sprintf("%s/%s-%05d-of-%05d.csv", strings.TrimSuffix(f.Output, "/"), f.Kind, part, f.Parts)
	fs, err := filesystem.New(ctx, path)
	if err != nil {
		return err
	}
	defer fs.Close()
	w, err := fs.OpenWrite(ctx, path)
	if err != nil {
		return err
	}
	text := []string{f.Header}
	for _, r := range all {
		_, lines, _ := strings.Cut(r, "\x00")
		text = append(text, lines)
	}
	if _, err := w.Write([]byte(strings.Join(text, ""))); err != nil {
		w.Close()
		return err
	}
	emit(path)
	return w.Close()
}
