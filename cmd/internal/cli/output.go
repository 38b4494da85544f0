package cli

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/typed"
	"golang.org/x/term"
)

// formats of a forecast whose files have a name of their own.
var formats = map[string]string{".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow"}

// SettleFormat settles the format of a forecast: the one that was asked for, otherwise
// that of the output's name, otherwise CSV.
func (s *Shell) SettleFormat(spec *job.ForecastSpec) error {
	f := &spec.Files
	asked := spec.Fields().Changed("format")
	if f.JSON {
		if asked && f.Format != "json" {
			return Usagef("--json and --format %s contradict each other", f.Format)
		}
		f.Format, asked = "json", true
	}
	named := formats[strings.ToLower(filepath.Ext(f.Output))]
	switch {
	case named != "" && !asked:
		f.Format = named
	case named != "" && named != f.Format:
		return Usagef("--output %s: the name is that of %s, and the format asked for is %s", f.Output, named, f.Format)
	case named != "" || f.Format == "csv" || f.Format == "json":
	case filepath.Ext(f.Output) != "":
		return Usagef("--output %s: %s is written to a file that ends in .%s", f.Output, f.Format, f.Format)
	}
	if f.Format == "csv" || f.Format == "json" {
		return nil
	}
	if spec.Total {
		return Usagef("--total cannot be used with --format %s, where every row has a time: write CSV or JSON", f.Format)
	}
	if out, ok := s.Out.(*os.File); ok && (f.Output == "" || f.Output == "-") && term.IsTerminal(int(out.Fd())) {
		return Usagef("--format %s is not for a terminal: name a file with --output", f.Format)
	}
	return nil
}

// WriteForecast writes a forecast in the format that was settled.
func (s *Shell) WriteForecast(f *job.Forecast) error {
	write := f.WriteCSV
	switch f.Spec.Files.Format {
	case "json":
		data, err := job.Indented(f.Document())
		if err != nil {
			return err
		}
		return s.Write(f.Spec.Files.Output, data)
	case "parquet":
		write = func(w io.Writer) error { return typed.Parquet(w, f.Columns()) }
	case "arrow":
		write = func(w io.Writer) error { return typed.Arrow(w, f.Columns()) }
	}
	return s.WriteTo(f.Spec.Files.Output, write)
}

// CheckExtension refuses the name of an output file whose extension belongs to another
// format; want are the extensions of that format. A name without an extension
// (a device, a pipe, "-") is accepted.
func CheckExtension(flag, path, format string, want ...string) error {
	ext := strings.ToLower(filepath.Ext(path))
	if ext == "" || path == "-" || slices.Contains(want, ext) {
		return nil
	}
	return Usagef("%s %s: %s is written to a file that ends in %s", flag, path, format, strings.Join(want, " or "))
}
