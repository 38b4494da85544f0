package forecast

import (
	"context"
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/parallel"
)

// Classic is a statistical method without options that looks at one series at a
// time. Its values are the constants below; ETS and ARIMA, which have options, are
// types of their own. Those that smooth, ETS and ARIMA too, are fitted to the last 10,000
// values of longer series, or to 20 seasons, if those are more.
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
	{"naive", "the last value", classic.FitNaive, 0},
	{"snaive", "the last season", classic.FitSeasonalNaive, 0},
	{"drift", "the line from the first to the last value", classic.FitDrift, 0},
	{"naive2", "naive on the seasonally adjusted series, the benchmark of OWA", classic.FitNaive2, 0},
	{"theta", "the Theta method of the M4 competition", classic.FitTheta, fades | slow},
	{"dotm", "the dynamic optimised Theta method", classic.FitDynamicTheta, fades | slow},
	{"ses", "simple exponential smoothing", classic.FitSES, fades},
	{"holt", "exponential smoothing with a trend", classic.FitHolt, fades | slow},
	{"damped", "exponential smoothing with a damped trend", classic.FitDamped, fades | slow},
	{"ces", "complex exponential smoothing", classic.FitCES, fades | slow},
	{"stl", "one or two seasons removed by STL, the rest by ets", classic.FitSTL, fades | slow},
	{"croston", "Croston's method, for values that are mostly zero", classic.FitCroston, 0},
	{"sba", "Croston's method with its bias corrected", classic.FitSBA, 0},
	{"tsb", "smoothed probability of demand, for values that are mostly zero and may end", classic.FitTSB, 0},
	{"regression", "a linear trend and a mean for every step of the season", classic.FitRegression, 0},
	{"mean", "the mean of all values", classic.FitMean, 0},
	{"comb", "the average of ses, holt and damped", classic.FitComb, fades | slow},
	{"blend", "the average of theta, dotm and damped", classic.FitBlend, fades | slow},
	{"intermittent", "the average of sba and tsb", classic.FitIntermittent, 0},
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

// Restore reads what a model of the method that was kept wrote.
func (c Classic) Restore(data []byte, task Task) (Kept, error) {
	return classics[c].restore(data, task)
}

// ClassicMethods are all statistical methods, the simple ones last, in the order in
// which they are listed to people.
func ClassicMethods() []Method {
	return []Method{Blend, Comb, Theta, DynamicTheta, ETS{}, ARIMA{}, CES, STL, MultiSeason{}, SES, Holt, Damped, Regression, Croston, SBA, TSB, Mean, Naive, SeasonalNaive, Drift, Naive2}
}

// local is a method that looks at one series at a time: f continues its values by
// means and standard deviations.
type local struct {
	name, about string
	fit         classic.Fit
	traits      trait
}

// A trait is what matters where histories are long or many.
type trait uint8

const (
	slow  trait = 1 << iota // where many origins are judged, it is fitted at some of them
	fades                   // old values hardly matter to it: it is fitted to the last ones
)

// A method that fades is fitted to so many values at the most, or so many seasons, if those
// are more: no series of M4 has more. On 104 series of the EIA's and Beijing's hours
// (35,000 and 44,000 values, four origins, 48 ahead), where every value was seen before, the
// scaled error of blend went from 1.425 to 1.398 and from 1.141 to 1.094, that of stl stayed.
const (
	recentValues  = 10000
	recentSeasons = 20
)

func (l local) Name() string { return l.name }

func (l local) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return localModel{l, task}, nil
}

type localModel struct {
	of   local
	task Task
}

// follow fits to the values of s once, and continues series that begin with them by
// the same parameters; nil where that is not worth it.
func (m localModel) follow(ctx context.Context, s Series) func(Series) Forecast {
	if m.of.traits&slow == 0 || classic.Constant(classic.Fill(s.Values, m.task.Season)) {
		return nil
	}
	state, unit := m.state(ctx, s)
	places := []place{{len(s.Values), unit, classic.Box{State: state}}}
	return func(s Series) Forecast { return m.continued(ctx, places, 0, s) }
}

func (m localModel) Forecast(s Series) (Forecast, error) { return Single(m, s) }

func (m localModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	out := make([]Forecast, len(panel))
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		out[i] = m.one(ctx, panel[i])
		return nil
	})
	return out, err
}

// one continues a series.
func (m localModel) one(ctx context.Context, s Series) Forecast {
	state, unit := m.state(ctx, s)
	return Normal(state.Forecast(m.task.Horizon)).times(unit).For(s)
}

// state fits the method to a series, whose values are unit times those that it saw.
// Constant series are repeated with an interval of no width, whatever the method. The
// end of ctx ends the search for parameters early; parallel.Each then returns its error.
func (m localModel) state(ctx context.Context, s Series) (state classic.State, unit float64) {
	y, unit := rescale(classic.Fill(s.Values, m.task.Season))
	if m.of.traits&fades != 0 {
		y = y[max(0, len(y)-max(recentValues, recentSeasons*m.task.Season)):]
	}
	fit := m.of.fit
	if classic.Constant(y) {
		fit = classic.FitNaive
	}
	return remembered(ctx, m.task, m.of.name, s, func() classic.State { return fit(ctx, y, m.task.Season, m.task.Horizon) }), unit
}

// times multiplies the distribution by what rescale divided by.
func (f Forecast) times(unit float64) Forecast {
	if unit == 1 {
		return f
	}
	return f.Map(func(v float64) float64 { return max(-math.MaxFloat64, min(v*unit, math.MaxFloat64)) })
}

// rescale divides values whose squares would overflow or underflow by a power of
// two, which changes no digit.
func rescale(y []float64) (scaled []float64, unit float64) {
	var top float64
	for _, v := range y {
		top = max(top, math.Abs(v))
	}
	if top == 0 || top > 1e-100 && top < 1e100 {
		return y, 1
	}
	_, e := math.Frexp(top)
	scaled = make([]float64, len(y))
	for i, v := range y {
		scaled[i] = math.Ldexp(v, -e)
	}
	return scaled, math.Ldexp(1, e)
}
