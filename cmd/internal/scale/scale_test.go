package scale

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

const months = 36

// panel is a table of n series, rows in order of time, and the same rows as
// records.
type record struct {
	Shop  string    `parquet:"shop"`
	Month time.Time `parquet:"month,timestamp"`
	Sales float64   `parquet:"sales"`
}

func panel(n int) (string, []record) {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("shop,month,sales\n")
	var recs []record
	for t := range months {
		for i := range n {
			v := float64(int(100*(50+float64(i)+float64(t%12)*3+r.NormFloat64()*4))) / 100
			at := time.Date(2020+t/12, time.Month(t%12+1), 1, 0, 0, 0, 0, time.UTC)
			id := fmt.Sprintf("shop, \"%d\"", i)
			fmt.Fprintf(&b, "\"shop, \"\"%d\"\"\",%s,%v\n", i, at.Format("2006-01-02"), v)
			recs = append(recs, record{id, at, v})
		}
	}
	return b.String(), recs
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(t *testing.T) Options {
	t.Helper()
	return Options{Method: forecast.Theta, Task: forecast.Task{Horizon: 3, Threads: 2}, Levels: []float64{80}, Parts: 7, Key: "k"}
}

func mustRun(t *testing.T, path, dir string, opt Options) Report {
	t.Helper()
	rep, err := Run(context.Background(), path, dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// contents are the files of a folder, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			t.Errorf("the folder %s is left", e.Name())
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
	for name, text := range want {
		if name != planFile && got[name] != text {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

// Every series is forecast as it would be in memory, and lies in one part.
func TestSameAsInMemory(t *testing.T) {
	text, _ := panel(60)
	opt := options(t)
	dir := filepath.Join(t.TempDir(), "out")
	rep := mustRun(t, write(t, "p.csv", text), dir, opt)
	if rep.Series != 60 || rep.Dead != 0 || rep.Rows != 60*months || rep.Parts != 7 {
		t.Errorf("%+v", rep)
	}
	tab, err := table.Parse(strings.NewReader(text), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fs, err := forecast.Run(context.Background(), opt.Method, tab.Series, opt.Task)
	if err != nil {
		t.Fatal(err)
	}
	files := contents(t, dir)
	all := ""
	for k := range 7 {
		all += files[fmt.Sprintf("part-%05d-of-00007.csv", k)]
	}
	rows := table.NewRows(tab, opt.Levels, nil)
	for _, f := range fs {
		want := fmt.Sprintf("%q,2023-01-01,%.10g,", f.ID, f.Mean[0])
		want = strings.ReplaceAll(want, `\"`, `""`)
		if strings.Count(all, want) != 1 {
			t.Fatalf("want %s once in\n%.500s", want, all)
		}
	}
	if n := strings.Count(all, strings.Join(rows.Header(), ",")); n != 7 {
		t.Errorf("%d headers", n)
	}
}

// Compressed files and Parquet give what the plain file gives.
func TestFormats(t *testing.T) {
	text, recs := panel(40)
	opt := options(t)
	dir := t.TempDir()
	mustRun(t, write(t, "p.csv", text), filepath.Join(dir, "csv"), opt)
	want := contents(t, filepath.Join(dir, "csv"))
	var gz, zs, pq bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = z.Write([]byte(text))
	z.Close()
	s, err := zstd.NewWriter(&zs)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = s.Write([]byte(text))
	s.Close()
	if err := parquet.Write(&pq, recs); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]*bytes.Buffer{"gz": &gz, "zst": &zs} {
		mustRun(t, write(t, "p."+name, data.String()), filepath.Join(dir, name), opt)
		same(t, name, contents(t, filepath.Join(dir, name)), want)
	}
	// a timestamp is written with its time of day
	mustRun(t, write(t, "p.parquet", pq.String()), filepath.Join(dir, "parquet"), opt)
	for name, text := range contents(t, filepath.Join(dir, "parquet")) {
		if got := strings.ReplaceAll(text, " 00:00:00", ""); name != planFile && got != want[name] {
			t.Errorf("parquet: %s differs: %.200s\nwant %.200s", name, got, want[name])
		}
	}
	semicolons := strings.ReplaceAll(strings.ReplaceAll(text, "shop,month,sales", "shop;month;sales"), "\",2", "\";2")
	semicolons = strings.ReplaceAll(semicolons, "-01,", "-01;")
	semicolons = strings.ReplaceAll(semicolons, ".", ",") // numbers as half of the world writes them
	mustRun(t, write(t, "p.csv", "\ufeff"+semicolons), filepath.Join(dir, "semicolons"), opt)
	same(t, "semicolons", contents(t, filepath.Join(dir, "semicolons")), want)
	// what package table reads, folders read: padded quotes, UTF-16, old line ends, JSON
	padded := strings.ReplaceAll(strings.ReplaceAll(text, "\",2", "\" , 2"), "-01,", "-01 , ")
	wide := []byte{0xff, 0xfe}
	for _, c := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(c), byte(c>>8))
	}
	var records []string
	for _, r := range recs {
		records = append(records, fmt.Sprintf(`{"shop":%q,"month":%q,"sales":%v}`, r.Shop, r.Month.Format("2006-01-02"), r.Sales))
	}
	for name, data := range map[string]string{"padded": padded, "utf16": string(wide), "cr": strings.ReplaceAll(text, "\n", "\r"), "json": "[" + strings.Join(records, ",") + "]"} {
		mustRun(t, write(t, "p."+name, data), filepath.Join(dir, name), opt)
		same(t, name, contents(t, filepath.Join(dir, name)), want)
	}
}

// The shards' files are those of one run, byte for byte.
func TestShards(t *testing.T) {
	text, _ := panel(50)
	path := write(t, "p.csv", text)
	opt := options(t)
	one, many := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "many")
	mustRun(t, path, one, opt)
	for _, i := range []int{2, 0, 1} {
		opt.Shard = Shard{i, 3}
		rep := mustRun(t, path, many, opt)
		if rep.Series == 0 || rep.Series == 50 {
			t.Errorf("shard %d did %d series", i, rep.Series)
		}
	}
	same(t, "shards", contents(t, many), contents(t, one))
}

// A series that cannot be read or forecast becomes a dead letter with its reason;
// the others are forecast as without it.
func TestDeadLetters(t *testing.T) {
	text, _ := panel(30)
	opt := options(t)
	good := filepath.Join(t.TempDir(), "good")
	mustRun(t, write(t, "p.csv", text), good, opt)
	bad := text + "broken,2020-01-01,12\nbroken,2020-02-01,1o2\nbroken,2020-03-01,3\ntwice,2020-01-01,1\ntwice,2020-01-01,2\nempty,2020-01-01,\n"
	dir := filepath.Join(t.TempDir(), "bad")
	rep := mustRun(t, write(t, "p.csv", bad), dir, opt)
	if rep.Series != 30 || rep.Dead != 3 {
		t.Errorf("%+v", rep)
	}
	letters := ""
	want := contents(t, good)
	for name, text := range contents(t, dir) {
		if strings.HasPrefix(name, "dead") {
			letters += text
		} else if name != planFile && text != want[name] {
			t.Errorf("%s differs", name)
		}
	}
	for _, s := range []string{"broken,", "1o2", "twice,", "empty,"} {
		if !strings.Contains(letters, s) {
			t.Errorf("the dead letters lack %s: %s", s, letters)
		}
	}
}

// Repairs are counted over all parts.
func TestRepairs(t *testing.T) {
	text, _ := panel(30)
	var gaps strings.Builder
	for i := range 5 {
		for k := range 24 {
			value := fmt.Sprint(10 + k)
			if k == 7 || k == 9 {
				value = "NA"
			}
			fmt.Fprintf(&gaps, "gap%d,%d-%02d-01,%s\n", i, 2020+k/12, k%12+1, value)
		}
	}
	rep := mustRun(t, write(t, "p.csv", text+gaps.String()), filepath.Join(t.TempDir(), "out"), options(t))
	if len(rep.Repairs) == 0 || rep.Repairs[0] != (table.Note{What: "missing values", Count: 10}) {
		t.Errorf("repairs %v, want 10 missing values", rep.Repairs)
	}
}

// A run that was stopped anywhere is resumed to the same result, and each series is
// there once.
func TestResume(t *testing.T) {
	text, _ := panel(50)
	path := write(t, "p.csv", text)
	opt := options(t)
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, path, whole, opt)
	want := contents(t, whole)
	for stop := range 4 {
		dir := filepath.Join(t.TempDir(), fmt.Sprint("stopped", stop))
		ctx, cancel := context.WithCancel(context.Background())
		cut := opt
		cut.Task.Threads = 1
		parts := 0
		cut.Progress = func(p Progress) {
			if p.Stage == "forecasting" {
				if parts++; parts > stop {
					cancel()
				}
			}
		}
		if _, err := Run(ctx, path, dir, cut); !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped after %d parts: %v", stop, err)
		}
		cancel()
		if _, err := Run(context.Background(), path, dir, opt); !errors.Is(err, ErrFolder) {
			t.Errorf("without Resume: %v", err)
		}
		again := opt
		again.Resume = true
		again.Parts = 0 // the plan's
		rep := mustRun(t, path, dir, again)
		if rep.Skipped != stop+1 {
			t.Errorf("%d parts skipped, want %d", rep.Skipped, stop+1)
		}
		same(t, "resumed", contents(t, dir), want)
		again.Key = "other"
		if _, err := Run(context.Background(), path, dir, again); !errors.Is(err, ErrFolder) {
			t.Errorf("another command: %v", err)
		}
	}
}

