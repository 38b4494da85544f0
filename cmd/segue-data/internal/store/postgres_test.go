//go:build unix

package store

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segue-go/segue/cmd/segue-data/internal/servers"
)

// read gives the rows of a source as lines.
func read(s Source) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	err := s.Rows(context.Background(), w.Write)
	w.Flush()
	return b.String(), err
}

// server is a PostgreSQL with what tests ask of it.
type server struct {
	t       *testing.T
	address string // without a password, over the socket
	port    int
}

func (s server) exec(statement string, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement, args...); err != nil {
		s.t.Fatalf("%s: %v", statement, err)
	}
}

// rows are those of a query, as text.
func (s server) rows(query string) string {
	s.t.Helper()
	text, err := s.source(Options{Query: query})
	if err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	return text
}

func (s server) source(opt Options) (string, error) {
	src, err := Open(s.address, opt)
	if err != nil {
		return "", err
	}
	return read(src)
}

// One server is started for all of these.
func TestPostgres(t *testing.T) {
	folder, port := servers.Postgres(t)
	s := server{t, fmt.Sprintf("postgres:///segue?host=%s&port=%d&user=%s", folder, port, servers.User), port}
	for name, f := range map[string]func(*testing.T, server){
		"types": types, "zones": zones, "read only": readOnly, "limits": limits, "secrets": secrets, "services": services,
		"into": into, "types of a table": ownTypes, "lost while reading": lostReading, "lost while writing": lostWriting,
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			f(t, s)
		})
	}
}

// Every type comes as the text that a CSV file would hold.
func types(t *testing.T, s server) {
	got := s.rows(`select null::int as a, 12345678901234567890.5::numeric as b, 0.1::real as c, true as d, 'a,"b' as e,
		date '2024-02-29' as f, timestamp '2024-01-02 03:04:05.5' as g, 'NaN'::float8 as h, 7::bigint as i, '{1,2}'::int[] as j`)
	want := "a,b,c,d,e,f,g,h,i,j\n" + `,12345678901234567890.5,0.1,true,"a,""b",2024-02-29,2024-01-02 03:04:05.5,NaN,7,"{1,2}"` + "\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := s.rows("select 1 as a, 2 as b where false"); got != "a,b\n" {
		t.Errorf("no rows: %q", got)
	}
	if _, err := s.source(Options{Query: "select timestamptz 'infinity' as t"}); err == nil || !strings.Contains(err.Error(), `column "t"`) {
		t.Errorf("infinity: %v", err)
	}
}

// A day in Berlin is a day, also where the clocks change; hours keep their offsets, so
// that none is counted twice.
func zones(t *testing.T, s server) {
	days := "select d as day, 1 as v from generate_series(timestamptz '2024-03-29 00:00 Europe/Berlin', '2024-04-02 00:00 Europe/Berlin', interval '1 day') d"
	if got, want := s.rows(days), "day,v\n2024-03-29,1\n2024-03-30,1\n2024-03-31,1\n2024-04-01,1\n2024-04-02,1\n"; got != want {
		t.Errorf("%s", got)
	}
	hours := "select d as hour, 1 as v from generate_series(timestamptz '2024-10-27 00:00+00', '2024-10-27 02:00+00', interval '1 hour') d"
	if got, want := s.rows(hours), "hour,v\n2024-10-27 02:00:00+02,1\n2024-10-27 02:00:00+01,1\n2024-10-27 03:00:00+01,1\n"; got != want {
		t.Errorf("%s", got)
	}
	if got, _ := s.source(Options{Query: days, Zone: "UTC"}); !strings.Contains(got, "2024-03-30 23:00:00+00") {
		t.Errorf("in UTC: %s", got)
	}
	if _, err := s.source(Options{Query: days, Zone: "Mars/Olympus"}); err == nil || !strings.Contains(err.Error(), "Mars/Olympus") {
		t.Errorf("an unknown zone: %v", err)
	}
}

// A query cannot write, nor be two.
func readOnly(t *testing.T, s server) {
	s.exec("create table precious (x int); insert into precious values (1)")
	for _, query := range []string{"delete from precious returning x", "select 1; drop table precious", "drop table precious", "with d as (delete from precious returning x) select * from d", "commit", ""} {
		if _, err := s.source(Options{Query: query}); err == nil {
			t.Errorf("%s: is done", query)
		}
	}
	if got := s.rows("select x from precious"); got != "x\n1\n" {
		t.Errorf("left: %s", got)
	}
}

