package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/web"
	"github.com/spf13/cobra"
)

type serveFlags struct {
	listen    string
	megabytes int64
	memory    string
	tokenFile string
	insecure  bool
	open      bool
	probe     bool
	opt       web.Options
}

func (a *app) serveCommand() *cobra.Command {
	f := &serveFlags{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the page and the HTTP interface",
		Long: `Serve a page that forecasts CSV files and continues MIDI files, and the HTTP
interface that it uses (/api/v1/openapi.json). The server listens on the loopback
interface unless --listen says otherwise, stores nothing, and gives clients no access
to the file system. Beyond the loopback interface it requires --token-file; clients send
the token as "Authorization: Bearer TOKEN", browsers as a password. Add --cert and --key
there, or a proxy with TLS; SECURITY.md shows one. Requests are logged on standard error,
as JSON if it is no terminal; /healthz and /metrics are for monitoring. The first Ctrl-C lets running work
finish, a second one stops it.`,
		Example: `  segue serve --open
  segue serve --listen 127.0.0.1:9000
  segue serve --listen :8443 --any-host --token-file token --cert cert.pem --key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.probe {
				return f.healthy(c.Context())
			}
			return a.serve(c.Context(), f)
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.listen, "listen", "127.0.0.1:8765", "`ADDRESS` and port; port 0 takes a free one")
	fl.BoolVar(&f.opt.AnyHost, "any-host", false, "answer under any host name, as behind a proxy; otherwise under localhost only")
	fl.BoolVar(&f.probe, "check", false, "ask the server that listens there whether it is well, and end: for containers")
	fl.BoolVar(&f.open, "open", false, "open the page in the browser")
	fl.StringVar(&f.tokenFile, "token-file", "", "`FILE` with the token that clients must send, 16 characters or more")
	fl.StringVar(&f.opt.Cert, "cert", "", "`FILE` with a certificate in PEM, for TLS")
	fl.StringVar(&f.opt.Key, "key", "", "`FILE` with its key")
	fl.BoolVar(&f.insecure, "insecure", false, "listen beyond the loopback interface without a token")
	fl.Int64Var(&f.megabytes, "max-body", 16, "largest upload in megabytes")
	fl.DurationVar(&f.opt.Work, "max-time", 2*time.Minute, "time limit for the work of one request")
	fl.DurationVar(&f.opt.Wait, "max-wait", 30*time.Second, "time limit for a request to wait for its turn")
	fl.DurationVar(&f.opt.Receive, "max-receive", 30*time.Second, "time limit for a client to send its file")
	fl.IntVar(&f.opt.Workers, "workers", 0, "long requests to work on at a time, and as many short ones (the number of cores)")
	fl.StringVar(&f.memory, "memory", "", "approximate memory to use, as 500M or 2G (900M, or GOMEMLIMIT)")
	fl.IntVar(&f.opt.Rate, "max-rate", 120, "requests per minute from one address, except this machine; -1 for no limit")
	fl.IntVar(&f.opt.Share, "max-share", 16, "requests at a time from one address, except this machine; -1 for no limit")
	return c
}

// check finds faults in the flags and reads what they name.
func (f *serveFlags) check(a *app) (err error) {
	switch o := &f.opt; {
	case f.megabytes < 1 || f.megabytes > 1024:
		return cli.Usagef("--max-body %d: want 1 to 1024", f.megabytes)
	case o.Work < time.Second:
		return cli.Usagef("--max-time %s: want a second or more", o.Work)
	case o.Wait < time.Second || o.Receive < time.Second:
		return cli.Usagef("--max-wait %s, --max-receive %s: want a second or more", o.Wait, o.Receive)
	case o.Workers < 0 || o.Workers > 1000:
		return cli.Usagef("--workers %d: want 1 to 1000", o.Workers)
	case (o.Cert == "") != (o.Key == ""):
		return cli.Usagef("--cert and --key belong together")
	case o.Rate == 0 || o.Share == 0:
		return cli.Usagef("--max-rate, --max-share: want 1 or more, or -1 for no limit")
	}
	f.opt.Body = f.megabytes << 20
	if f.memory != "" {
		if f.opt.Memory, err = parseMemory(f.memory); err != nil {
			return err
		}
	}
	if least := web.LeastMemory(f.opt.Body); f.opt.Memory < least && (f.memory != "" || web.DefaultMemory() < least) {
		return cli.Usagef("--max-body %d wants --memory %dM or more", f.megabytes, least>>20)
	}
	if f.tokenFile != "" {
		token, err := a.Read(f.tokenFile, 4096)
		if err != nil {
			return err
		}
		if f.opt.Token = string(bytes.TrimSpace(token)); len(f.opt.Token) < 16 {
			return fmt.Errorf("%s: a token has 16 characters or more", f.tokenFile)
		}
		if info, err := os.Stat(f.tokenFile); err == nil && info.Mode().Perm()&0o077 != 0 {
			a.Say("note: %s can be read by other users of this machine", f.tokenFile)
		}
	}
	return f.checkAddress()
}

// checkAddress refuses to open the server to a network without a token.
func (f *serveFlags) checkAddress() error {
	at, err := net.ResolveTCPAddr("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", f.listen, err)
	}
	if !at.IP.IsLoopback() && f.opt.Token == "" && !f.insecure {
		return cli.Usagef("--listen %s is open to a network: give --token-file, or --insecure if all who reach it may use it", f.listen)
	}
	return nil
}

func (a *app) serve(ctx context.Context, f *serveFlags) error {
	if err := f.check(a); err != nil {
		return err
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", f.listen, err)
	}
	a.Linger(15 * time.Second) // more than running jobs get
	level := slog.LevelInfo
	if a.Quiet {
		level = slog.LevelWarn
	}
	f.opt.Portable = a.Deterministic
	f.opt.Log = slog.New(slog.NewJSONHandler(a.Err, &slog.HandlerOptions{Level: level}))
	if a.OnTerminal() {
		f.opt.Log = slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: level}))
	}
	scheme := "http"
	if f.opt.Cert != "" {
		scheme = "https"
	}
	address := fmt.Sprintf("%s://%s/", scheme, l.Addr())
	fmt.Fprintln(a.Out, address)
	if f.open {
		if err := browse(address); err != nil {
			a.Say("note: no browser could be opened (%v): open %s yourself", err, address)
		}
	}
	return web.Serve(ctx, l, f.opt)
}

// healthy asks a server that runs on this machine whether it is well.
func (f *serveFlags) healthy(ctx context.Context) error {
	host, port, err := net.SplitHostPort(f.listen)
	if err != nil {
		return cli.Usagef("--listen %s: want an address and a port", f.listen)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	address := net.JoinHostPort(host, port)
	var dial interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if f.opt.Cert != "" { // this machine is asked: its name is not in the certificate
		dial = &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
	}
	conn, err := dial.DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", address, err)
	}
	defer conn.Close()
	// a client of package http would make the program bigger by half a megabyte
	end, _ := ctx.Deadline()
	_ = conn.SetDeadline(end)
	fmt.Fprintf(conn, "GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", address)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", address, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s answers with %s", address, res.Status)
	}
	return nil
}

// browse opens a page in the user's browser.
func browse(address string) error {
	command := []string{"xdg-open", address}
	switch runtime.GOOS {
	case "darwin":
		command[0] = "open"
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler", address}
	}
	c := exec.Command(command[0], command[1:]...)
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }() // the server goes on meanwhile
	return nil
}
