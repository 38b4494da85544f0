package forecast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/multiseason"
	"github.com/segue-go/segue/forecast/internal/parallel"
)

// keep asks a model to keep its parameters for a panel.
func keep(ctx context.Context, m Model, panel []Series) (Kept, error) {
	k, ok := m.(Keeper)
	if !ok {
		return nil, fmt.Errorf("forecast: %w", ErrNotSaved)
	}
	return k.Keep(ctx, panel)
}

// restore asks a method to read what a kept model of it wrote.
func restore(m Method, data []byte, task Task) (Kept, error) {
	r, ok := m.(Restorer)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", m.Name(), ErrNotSaved)
	}
	return r.Restore(data, task)
}

// Continuing is a kept model as a Model for the panel that it continues, so that
// ForecastAll checks that and bounds the forecasts.
func Continuing(k Kept, horizon int) BatchModel { return continuing{k, horizon} }

type continuing struct {
	Kept
	horizon int
}

func (c continuing) Forecast(s Series) (Forecast, error) { return Single(c, s) }

func (c continuing) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	return c.Continue(ctx, panel, c.horizon)
}

// A place is where one series of a kept model got to.
type place struct {
	N    int     `json:"n"`    // values that the state has seen, missing ones too
	Unit float64 `json:"unit"` // the state's values are the series' divided by it
	classic.Box
}

// placeJSON is how files hold a place; an embedded Box would take its JSON over.
type placeJSON struct {
	N     int         `json:"n"`
	Unit  float64     `json:"unit"`
	State classic.Box `json:"state"`
}

func (p place) MarshalJSON() ([]byte, error) {
	return json.Marshal(placeJSON{p.N, p.Unit, p.Box})
}

func (p *place) UnmarshalJSON(data []byte) error {
	var in placeJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	if _, e := math.Frexp(in.Unit); !(in.Unit > 0) || in.N < 1 || in.Unit != math.Ldexp(1, e-1) || in.State.State == nil {
		return fmt.Errorf("a state after %d values, in units of %v", in.N, in.Unit)
	}
	*p = place{in.N, in.Unit, in.State}
	return nil
}

// after moves a place on to the end of a series; ok is false where its parameters do not
// allow the values.
func (p place) after(s Series, season int) (state classic.State, ok bool) {
	y := classic.Fill(s.Values, season)
	seen := p.N - (len(s.Values) - len(y)) // leading gaps were dropped
	if seen < 0 || seen > len(y) {
		return nil, false
	}
	if seen == len(y) {
		return p.State, true
	}
	more := make([]float64, len(y)-seen)
	for i, v := range y[seen:] {
		more[i] = v / p.Unit
	}
	return p.After(more)
}

// localKept are the states of a method that looks at one series at a time.
type localKept struct {
	model  localModel
	places []place
}

// Keep fits the method to every series.
func (m localModel) Keep(ctx context.Context, panel []Series) (Kept, error) {
	k := &localKept{m, make([]place, len(panel))}
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		state, unit := m.state(ctx, panel[i])
		k.places[i] = place{len(panel[i].Values), unit, classic.Box{State: state}}
		return nil
	})
	return k, err
}

func (k *localKept) Continue(ctx context.Context, panel []Series, horizon int) ([]Forecast, error) {
	m := k.model
	m.task.Horizon = horizon
	out := make([]Forecast, len(panel))
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		out[i] = m.continued(ctx, k.places, i, panel[i])
		return nil
	})
	return out, err
}

// continued continues series i from its place, if it has one.
func (m localModel) continued(ctx context.Context, places []place, i int, s Series) Forecast {
	if i >= len(places) {
		return m.one(ctx, s)
	}
	if state, ok := places[i].after(s, m.task.Season); ok {
		if f := Normal(state.Forecast(m.task.Horizon)).times(places[i].Unit).For(s); f.Finite() {
			return f
		}
	}
	f := m.one(ctx, s)
	f.Note = "the parameters do not suit the values that came since; they were estimated anew"
	return f
}

// localFile is what files hold of it.
type localFile struct {
	Kind   string  `json:"kind"` // "series"
	Places []place `json:"places"`
}

