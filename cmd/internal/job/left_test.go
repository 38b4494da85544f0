package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A series that cannot be forecast never stops the others, whatever holds it and whatever
// is wrong with it; only where all are bad the first one's error is that of the job.
func TestBadSeriesIsLeftOut(t *testing.T) {
	rows := "a,1,2,3,4\nbad,1,%s,2,3\nb,5,6,7,9\n"
	long := "id,t,v\na,2020-01-01,1\na,2020-01-02,2\na,2020-01-03,4\nbad,2020-01-01,1\nbad,2020-01-02,%s\nbad,2020-01-03,3\n"
	records := `[{"id":"a","v":1},{"id":"a","v":2},{"id":"a","v":4},{"id":"bad","v":1},{"id":"bad","v":%s},{"id":"bad","v":3}]`
	for _, c := range []struct{ table, query string }{{rows, "rows=1"}, {rows, "rows=1&paths=1"}, {long, ""}, {records, "id=id"}} {
		for _, value := range []string{"1e303", "-1e305", "1e400"} {
			var left []string
			l := Listener{Note: func(n Note) {
				if n.Kind == LeftOut {
					left = append(left, n.Text)
				}
			}}
			text := strings.ReplaceAll(c.table, "%s", value)
			if _, err := Do(t.Context(), "forecast", c.query+"&horizon=2&method=naive", []byte(text), l); err != nil {
				t.Errorf("%s in %.20s: %v", value, text, err)
			}
			if len(left) != 1 || strings.Count(left[0], "bad") != 1 {
				t.Errorf("%s in %.20s: left out %q", value, text, left)
			}
		}
	}
}

// A line that cannot be used is left out of a stream as well.
func TestBadLineIsLeftOut(t *testing.T) {
	s := NewForecast()
	s.Method, s.Rows, s.Horizon, s.Levels = "naive", true, 1, nil
	stream := func(text string) (string, error) {
		var out bytes.Buffer
		err := s.Stream(t.Context(), Bytes("x", []byte(text)), &out, Listener{})
		return out.String(), err
	}
	if got, err := stream("id,one,two\na,1,2\nb,1,x\nc,1e303\nd,,\na,7\ne,3,4\n"); err != nil || got != "id,step,mean\na,1,2\ne,1,4\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := stream("b,1,x\nc,1e303\n"); err == nil || !strings.Contains(Message(err, Request), `"x" is not a number`) {
		t.Errorf("only bad lines: %v", err)
	}
}

// A client that leaves while its table is read ends the reading.
func TestReadingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := Inputs{Main: Bytes("x", []byte("1\n2\n3\n"))}.until(ctx)
	r, err := in.Main.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// An error that quotes a cell of 60 kB is a line of two.
func TestLongMessage(t *testing.T) {
	_, err := Do(t.Context(), "forecast", "", []byte("v\n1\n"+strings.Repeat("x", 60000)+"\n"), Listener{})
	if err == nil || len(Message(err, Request)) > 2100 {
		t.Errorf("%.100v", err)
	}
}

// What a thousand sums need to add up is computed before the work, and refused.
func TestSumsWithinTheBudget(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,v\n")
	for i := range 3000 {
		for v := range 4 {
			fmt.Fprintf(&text, "g%d/s%d,%d\n", i/2, i, i+v)
		}
	}
	ctx := WithBudget(t.Context(), 64<<20)
	if _, err := Do(ctx, "forecast", "reconcile=bottom-up&horizon=1&method=naive", []byte(text.String()), Listener{}); err != nil {
		t.Errorf("from the bottom: %v", err)
	}
	much := (*TooMuch)(nil)
	if _, err := Do(ctx, "forecast", "reconcile=mint&horizon=1&method=naive", []byte(text.String()), Listener{}); !errors.As(err, &much) || much.Need < 80<<20 {
		t.Errorf("by covariances: %v", err)
	}
}
