package scale

import "github.com/segue-go/segue/cmd/internal/job"

// From gives the options of a run that forecasts what s asks for with w. Memory, parts,
// shard and resuming are left to the caller.
func From(s *job.ForecastSpec, w job.Work) (Options, error) {
	t, err := s.Options()
	if err != nil {
		return Options{}, err
	}
	name := "model"
	if w.Method != nil {
		name = w.Method.Name()
	}
	return Options{
		Table: t, Rows: s.Rows, Method: w.Method, Model: w.Model, Task: w.Task, Point: w.Point, Round: w.Round,
		Levels: s.Levels, Quantiles: s.Quantiles, Guard: s.Guard, Key: name + "?" + s.Fields().Query(),
	}, nil
}
