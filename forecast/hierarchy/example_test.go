package hierarchy_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/hierarchy"
	"github.com/segue-go/segue/forecast/keep"
)

// Sums of regions are forecast too, and everything adds up.
func ExampleHierarchy() {
	var panel []forecast.Series
	for k, id := range []string{"north/a", "north/b", "south/a"} {
		s := forecast.Series{ID: id}
		for i := range 30 {
			s.Values = append(s.Values, float64(10*(k+1)+i%4))
		}
		panel = append(panel, s)
	}
	h, err := hierarchy.New(panel)
	if err != nil {
		panic(err)
	}
	task := forecast.Task{Horizon: 1, Season: 4}
	fs, err := forecast.Run(context.Background(), forecast.Theta, h.Panel, task)
	if err != nil {
		panic(err)
	}
	if fs, err = h.Reconcile(context.Background(), fs, hierarchy.MinT, task.Season); err != nil {
		panic(err)
	}
	sum := 0.0
	for _, f := range fs {
		if strings.Contains(f.ID, "/") {
			sum += f.Mean[0]
		}
	}
	fmt.Println(fs[0].ID, math.Abs(fs[0].Mean[0]-sum) < 1e-9)
	// Output:
	// total true
}

// Regions by products: futures of all sums are drawn together, and add up.
func ExampleParseStructure() {
	var panel []forecast.Series
	for k, id := range []string{"north/milk", "north/tea", "south/milk", "south/tea"} {
		s := forecast.Series{ID: id}
		for i := range 30 {
			s.Values = append(s.Values, float64(10*(k+1)+i*(k+1)%4))
		}
		panel = append(panel, s)
	}
	structure, err := hierarchy.ParseStructure("region*product", nil)
	if err != nil {
		panic(err)
	}
	h, err := hierarchy.NewWith(panel, structure)
	if err != nil {
		panic(err)
	}
	ctx, task := context.Background(), forecast.Task{Horizon: 1, Season: 4}
	fs, err := forecast.Run(ctx, forecast.Theta, h.Panel, task)
	if err != nil {
		panic(err)
	}
	j, err := h.Joint(ctx, fs, hierarchy.JointOptions{Season: task.Season, Paths: 1, Whole: true, Seed: 1})
	if err != nil {
		panic(err)
	}
	sum := 0.0
	for i, s := range h.Panel {
		if strings.HasSuffix(s.ID, "/milk") && s.ID != "*/milk" {
			sum += j.Paths[i][0][0]
		}
	}
	for i, s := range h.Panel[:5] {
		fmt.Println(s.ID, s.ID != "*/milk" || j.Paths[i][0][0] == sum)
	}
	// Output:
	// total true
	// */milk true
	// */tea true
	// north/* true
	// south/* true
}

// Months that add up to quarters and years.
func ExampleTemporal() {
	s := forecast.Series{ID: "sales"}
	for i := range 60 {
		s.Values = append(s.Values, float64(100+i%12))
	}
	fs, err := forecast.Run(context.Background(), hierarchy.Temporal{Method: forecast.SeasonalNaive}, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 12})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.0f\n", fs[0].Mean)
	// Output:
	// [100 101 102]
}

// A model of series and their sums is kept like any other; the sums follow the new values.
func ExampleHierarchy_Reconcile() {
	ctx, task := context.Background(), forecast.Task{Horizon: 2, Season: 4}
	rows := func(from, to int) (panel []forecast.Series) {
		for k, id := range []string{"north/a", "north/b", "south/a"} {
			s := forecast.Series{ID: id, Start: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Freq: forecast.Freq{Unit: forecast.Quarter, N: 1}}
			s.Start = s.Time(from)
			for i := from; i < to; i++ {
				s.Values = append(s.Values, float64(10*(k+1)+i%4))
			}
			panel = append(panel, s)
		}
		return panel
	}
	h, err := hierarchy.New(rows(0, 30))
	if err != nil {
		panic(err)
	}
	m, err := keep.Fit(ctx, forecast.Theta, h.Panel, task)
	if err != nil {
		panic(err)
	}
	sums := func(panel []forecast.Series) ([]forecast.Series, error) {
		h, err = hierarchy.New(panel)
		if err != nil {
			return nil, err
		}
		return h.Panel, nil
	}
	if _, err := m.Update(ctx, rows(30, 33), keep.UpdateOptions{Sums: sums}); err != nil {
		panic(err)
	}
	fs, err := m.Forecast(ctx, 2)
	if err != nil {
		panic(err)
	}
	if fs, err = h.Reconcile(context.Background(), fs, hierarchy.MinT, task.Season); err != nil {
		panic(err)
	}
	sum := 0.0
	for _, f := range fs[len(fs)-len(h.Leaves()):] {
		sum += f.Mean[0]
	}
	fmt.Println(fs[0].ID, fs[0].Start.Format("2006-01"), math.Abs(fs[0].Mean[0]-sum) < 1e-9)
	// Output:
	// total 2028-04 true
}
