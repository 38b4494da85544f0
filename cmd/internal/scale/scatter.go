package scale

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast/table"
)

// scattered marks a folder of scattered rows as complete.
const scattered = "complete"

// errEnough ends the reading of a sample.
var errEnough = errors.New("enough")

// scatter writes every row of a missing part to that part's file, and those of the
// first series, from which every shard learns the calendar, to another.
func (r *run) scatter(ctx context.Context, in *input, missing []int) error {
	if _, err := os.Stat(filepath.Join(r.work, scattered)); err == nil && r.opt.Resume {
		return nil
	}
	if err := os.RemoveAll(r.work); err != nil {
		return err
	}
	if err := os.MkdirAll(r.work, 0o777); err != nil {
		return err
	}
	wanted := make([]bool, r.plan.Parts)
	for _, k := range missing {
		wanted[k] = true
	}
	s, err := newSpread(r, wanted)
	if err != nil {
		return err
	}
	take := func(id string, text []byte) error {
		if err := s.each(ctx, in); err != nil {
			return err
		}
		return s.put(id, text)
	}
	if r.opt.Rows {
		err = in.lines(func(line []byte) error {
			if line = bytes.TrimRight(line, "\r "); len(line) == 0 {
				return nil
			}
			id, _, _ := bytes.Cut(line, []byte(","))
			return take(string(id), line)
		})
	} else {
		err = r.rows(in, take)
	}
	if cerr := s.close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.WriteFile(r.referenceFile(), s.reference.text(), 0o666)
	}
	if err != nil {
		return err
	}
	r.report.Rows = s.rows
	return os.WriteFile(filepath.Join(r.work, scattered), nil, 0o666)
}

// comma separates the cells of scattered rows: as in the input, since numbers are
// read with a decimal comma where another character separates cells.
func (r *run) comma() byte {
	if r.opt.Table.Comma == 0 || r.opt.Rows {
		return ','
	}
	return byte(r.opt.Table.Comma)
}

// understand detects the separator of a file and the columns that matter.
func (r *run) understand(in *input) error {
	if r.opt.Rows {
		return nil
	}
	if in.kind != parquetFile {
		c, err := in.separator()
		if err != nil {
			return err
		}
		r.opt.Table.Comma = c
	}
	return r.names(in)
}

// names finds the columns of id, time and value, from the first rows unless they
// are given.
func (r *run) names(in *input) error {
	t := &r.opt.Table
	if t.ID != "" && t.Time != "" && t.Value != "" {
		return nil
	}
	const sample = 1000
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Comma = rune(r.comma())
	n := 0
	err := in.records(func(cells []string) error {
		if n++; n > sample {
			return errEnough
		}
		return w.Write(cells)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	w.Flush()
	found, err := table.ParseColumns(&text, *t)
	if err != nil {
		return fmt.Errorf("%s: the columns cannot be told from the first rows (name those of id, time and value): %w", in.path, err)
	}
	if found.ID == "" || found.Time == "" || found.Value == "" {
		return fmt.Errorf("%s: want a column of ids, one of times and one of values; found %q, %q and %q; name the missing one", in.path, found.ID, found.Time, found.Value)
	}
	t.ID, t.Time, t.Value = found.ID, found.Time, found.Value
	return nil
}

// spread is the files of the parts while they are written.
type spread struct {
	r       *run
	files   []*os.File
	writers []*bufio.Writer // nil for parts that are not wanted
	rows    int64

	reference collection // the first series
}

func newSpread(r *run, wanted []bool) (*spread, error) {
	s := &spread{r: r, files: make([]*os.File, len(wanted)), writers: make([]*bufio.Writer, len(wanted))}
	buffer := int(min(1<<18, max(1<<12, r.opt.Memory/8/int64(len(wanted)))))
	for k, ok := range wanted {
		if !ok {
			continue
		}
		f, err := os.Create(r.scatteredFile(k))
		if err != nil {
			s.close()
			return nil, err
		}
		s.files[k], s.writers[k] = f, bufio.NewWriterSize(f, buffer)
	}
	return s, nil
}

func (r *run) referenceFile() string { return filepath.Join(r.work, "reference") }

func (r *run) scatteredFile(part int) string {
	return filepath.Join(r.work, fmt.Sprintf("%05d", part))
}

func (s *spread) close() error {
	var first error
	for k, w := range s.writers {
		if w == nil {
			continue
		}
		err := w.Flush()
		if cerr := s.files[k].Close(); err == nil {
			err = cerr
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// each is called for every row: it counts, reports and looks for cancellation.
func (s *spread) each(ctx context.Context, in *input) error {
	if s.rows++; s.rows%(1<<17) == 0 {
		s.r.tell("reading", in.read.Load(), in.size)
		return ctx.Err()
	}
	return nil
}

// put writes a row to its part, if that is wanted.
func (s *spread) put(id string, text []byte) error {
	s.reference.add(id, text, referenceSeries)
	w := s.writers[PartOf(id, len(s.writers))]
	if w == nil {
		return nil
	}
	w.Write(text)
	return w.WriteByte('\n') // errors stay with the writer
}

// groups reads a part's rows and puts those of a series together; series are
// sorted by id, rows stay in the order of the file.
func (r *run) groups(path string) ([]group, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var c collection
	b := bufio.NewReaderSize(f, 1<<20)
	for {
		id, text, err := r.nextRow(b)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		c.add(id, text, math.MaxInt)
	}
	slices.SortFunc(c.groups, func(a, b group) int { return strings.Compare(a.id, b.id) })
	return c.groups, nil
}

// nextRow reads a row of a scattered file and returns its series.
// Cells with line breaks are rare; only rows with quotes go through the CSV reader.
func (r *run) nextRow(b *bufio.Reader) (id string, text []byte, err error) {
	full, err := readLine(b)
	if err != nil {
		return "", nil, err // the file ends with a line break
	}
	for !r.opt.Rows && bytes.Count(full, []byte{'"'})%2 == 1 { // a cell goes on in the next line
		full = bytes.Clone(full) // which reading on overwrites
		line, err := readLine(b)
		if err != nil {
			return "", nil, err
		}
		full = append(full, line...)
	}
	full = bytes.TrimSuffix(full, []byte("\n"))
	cell, _, _ := bytes.Cut(full, []byte{r.comma()})
	if !r.opt.Rows && bytes.HasPrefix(full, []byte{'"'}) {
		c := csv.NewReader(bytes.NewReader(full))
		c.Comma = rune(r.comma())
		cells, err := c.Read()
		if err != nil {
			return "", nil, err
		}
		return cells[0], full, nil
	}
	return string(cell), full, nil
}

// readLine reads a line of any length; a short one is valid until the next call.
func readLine(b *bufio.Reader) ([]byte, error) {
	line, err := b.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	line = bytes.Clone(line)
	rest, err := b.ReadBytes('\n')
	return append(line, rest...), err
}
