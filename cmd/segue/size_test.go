package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// No file, function or package of the repository is larger than a reader can
// take in. Generated code is left out.
func TestSizes(t *testing.T) {
	const (
		fileLines     = 430
		functionLines = 80
		packageFiles  = 20 // without tests
		medianLines   = 150
	)
	files := map[string]int{} // lines
	packages := map[string]int{}
	var code []int // lines of every file that is not a test
	for _, path := range sourceFiles(t, "../..") {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if ast.IsGenerated(f) {
			continue
		}
		files[path] = set.File(f.Pos()).LineCount()
		if n := files[path]; n > fileLines {
			t.Errorf("%s has %d lines; the limit is %d", path, n, fileLines)
		}
		if !strings.HasSuffix(path, "_test.go") {
			packages[filepath.Dir(path)]++
			code = append(code, files[path])
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1; n > functionLines {
				t.Errorf("%s: %s has %d lines; the limit is %d", path, fn.Name.Name, n, functionLines)
			}
		}
	}
	for dir, n := range packages {
		if n > packageFiles {
			t.Errorf("%s has %d files; the limit is %d", dir, n, packageFiles)
		}
	}
	if len(files) < 100 || packages["../../seq"] == 0 {
		t.Fatalf("only %d files found", len(files))
	}
	slices.Sort(code)
	if n := code[len(code)/2]; n > medianLines {
		t.Errorf("the median file has %d lines; the limit is %d", n, medianLines)
	}
}

// sourceFiles lists the Go files below root, of all modules, without hidden and
// build folders.
func sourceFiles(t *testing.T, root string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || slices.Contains([]string{"bin", "dist", "out", "vendor", "testdata", "node_modules"}, name)) {
			return filepath.SkipDir
		}
		if !d.IsDir() && filepath.Ext(name) == ".go" {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
