package main

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/hierarchy"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/regress/holidays"
	"github.com/segue-go/segue/forecast/table"
	"github.com/spf13/pflag"
)

// methodFlags choose how series are forecast.
type methodFlags struct {
	method           string
	train, noTrain   bool
	regressors, past []string
	future           string
	holidays         []string
	calendar         bool
	reconcile        string
	hierarchy        *hierarchy.Hierarchy
}

func (m *methodFlags) register(f *pflag.FlagSet) {
	f.StringVar(&m.method, "method", "auto", "`NAME` of a method: auto, zeroshot, lstm, blend, theta, ets, ...; segue methods lists them")
	f.BoolVar(&m.train, "train", false, "train networks on the file's own series, however few (done from 50 series on)")
	f.BoolVar(&m.noTrain, "no-train", false, "train nothing, however many series: answers at once")
	f.StringSliceVar(&m.regressors, "regressors", nil, "columns that explain the values and are known for the future too")
	f.StringSliceVar(&m.past, "past-regressors", nil, "columns that explain the values and are known for the past only")
	f.StringVar(&m.future, "future", "", "file with the regressors' values after the series (or rows without a value)")
	f.StringSliceVar(&m.holidays, "holidays", nil, "countries whose holidays matter, by code: BR,US")
	f.BoolVar(&m.calendar, "calendar", false, "ends of months (for days) and weekends (for months) may matter")
	f.StringVar(&m.reconcile, "reconcile", "", "ids have the form a/b/c: forecast the sums too and make all add up, by mint or bottom-up")
}

// build looks the method up and puts together what the flags ask for.
func (m *methodFlags) build() (forecast.Method, error) {
	ms, err := cli.Methods([]string{m.method})
	if err != nil {
		return nil, err
	}
	method := ms[0]
	training := auto.TrainWhenLarge
	switch {
	case m.train && m.noTrain:
		return nil, cli.Usagef("--train and --no-train contradict each other")
	case m.train:
		training = auto.TrainAlways
	case m.noTrain:
		training = auto.TrainNever
	}
	if m, ok := method.(auto.Trainable); ok {
		method = m.WithTraining(training)
	}
	if r := hierarchy.Reconciliation(m.reconcile); r != "" && r != hierarchy.MinT && r != hierarchy.BottomUp {
		return nil, cli.Usagef("--reconcile %q: want %s or %s", m.reconcile, hierarchy.MinT, hierarchy.BottomUp)
	}
	var days regress.Holidays
	if len(m.holidays) > 0 {
		if days, err = holidays.Of(m.holidays...); err != nil {
			return nil, &cli.UsageError{Err: err}
		}
	}
	if days != nil || m.calendar || len(m.regressors)+len(m.past) > 0 {
		method = regress.Regressed{Method: method, Holidays: days, Calendar: m.calendar}
	}
	return method, nil
}

// panel reads the series that the method is for: with regressors, their future
// and the sums of a hierarchy.
func (a *app) panel(path string, s *seriesFlags, m *methodFlags) (*table.Table, error) {
	s.table.Regressors, s.table.PastRegressors = m.regressors, m.past
	t, err := a.table(path, s)
	if err != nil {
		return nil, err
	}
	if m.future != "" {
		f, err := a.Open(m.future)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if err := t.AddFuture(f, s.table); err != nil {
			return nil, fmt.Errorf("%s: %w", m.future, err)
		}
	}
	if m.reconcile != "" {
		if m.hierarchy, err = hierarchy.New(t.Series); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		t.Series = m.hierarchy.Panel
	}
	return t, nil
}

// explainModel says which member of an ensemble weighs how much, whether the
// model is worth it, and what regressors do.
func explainModel(w io.Writer, model forecast.Model) {
	if m, ok := model.(forecast.Weighted); ok && len(m.Weights()) > 0 {
		ws := m.Weights()
		sort.SliceStable(ws, func(i, j int) bool { return ws[i].Weight > ws[j].Weight })
		var parts []string
		for _, x := range ws {
			if p := fmt.Sprintf("%s %.0f%%", x.Method, 100*x.Weight); x.Weight >= .005 {
				parts = append(parts, p)
			}
		}
		fmt.Fprintf(w, "weights by errors on the past: %s\n", strings.Join(parts, ", "))
	}
	if m, ok := model.(forecast.Checked); ok && m.Check() != nil {
		c := m.Check()
		verdict := "worth it"
		if c.MASE >= c.SeasonalNaive {
			verdict = "not better than repeating the last season"
		}
		fmt.Fprintf(w, "MASE on %s of the past: %.3f, seasonal naive %.3f: %s\n", count(c.Histories, "horizon"), c.MASE, c.SeasonalNaive, verdict)
	}
	if m, ok := model.(regress.Affected); ok {
		const most = 20
		for i, e := range m.Effects() {
			if i == most {
				fmt.Fprintf(w, "and %d more effects\n", len(m.Effects())-most)
				break
			}
			unit, of := 1.0, "a unit"
			if e.SD > 2 || e.SD < .02 { // not a yes or no
				unit, of = e.SD, "a standard deviation"
			}
			size := fmt.Sprintf("%+.4g", unit*e.Size)
			if e.Relative {
				size = fmt.Sprintf("%+.1f%%", 100*math.Expm1(unit*e.Size))
			}
			series := ""
			if e.Series != "" {
				series = e.Series + ": "
			}
			fmt.Fprintf(w, "effect: %s%s %s %s (t %.1f)\n", series, e.Name, size, of, e.T)
		}
	}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
