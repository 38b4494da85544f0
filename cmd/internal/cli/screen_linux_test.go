package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
	"unsafe"
)

// terminal opens a pseudoterminal; what is written to tty is read from screen.
func terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudoterminals: ", err)
	}
	t.Cleanup(func() { screen.Close() })
	var unlock, n int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &n} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, screen.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
			t.Skip("no pseudoterminals: ", errno)
		}
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudoterminals: ", err)
	}
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}

// A table that is printed on a terminal cannot clear it, colour it or set its title; in
// a pipe it arrives as it is.
func TestOnScreen(t *testing.T) {
	const hostile = "id,\x1b]0;title\x07\x1b[2J\x9b31m\n"
	screen, tty := terminal(t)
	if status := Run(context.Background(), []string{"forecast", "-", "-q"}, strings.NewReader(hostile), tty, &bytes.Buffer{}, demo); status != 0 {
		t.Fatalf("status %d", status)
	}
	seen := make([]byte, 1000)
	n, err := screen.Read(seen)
	if got := string(seen[:n]); err != nil || !strings.Contains(got, "title") || strings.ContainsAny(got, "\x1b\x07") || !utf8.ValidString(got) {
		t.Errorf("the terminal got %q (%v)", got, err)
	}
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	if status := Run(context.Background(), []string{"forecast", "-", "-q"}, strings.NewReader(hostile), to, &bytes.Buffer{}, demo); status != 0 {
		t.Fatalf("status %d", status)
	}
	to.Close()
	if n, err := from.Read(seen); string(seen[:n]) != hostile {
		t.Errorf("the pipe got %q (%v)", seen[:n], err)
	}
}