func (k *localKept) Encode() ([]byte, error) { return json.Marshal(localFile{"series", k.places}) }

func (l local) restore(data []byte, task Task) (Kept, error) {
	var in localFile
	if err := decodeKept(data, &in, l.name, "series", &in.Kind); err != nil {
		return nil, err
	}
	return &localKept{localModel{l, task}, in.Places}, nil
}

// decodeKept reads what a kept model of a method wrote. Its errors wrap ErrNoModel.
func decodeKept(data []byte, in any, method, kind string, found *string) error {
	if err := json.Unmarshal(data, in); err != nil {
		return fmt.Errorf("forecast: %s: %w: %w", method, err, ErrNoModel)
	}
	if *found != kind {
		return fmt.Errorf("forecast: %s: what the file holds was made by another method: %w", method, ErrNoModel)
	}
	return nil
}

// multiSeasonKept are the weights that MultiSeason found for each series; those that
// were too short for it have a place of the method that continues them instead.
type multiSeasonKept struct {
	model multiSeasonModel
	parts []multiSeasonPart
}

type multiSeasonPart struct {
	Seasons *multiseason.Fit `json:"seasons,omitempty"`
	Unit    float64          `json:"unit,omitempty"` // of the values that it was fitted to
	Place   *place           `json:"place,omitempty"`
}

// Keep finds the weights for every series.
func (m multiSeasonModel) Keep(ctx context.Context, panel []Series) (Kept, error) {
	k := &multiSeasonKept{m, make([]multiSeasonPart, len(panel))}
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		fit, _, unit := m.fit(ctx, panel[i])
		if fit != nil {
			k.parts[i] = multiSeasonPart{Seasons: fit, Unit: unit}
			return nil
		}
		state, unit := m.short().state(ctx, panel[i])
		k.parts[i].Place = &place{len(panel[i].Values), unit, classic.Box{State: state}}
		return nil
	})
	return k, err
}

func (k *multiSeasonKept) Continue(ctx context.Context, panel []Series, horizon int) ([]Forecast, error) {
	m := k.model
	m.task.Horizon = horizon
	out := make([]Forecast, len(panel))
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		switch s := panel[i]; {
		case i >= len(k.parts):
			out[i] = m.one(ctx, s)
		case k.parts[i].Place != nil:
			out[i] = m.short().continued(ctx, []place{*k.parts[i].Place}, 0, s)
		default:
			y, unit := rescale(classic.Fill(s.Values, m.task.Season))
			f, ok := m.forecast(k.parts[i].Seasons, s, y, unit)
			if !ok || unit != k.parts[i].Unit || !f.Finite() {
				f = m.one(ctx, s)
				f.Note = "the weights do not suit the values that came since; they were estimated anew"
			}
			out[i] = f
		}
		return nil
	})
	return out, err
}

type multiSeasonFile struct {
	Kind  string            `json:"kind"` // "multiseason"
	Parts []multiSeasonPart `json:"parts"`
}

func (k *multiSeasonKept) Encode() ([]byte, error) {
	return json.Marshal(multiSeasonFile{"multiseason", k.parts})
}

// Restore reads what a model of the method that was kept wrote.
func (m MultiSeason) Restore(data []byte, task Task) (Kept, error) {
	var in multiSeasonFile
	if err := decodeKept(data, &in, m.Name(), "multiseason", &in.Kind); err != nil {
		return nil, err
	}
	for _, p := range in.Parts {
		if (p.Seasons == nil) == (p.Place == nil) {
			return nil, fmt.Errorf("forecast: %s: a series has no weights, or has two kinds: %w", m.Name(), ErrNoModel)
		}
	}
	return &multiSeasonKept{m.model(task), in.Parts}, nil
}

// ensembleKept are the members of an ensemble, with its weights and its calibration.
type ensembleKept struct {
	*ensembleModel
	members []Kept
}

// Keep keeps every member.
func (m *ensembleModel) Keep(ctx context.Context, panel []Series) (Kept, error) {
	k := &ensembleKept{ensembleModel: m}
	for i, model := range m.models {
		member, err := keep(ctx, model, panel)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.methods[i].Name(), err)
		}
		k.members = append(k.members, member)
	}
	return k, nil
}

