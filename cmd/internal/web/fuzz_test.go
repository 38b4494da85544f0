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
	// httptest's client is not this machine: without limits of its own it would be sent away.
	h := Handler(Options{Body: 1 << 16, Rate: -1, Share: -1, Log: slog.New(slog.DiscardHandler)})
	f.Add("forecast", "horizon=3&method=naive", air[:200])
	f.Add("forecast", "method=naive&levels=80,95&value=a,b&wide=1&duplicates=mean&freq=M", []byte("a;b\n1,5;2\n"))
	f.Add("continue", "bars=1&candidates=1", seed)
	f.Add("continue", "bars=1&candidates=1&prompt=slow&chords=Dm7|G7", []byte{})
	f.Add("render", "", []byte("MThd"))
	f.Add("anomalies", "level=95", air[:300])
	f.Add("impute", "season=4", []byte("t,v\n2020-01-01,1\n2020-01-02,\n2020-01-03,3\n"))
	f.Add("inspect", "", seed)
	f.Fuzz(func(t *testing.T, job, query string, body []byte) {
		switch job {
		case "forecast":
			query += "&method=naive&horizon=2"
		case "anomalies":
			query += "&method=naive"
		case "continue":
			if bytes.Contains(body, []byte("MTrk")) { // playing takes long; reading is what is tried
				query += "&part=1000"
			}
		case "impute", "inspect":
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
