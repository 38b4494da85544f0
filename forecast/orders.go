package forecast

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// ETS is exponential smoothing in its state space form (Hyndman, Koehler, Ord and
// Snyder 2008). The zero value chooses among 15 forms by AICc.
type ETS struct {
	// Form fixes the form, written as R writes it: the error (A or M), the trend (N,
	// A or Ad) and the season (N, A or M), for instance "MAdM". "" means chosen by
	// AICc. A form that a series does not allow (a multiplicative one where a value
	// is not positive, a seasonal one where the history is shorter than two seasons
	// or a season has more than 24 steps) is chosen for that series.
	Form string
}

// Name is "ets", with the form if it is fixed.
func (e ETS) Name() string {
	if e.Form != "" {
		return "ets(" + e.Form + ")"
	}
	return "ets"
}

// About describes the method in a line.
func (ETS) About() string { return "exponential smoothing, chosen among 15 forms" }

// PerSeries is true.
func (ETS) PerSeries() bool { return true }

// Fit checks the form; its error wraps ErrUnknown.
func (e ETS) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	l, err := e.local()
	if err != nil {
		return nil, err
	}
	return l.Fit(ctx, panel, task)
}

// Restore reads what a model of the method that was kept wrote.
func (e ETS) Restore(data []byte, task Task) (Kept, error) {
	l, err := e.local()
	if err != nil {
		return nil, err
	}
	return l.restore(data, task)
}

func (e ETS) local() (local, error) {
	f := classic.FitETS
	if e.Form != "" {
		var ok bool
		if f, ok = classic.ETSForm(e.Form); !ok {
			return local{}, fmt.Errorf("forecast: there is no form %q of exponential smoothing; write error, trend and season, as in \"MAdM\": %w", e.Form, ErrUnknown)
		}
	}
	return local{name: e.Name(), fit: f, traits: slow | fades}, nil
}

// ARIMA is seasonal ARIMA by exact maximum likelihood. The zero value chooses the
// orders by AICc (Hyndman and Khandakar 2008).
type ARIMA struct {
	// Order holds p, d and q, Seasonal the seasonal P, D and Q. If all six are 0 they
	// are chosen. At most 5 for p and q, 2 for the others.
	Order, Seasonal [3]int
	// Constant adds a mean, or with one difference a drift. It goes with fixed orders.
	Constant bool
}

func (a ARIMA) fixed() bool { return a.Order != [3]int{} || a.Seasonal != [3]int{} }

// Name is "arima", with the orders if they are fixed.
func (a ARIMA) Name() string {
	if a.fixed() {
		o, s := a.Order, a.Seasonal
		return fmt.Sprintf("arima(%d,%d,%d)(%d,%d,%d)", o[0], o[1], o[2], s[0], s[1], s[2])
	}
	return "arima"
}

// About describes the method in a line.
func (ARIMA) About() string { return "seasonal ARIMA, orders chosen by AICc" }

// PerSeries is true.
func (ARIMA) PerSeries() bool { return true }

// Fit checks the orders; its error wraps ErrInput.
func (a ARIMA) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	l, err := a.local()
	if err != nil {
		return nil, err
	}
	return l.Fit(ctx, panel, task)
}

// Restore reads what a model of the method that was kept wrote.
func (a ARIMA) Restore(data []byte, task Task) (Kept, error) {
	l, err := a.local()
	if err != nil {
		return nil, err
	}
	return l.restore(data, task)
}

func (a ARIMA) local() (local, error) {
	f := classic.FitARIMA
	if a.fixed() {
		o := classic.ARIMAOrder{P: a.Order[0], D: a.Order[1], Q: a.Order[2], SP: a.Seasonal[0], SD: a.Seasonal[1], SQ: a.Seasonal[2], Constant: a.Constant}
		if !o.Valid() {
			return local{}, fmt.Errorf("forecast: %s: orders must be at most 5 for p and q and 2 for the others, and not negative: %w", a.Name(), ErrInput)
		}
		f = o.Fit
	}
	return local{name: a.Name(), fit: f, traits: slow | fades}, nil
}
