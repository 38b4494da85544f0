package table

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Cells are found by their column's name, trimmed; short rows and unknown columns give "".
func TestRead(t *testing.T) {
	fsys := fstest.MapFS{"a.csv": {Data: []byte("id, x,note\n 1 ,2,\"two\nlines\"\n3\n4,5,6,7\n")}}
	var got []string
	var lines []int
	err := Read(fsys, "a.csv", func(line int, get func(string) string) error {
		got = append(got, get("id")+";"+get("note")+";"+get("none"))
		lines = append(lines, line)
		return nil
	})
	if err != nil || !slices.Equal(got, []string{"1;two\nlines;", "3;;", "4;6;"}) || !slices.Equal(lines, []int{2, 4, 5}) {
		t.Errorf("%q from lines %v: %v", got, lines, err)
	}
}

// Errors name the file and the line.
func TestReadErrors(t *testing.T) {
	fsys := fstest.MapFS{"a.csv": {Data: []byte("x\n1\n2\n")}, "empty.csv": {}}
	bad := errors.New("bad cell")
	err := Read(fsys, "a.csv", func(line int, get func(string) string) error {
		if get("x") == "2" {
			return bad
		}
		return nil
	})
	if !errors.Is(err, bad) || !strings.Contains(err.Error(), "a.csv: line 3") {
		t.Errorf("error %v", err)
	}
	if err := Read(fsys, "empty.csv", nil); err == nil || !strings.Contains(err.Error(), "empty.csv") {
		t.Errorf("an empty file: %v", err)
	}
	if err := Read(fsys, "none.csv", nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
