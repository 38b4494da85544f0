package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/cmd/internal/job"
)

// lines gives the rows of a source as lines.
func lines(t *testing.T, place string, opt Options) (string, error) {
	t.Helper()
	s, err := Open(place, opt)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = s.Rows(context.Background(), func(cells []string) error {
		b.WriteString(strings.Join(cells, "|") + "\n")
		return nil
	})
	return b.String(), err
}

// database makes a file of SQLite.
func database(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b?%41.db") // a name that is no address
	s := newSQLite(path, Options{})
	db, err := s.open("rwc")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, x := range statements {
		if _, err := db.Exec(x); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// The cells come as the database holds them, whatever type their column was declared with.
func TestSQLite(t *testing.T) {
	path := database(t, "create table s (day date, at datetime, v, n integer)",
		"insert into s values ('2024-01-02', '2024-01-02 00:00:00', 1.5, 7), ('2.1.2024', null, 'x,y', null), (1704067200, '2024-01-02T03:04:05Z', 1e300, -1)")
	got, err := lines(t, path, Options{Query: "select * from s order by rowid; "})
	want := "day|at|v|n\n2024-01-02|2024-01-02 00:00:00|1.5|7\n2.1.2024||x,y|\n1704067200|2024-01-02T03:04:05Z|1e+300|-1\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	for query, want := range map[string]string{
		"delete from s": "syntax", "select x'00' as b": "blob", "select nothing from s": "nothing", "select 1) ; drop table s; --": "",
		"insert into s values (1,2,3,4) returning day": "syntax", "": "--query", "select * from missing": "missing",
	} {
		if _, err := lines(t, path, Options{Query: query}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", query, err)
		}
	}
	if got, _ := lines(t, path, Options{Query: "select count(*) as n from s"}); got != "n\n3\n" {
		t.Errorf("left: %s", got)
	}
	if _, err := lines(t, "nowhere.db", Options{Query: "select 1"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat("nowhere.db"); err == nil {
		t.Error("a reader made a file")
	}
}

// A column alone keeps its rows without a value.
func TestEmptyCell(t *testing.T) {
	path := database(t, "create table s (v)", "insert into s values (1), (null), (3)")
	s, err := Open(path, Options{Query: "select v from s"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Input(context.Background(), s).Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "v\n1\nNaN\n3\n" {
		t.Errorf("%q %v", got, err)
	}
}

// A run replaces itself; one that fails in the middle leaves what was there.
func TestSQLiteInto(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	sink, err := OpenSink(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	table := "store,day,mean,lo-80\na,2024-01-01,1,0.5\na,2024-01-02,2,\n"
	for _, id := range []string{"one", "two", "one"} {
		if n, err := sink.Write(context.Background(), Run{ID: id, Table: "forecast"}, strings.NewReader(table)); err != nil || n != 2 {
			t.Fatalf("%d %v", n, err)
		}
	}
	want := "run_id|store|day|mean|lo_80\none|a|2024-01-01|1|0.5\none|a|2024-01-02|2|\ntwo|a|2024-01-01|1|0.5\ntwo|a|2024-01-02|2|\n"
	query := Options{Query: "select run_id, store, day, mean, lo_80 from forecast order by 1, 2, 3"}
	if got, err := lines(t, path, query); err != nil || got != want {
		t.Errorf("%v %s", err, got)
	}
	for _, bad := range []string{table + "a,2024-01-02,3,1\n", table + "a,b\n", "day,mean,other\n2024-01-01,1,2\n"} { // twice, short, other columns
		if _, err := sink.Write(context.Background(), Run{ID: "one", Table: "forecast"}, strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if got, _ := lines(t, path, query); got != want {
		t.Errorf("left: %s", got)
	}
	var mode string
	db, _ := sql.Open("sqlite", path)
	defer db.Close()
	if err := db.QueryRow("pragma integrity_check").Scan(&mode); err != nil || mode != "ok" {
		t.Errorf("%s %v", mode, err)
	}
}

// api answers as Prometheus does, for values that count minutes; it refuses too many.
func api(t *testing.T, asked *[]string) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.Path+" "+r.FormValue("query")+" "+r.Header.Get("Authorization"))
		var from, to, step int64
		fmt.Sscan(r.FormValue("start"), &from)
		fmt.Sscan(r.FormValue("end"), &to)
		fmt.Sscan(r.FormValue("step"), &step)
		switch q := r.FormValue("query"); {
		case q == "bad":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"status":"error","errorType":"bad_data","error":"parse error"}`)
			return
		case q == "page":
			fmt.Fprint(w, `<html>`)
			return
		case q == "scalar":
			fmt.Fprint(w, `{"status":"success","data":{"resultType":"scalar","result":[]}}`)
			return
		case (to-from)/step+1 > 11000:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"status":"error","error":"exceeded maximum resolution"}`)
			return
		}
		var values []string
		for at := from; at <= to; at += step {
			v := fmt.Sprint(at / 60)
			if len(values) == 1 {
				v = "NaN"
			}
			values = append(values, fmt.Sprintf(`[%d,"%s"]`, at, v))
		}
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a\"b","instance":"x"},"values":[%s]}]}}`, strings.Join(values, ","))
	}))
	t.Cleanup(s.Close)
	return s
}

// A range is asked for in parts that the server answers; no step is lost or doubled.
func TestPrometheus(t *testing.T) {
	var asked []string
	s := api(t, &asked)
	now := time.Date(2024, 3, 1, 12, 0, 42, 0, time.UTC)
	opt := Options{Query: "up", Range: 15 * 24 * time.Hour, Step: time.Minute, Now: now, Token: "abc"}
	got, err := lines(t, s.URL, opt)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(got), "\n")
	if n := 15*24*60 + 1 - 3; len(rows)-1 != n || len(asked) != 3 { // a value of each part is NaN
		t.Errorf("%d rows of %d parts, want %d", len(rows)-1, len(asked), n)
	}
	if want := `2024-03-01T12:00:00Z|up{instance="x",job="a\"b"}|28488240`; rows[len(rows)-1] != want {
		t.Errorf("%s", rows[len(rows)-1])
	}
	if asked[0] != "POST /api/v1/query_range up Bearer abc" {
		t.Errorf("%s", asked[0])
	}
	for query, want := range map[string]string{"bad": "parse error", "page": "not that of a Prometheus", "scalar": "scalar"} {
		opt.Query = query
		if _, err := lines(t, s.URL, opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", query, err)
		}
	}
	s.Close()
	if _, err := lines(t, "-", Options{Query: "up", Address: strings.Replace(s.URL, "//", "//me:swordfish@", 1)}); err == nil || strings.Contains(err.Error(), "swordfish") {
		t.Errorf("%v", err)
	}
}

// A forecast of metrics has their labels, and the step that is nearest to each distance.
func TestMetrics(t *testing.T) {
	var b strings.Builder
	b.WriteString("time,series,value\n")
	at := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 48 {
		for _, id := range []string{`disk{job="a",level="x"}`, "plain \"id\""} {
			fmt.Fprintf(&b, "%s,\"%s\",%d\n", at.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), strings.ReplaceAll(id, `"`, `""`), 100-i)
		}
	}
	spec := job.NewForecast()
	if err := spec.Fields().Parse("method=drift&horizon=12&levels=80"); err != nil {
		t.Fatal(err)
	}
	f, err := spec.Run(context.Background(), job.Inputs{Main: job.Bytes("", []byte(b.String()))}, job.Listener{})
	if err != nil {
		t.Fatal(err)
	}
	text := string(Metrics(f, Exposition{Name: "n", Ahead: []time.Duration{4 * time.Hour, 90 * 24 * time.Hour}, Made: at}))
	for _, want := range []string{
		"# TYPE segue_forecast_mean gauge\n", `segue_forecast_mean{forecast="n",metric="disk",job="a",exported_level="x",ahead="4h"} 49` + "\n",
		`segue_forecast_lower{forecast="n",series="plain \"id\"",ahead="4h",level="80"} `, `segue_forecast_upper{`, "segue_forecast_made_timestamp_seconds{forecast=\"n\"} 1709251200\n",
		`segue_forecast_last_value_timestamp_seconds{forecast="n",metric="disk",job="a",exported_level="x"} 1709420400`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "90d") {
		t.Error("a distance beyond the horizon is told")
	}
}

