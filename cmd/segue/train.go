package main

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/scale"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/style"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

func (a *app) trainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a network on your own data and save it",
		Long: `Train a network on your own data and save it. Ctrl-C stops the training and
keeps the best weights so far.`,
	}
	c.AddCommand(a.trainForecastCommand(), a.trainMusicCommand())
	return c
}

func (a *app) trainForecastCommand() *cobra.Command {
	t := &trainForecast{}
	var fields field.Set
	t.Bind(&fields)
	fields.Text(&t.out, "", field.Field{Name: "output", Short: "o", Help: "model file to write (required)"})
	fields.Whole(&t.sample, 0, field.Field{Name: "sample", Help: "draw this many series from a long table that may be larger than memory", Unset: "all", Min: 1, Max: 1e9})
	fields.Whole(&t.lstm.Steps, 0, field.Field{Name: "steps", Help: "training steps per network", Unset: "by the panel's size", Min: 1, Max: 1e9})
	fields.Whole(&t.lstm.Hidden, 0, field.Field{Name: "hidden", Help: "LSTM units", Unset: "64, fewer for few series", Min: 1, Max: 65536})
	fields.Whole(&t.lstm.Members, 0, field.Field{Name: "members", Help: "networks to average", Unset: "1 to 4, by the panel", Min: 1, Max: 1000})
	c := &cobra.Command{
		Use:   "forecast FILE -o MODEL",
		Short: "Train an LSTM on the series of a CSV file",
		Example: `  segue train forecast panel.csv --horizon 12 -o panel.safetensors
  segue train forecast huge.parquet --sample 20000 -o huge.safetensors`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.trainForecast(c.Context(), args[0], t)
		},
	}
	a.Flags(c, &fields)
	return c
}

// trainForecast is what a network for forecasts is trained on, and how.
type trainForecast struct {
	job.SeriesSpec
	out    string
	sample int
	lstm   neural.LSTM
}

func (a *app) trainForecast(ctx context.Context, path string, t *trainForecast) error {
	if t.out == "" {
		return cli.Usagef("say where to write the model with -o MODEL")
	}
	l, done := a.Listener()
	defer done()
	panel, err := a.sampled(ctx, path, t, l)
	if err != nil {
		return err
	}
	task := t.Task().Resolve(panel.Series)
	job.Describe(panel, task, l)
	task.Progress = l.Training
	a.Linger(stepTime)
	m, err := forecast.Fit(ctx, t.lstm, panel.Series, task)
	done()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	data, err := forecast.Save(m, false)
	if err != nil {
		return err
	}
	return a.saved(ctx, t.out, data)
}

// sampled reads the series of a file, or a sample of them.
func (a *app) sampled(ctx context.Context, path string, t *trainForecast, l job.Listener) (*table.Table, error) {
	if t.sample == 0 {
		return t.Read(a.Table(path), l)
	}
	if t.Rows || t.Wide || len(t.Values) > 1 {
		return nil, cli.Usagef("--sample %d: want a long table", t.sample)
	}
	opt, err := t.Options()
	if err != nil {
		return nil, err
	}
	return scale.Draw(ctx, path, scale.Options{Table: opt}, t.sample)
}

// stepTime is the time that a training has after a signal to end its step and to keep
// its weights.
const stepTime = 30 * time.Second

// saved writes a model and says so; a training that was stopped is an error after that.
func (a *app) saved(ctx context.Context, out string, data []byte) error {
	if err := a.Write(out, data); err != nil {
		return err
	}
	a.Say("wrote %s (%d kB)", out, (len(data)+1023)/1024)
	if ctx.Err() != nil {
		a.Say("stopped early; the best weights so far are kept")
	}
	return ctx.Err()
}

type trainMusicFlags struct {
	out  string
	tune bool
	opt  music.TrainOptions
}

func (a *app) trainMusicCommand() *cobra.Command {
	f := &trainMusicFlags{}
	c := &cobra.Command{
		Use:     "music DIR|FILE... -o MODEL",
		Short:   "Train a network on MIDI files",
		Example: `  segue train music ~/midi/waltzes -o waltz.safetensors --minutes 5`,
		Args:    cobra.MinimumNArgs(1),
	}
	fl := c.Flags()
	var minutes float64
	c.RunE = func(c *cobra.Command, args []string) error {
		f.opt.Limit = time.Duration(minutes * float64(time.Minute))
		return a.trainMusic(c.Context(), args, f)
	}
	fl.StringVarP(&f.out, "output", "o", "", "model file to write (required)")
	fl.BoolVar(&f.tune, "tune", false, "begin with the network of styles that ships: some hundred steps instead of thousands")
	fl.IntVar(&f.opt.Steps, "steps", 0, "training steps (by the amount of music)")
	fl.IntVar(&f.opt.Hidden, "hidden", 0, "LSTM units per layer (128)")
	fl.IntVar(&f.opt.Layers, "layers", 0, "LSTM layers (1)")
	fl.Float64Var(&f.opt.Dropout, "dropout", 0, "dropout (0.1; negative for none)")
	fl.Float64Var(&minutes, "minutes", 0, "stop after this time")
	fl.StringVar(&f.opt.Checkpoint, "checkpoint", "", "file from which an interrupted training resumes")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "random seed")
	return c
}

