package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"
)

// Remote is a server that takes samples by Prometheus's remote-write protocol, version
// 1.0: Prometheus itself, Mimir, Thanos, VictoriaMetrics.
type Remote struct {
	Address string // as http://localhost:9090/api/v1/write
	Token   string // a bearer's
	Timeout time.Duration
	Pause   time.Duration // before the second try, and twice that before the third; default a second
}

// perRequest is the number of samples of a request, which is what Prometheus sends itself.
const perRequest = 2000

// Check reports whether the address can be one.
func (r Remote) Check() error {
	u, err := url.Parse(r.Address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("the address is not understood; it is like http://localhost:9090/api/v1/write: %w", ErrAddress)
	}
	return nil
}

// Write sends samples. A server that is busy is asked three times; samples that were
// taken before an error stay, and may be sent again.
func (r Remote) Write(ctx context.Context, samples []Sample) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(r.Timeout, 10*time.Minute))
	defer cancel()
	for part := range slices.Chunk(samples, perRequest) {
		body := snappy.Encode(nil, writeRequest(part))
		err := r.send(ctx, body)
		for pause, try := cmp.Or(r.Pause, time.Second), 1; errors.Is(err, errBusy) && try < 3; pause, try = 2*pause, try+1 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pause):
			}
			err = r.send(ctx, body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errBusy is wrapped by answers of a server that may take the same later.
var errBusy = errors.New("try again later")

// send sends a request. Its errors do not hold the address, which may hold a password.
func (r Remote) send(ctx context.Context, body []byte) error {
	res, err := Post(ctx, r.Address, r.Token, map[string]string{
		"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0", "User-Agent": "segue-data",
	}, body)
	if errors.Is(err, ErrAddress) {
		return r.Check()
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 500))
	reason, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	switch {
	case res.StatusCode/100 == 2:
		return nil
	case res.StatusCode/100 == 5 || res.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("it answers with %s: %s: %w", res.Status, reason, errBusy)
	case res.StatusCode == http.StatusNotFound:
		return fmt.Errorf("it answers with %s: is remote-write switched on (--web.enable-remote-write-receiver)?", res.Status)
	}
	return fmt.Errorf("it answers with %s: %s", res.Status, reason)
}

// writeRequest is prometheus.WriteRequest of prompb/remote.proto: series (1), each with
// labels (1: name 1, value 2), sorted by name, and samples (2: value 1, milliseconds 2).
// Samples of a series follow each other in the order of their times.
func writeRequest(samples []Sample) []byte {
	type series struct{ labels, samples []byte }
	bySeries := map[string]*series{}
	var order []*series
	for _, s := range samples {
		labels := append([][2]string{{"__name__", s.Name}}, s.Labels...)
		slices.SortFunc(labels, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
		var key []byte
		for _, l := range labels {
			if l[1] == "" {
				continue // Prometheus takes it for a label that is not there
			}
			pair := field(field(nil, 1, []byte(l[0])), 2, []byte(strings.ToValidUTF8(l[1], "\ufffd")))
			key = field(key, 1, pair)
		}
		one := bySeries[string(key)]
		if one == nil {
			one = &series{labels: key}
			bySeries[string(key)] = one
			order = append(order, one)
		}
		value := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(s.Value))
		value = protowire.AppendVarint(protowire.AppendTag(value, 2, protowire.VarintType), uint64(s.At.UnixMilli()))
		one.samples = field(one.samples, 2, value)
	}
	var out []byte
	for _, s := range order {
		out = field(out, 1, append(s.labels, s.samples...))
	}
	return out
}

// field adds bytes to a message.
func field(to []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), value)
}