// Files with a series per line.
func TestRows(t *testing.T) {
	var b strings.Builder
	for i := range 25 {
		fmt.Fprintf(&b, "s%d", i)
		for t := range 30 {
			fmt.Fprintf(&b, ",%d", 10+i+t%4)
		}
		b.WriteByte('\n')
	}
	b.WriteString("bad,1,x,3\n")
	opt := options(t)
	opt.Rows = true
	dir := filepath.Join(t.TempDir(), "rows")
	rep := mustRun(t, write(t, "r.csv", b.String()), dir, opt)
	if rep.Series != 25 || rep.Dead != 1 {
		t.Errorf("%+v", rep)
	}
}

// What cannot be done is said, and nothing is left half-written.
func TestErrors(t *testing.T) {
	opt := options(t)
	text, _ := panel(5)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, dir string
		opt       func(*Options)
		says      string
	}{
		"no file":        {"no-such-file", "", nil, "no such file"},
		"folder in use":  {write(t, "p.csv", text), full, nil, "not empty"},
		"no such column": {write(t, "p.csv", text), "", func(o *Options) { o.Table.ID, o.Table.Time, o.Table.Value = "shop", "month", "price" }, `"price"`},
		"one series":     {write(t, "p.csv", "month,sales\n2020-01,1\n2020-02,3\n2020-03,2\n"), "", nil, "column of ids"},
		"empty":          {write(t, "p.csv", ""), "", nil, "empty"},
		"broken row":     {write(t, "p.csv", text+"x,\""+strings.Repeat("9", 1<<20)), "", nil, "more than"},
		"zeros":          {write(t, "p.csv", "\x00\x00"), "", nil, "zero byte"},
		"broken gzip":    {write(t, "p.gz", "\x1f\x8bjunk"), "", nil, "p.gz"},
		"broken parquet": {write(t, "p.parquet", "PAR1junkjunkPAR1"), "", nil, "p.parquet"},
	} {
		o := opt
		if c.opt != nil {
			c.opt(&o)
		}
		dir := c.dir
		if dir == "" {
			dir = filepath.Join(t.TempDir(), "out")
		}
		if _, err := Run(context.Background(), c.path, dir, o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %q", name, err, c.says)
		}
		if _, err := os.Stat(dir); c.dir == "" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a folder is left behind", name)
		}
	}
}

