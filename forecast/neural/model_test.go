package neural

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// smallModel is the file of one small network.
func smallModel(t testing.TB) []byte {
	t.Helper()
	panel := air(t).Series
	task := forecast.Task{Horizon: 3, Threads: 1}.Resolve(panel)
	m, err := LSTM{Steps: 1, Hidden: 2, Members: 1, Window: 8, Origins: 4}.Fit(context.Background(), panel, task)
	if err != nil {
		t.Fatal(err)
	}
	file, err := forecast.Save(m, false)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// metadata returns the metadata of a safetensors file, and a function that makes the
// file with other metadata.
func metadata(t testing.TB, file []byte) (map[string]string, func(map[string]string) []byte) {
	t.Helper()
	n := binary.LittleEndian.Uint64(file)
	var header map[string]any
	if err := json.Unmarshal(file[8:8+n], &header); err != nil {
		t.Fatal(err)
	}
	meta := map[string]string{}
	for k, v := range header["__metadata__"].(map[string]any) {
		meta[k] = v.(string)
	}
	return meta, func(meta map[string]string) []byte {
		header["__metadata__"] = meta
		h, err := json.Marshal(header)
		if err != nil {
			t.Fatal(err)
		}
		return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(h))), h...), file[8+n:]...)
	}
}

// A setting out of its range is refused by name before anything is computed.
func TestModelSettings(t *testing.T) {
	meta, with := metadata(t, smallModel(t))
	settings, config := meta[metaKey], meta["segue.config"]
	for change, want := range map[string]string{
		`"horizon":3 -> "horizon":0`:               "horizon 0",
		`"horizon":3 -> "horizon":16384`:           "", // another shape
		`"season":12 -> "season":-1`:               "season -1",
		`"window":8 -> "window":9`:                 "do not fit a window of 9",
		`"origins":4 -> "origins":16385`:           "origins 16385",
		`"stride":1 -> "stride":-1`:                "stride -1",
		`"stride":1 -> "stride":0`:                 "stride 0",
		`"lag":0 -> "lag":-7`:                      "lag -7",
		`"sigma": -> "sigma":-`:                    "sigma -",
		`"sigma": -> "sigma":1e300,"x":`:           "sigma 1e+300",
		`"widths":[ -> "widths":[-1,`:              "widths",
		`[{ -> [] -> `:                             "",
		`"hidden":2 -> "hidden":-2`:                "hidden width -2",
		`"hidden":2 -> "hidden":2000`:              "parameters wanted",
		`"inputs":15 -> "inputs":0`:                "",
		`"layers":1 -> "layers":65`:                "65 layers",
		`"dilations":[1] -> "dilations":[-1]`:      "dilation -1",
		`"head_scale": -> "head_scale":1e300,"x":`: "head_scale",
		`"hidden":2 -> "hidden":2,"dropout":-1`:    "dropout -1",
		`"hidden":2 -> "hidden":2,"cell":"x"`:      `cell "x"`,
	} {
		old, now, _ := strings.Cut(change, " -> ")
		if !strings.Contains(settings+config, old) {
			t.Errorf("%s: not in %s %s", old, settings, config)
		}
		meta[metaKey], meta["segue.config"] = strings.Replace(settings, old, now, 1), strings.Replace(config, old, now, 1)
		if _, _, _, err := Decode(with(meta)); !errors.Is(err, forecast.ErrNoModel) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", change, err, want)
		}
	}
	meta[metaKey], meta["segue.config"] = "", config
	meta["segue.music"] = "jazz-3"
	if _, _, _, err := Decode(with(meta)); !errors.Is(err, forecast.ErrNoModel) || !strings.Contains(err.Error(), "a music model") {
		t.Errorf("a model of the other job: %v", err)
	}
}

// Whatever the settings of a model say, it is refused or forecasts.
func FuzzModelSettings(f *testing.F) {
	meta, with := metadata(f, smallModel(f))
	var spec []netSpec
	if err := json.Unmarshal([]byte(meta[metaKey]), &spec); err != nil {
		f.Fatal(err)
	}
	var cfg seq.Config
	if err := json.Unmarshal([]byte(meta["segue.config"]), &cfg); err != nil {
		f.Fatal(err)
	}
	f.Add(12, 4, 1, 0, .1, 1., true, 1, false)
	f.Add(-1, 5000, 300, 16384, 1e-300, 99., false, 300, true)
	f.Fuzz(func(t *testing.T, season, origins, stride, lag int, sigma, width float64, adjust bool, dilation int, skip bool) {
		s := &spec[0]
		s.Season, s.Origins, s.Stride, s.Lag, s.Sigma, s.Adjust, s.Widths = season, origins, stride, lag, sigma, adjust, []float64{width}
		cfg.Dilations, cfg.Skip = []int{dilation}, skip
		settings, err1 := json.Marshal(spec)
		config, err2 := json.Marshal(cfg)
		if err1 != nil || err2 != nil {
			return // NaN and infinity have no JSON
		}
		meta[metaKey], meta["segue.config"] = string(settings), string(config)
		m, horizon, _, err := Decode(with(meta))
		if err != nil {
			return
		}
		series := air(t).Series[0]
		for _, n := range []int{1, 2, len(series.Values)} {
			series.Values = series.Values[:n:n]
			fc, err := m.Forecast(series)
			if err == nil && (len(fc.Mean) != horizon || !fc.Finite()) {
				t.Errorf("a forecast of %d steps, want %d finite ones", len(fc.Mean), horizon)
			}
			series = air(t).Series[0]
		}
	})
}
