package cli

import (
	"io"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/seq"
)

// Listener shows a job's progress and remarks; done removes the bar of progress.
func (s *Shell) Listener() (l job.Listener, done func()) {
	b := s.Bar()
	l.Step = func(p job.Step) {
		if p.Training {
			b.Step(p.Stage, seq.Progress{Step: p.Step, Steps: p.Steps, Loss: p.Loss, GradNorm: p.GradNorm, Elapsed: p.Elapsed})
		}
	}
	l.Note = func(n job.Note) {
		b.Clear()
		s.Remark(n)
	}
	return l, b.Clear
}

// Remark prints a remark of a job.
func (s *Shell) Remark(n job.Note) {
	text := job.Command.Words(n.Text)
	switch n.Kind {
	case job.Repair, job.Ignored:
		text = "note: " + text
	case job.LeftOut:
		text = "left out: " + text
	}
	s.Say("%s", text)
}

// Table is a table as an input of a job: unpacked, and as text. An empty path is no
// input.
func (s *Shell) Table(path string) job.Input {
	if path == "" {
		return job.Input{}
	}
	return job.Input{Name: path, Open: func() (io.ReadCloser, error) { return s.OpenTable(path) }}
}

// File is a file as an input of a job. An empty path is no input.
func (s *Shell) File(path string) job.Input {
	if path == "" {
		return job.Input{}
	}
	return job.Input{Name: path, Open: func() (io.ReadCloser, error) { return s.Open(path) }}
}
