package neural

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural/universal"
	"github.com/segue-go/segue/seq/repro"
)

// ZeroShot is a method that fits nothing: it continues series with networks that were
// trained on other series. One network, of package universal, serves every rate. Short
// yearly, quarterly and monthly series, on which a few networks of their own are
// better, have those up to their horizon; see Classes.
type ZeroShot struct {
	classes map[string]func() (*lstmModel, error)
	every   map[int]func() (*universal.Net, error) // by season; 0 is for the others
	digest  func() (string, error)                 // of the files
}

// universalFile names the network for every rate among the files of NewZeroShot; with
// a dash and a season, the same network trained further on series of that season.
const universalFile = "universal"

// NewZeroShot reads the networks by name: "universal", which universal.Net.Encode wrote,
// perhaps "universal-52" for weeks of a year, and one file for every class, which forecast.Save
// made of a model of a Class.
func NewZeroShot(files map[string][]byte) (*ZeroShot, error) {
	z, err := LazyZeroShot(slices.Collect(maps.Keys(files)), func(name string) ([]byte, error) { return files[name], nil })
	if err != nil {
		return nil, err
	}
	for _, net := range z.every {
		if _, err := net(); err != nil {
			return nil, err
		}
	}
	for _, class := range z.classes {
		if _, err := class(); err != nil {
			return nil, err
		}
	}
	return z, nil
}

// LazyZeroShot is NewZeroShot for files that are known to be good: it looks at their
// names only, and read is asked for a network's file when the first series needs it.
func LazyZeroShot(names []string, read func(name string) ([]byte, error)) (*ZeroShot, error) {
	z := &ZeroShot{
		map[string]func() (*lstmModel, error){}, map[int]func() (*universal.Net, error){},
		sync.OnceValues(func() (string, error) { return digestOf(names, read) }),
	}
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, universalFile)
		if !ok {
			continue
		}
		season, err := strconv.Atoi(strings.TrimPrefix(rest, "-"))
		if rest != "" && (err != nil || season < 1) {
			return nil, fmt.Errorf("forecast: networks named %q: %w", name, forecast.ErrNoModel)
		}
		z.every[season] = lazily(name, read, universal.Decode)
	}
	if _, ok := z.every[0]; !ok {
		return nil, fmt.Errorf("forecast: no network for every rate: %w", forecast.ErrNoModel)
	}
	for _, c := range Classes() {
		if !slices.Contains(names, c.Name) {
			return nil, fmt.Errorf("forecast: no networks for %s series: %w", c.Name, forecast.ErrNoModel)
		}
		z.classes[c.Name] = lazily(c.Name, read, c.decode)
	}
	return z, nil
}

// lazily reads and decodes a network once, when it is first asked for.
func lazily[N any](name string, read func(string) ([]byte, error), decode func([]byte) (N, error)) func() (N, error) {
	return sync.OnceValues(func() (N, error) {
		var net N
		file, err := read(name)
		if err == nil {
			net, err = decode(file)
		}
		if err != nil {
			return net, fmt.Errorf("%s: %w", name, err)
		}
		return net, nil
	})
}

// decode reads the networks of the class.
func (c Class) decode(file []byte) (*lstmModel, error) {
	m, err := decodeLSTM(file)
	if err != nil {
		return nil, err
	}
	if season := m.members[0].spec.Season; season != c.Season {
		return nil, fmt.Errorf("forecast: networks for %s series with a season of %d: %w", c.Name, season, forecast.ErrNoModel)
	}
	return m, nil
}

// Name is "zeroshot".
func (*ZeroShot) Name() string { return "zeroshot" }

// About describes the method in a line.
func (*ZeroShot) About() string {
	return "networks trained on other series: at once, without training"
}

// PerSeries is true.
func (*ZeroShot) PerSeries() bool { return true }

// Tuned is the network that serves a season as a method that trains it further on the
// panel.
func (z *ZeroShot) Tuned(season int) forecast.Method {
	m, err := z.of(season)
	if err != nil {
		return unread{universal.Tuned{}, err}
	}
	return universal.Tuned{Method: m}
}

// unread is a method whose network cannot be read.
type unread struct {
	universal.Tuned
	err error
}

// Fit returns the error.
func (u unread) Fit(context.Context, []forecast.Series, forecast.Task) (forecast.Model, error) {
	return nil, u.err
}

// of is the network that serves a season.
func (z *ZeroShot) of(season int) (universal.Method, error) {
	net, ok := z.every[season]
	if !ok {
		net, ok = z.every[0]
	}
	if !ok { // a ZeroShot without networks stands for the method's name only
		return universal.Method{}, nil
	}
	n, err := net()
	return universal.Method{Net: n}, err
}

