package job

import (
	"fmt"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// Many series are judged by theta, which is said, unless a method is named; few by the
// network.
func TestAnomaliesOfManySeries(t *testing.T) {
	panel := func(series int) []byte {
		var b strings.Builder
		b.WriteString("id,day,v\n")
		for k := range series {
			for i := range 31 {
				v := 100 + k + 10*(i%4)
				if k == 3 && i == 27 {
					v = 300
				}
				fmt.Fprintf(&b, "%d,2024-01-%02d,%d\n", k, i+1, v+(k*i*7)%5)
			}
		}
		return []byte(b.String())
	}
	for _, c := range []struct {
		series      int
		method, say string
	}{{400, "", "judged by theta"}, {400, "snaive", ""}, {5, "", ""}} {
		s := NewAnomalies()
		query := "id=id"
		if c.method != "" {
			query += "&method=" + c.method
		}
		if err := s.Fields().Parse(query); err != nil {
			t.Fatal(err)
		}
		said := ""
		a, err := s.Run(t.Context(), Inputs{Main: Bytes("a.csv", panel(c.series))}, Listener{Note: func(n Note) { said += n.Text + "\n" }})
		if err != nil {
			t.Fatal(err)
		}
		if (c.say != "") != strings.Contains(said, "judged by") || !strings.Contains(said, c.say) {
			t.Errorf("%d series, method %q: said %q", c.series, c.method, said)
		}
		found := false
		for _, l := range a.Lines {
			found = found || l.ID == "3" && l.Step == 27
		}
		if !found {
			t.Errorf("%d series, method %q: the outlier was not found", c.series, c.method)
		}
	}
	if n := forecast.AnomalyForecasts([]forecast.Series{{Values: make([]float64, 100000)}}, forecast.Task{Season: 24}); n < 350 || n > 400 {
		t.Errorf("a series of 100,000 values is forecast %d times", n)
	}
}