// A query that takes too long ends, and says by which flag it was.
func limits(t *testing.T, s server) {
	_, err := s.source(Options{Query: "select pg_sleep(60)", Timeout: 200 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "--timeout") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	src, _ := Open(s.address, Options{Query: "select generate_series(1, 100000000) as x"})
	n := 0
	err = src.Rows(ctx, func([]string) error {
		if n++; n == 2000 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// No error holds a password, wherever it came from; one in sight is refused.
func secrets(t *testing.T, s server) {
	const secret = "swordfish"
	host := fmt.Sprintf("127.0.0.1:%d", s.port)
	for _, place := range []string{"postgres://segue:" + secret + "@" + host + "/segue", "host=127.0.0.1 password=" + secret, "postgres://" + host + "/segue?user=segue&password=" + secret, "http://me:" + secret + "@localhost:9090"} {
		if _, err := Open(place, Options{Query: "select 1"}); !errors.Is(err, ErrAddress) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", place, err)
		}
	}
	for _, address := range []string{
		"postgres://segue:" + secret + "@" + host + "/segue", "postgres://segue:" + secret + "@" + host + "/segue?sslmode=never", "postgres://segue:" + secret + "@127.0.0.1:1/segue",
		"postgres://segue:" + secret + "@no-such-host.invalid/segue", "postgres://segue:%" + secret + "@" + host, "host=127.0.0.1 port=x password=" + secret,
	} {
		src, err := Open("-", Options{Query: "select 1", Address: address, Timeout: 5 * time.Second})
		if err == nil {
			if strings.Contains(src.Name(), secret) {
				t.Errorf("the name is %s", src.Name())
			}
			_, err = read(src)
		}
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", address, err)
		}
	}
	src, err := Open("-", Options{Query: "select 1 as x", Address: "postgres://" + servers.User + ":" + servers.Password + "@" + host + "/segue\n"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read(src); err != nil || got != "x\n1\n" {
		t.Errorf("from a file: %q %v", got, err)
	}
	t.Setenv("PGPASSWORD", servers.Password)
	t.Setenv("PGHOST", "127.0.0.1")
	t.Setenv("PGPORT", fmt.Sprint(s.port))
	t.Setenv("PGUSER", servers.User)
	t.Setenv("PGDATABASE", "segue")
	if src, err = Open("postgres:", Options{Query: "select 1 as x"}); err != nil {
		t.Fatal(err)
	}
	if got, err := read(src); err != nil || got != "x\n1\n" {
		t.Errorf("from the environment: %q %v", got, err)
	}
}

// A service is found where libpq finds it; what it does not say comes from the environment.
func services(t *testing.T, s server) {
	home, system := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(home, ".pg_service.conf"):  "# mine\n[shop]\nhost=127.0.0.1\nport=1\n",
		filepath.Join(system, "pg_service.conf"): fmt.Sprintf("[other]\nhost=127.0.0.1\nport=1\n\n[sales]\nhost=127.0.0.1\nport=%d\ndbname=segue\nuser=%s\n", s.port, servers.User),
		filepath.Join(system, "it's own"):        fmt.Sprintf("[shop]\nhost=127.0.0.1\nport=%d\ndbname=segue\nuser=%s\npassword=%s\n", s.port, servers.User, servers.Password),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("PGSYSCONFDIR", system)
	for _, c := range []struct {
		place string
		env   map[string]string
		want  string // of the error; "" is none
	}{
		{"postgres:", map[string]string{"PGSERVICE": "sales", "PGPASSWORD": servers.Password}, ""},
		{"service=sales", map[string]string{"PGPASSWORD": servers.Password}, ""},
		{"postgres:///segue?service=sales", map[string]string{"PGPASSWORD": servers.Password}, ""},
		{"service=sales dbname=postgres", map[string]string{"PGPASSWORD": servers.Password}, ""}, // what is nearer wins
		{"service=shop", map[string]string{"PGSERVICEFILE": filepath.Join(system, "it's own")}, ""},
		{"service=shop", nil, "127.0.0.1:1"},
		{"service=sales", map[string]string{"PGPASSWORD": "wrong"}, "password authentication failed"},
		{"service=none", nil, `no service "none" in ` + filepath.Join(home, ".pg_service.conf")},
	} {
		t.Run(c.place, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			src, err := Open(c.place, Options{Query: "select 1 as x"})
			var got string
			if err == nil {
				got, err = read(src)
			}
			switch {
			case c.want == "" && (err != nil || got != "x\n1\n"):
				t.Errorf("%q %v", got, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

const result = "store,day,mean,lo-80,hi-80\na,2024-01-01,1.5,1,2\na,2024-01-02,2,1,3\n\"b \"\"x\",2024-01-01,3,2,4\n"

func (s server) write(run Run, text io.Reader) (int, error) {
	sink, err := OpenSink(s.address, Options{})
	if err != nil {
		return 0, err
	}
	return sink.Write(context.Background(), run, text)
}

// A table is made, a run with the same id replaced, and another kept.
func into(t *testing.T, s server) {
	s.exec("create schema plan")
	for _, id := range []string{"one", "two", "one"} {
		if n, err := s.write(Run{ID: id, Table: "plan.forecast"}, strings.NewReader(result)); err != nil || n != 3 {
			t.Fatalf("%d %v", n, err)
		}
	}
	got := s.rows(`select run_id, store, day, mean, lo_80, hi_80 from plan.forecast order by run_id, store, day`)
	want := "run_id,store,day,mean,lo_80,hi_80\n"
	for _, id := range []string{"one", "two"} {
		want += id + ",a,2024-01-01,1.5,1,2\n" + id + ",a,2024-01-02,2,1,3\n" + id + ",\"b \"\"x\",2024-01-01,3,2,4\n"
	}
	if got != want {
		t.Errorf("%s", got)
	}
	if got := s.rows("select data_type as t from information_schema.columns where table_name = 'forecast' and column_name in ('day', 'mean', 'store') order by 1"); got != "t\ndate\ndouble precision\ntext\n" {
		t.Errorf("%s", got)
	}
	for text, want := range map[string]string{
		"":                      "empty",
		"a,b\n1,2\n":            "mean",
		"run_id,mean\nx,1\n":    "rename",
		"s,day,mean,q\na,b,1,2": `"s"`,
	} {
		table := "plan.forecast"
		if strings.HasPrefix(text, "run_id") {
			table = "other"
		}
		if _, err := s.write(Run{ID: "x", Table: table}, strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The types of a table that exists hold: texts of times go into its own.
func ownTypes(t *testing.T, s server) {
	s.exec("create table mine (run_id text, store varchar(8), day timestamptz, mean numeric(10,1), lo_80 real, hi_80 real, note text default 'n')")
	if _, err := s.write(Run{ID: "r", Table: "mine"}, strings.NewReader(result)); err != nil {
		t.Fatal(err)
	}
	if got := s.rows("select store, extract(epoch from day)::bigint as e, mean, note from mine order by store, day limit 1"); got != "store,e,mean,note\na,1704063600,1.5,n\n" {
		t.Errorf("%s", got) // midnight in Berlin
	}
	if _, err := s.write(Run{ID: "r", Table: "mine"}, strings.NewReader(strings.ReplaceAll(result, "a,", "a name that is too long,"))); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("%v", err)
	}
	if got := s.rows("select count(*) as n from mine"); got != "n\n3\n" {
		t.Errorf("a failed run changed the table: %s", got)
	}
}

// A connection that is lost in the middle of a reading is an error, not a short table.
func lostReading(t *testing.T, s server) {
	src, err := Open(s.address, Options{Query: "select generate_series(1, 3000000) as x, repeat('y', 100) as y"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Input(context.Background(), src).Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadFull(r, make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	s.exec("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'segue'")
	if n, err := io.Copy(io.Discard, r); err == nil {
		t.Errorf("%d bytes more, and no error", n)
	}
}

// killer is a reader of rows in whose middle the server cuts the connection.
type killer struct {
	s    server
	rows int
}

func (k *killer) Read(p []byte) (int, error) {
	if k.rows++; k.rows == 3000 {
		k.s.exec("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'segue'")
	}
	if k.rows > 200000 {
		return 0, io.EOF
	}
	if k.rows == 1 {
		return copy(p, "store,day,mean\n"), nil
	}
	return copy(p, fmt.Sprintf("s%d,2024-01-01,%d\n", k.rows, k.rows)), nil
}

// A connection that is lost in the middle of a writing leaves what was there.
func lostWriting(t *testing.T, s server) {
	before := "store,day,mean\na,2024-01-01,1\n"
	if _, err := s.write(Run{ID: "r", Table: "lost"}, strings.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	if n, err := s.write(Run{ID: "r", Table: "lost"}, &killer{s: s}); err == nil {
		t.Fatalf("%d rows were written", n)
	}
	if got := s.rows("select store, day, mean from lost"); got != before {
		t.Errorf("left: %.200s", got)
	}
	if _, err := s.write(Run{ID: "new", Table: "never"}, &killer{s: s}); err == nil {
		t.Fatal("no error")
	}
	if got := s.rows("select to_regclass('never') is null as gone"); got != "gone\ntrue\n" {
		t.Errorf("%s", got)
	}
}
