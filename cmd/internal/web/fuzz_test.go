package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever comes as path, query and body is answered, without a panic: every status
// is one that the document knows, and errors are JSON.
func FuzzRequests(f *testing.F) {
	h := Handler(Options{Body: 1 << 16, Log: slog.New(slog.DiscardHandler)})
	f.Add("forecast", "horizon=3&method=naive", air[:200])
	f.Add("forecast", "method=naive&levels=80,95&value=a,b&wide=1&duplicates=mean&freq=M", []byte("a;b\n1,5;2\n"))
	f.Add("continue", "bars=1&candidates=1", seed)
	f.Add("continue", "bars=1&candidates=1&prompt=slow&chords=Dm7|G7", []byte{})
	f.Add("render", "", []byte("MThd"))
	f.Fuzz(func(t *testing.T, job, query string, body []byte) {
		switch job {
		case "forecast":
			query += "&method=naive&horizon=2"
		case "continue":
			if bytes.Contains(body, []byte("MTrk")) { // playing takes long; reading is what is tried
				query += "&part=1000"
			}
		case "render":
			if bytes.Contains(body, []byte("MTrk")) {
				return
			}
		default:
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/api/v1/"+job, bytes.NewReader(body))
		r.URL.RawQuery = query
		r.Host = "localhost"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch w.Code {
		case 200:
		case 400, 413, 415, 422, 504:
			if !strings.HasPrefix(w.Body.String(), `{"error":{"message":"`) {
				t.Errorf("status %d: %.200s", w.Code, w.Body)
			}
		default:
			t.Errorf("status %d: %.200s", w.Code, w.Body)
		}
	})
}
