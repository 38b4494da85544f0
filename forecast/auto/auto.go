// Package auto has the default method, [New], and finds every method by the name
// that a person gives, [Lookup]. It embeds networks of a few megabytes.
package auto

import (
	"context"
	"sync"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/neural"
)

// Method is the default method: a forecast.Ensemble of statistical methods and
// pretrained networks and, if asked for, one that is trained on the panel. Series that
// are often zero without a rule are continued by methods for intermittent demand, long
// ones with several seasons (days with a year, hours with twenty weeks) by
// forecast.MultiSeason, running totals by their increments. New gives one that is ready
// to use.
type Method struct {
	ZeroShot *neural.ZeroShot // nil means none
	Train    Training
}

// Training says whether a network is trained on the panel itself.
type Training int

const (
	TrainNever Training = iota // the default
	// TrainAlways adds the network for every rate, trained further on the panel, and
	// Segmented for long series of hours, each where the past speaks for it; or an
	// LSTM of the panel's own if there are no pretrained networks.
	TrainAlways
)

// Trainable is a Method that can be told when to train.
type Trainable interface {
	WithTraining(t Training) forecast.Method
}

// Name is "auto".
func (Method) Name() string { return "auto" }

// About describes the method in a line.
func (Method) About() string {
	return "statistics and networks, weighted by their errors on the past; intervals calibrated there (the default)"
}

// WithTraining returns the method with another rule for training.
func (a Method) WithTraining(t Training) forecast.Method {
	a.Train = t
	return a
}

// Trains reports whether a network will be trained.
func (a Method) Trains([]forecast.Series) bool { return a.Train == TrainAlways }

// members lists the ensemble's members with their weights before anything is known
// about the panel: two parts networks, one part statistics. That was the best
// average on the last window before the test part of M4's series. Of what is in the blend,
// DynamicTheta and Damped alone suit months, quarters and years (OWA on that window, a
// fifth or a third of statistics: quarterly .8668 against .8689, yearly .6685 against
// .6706, monthly the same), and panels may weigh them; blend gets less
// where a day of steps has a week around it that the blend does not know
// (forecast/BENCHMARKS.md, "What was tried"; segue-lab bench m4). STL joins where a
// season has more than a dozen steps, and for weeks of days, which have a year
// around them. In small panels, where the weights suit each series, MultiSeason
// joins too; in large ones of hours the networks are better off without STL (OWA .396
// against .398 on that window).
func (a Method) members(panel []forecast.Series, season int) (ms []forecast.Method, prior []float64) {
	add := func(m forecast.Method, w float64) { ms, prior = append(ms, m), append(prior, w) }
	switch {
	case season <= 12 && season != 7:
		add(forecast.DynamicTheta, .5)
		add(forecast.Damped, .5)
	case classic.WeekOf(season) > 0:
		add(forecast.Blend, .25)
	default:
		add(forecast.Blend, 1)
	}
	if season > 12 || season == 7 {
		small := len(panel) < forecast.SmallPanel
		if small || classic.WeekOf(season) == 0 {
			add(forecast.STL, .5)
		}
		if small {
			add(forecast.MultiSeason{}, .5)
		}
	}
	if a.ZeroShot != nil {
		add(a.ZeroShot, 2)
	}
	switch {
	case a.Train == TrainNever:
	case a.ZeroShot != nil:
		add(a.ZeroShot.Tuned(season), 2)
	default:
		add(neural.LSTM{}, 2)
	}
	return ms, prior
}

// fallbacks are served where the ensemble's own check finds it worse than them.
var fallbacks = []forecast.Method{forecast.SeasonalNaive, forecast.Regression, forecast.Mean}

// Fit fits the ensemble to the series that are neither intermittent nor long.
func (a Method) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	parts, _ := sortKinds(panel, kindsOf(panel, nil, task), true)
	dense, held, rising := parts[ordinary], parts[long], parts[total]
	sparse, err := forecast.Intermittent.Fit(ctx, nil, task)
	if err != nil {
		return nil, err
	}
	seasons, err := a.longModel(ctx, held, task)
	if err != nil {
		return nil, err
	}
	totals, err := a.totals(ctx, task)
	if err != nil {
		return nil, err
	}
	const enough = 8 // long series or running totals that are compared with seasonal naive
	out := &model{task: task, sparse: sparse, seasons: seasons, totals: totals, long: held, others: seasons}
	if len(held) == 0 {
		out.long, out.others = rising, totals
	}
	out.long = out.long[:min(enough, len(out.long))]
	out.checked = sync.OnceValue(out.check)
	if len(dense) == 0 {
		return out, nil
	}
	ms, prior := a.members(dense, task.Season)
	out.dense, err = forecast.Ensemble{Title: a.Name(), Members: ms, Prior: prior, Fallbacks: fallbacks}.Fit(ctx, dense, task)
	if err != nil {
		return nil, err
	}
	return out, nil
}
