// Segue-beam forecasts panels on an engine for distributed work that is there
// already, through Apache Beam: Flink, Spark, Dataflow, or Prism, which is part of
// this program and the default. It reads long tables (CSV: id, time, value), and
// writes the same files as `segue forecast -o FOLDER/`, byte for byte.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
	"github.com/segue-go/segue/cmd/internal/job"
)

func main() {
	// Beam's own flags (--runner, --endpoint, ...) are in this set too.
	s := newSettings()
	s.flags(flag.CommandLine)
	flag.Parse()
	beam.Init()
	if err := run(context.Background(), s); err != nil {
		fmt.Fprintln(os.Stderr, "error:", job.Message(err, voice))
		os.Exit(1)
	}
}

func run(ctx context.Context, s *settings) error {
	if s.input == "" || s.Output == "" {
		return fmt.Errorf("say what to read with --input and where to write with --output")
	}
	header, err := s.resolve()
	if err != nil {
		return err
	}
	p, scope := beam.NewPipelineWithRoot()
	if err := build(scope, s, header); err != nil {
		return err
	}
	return beamx.Run(ctx, p)
}

// build puts the pipeline together: rows by series, series by part, files.
func build(scope beam.Scope, s *settings, header string) error {
	var rows beam.PCollection
	if strings.EqualFold(filepath.Ext(s.input), ".csv") {
		rows = beam.ParDo(scope.Scope("key"), &keyFn{Settings: *s, Header: header}, textio.Read(scope, s.input))
	} else {
		// the engine cannot split these: a worker reads each whole, and must see the
		// file under the same name
		names, err := filepath.Glob(s.input)
		if err != nil || len(names) == 0 {
			return fmt.Errorf("%s: no such file", s.input)
		}
		rows = beam.ParDo(scope.Scope("read"), &readFn{Settings: *s}, beam.Reshuffle(scope, beam.CreateList(scope, names)))
	}
	grouped := beam.GroupByKey(scope, rows)
	done, dead := beam.ParDo2(scope.Scope("forecast"), &forecastFn{Settings: *s}, grouped)
	// every part is written, also one without series, as a run on one machine does
	parts := beam.ParDo(scope, allParts, beam.Create(scope, s.Parts))
	write(scope.Scope("write"), "part", s.header(), s, parts, done)
	write(scope.Scope("dead letters"), "dead", "id,reason\n", s, parts, dead)
	return nil
}
