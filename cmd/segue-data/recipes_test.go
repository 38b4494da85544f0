//go:build unix

package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segue-go/segue/cmd/segue-data/internal/servers"
)

// recipes are the shell blocks of README.md by their headings.
func recipes(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		heading, body, _ := strings.Cut(section, "\n")
		for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(body, -1) {
			out[heading] += m[1]
		}
	}
	return out
}

// kitchen is a folder in which recipes run, with the programs.
func kitchen(t *testing.T) (dir string, env []string) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts servers")
	}
	dir, bin := t.TempDir(), t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nSEGUE_DATA_RUN=1 exec %q \"$@\"\n", os.Args[0])
	if err := os.WriteFile(filepath.Join(bin, "segue-data"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir, append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "KITCHEN="+bin)
}

// withSegue builds segue too.
func withSegue(t *testing.T, env []string) {
	t.Helper()
	bin := strings.TrimPrefix(env[len(env)-1], "KITCHEN=")
	c := exec.Command("go", "build", "-o", filepath.Join(bin, "segue"), "./cmd/segue")
	c.Dir = "../.."
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
}

// cook runs a recipe and returns what it prints.
func cook(t *testing.T, dir string, env []string, recipe string, more ...string) string {
	t.Helper()
	c := exec.Command("sh", "-ec", recipe)
	c.Dir, c.Env = dir, append(env, more...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil || recipe == "" {
		t.Fatalf("%s\n%v: %s%s", recipe, err, out.String(), errs.String())
	}
	return out.String()
}

// The recipes of PostgreSQL.
func TestRecipesPostgres(t *testing.T) {
	dir, env := kitchen(t)
	folder, port := servers.Postgres(t)
	env = append(env[:len(env)-1:len(env)-1], "PGHOST="+folder, fmt.Sprintf("PGPORT=%d", port), "PGUSER="+servers.User, "PGDATABASE=segue", env[len(env)-1])
	conn, err := pgx.Connect(context.Background(), fmt.Sprintf("host=%s port=%d user=%s dbname=segue", folder, port, servers.User))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, statement := range []string{
		"create table sales (day date, store text, sold integer)",
		"insert into sales select d, s, 20 + 10 * (extract(dow from d) in (0, 6))::int + (random() * 5)::int from generate_series(date '2026-06-01', '2026-09-27', '1 day') d, unnest(array['north', 'south']) s",
	} {
		if _, err := conn.Exec(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
	}
	all := recipes(t)
	out := cook(t, dir, env, all["A nightly forecast into a table"])
	var north, cautious float64
	if _, err := fmt.Sscanf(strings.Split(out, "\n")[1], "north,%f,%f", &north, &cautious); err != nil || math.Abs(north-177) > 30 || cautious <= north {
		t.Errorf("%s: %v", out, err) // five days of 22 or 23, and two of 32 or 33
	}
	withSegue(t, env)
	for range 2 { // the second run is the same one
		cook(t, dir, env, all["A panel that is larger than memory"])
		if err := os.RemoveAll(filepath.Join(dir, "parts")); err != nil {
			t.Fatal(err)
		}
	}
	rows := 0
	if err := conn.QueryRow(context.Background(), "select count(*) from nightly where run_id = 'tonight'").Scan(&rows); err != nil || rows != 14 {
		t.Errorf("%d rows: %v", rows, err)
	}
}

// The recipes of Prometheus: a disk that shrinks by a gigabyte a day. The alerts find
// what the metrics hold, and so does the dashboard.
func TestRecipesPrometheus(t *testing.T) {
	dir, env := kitchen(t)
	var metrics strings.Builder
	metrics.WriteString("# TYPE node_filesystem_avail_bytes gauge\n")
	now := time.Now().Truncate(time.Minute)
	for at := now.Add(-14*24*time.Hour - time.Hour); !at.After(now); at = at.Add(5 * time.Minute) {
		left := 3e9 + 1e9*now.Sub(at).Hours()/24 + 2e7*math.Sin(float64(at.Unix()/300))
		fmt.Fprintf(&metrics, "node_filesystem_avail_bytes{instance=\"a:9100\",mountpoint=\"/\"} %.0f %d\n", left, at.Unix())
	}
	metrics.WriteString("# EOF\n")
	address := servers.Prometheus(t, metrics.String())
	cook(t, dir, env, recipes(t)["A disk that will be full in four days"], "PROMETHEUS="+address)
	text, err := os.ReadFile(filepath.Join(dir, "disk.prom"))
	if err != nil {
		t.Fatal(err)
	}
	for ahead, want := range map[string]float64{"1d": 2e9, "4d": 0} { // which is below the threshold of alerts.yml
		var mean float64
		m := regexp.MustCompile(`(?m)^segue_forecast_mean\{forecast="disk",metric="node_filesystem_avail_bytes",instance="a:9100",mountpoint="/",ahead="` + ahead + `"\} (.*)$`).FindSubmatch(text)
		if m == nil {
			t.Fatalf("%s", text)
		}
		if _, err := fmt.Sscan(string(m[1]), &mean); err != nil || math.Abs(mean-want) > 2e8 && (ahead == "1d" || mean >= 1e8) {
			t.Errorf("in %s %g is left, which should be %g", ahead, mean, want)
		}
	}
	if _, errs, status := segue(t, "forecast", address, "--query", "nothing_of_this_name"); status != 1 || !strings.Contains(errs, "finds no value") {
		t.Errorf("%s", errs)
	}
	if _, errs, status := segue(t, "forecast", address, "--query", "rate("); status != 1 || !strings.Contains(errs, "parse error") {
		t.Errorf("%s", errs)
	}
}

// Prometheus takes what is written to it, and answers with it.
func TestRemoteWrite(t *testing.T) {
	dir := t.TempDir()
	var in strings.Builder
	in.WriteString("time,disk,left\n")
	hour := time.Now().Truncate(time.Hour)
	for i := range 96 {
		for _, disk := range []string{"a \"b\"", "Größe"} {
			fmt.Fprintf(&in, "%s,\"%s\",%d\n", hour.Add(time.Duration(i-95)*time.Hour).UTC().Format(time.RFC3339), strings.ReplaceAll(disk, `"`, `""`), 200-i)
		}
	}
	source := filepath.Join(dir, "left.csv")
	if err := os.WriteFile(source, []byte(in.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	address := servers.Prometheus(t, "# TYPE nothing gauge\nnothing 1 1700000000\n# EOF\n")
	ask := []string{"forecast", source, "--method", "drift", "--horizon", "24", "--name", "disk", "--ahead", "6h,1d", "--remote-write", address + "/api/v1/write"}
	out, errs, status := segue(t, ask...)
	if status != 0 || out != "" {
		t.Fatalf("%s%s", out, errs)
	}
	for query, want := range map[string]string{
		`round(segue_forecast_mean{series="Größe",ahead="1d"},0.01)`:                                       "81",
		`round(segue_forecast_mean{series="a \"b\"",ahead="6h"},0.01)`:                                     "99",
		`count(segue_forecast_lower)`:                                                                      "8", // two disks, distances and levels
		`count(segue_forecast_upper{level="95",ahead="1d"} >= on(series) segue_forecast_mean{ahead="1d"})`: "2",
		`count(segue_forecast_made_timestamp_seconds{forecast="disk"} > time() - 600)`:                     "1",
	} {
		res, err := http.PostForm(address+"/api/v1/query", map[string][]string{"query": {query}})
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Data struct{ Result []struct{ Value [2]any } }
		}
		err = json.NewDecoder(res.Body).Decode(&answer)
		res.Body.Close()
		if err != nil || len(answer.Data.Result) != 1 || answer.Data.Result[0].Value[1] != want {
			t.Errorf("%s: %v %v, want %s", query, answer.Data.Result, err, want)
		}
	}
	w := []string{"watch", source, "--method", "drift", "--horizon", "24", "--name", "watched", "--once", "--diary", filepath.Join(dir, "diary.db"), "--remote-write", address + "/api/v1/write"}
	for range 2 { // the second look finds nothing new, and writes again
		if _, errs, status := segue(t, w...); status != 0 {
			t.Fatalf("%s", errs)
		}
	}
	for _, args := range [][]string{{"--remote-write", "http://me:pw@x/"}, {"--remote-token-file", "y"}, {"--remote-write", "localhost:9090"}, {"--remote-write", "http://x/", "--remote-write-file", "y"}} {
		if _, errs, status := segue(t, append([]string{"forecast", source}, args...)...); status != 2 || strings.Contains(errs, ":pw") {
			t.Errorf("%v: status %d, %s", args, status, errs)
		}
	}
}

// promtool finds the alerts in order, and their tests succeed.
func TestAlerts(t *testing.T) {
	tool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("Prometheus is not installed (Debian: prometheus)")
	}
	for _, args := range [][]string{{"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"}} {
		c := exec.Command(tool, args...)
		c.Dir = "recipes"
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// The dashboard and the alerts ask for metrics that there are.
func TestDashboard(t *testing.T) {
	dir := t.TempDir()
	data, prom := filepath.Join(dir, "flow.csv"), filepath.Join(dir, "x.prom")
	for _, days := range []int{40, 42} {
		if err := os.WriteFile(data, []byte(flow(days)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, errs, status := segue(t, "watch", data, "--once", "--diary", filepath.Join(dir, "b.db"), "--method", "naive", "--horizon", "4", "--metrics", prom); status != 0 {
			t.Fatal(errs)
		}
	}
	have, err := os.ReadFile(prom)
	if err != nil {
		t.Fatal(err)
	}
	var board any
	text, err := os.ReadFile("recipes/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	alerts, err := os.ReadFile("recipes/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`segue_[a-z_]+[a-z]`).FindAllString(string(text)+string(alerts), -1)
	if len(names) < 12 {
		t.Fatalf("only %v", names)
	}
	for _, name := range names {
		if !bytes.Contains(have, []byte("\n"+name+"{")) {
			t.Errorf("nothing exports %s", name)
		}
	}
}

// A call centre that is open on weekdays from 8 to 18 gets agents for those hours.
func TestRecipeStaffing(t *testing.T) {
	dir, env := kitchen(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, "calls.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("create table calls (at text, calls integer)"); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC) // a Monday
	for d := range 40 {
		at := day.AddDate(0, 0, d)
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			continue
		}
		for h := range 20 {
			when := at.Add(8*time.Hour + time.Duration(h)*30*time.Minute)
			calls := 20 + int(15*math.Sin(float64(h)*math.Pi/20)) + (d*7+h*13)%5
			if _, err := tx.Exec("insert into calls values (?, ?)", when.Format("2006-01-02 15:04"), calls); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	cook(t, dir, env, recipes(t)["Staffing of a call centre by half-hours"])
	text, err := os.ReadFile(filepath.Join(dir, "staffing.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 101 || !strings.HasPrefix(lines[1], "2026-09-14 08:00,") {
		t.Fatalf("%d lines: %.200s", len(lines), text)
	}
	for _, line := range lines[1:] {
		var agents float64
		at, n, _ := strings.Cut(line, ",")
		if _, err := fmt.Sscan(n, &agents); err != nil || agents < 4 || agents > 10 || at[11:] < "08:00" || at[11:] > "17:30" {
			t.Errorf("%s", line)
		}
	}
}

// The music of the page.
func TestRecipeMusic(t *testing.T) {
	dir, env := kitchen(t)
	withSegue(t, env)
	cook(t, dir, env, recipes(t)["A jam session from a shell"])
	if info, err := os.Stat(filepath.Join(dir, "longer.wav")); err != nil || info.Size() < 100000 {
		t.Errorf("%v", err)
	}
}
