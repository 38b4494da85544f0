package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/segue-go/segue/datasets"
)

//go:embed static
var static embed.FS

// Static returns the page's files, for those who serve them otherwise.
func Static() fs.FS {
	sub, err := fs.Sub(static, "static")
	if err != nil {
		panic("web: " + err.Error()) // embedded: cannot happen
	}
	return sub
}

// assets serves the page; browsers ask again, and are told if nothing changed.
func assets() http.Handler {
	files := Static()
	tags := map[string]string{}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, _ := fs.ReadFile(files, name)
			sum := sha256.Sum256(data)
			tags["/"+name] = `"` + hex.EncodeToString(sum[:8]) + `"`
		}
		return err
	})
	tags["/"] = tags["/index.html"]
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tag, ok := tags[r.URL.Path]
		if !ok {
			fail(w, http.StatusNotFound, "there is nothing here", "the page is at /, the interface is described in /api/v1/openapi.json")
			return
		}
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}

// example serves the embedded data sets by their base names.
func example(w http.ResponseWriter, r *http.Request) {
	for _, name := range datasets.Names() {
		if path.Base(name) == r.PathValue("name") {
			kind := "text/csv; charset=utf-8"
			if strings.HasSuffix(name, ".mid") {
				kind = "audio/midi"
			}
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(datasets.MustFile(name))
			return
		}
	}
	fail(w, http.StatusNotFound, "there is no such example", "")
}
