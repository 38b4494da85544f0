package hierarchy_test

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/hierarchy"
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
	if fs, err = h.Reconcile(fs, hierarchy.MinT, task.Season); err != nil {
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
