package job

import (
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/seq"
)

// Engine says what networks compute with; all jobs with networks have it in common.
type Engine struct {
	Deterministic bool
}

// bind adds the field. The command has a flag for it that all commands share.
func (e *Engine) bind(f *field.Set) {
	f.Bool(&e.Deterministic, field.Field{Name: "deterministic", Help: "compute in plain Go: slower, and the same on every processor of one architecture", Doors: field.Request})
}

// Tier is what networks compute with.
func (e Engine) Tier() seq.Tier {
	if e.Deterministic {
		return seq.Portable
	}
	return ""
}
