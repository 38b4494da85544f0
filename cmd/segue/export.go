package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/seq"
	"github.com/segue-go/segue/seq/onnx"
	"github.com/spf13/cobra"
)

func (a *app) exportCommand() *cobra.Command {
	out := ""
	c := &cobra.Command{
		Use:   "export MODEL -o FILE.onnx",
		Short: "Write a model's networks as ONNX",
		Long: `Write the networks of a model file as ONNX, for runtimes in other languages; several
are written as FILE-1.onnx, FILE-2.onnx, ... The steps around a network (scaling and
seasons of a forecast, the codec and sampling of music) are not included. The
documentation of package seq/onnx lists the names and shapes of inputs and outputs.
PyTorch reads the model file itself: a safetensors file with PyTorch's names.`,
		Example: `  segue export waltz.safetensors -o waltz.onnx`,
		Args:    cli.Exactly(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.export(args[0], out) },
	}
	c.Flags().StringVarP(&out, "output", "o", "", "file to write (required)")
	return c
}

func (a *app) export(path, out string) error {
	if filepath.Ext(out) != ".onnx" {
		return cli.Usagef("say what to write with -o FILE.onnx")
	}
	data, err := a.Read(path, 1<<30)
	if err != nil {
		return err
	}
	nets, _, err := neural.Networks(data) // these have heads of their own
	if err != nil {
		if nets, _, err = seq.Decode(data); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for i, n := range nets {
		file, err := onnx.Encode(n)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name := out
		if len(nets) > 1 {
			name = fmt.Sprintf("%s-%d.onnx", strings.TrimSuffix(out, ".onnx"), i+1)
		}
		if err := a.Write(name, file); err != nil {
			return err
		}
		a.Say("wrote %s (%d kB)", name, (len(file)+1023)/1024)
	}
	return nil
}
