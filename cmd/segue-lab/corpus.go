package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
)

// corpus collects the series that a class is trained on and says what they are.
func (a *lab) corpus(dir, class string) ([]forecast.Series, string, error) {
	var all []forecast.Series
	var failed error
	read := func(names string, horizon int) []forecast.Series {
		panel, err := a.m4Train(dir, names, horizon)
		if err != nil && failed == nil {
			failed = err
		}
		return panel
	}
	yearly := func() []forecast.Series { return read("Yearly", 6) }
	quarterly := func() []forecast.Series { return read("Quarterly", 8) }
	monthly := func() []forecast.Series { return read("Monthly", 18) }
	var origin string
	switch class {
	case "short":
		origin = "M4 yearly; quarterly summed to years; synthetic"
		all = append(yearly(), summed(quarterly(), 4, 13)...)
		all = append(all, neural.Synthetic(2000, 1, 10, 60, 1)...)
	case "long":
		origin = "M4 weekly; monthly, quarterly and hourly without their seasons; synthetic"
		all = append(read("Weekly", 13), longer(neural.Unseasoned(monthly(), 12), 72)...)
		all = append(all, longer(neural.Unseasoned(quarterly(), 4), 90)...)
		all = append(all, neural.Unseasoned(read("Hourly", 48), 24)...)
		all = append(all, neural.Synthetic(2000, 1, 80, 400, 2)...)
	case "quarterly":
		origin = "M4 quarterly; monthly summed to quarters; synthetic"
		all = append(quarterly(), summed(monthly(), 3, 24)...)
		all = append(all, neural.Synthetic(1500, 4, 16, 120, 3)...)
	case "monthly":
		origin = "M4 monthly; synthetic"
		all = append(monthly(), neural.Synthetic(1000, 12, 36, 300, 4)...)
	case "weekly":
		origin = "M4 weekly; synthetic"
		all = append(read("Weekly", 13), neural.Synthetic(300, 52, 120, 600, 6)...)
	case "hourly":
		origin = "M4 hourly; synthetic"
		all = append(read("Hourly", 48), neural.Synthetic(300, 24, 500, 1000, 5)...)
	}
	return all, origin, failed
}

// m4Train reads a frequency's training file without the last horizon of every
// series.
func (a *lab) m4Train(dir, name string, horizon int) ([]forecast.Series, error) {
	for _, file := range []string{name + "-train.csv", name + "-subset-train.csv"} {
		path := filepath.Join(dir, file)
		if !isFile(path) {
			continue
		}
		panel, err := a.ReadPanel(path)
		if err != nil {
			return nil, err
		}
		for i, s := range panel {
			panel[i] = s.Head(max(len(s.Values)-horizon, 0))
		}
		return longer(panel, 4), nil
	}
	return nil, fmt.Errorf("%s: there is neither %s-train.csv nor %s-subset-train.csv", dir, name, name)
}

// longer keeps the series of at least n values.
func longer(panel []forecast.Series, n int) []forecast.Series {
	return slices.DeleteFunc(panel, func(s forecast.Series) bool { return len(s.Values) < n })
}

// summed adds up every k values, counted from the end, of the series that then
// have at least least.
func summed(panel []forecast.Series, k, least int) []forecast.Series {
	var out []forecast.Series
	for _, s := range panel {
		n := len(s.Values) / k
		if n < least {
			continue
		}
		values := make([]float64, n)
		for i, v := range s.Values[len(s.Values)-n*k:] {
			values[i/k] += v
		}
		s.Values = values
		out = append(out, s)
	}
	return out
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
