package scale

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// Series that are forecast one by one, as a pipeline does it, get the lines that Run
// writes.
func TestOneByOne(t *testing.T) {
	text, recs := panel(5)
	path := write(t, "p.csv", text)
	dir := filepath.Join(t.TempDir(), "out")
	mustRun(t, path, dir, options(t))
	all := ""
	for name, part := range contents(t, dir) {
		if strings.HasPrefix(name, "part-") {
			all += part
		}
	}
	opt, err := Sample(path, options(t))
	if err != nil {
		t.Fatal(err)
	}
	if header := Header(opt); !strings.HasPrefix(all, header) {
		t.Errorf("header %q, Run writes\n%.200s", header, all)
	}
	rows := map[string]string{}
	if err := Rows(path, opt, func(id, text string) { rows[id] += text + "\n" }); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5 {
		t.Fatalf("%d series", len(rows))
	}
	for id, text := range rows {
		lines, err := One(context.Background(), opt, id, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", id, err)
		} else if len(lines) == 0 || !strings.Contains(all, string(lines)) {
			t.Errorf("%s: lines\n%s\nare not in\n%.500s", id, lines, all)
		}
	}
	k, err := NewKeyer(opt, []string{"shop", "month", "sales"})
	if err != nil {
		t.Fatal(err)
	}
	if id, row := k.Row([]string{recs[0].Shop, recs[0].Month.Format("2006-01-02"), fmt.Sprint(recs[0].Sales)}); row == "" || !strings.HasPrefix(rows[id], row) {
		t.Errorf("a row %q of %q, want the start of %q", row, id, rows[id])
	}
}

// What is no text is named, and who reads it.
func TestUnpackNames(t *testing.T) {
	for head, want := range map[string]string{"SQLite format 3\x00": "say with --query", "ARROW1\x00\x00": "write the table as Parquet", "PAR1": "ends in .parquet"} {
		if _, err := Unpack(strings.NewReader(head + "...")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", head, err)
		}
	}
	if _, err := Unpack(strings.NewReader("SQLite format 3,b\n")); err != nil {
		t.Error(err)
	}
}

// counted counts the series that a method fits, and does not know what to do with some.
type counted struct {
	forecast.Method
	n *atomic.Int64
}

func (c counted) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	c.n.Add(int64(len(panel)))
	for _, s := range panel {
		if s.Values[0] > 1e100 {
			return nil, errors.New("it is too much")
		}
	}
	return c.Method.Fit(ctx, panel, task)
}

// Few bad series among many make little to be done twice, and are the only ones that are
// left out.
func TestFewBadSeries(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,month,value\n")
	const series = 3000
	for s := range series {
		for m := range 6 {
			v := fmt.Sprint(s%7 + m)
			if s%500 == 123 {
				v += "1e120"
			}
			fmt.Fprintf(&text, "s%d,2024-%02d-01,%s\n", s, m+1, v)
		}
	}
	n := new(atomic.Int64)
	opt := options(t)
	opt.Method = counted{forecast.Naive, n}
	rep := mustRun(t, write(t, "p.csv", text.String()), filepath.Join(t.TempDir(), "out"), opt)
	if rep.Series != series-6 || rep.Dead != 6 || n.Load() > 2*series+series/10 {
		t.Errorf("%d forecast, %d left out; %d were fitted", rep.Series, rep.Dead, n.Load())
	}
}
