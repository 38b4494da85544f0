package forecast

import (
	"context"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Classic is a statistical method that looks at one series at a time. Its values
// are the constants below. Options have ETS and ARIMA, which are types of their own.
type Classic int

// The classical methods. Those marked (a) work on the seasonally adjusted series.
const (
	Naive         Classic = iota // the last value
	SeasonalNaive                // the last season
	Drift                        // the line from the first to the last value
	Naive2                       // naive (a): the benchmark of OWA
	Theta                        // the Theta method of the M4 competition (a)
	DynamicTheta                 // the dynamic optimised Theta method (a)
	SES                          // simple exponential smoothing (a)
	Holt                         // exponential smoothing with a trend (a)
	Damped                       // exponential smoothing with a damped trend (a)
	CES                          // complex exponential smoothing
	STL                          // seasons taken out by STL, the rest by ETS
	Croston                      // Croston's method for intermittent demand
	SBA                          // Croston's method, bias corrected
	TSB                          // the method of Teunter, Syntetos and Babai
	Comb                         // the average of SES, Holt and Damped
	Blend                        // the average of Theta, DynamicTheta and Damped
	Intermittent                 // the average of SBA and TSB
)

// classics are the methods behind the constants, in their order.
var classics = [...]local{
	{"naive", classic.Naive}, {"snaive", classic.SeasonalNaive}, {"drift", classic.Drift},
	{"naive2", classic.Naive2}, {"theta", classic.Theta}, {"dotm", classic.DynamicTheta},
	{"ses", classic.SES}, {"holt", classic.Holt}, {"damped", classic.Damped},
	{"ces", classic.CES}, {"stl", classic.STL},
	{"croston", classic.Croston}, {"sba", classic.SBA}, {"tsb", classic.TSB},
	{"comb", classic.Comb}, {"blend", classic.Blend}, {"intermittent", classic.Intermittent},
}

// Name is the short name by which people ask for the method: "theta".
func (c Classic) Name() string { return classics[c].name }

// PerSeries is true.
func (Classic) PerSeries() bool { return true }

// Fit only remembers the task.
func (c Classic) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	return classics[c].Fit(ctx, panel, task)
}

// ETS is exponential smoothing in its state space form, chosen by AICc among 15
// (Hyndman, Koehler, Ord and Snyder 2008).
type ETS struct{}

// Name is "ets".
func (ETS) Name() string { return "ets" }

// PerSeries is true.
func (ETS) PerSeries() bool { return true }

// Fit only remembers the task.
func (e ETS) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	return local{e.Name(), classic.ETS}.Fit(ctx, panel, task)
}

// ARIMA is seasonal ARIMA, its orders chosen by AICc (Hyndman and Khandakar 2008).
type ARIMA struct{}

// Name is "arima".
func (ARIMA) Name() string { return "arima" }

// PerSeries is true.
func (ARIMA) PerSeries() bool { return true }

// Fit only remembers the task.
func (a ARIMA) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	return local{a.Name(), classic.ARIMA}.Fit(ctx, panel, task)
}

// ClassicMethods are all statistical methods, in the order in which they are
// listed to people.
func ClassicMethods() []Method {
	return []Method{Naive, SeasonalNaive, Drift, Naive2, Theta, DynamicTheta, SES, Holt, Damped, ETS{}, ARIMA{}, CES, STL, Croston, SBA, TSB, Comb, Blend}
}