// digestOf tells sets of networks apart.
func digestOf(names []string, read func(string) ([]byte, error)) (string, error) {
	sum := sha256.New()
	for _, name := range slices.Sorted(slices.Values(names)) {
		file, err := read(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, name, len(file))
		sum.Write(file)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Fit only remembers the task.
func (z *ZeroShot) Fit(ctx context.Context, _ []forecast.Series, task forecast.Task) (forecast.Model, error) {
	return z.model(ctx, task)
}

func (z *ZeroShot) model(ctx context.Context, task forecast.Task) (*zeroShotModel, error) {
	m, err := z.of(task.Season)
	if err != nil {
		return nil, err
	}
	every, err := m.Fit(ctx, nil, task)
	return &zeroShotModel{z, task, every, Classes()}, err
}

type zeroShotModel struct {
	*ZeroShot
	task  forecast.Task
	every forecast.Model
	kinds []Class
}

func (m *zeroShotModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

// Keep only remembers which networks they are.
func (m *zeroShotModel) Keep(context.Context, []forecast.Series) (forecast.Kept, error) {
	digest, err := m.digest()
	return &zeroShotKept{m, digest}, err
}

// zeroShotKept are networks that belong to the program, not to a file.
type zeroShotKept struct {
	*zeroShotModel
	was string // the digest of those that the model was fitted with
}

func (k *zeroShotKept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	task := k.task
	task.Horizon = horizon
	m, err := k.model(ctx, task)
	if err != nil {
		return nil, err
	}
	return m.ForecastAll(ctx, panel)
}

// Notes says whether the networks are still the same.
func (k *zeroShotKept) Notes() []string {
	if digest, err := k.digest(); err != nil || k.was == digest {
		return nil // a file that cannot be read is an error where it is used
	}
	return []string{"the pretrained networks are others than those that the model was fitted with; fit it again for the best weights"}
}

type zeroShotFile struct {
	Kind   string `json:"kind"`   // "pretrained"
	Digest string `json:"digest"` // of the networks' files
}

func (k *zeroShotKept) Encode() ([]byte, error) {
	return json.Marshal(zeroShotFile{"pretrained", k.was})
}

// Restore reads what a model of the method that was kept wrote.
func (z *ZeroShot) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in zeroShotFile
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "pretrained" {
		return nil, fmt.Errorf("forecast: %s: what the file holds was made by another method: %w", z.Name(), forecast.ErrNoModel)
	}
	m, err := z.model(context.Background(), task)
	if err != nil {
		return nil, err
	}
	return &zeroShotKept{m, in.Digest}, nil
}

// ForecastAll takes 200 series at a time, to bound memory.
func (m *zeroShotModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	const most = 200
	var out []forecast.Forecast
	for part := range slices.Chunk(panel, most) {
		fs, err := m.byClass(ctx, part)
		if err != nil {
			return nil, err
		}
		out = append(out, fs...)
	}
	return out, nil
}

// byClass sorts the series by class and runs each class's networks on all of its series
// at once.
func (m *zeroShotModel) byClass(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	out := make([]forecast.Forecast, len(panel))
	at := map[string][]int{}
	for i, s := range panel {
		name := m.classOf(s).Name
		at[name] = append(at[name], i)
	}
	for _, list := range at {
		part := make([]forecast.Series, len(list))
		for k, i := range list {
			part[k] = panel[i]
		}
		fs, err := m.ofClass(ctx, m.classOf(part[0]), part)
		if err != nil {
			return nil, err
		}
		for k, i := range list {
			out[i] = fs[k].Head(m.task.Horizon).For(panel[i])
			if m.task.Season == 1 {
				withinChanges(out[i], panel[i].Values)
			}
		}
	}
	return out, nil
}

// ofClass continues series of one class. The network for every rate has a share where the
// class gives it one, and continues where the class's horizon ends.
func (m *zeroShotModel) ofClass(ctx context.Context, c Class, part []forecast.Series) ([]forecast.Forecast, error) {
	read, special := m.classes[c.Name]
	if !special {
		return forecast.ForecastAll(ctx, m.every, part, m.task.Threads)
	}
	class, err := read()
	if err != nil {
		return nil, err
	}
	fs, err := class.on(tierOf(m.task)).ForecastAll(ctx, part)
	beyond := c.Horizon < m.task.Horizon
	if err != nil || c.every == 0 && !beyond {
		return fs, err
	}
	every, err := forecast.ForecastAll(ctx, m.every, part, m.task.Threads)
	if err != nil {
		return nil, err
	}
	for k, f := range every {
		if c.every > 0 {
			near := min(c.Horizon, m.task.Horizon)
			fs[k] = forecast.Average([]forecast.Forecast{fs[k].Head(near), f.Head(near)}, []float64{1 - c.every, c.every})
		}
		if beyond {
			fs[k] = splice(fs[k], f, m.task.Season)
		}
	}
	return fs, nil
}

// classOf is the class of a series; one without a name is none.
func (m *zeroShotModel) classOf(s forecast.Series) Class {
	if universal.SecondSeason(m.task.Season, s.Freq) > 0 {
		return Class{}
	}
	for _, c := range m.kinds {
		if c.Season == m.task.Season && (c.Most == 0 || len(s.Values) < c.Most) {
			return c
		}
	}
	return Class{}
}

// splice continues a forecast by another one of the same series, moved to where the
// first one ends. The move fades with the steps.
func splice(near, far forecast.Forecast, season int) forecast.Forecast {
	n := near.Horizon()
	last := min(season, n)
	ratio := true
	for h := range far.Mean {
		ratio = ratio && far.Q[h][0] > 0 && (h >= n || near.Q[h][0] > 0)
	}
	move := 0.0
	for h := n - last; h < n; h++ {
		a, b := near.Median(h), far.Median(h)
		if ratio {
			a, b = math.Log(a), math.Log(b)
		}
		move += (a - b) / float64(last)
	}
	for h := range far.Mean {
		if h < n {
			far.Mean[h], far.Q[h] = near.Mean[h], make([]float64, len(far.Probs))
			for i, p := range far.Probs { // those of a forecast that was replaced are others
				far.Q[h][i] = near.Quantile(h, p)
			}
			continue
		}
		far.Shift(h, move*repro.Exp(-float64(h-n)/float64(2*n)), ratio)
	}
	return far
}
