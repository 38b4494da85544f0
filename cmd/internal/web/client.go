package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// clients counts what every client does at a time and in a minute. A client is an IP
// address; those of this machine, where a proxy may stand for many, are not counted.
type clients struct {
	atOnce, perMinute int // 0 is no limit

	mu    sync.Mutex
	known map[string]*account
}

type account struct {
	running int
	tokens  float64   // requests that may be made now
	at      time.Time // when tokens was right
}

// mostClients bounds the memory of accounts.
const mostClients = 10000

func newClients(atOnce, perMinute int) *clients {
	return &clients{atOnce: atOnce, perMinute: perMinute, known: map[string]*account{}}
}

// clientOf is the address of a client, "" for this machine.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip := net.ParseIP(host)
	if ip != nil && ip.IsLoopback() {
		return ""
	}
	if ip != nil && ip.To4() == nil {
		return ip.Mask(net.CIDRMask(64, 128)).String() // one customer has as many addresses
	}
	return host
}

// enter begins a request of a client.
func (c *clients) enter(name string) error {
	if name == "" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	a := c.known[name]
	if a == nil {
		if len(c.known) >= mostClients {
			c.forget(now)
		}
		if len(c.known) >= mostClients {
			return errBusy
		}
		a = &account{tokens: float64(c.perMinute), at: now}
		c.known[name] = a
	}
	if c.atOnce > 0 && a.running >= c.atOnce {
		return errShare
	}
	if c.perMinute > 0 {
		a.tokens = min(float64(c.perMinute), a.tokens+now.Sub(a.at).Minutes()*float64(c.perMinute))
		a.at = now
		if a.tokens < 1 {
			return errRate
		}
		a.tokens--
	}
	a.running++
	return nil
}

// leave ends a request of a client.
func (c *clients) leave(name string) {
	if name == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[name].running--
}

// forget drops accounts that have been full again for a while.
func (c *clients) forget(now time.Time) {
	for name, a := range c.known {
		if a.running == 0 && now.Sub(a.at) > time.Minute {
			delete(c.known, name)
		}
	}
}

// authorised reports whether a request holds the token: as a bearer's, or as the
// password of any name, which browsers ask for.
func (s *server) authorised(r *http.Request) bool {
	if s.opt.Token == "" {
		return true
	}
	_, given, ok := r.BasicAuth()
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
		given, ok = bearer, true
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.opt.Token)) // of one length
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && ok
}

var fitID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
})

// requestID is the name of a request in logs and answers: that of a proxy before this
// server, or a new one.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); fitID().MatchString(id) {
		return id
	}
	return rand.Text()[:16]
}
