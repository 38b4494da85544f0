package web

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// meters are what the server counts, in Prometheus' text format.
type meters struct {
	set              *metrics.Set
	waiting, running atomic.Int64
}

func newMeters() *meters {
	m := &meters{set: metrics.NewSet()}
	m.set.NewGauge("segue_jobs_waiting", func() float64 { return float64(m.waiting.Load()) })
	m.set.NewGauge("segue_jobs_running", func() float64 { return float64(m.running.Load()) })
	return m
}

// request counts one.
func (m *meters) request(route string, status int, took time.Duration) {
	m.set.GetOrCreateCounter(fmt.Sprintf(`segue_requests_total{route=%q,status="%d"}`, route, status)).Inc()
	m.set.GetOrCreateHistogram(fmt.Sprintf(`segue_request_seconds{route=%q}`, route)).Update(took.Seconds())
}

func (m *meters) write(w io.Writer) {
	m.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}
