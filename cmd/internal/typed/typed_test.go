package typed

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/segue-go/segue/cmd/internal/job"
)

// Columns come in their order, with the types that a reader expects.
func TestParquet(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	var out bytes.Buffer
	err := Parquet(&out, []job.Column{
		{Name: "store", Texts: []string{"Zürich", ""}},
		{Name: "day", Times: []time.Time{time.Date(2024, 3, 1, 0, 0, 0, 0, berlin), time.Date(1923, 1, 2, 0, 0, 0, 0, time.UTC)}},
		{Name: "at", Times: []time.Time{time.Date(2024, 3, 1, 0, 0, 0, 0, berlin), time.Date(2024, 3, 1, 0, 0, 0, 100, berlin)}, Moments: true},
		{Name: "a", Numbers: []float64{1, 2}, Whole: true},
		{Name: "mean", Numbers: []float64{.1, -1e300}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, c := range f.Root().Columns() {
		kinds = append(kinds, c.Name()+" "+c.Type().String())
	}
	want := "store STRING, day TIMESTAMP(isAdjustedToUTC=false,unit=MICROS), at TIMESTAMP(isAdjustedToUTC=true,unit=NANOS), a INT(64,true), mean DOUBLE"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	rows := f.RowGroups()[0].Rows()
	defer rows.Close()
	cells := make([]parquet.Row, 3)
	if n, _ := rows.ReadRows(cells); n != 2 {
		t.Fatalf("%d rows", n)
	}
	if at := time.UnixMicro(cells[0][1].Int64()).UTC(); at.String() != "2024-03-01 00:00:00 +0000 UTC" {
		t.Errorf("a reading of a clock became %s", at)
	}
	if at := time.Unix(0, cells[1][2].Int64()).UTC(); at.String() != "2024-02-29 23:00:00.0000001 +0000 UTC" {
		t.Errorf("a moment became %s", at)
	}
	if got := cells[1][4].Double(); got != -1e300 {
		t.Errorf("a number became %v", got)
	}
}

func TestRefusals(t *testing.T) {
	for want, columns := range map[string][]job.Column{
		`two columns are named "mean"`: {{Name: "mean", Texts: []string{"x"}}, {Name: "mean", Numbers: []float64{1}}},
		"a table without columns":      nil,
		`column "b" has 2 rows`:        {{Name: "a", Texts: []string{"x"}}, {Name: "b", Numbers: []float64{1, 2}}},
	} {
		for name, write := range map[string]func() error{
			"Parquet": func() error { return Parquet(new(bytes.Buffer), columns) },
			"Arrow":   func() error { return Arrow(new(bytes.Buffer), columns) },
		} {
			if err := write(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
	}
}