// Durations are read as Prometheus writes them, and as Go does.
func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "1h30m": 90 * time.Minute, "2w": 336 * time.Hour, "5m0s": 5 * time.Minute, "90s": 90 * time.Second, "1.5h": 90 * time.Minute} {
		if got, err := ParseSpan(text); err != nil || got != want {
			t.Errorf("%s: %v %v", text, got, err)
		}
		if back, err := ParseSpan(Span(want)); err != nil || back != want {
			t.Errorf("%s: back as %s", text, Span(want))
		}
	}
	for _, text := range []string{"", "5", "d", "-1h", "1x", "0h", "1e9y", "99999999999999y"} {
		if got, err := ParseSpan(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// What a place is does not depend on luck, and a password in sight is refused.
func TestUnderstand(t *testing.T) {
	for place, want := range map[string]kind{"postgres://db/x": postgresKind, "postgresql://me@db": postgresKind, "postgres:": postgresKind, "service=shop": postgresKind, "host=db user=me": postgresKind, "x.db": sqliteKind, "X.SQLITE": sqliteKind, "http://p:9090": prometheusKind, "sales.csv": file, "-": file, "a=b.csv": file, "mean.dbx": file} {
		if got, _, err := understand(place, Options{}); err != nil || got != want {
			t.Errorf("%s: %d %v", place, got, err)
		}
	}
	for _, place := range []string{"postgres://me:secret@db/x", "postgres://db/x?password=secret", "host=db password = secret", "http://me:secret@p", "mysql://me:secret@db", "http://"} {
		if _, _, err := understand(place, Options{}); !errors.Is(err, ErrAddress) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", place, err)
		}
	}
}
