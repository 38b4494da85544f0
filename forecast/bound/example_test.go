package bound_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/bound"
)

// Growth towards a cap slows down, and no interval goes beyond it.
func ExampleBounded() {
	s := forecast.Series{ID: "customers"}
	for t := range 30 {
		s.Values = append(s.Values, 1000/(1+math.Exp(3-float64(t)/6)))
	}
	limit := 1000.0
	task := forecast.Task{Horizon: 24, Season: 1}
	for _, method := range []forecast.Method{forecast.Holt, bound.Bounded{Method: forecast.Holt, Cap: &limit}} {
		fs, err := forecast.Run(context.Background(), method, []forecast.Series{s}, task)
		if err != nil {
			log.Fatal(err)
		}
		_, hi := fs[0].Interval(23, 95)
		fmt.Println("above the cap:", fs[0].Mean[23] > limit, hi > limit)
	}
	// Output:
	// above the cap: true true
	// above the cap: false false
}
