package forecast

import (
	"context"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Classic is a statistical method without options that looks at one series at a
// time. Its values are the constants below; ETS and ARIMA, which have options, are
// types of their own.
type Classic int

// The classical methods, by the names that people give them: "naive", "snaive", ...
const (
	Naive Classic = iota
	SeasonalNaive
	Drift
	Naive2
	Theta        // Assimakopoulos and Nikolopoulos (2000)
	DynamicTheta // Fiorucci et al. (2016)
	SES          // simple exponential smoothing
	Holt         // exponential smoothing with a linear trend
	Damped       // exponential smoothing with a damped trend
	CES          // complex exponential smoothing: Svetunkov, Kourentzes and Ord (2022)
	STL          // Cleveland et al. (1990), Bandara, Hyndman and Bergmeir (2021)
	Croston      // Croston (1972)
	SBA          // Syntetos and Boylan (2005)
	TSB          // Teunter, Syntetos and Babai (2011)
	Regression   // a linear trend and seasonal means
	Mean
	Comb
	Blend
	Intermittent
)

// classics holds the name, the description and the function of every constant, in
// their order.
var classics = [...]local{
	{"naive", "the last value", classic.Naive, nil},
	{"snaive", "the last season", classic.SeasonalNaive, nil},
	{"drift", "the line from the first to the last value", classic.Drift, nil},
	{"naive2", "naive on the seasonally adjusted series, the benchmark of OWA", classic.Naive2, nil},
	{"theta", "the Theta method of the M4 competition", classic.Theta, nil},
	{"dotm", "the dynamic optimised Theta method", classic.DynamicTheta, nil},
	{"ses", "simple exponential smoothing", classic.SES, nil},
	{"holt", "exponential smoothing with a trend", classic.Holt, nil},
	{"damped", "exponential smoothing with a damped trend", classic.Damped, nil},
	{"ces", "complex exponential smoothing", classic.CES, classic.SteadyCES},
	{"stl", "one or two seasons removed by STL, the rest by ets", classic.STL, classic.SteadySTL},
	{"croston", "Croston's method, for values that are mostly zero", classic.Croston, nil},
	{"sba", "Croston's method with its bias corrected", classic.SBA, nil},
	{"tsb", "smoothed probability of demand, for values that are mostly zero and may end", classic.TSB, nil},
	{"regression", "a linear trend and a mean for every step of the season", classic.Regression, nil},
	{"mean", "the mean of all values", classic.Mean, nil},
	{"comb", "the average of ses, holt and damped", classic.Comb, nil},
	{"blend", "the average of theta, dotm and damped", classic.Blend, nil},
	{"intermittent", "the average of sba and tsb", classic.Intermittent, nil},
}

// Name is the short name by which people ask for the method: "theta".
func (c Classic) Name() string { return classics[c].name }

// About describes the method in a line.
func (c Classic) About() string { return classics[c].about }

// PerSeries is true.
func (Classic) PerSeries() bool { return true }

// Fit only remembers the task.
func (c Classic) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	return classics[c].Fit(ctx, panel, task)
}

// ClassicMethods are all statistical methods, the simple ones last, in the order in
// which they are listed to people.
func ClassicMethods() []Method {
	return []Method{Blend, Comb, Theta, DynamicTheta, ETS{}, ARIMA{}, CES, STL, MultiSeason{}, SES, Holt, Damped, Regression, Croston, SBA, TSB, Mean, Naive, SeasonalNaive, Drift, Naive2}
}
