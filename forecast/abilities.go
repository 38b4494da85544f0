package forecast

import (
	"context"
	"errors"
	"fmt"
)

// What only some methods and models can do is an interface of one method each.

// Described is a Method that can describe itself to people.
type Described interface {
	About() string // a line without a full stop
}

// PerSeries is a Method that may look at each series alone.
type PerSeries interface {
	// PerSeries is true if the forecast of one series does not depend on the other
	// series of the panel, so that a panel may be forecast in parts.
	PerSeries() bool
}

// Independent reports whether a method looks at each series alone.
func Independent(m Method) bool {
	p, ok := m.(PerSeries)
	return ok && p.PerSeries()
}

// Trainer is a Method that may train on the panel: fitting it takes seconds to
// minutes, and what it learns depends on all series.
type Trainer interface {
	// Trains reports whether fitting the method to the panel trains anything.
	Trains(panel []Series) bool
}

// trains reports whether fitting a method to the panel trains anything.
func trains(m Method, panel []Series) bool {
	t, ok := m.(Trainer)
	return ok && t.Trains(panel)
}

// Saver is a Model that can be written to a file.
type Saver interface {
	// Encode gives the file's bytes; half stores numbers in 16 bits, which takes
	// half the space and keeps three digits.
	Encode(half bool) ([]byte, error)
}

// Keeper is a Model that can hold on to what it estimates, so that it can be written to a
// file and go on as values come in. Package keep does both.
type Keeper interface {
	Model
	// Keep estimates what the model needs to continue each series of a panel, which
	// was checked.
	Keep(ctx context.Context, panel []Series) (Kept, error)
}

// Kept is a Model with its parameters for every series of a panel. It is never changed.
type Kept interface {
	// Continue forecasts horizon steps after each series of a panel: those that Keep
	// was given, in the same order, each with the values that came since, and perhaps
	// new ones after them, which are fitted now. Parameters stay as they were; states
	// move on. A forecast may be shorter than the horizon if what it needs to know of
	// the future ends earlier; its Note says so.
	Continue(ctx context.Context, panel []Series, horizon int) ([]Forecast, error)
	// Encode gives JSON that the method's Restore reads.
	Encode() ([]byte, error)
}

// Restorer is a Method whose kept models can be read back. The data may come from
// anybody.
type Restorer interface {
	Method
	Restore(data []byte, task Task) (Kept, error)
}

// ErrNotSaved is wrapped by Save's error for a model that has no file format.
var ErrNotSaved = errors.New("this kind of model cannot be saved")

// Save gives the bytes of a model file; see Saver.
func Save(m Model, half bool) ([]byte, error) {
	s, ok := m.(Saver)
	if !ok {
		return nil, fmt.Errorf("forecast: %w; only trained networks can; package keep keeps the others", ErrNotSaved)
	}
	return s.Encode(half)
}

// Weighted is a Model that averages others.
type Weighted interface {
	// Weights lists the members; nil if nothing was averaged.
	Weights() []Weight
}

// Weight is the share of one member in an average.
type Weight struct {
	Method string  `json:"method"`
	Weight float64 `json:"weight"` // the weights of all members add up to 1
}

// Checked is a Model that was compared with seasonal naive.
type Checked interface {
	// Check gives the comparison; nil if the history was too short for one.
	Check() *Check
}

// Check compares a model with seasonal naive on values that its members had not
// seen. The weights of the members were chosen on the same values.
type Check struct {
	Histories     int     `json:"histories"`      // forecasts of a whole horizon that were compared
	MASE          float64 `json:"mase"`           // of the model
	SeasonalNaive float64 `json:"seasonal_naive"` // MASE of seasonal naive
}