func (k *ensembleKept) Continue(ctx context.Context, panel []Series, horizon int) ([]Forecast, error) {
	all := make([][]Forecast, len(k.members))
	for i, member := range k.members {
		var err error
		if all[i], err = member.Continue(ctx, panel, horizon); err != nil {
			return nil, err
		}
		for j, s := range panel {
			all[i][j] = all[i][j].floored(s)
		}
	}
	out := k.average(all, panel)
	for i := range out {
		for _, fs := range all {
			if out[i].Note == "" {
				out[i].Note = fs[i].Note
			}
		}
	}
	return out, nil
}

// Notes are the members'.
func (k *ensembleKept) Notes() []string {
	var out []string
	for _, m := range k.members {
		if n, ok := m.(interface{ Notes() []string }); ok {
			out = append(out, n.Notes()...)
		}
	}
	return out
}

type ensembleFile struct {
	Kind    string       `json:"kind"` // "ensemble"
	Members []memberFile `json:"members"`
	Widths  []float64    `json:"widths,omitempty"`
	Tilt    []float64    `json:"tilt,omitempty"`
	Check   *Check       `json:"check,omitempty"`
}

type memberFile struct {
	Method string          `json:"method"`
	Weight float64         `json:"weight"`
	State  json.RawMessage `json:"state"`
}

func (k *ensembleKept) Encode() ([]byte, error) {
	out := ensembleFile{Kind: "ensemble", Widths: k.widths, Tilt: k.tilt, Check: k.check}
	for i, m := range k.members {
		state, err := m.Encode()
		if err != nil {
			return nil, err
		}
		out.Members = append(out.Members, memberFile{k.methods[i].Name(), k.weights[i], state})
	}
	return json.Marshal(out)
}

// Restore reads what a model of the ensemble that was kept wrote. Its members must be
// among the ensemble's and its fallbacks; their weights and the calibration are the
// file's.
func (e Ensemble) Restore(data []byte, task Task) (Kept, error) {
	var in ensembleFile
	if err := decodeKept(data, &in, e.Title, "ensemble", &in.Kind); err != nil {
		return nil, err
	}
	k := &ensembleKept{ensembleModel: &ensembleModel{task: task, calibration: calibration{in.Widths, in.Tilt}, check: in.Check}}
	var total float64
	for _, m := range in.Members {
		method, err := e.member(m.Method)
		if err != nil {
			return nil, err
		}
		kept, err := restore(method, m.State, task)
		if err != nil {
			return nil, err
		}
		k.methods, k.members, k.weights = append(k.methods, method), append(k.members, kept), append(k.weights, m.Weight)
		total += m.Weight
		if !(m.Weight >= 0 && m.Weight <= 1) {
			return nil, fmt.Errorf("forecast: %s: member %s has a weight of %v: %w", e.Title, m.Method, m.Weight, ErrNoModel)
		}
	}
	if !(math.Abs(total-1) < 1e-6) || len(in.Widths) > len(NormalProbs)/2 {
		return nil, fmt.Errorf("forecast: %s: the members' weights add up to %v, and there are %d widths: %w", e.Title, total, len(in.Widths), ErrNoModel)
	}
	if n := len(in.Tilt); n != 0 && n != thirds {
		return nil, fmt.Errorf("forecast: %s: %d factors of a horizon's thirds: %w", e.Title, n, ErrNoModel)
	}
	for _, w := range append(slices.Clone(in.Widths), in.Tilt...) {
		if !(w >= 0 && w <= mostStretch) {
			return nil, fmt.Errorf("forecast: %s: width %v: %w", e.Title, w, ErrNoModel)
		}
	}
	return k, nil
}

// mostStretch bounds the stretch factors of a file.
const mostStretch = 1e6

// member finds a method of the ensemble by its name.
func (e Ensemble) member(name string) (Method, error) {
	for _, list := range [][]Method{e.Members, e.Fallbacks} {
		for _, m := range list {
			if m.Name() == name {
				return m, nil
			}
		}
	}
	return nil, fmt.Errorf("forecast: %s has no member %q: %w", e.Title, name, errors.Join(ErrUnknown, ErrNoModel))
}