// Series that are drawn are whole, the same every time, and as many as asked for.
func TestDraw(t *testing.T) {
	text, _ := panel(40)
	path := write(t, "p.csv", text)
	draw := func(n int) *table.Table {
		table, err := Draw(context.Background(), path, Options{}, n)
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	few, again, all := draw(7), draw(7), draw(1000)
	if len(few.Series) != 7 || len(all.Series) != 40 {
		t.Fatalf("%d and %d series", len(few.Series), len(all.Series))
	}
	for i, s := range few.Series {
		if len(s.Values) != months || again.Series[i].ID != s.ID {
			t.Errorf("series %d: %q and %q, %d values", i, s.ID, again.Series[i].ID, len(s.Values))
		}
	}
}

// Text comes out of packed files and of Parquet.
func TestUnpack(t *testing.T) {
	text, recs := panel(3)
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = z.Write([]byte(text))
	z.Close()
	for _, in := range []string{text, gz.String()} {
		r, err := Unpack(strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != text {
			t.Errorf("got %d bytes, want %d (%v)", len(got), len(text), err)
		}
	}
	var pq bytes.Buffer
	if err := parquet.Write(&pq, recs); err != nil {
		t.Fatal(err)
	}
	r, err := ParquetText(write(t, "p.parquet", pq.String()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || strings.ReplaceAll(string(got), " 00:00:00", "") != text {
		t.Errorf("got %.200s (%v)", got, err)
	}
	if r, err = ParquetText(write(t, "p.parquet", pq.String())); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil { // before all is read: nothing hangs
		t.Error(err)
	}
}
