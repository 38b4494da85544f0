package store

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
)

// A server that is busy is asked again; one that refuses is not, and no error holds the
// password.
func TestRemoteAnswers(t *testing.T) {
	samples := []Sample{{Name: "m", Value: 1, At: time.Unix(1, 0)}}
	for answers, want := range map[string]string{
		"204": "", "503,204": "", "429,500,200": "", "503,503,503,200": "503", "400,200": "400 Bad Request: out of bounds", "404": "enable-remote-write-receiver",
	} {
		var asked atomic.Int32
		codes := strings.Split(answers, ",")
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if text, err := snappy.Decode(nil, body); err != nil || !strings.Contains(string(text), "__name__") || r.Header.Get("Content-Encoding") != "snappy" {
				t.Errorf("%q %v", text, err)
			}
			if user, password, _ := r.BasicAuth(); user != "me" || password != "swordfish" {
				t.Errorf("asked by %s", user)
			}
			var code int
			fmt.Sscan(codes[min(int(asked.Add(1)), len(codes))-1], &code)
			w.WriteHeader(code)
			if code >= 400 {
				fmt.Fprintln(w, "out of bounds")
			}
		}))
		err := Remote{Address: strings.Replace(s.URL, "//", "//me:swordfish@", 1), Pause: time.Millisecond}.Write(context.Background(), samples)
		s.Close()
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "swordfish")) {
			t.Errorf("%s: %v, want %s", answers, err, want)
		}
	}
	err := Remote{Address: "http://me:swordfish@127.0.0.1:1/"}.Write(context.Background(), samples)
	if err == nil || strings.Contains(err.Error(), "swordfish") {
		t.Errorf("%v", err)
	}
}
