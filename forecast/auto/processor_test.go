package auto

import (
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// With Portable, a processor without fused multiply-add gives the same bits, for the
// methods that search for parameters and for networks that are trained. The test runs
// itself once more with the instruction switched off for what heeds GODEBUG: package
// math; the kernels are tested tier by tier in package seq.
func TestWithoutFMA(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds of all methods")
	}
	h := fnv.New64a()
	panel := kinds(48)[:2]
	for _, m := range everyMethod(t) {
		if !slices.Contains([]string{"arima", "ces", "stl", "multiseason", "blend", "lstm"}, m.Name()) {
			continue // the others do as these do, or take long
		}
		fs, err := forecast.Run(ctx, m, panel, forecast.Task{Horizon: 4, Season: 12, Seed: 3, Portable: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fs {
			fmt.Fprintln(h, m.Name(), f.ID, f.Mean, f.Q)
		}
	}
	sum := fmt.Sprintf("sum %x", h.Sum64())
	if os.Getenv("SEGUE_WITHOUT_FMA") != "" {
		fmt.Println(sum)
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^TestWithoutFMA$", "-test.v")
	again.Env = append(os.Environ(), "SEGUE_WITHOUT_FMA=1", "GODEBUG=cpu.fma=off")
	out, err := again.CombinedOutput()
	if err != nil || !strings.Contains(string(out), sum) {
		t.Errorf("%v: without the instruction\n%s\nwith it %s", err, out, sum)
	}
}