func (a *app) trainMusic(ctx context.Context, paths []string, f *trainMusicFlags) error {
	if f.out == "" {
		return cli.Usagef("say where to write the model with -o MODEL")
	}
	if f.tune {
		if f.opt.Hidden != 0 || f.opt.Layers != 0 || f.opt.Dropout != 0 {
			return cli.Usagef("--tune begins with a network that ships: --hidden, --layers and --dropout cannot change it")
		}
		var err error
		if f.opt.From, err = style.Model(); err != nil {
			return err
		}
	}
	var files []string
	for _, p := range paths {
		err := filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return cli.Plain(path, err)
			}
			ext := strings.ToLower(filepath.Ext(path))
			if !d.IsDir() && (path == p || ext == ".mid" || ext == ".midi" || ext == ".kar") {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	var scores []*music.Score
	notes := 0
	for _, p := range files {
		s, err := a.score(p)
		if err != nil {
			a.Say("left out: %s", job.Message(err, job.Command))
			continue
		}
		scores = append(scores, s)
		notes += s.Notes()
	}
	if len(scores) == 0 {
		return fmt.Errorf("%s: no MIDI file that can be read", strings.Join(paths, ", "))
	}
	a.Say("read %d files, %d notes", len(scores), notes)
	b := a.Bar()
	f.opt.Tier = a.Tier()
	f.opt.Progress = func(p seq.Progress) { b.Step("training", p) }
	a.Linger(stepTime)
	m, rep, err := music.Train(ctx, scores, f.opt)
	b.Clear()
	if err != nil {
		return err
	}
	if rep.BestStep > 0 {
		a.Say("%d steps; best validation loss %.3f nats per note at step %d", rep.Steps, rep.Best, rep.BestStep)
	}
	data, err := m.Encode(false)
	if err != nil {
		return err
	}
	return a.saved(ctx, f.out, data)
}

func (a *app) fitCommand() *cobra.Command {
	s := job.NewFit()
	c := &cobra.Command{
		Use:   "fit FILE -o MODEL",
		Short: "Fit a forecasting method and keep the model",
		Long: `Fit a forecasting method to the series of a table and write the model: what was
estimated, the histories of the series, and how the table was read.

segue forecast --model MODEL forecasts any horizon from the end of what the model
has seen; segue update MODEL FILE goes on with new rows without fitting anew.`,
		Example: `  segue fit sales.csv -o sales.model
  segue forecast --model sales.model --horizon 24
  segue update sales.model today.csv
  segue fit sales.csv --value sales --regressors price --future plan.csv --method ets -o sales.model`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return a.fit(c.Context(), args[0], s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) fit(ctx context.Context, path string, s *job.FitSpec) error {
	if s.Files.Output == "" {
		return cli.Usagef("say where to write the model with -o MODEL")
	}
	l, done := a.Listener()
	defer done()
	k, err := s.Run(ctx, job.Inputs{Main: a.Table(path), Futures: a.tables([]string{s.Files.Future}), Events: a.Table(s.Events)}, l)
	done()
	if err != nil {
		return err
	}
	return a.keep(ctx, s.Files.Output, k)
}

// keep writes a model.
func (a *app) keep(ctx context.Context, path string, k *job.Kept) error {
	data, err := k.Encode()
	if err != nil {
		return err
	}
	return a.saved(ctx, path, data)
}

func (a *app) updateCommand() *cobra.Command {
	s := job.NewUpdate()
	c := &cobra.Command{
		Use:   "update MODEL FILE",
		Short: "Go on with new rows, without fitting anew",
		Long: `Append the rows of a table to a model that segue fit made. The parameters stay as
they are; levels, slopes and seasons move on with the new values. The table has the
columns of the one that was fitted to, and may hold only the new rows or all of
them: values at times that the model knows must be the same.`,
		Example: `  segue update sales.model today.csv
  segue update sales.model corrected.csv --refit
  segue update sales.model today.csv -o tomorrow.model`,
		Args: cli.Exactly(2),
		RunE: func(c *cobra.Command, args []string) error { return a.update(c.Context(), args[0], args[1], s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) update(ctx context.Context, model, path string, s *job.UpdateSpec) error {
	l, done := a.Listener()
	defer done()
	k, err := s.Run(ctx, job.Inputs{Model: a.File(model), Main: a.Table(path)}, l)
	done()
	if err != nil {
		return err
	}
	if s.Files.Output == "" {
		s.Files.Output = model
	}
	return a.keep(ctx, s.Files.Output, k)
}
