package scale

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A run holds a lock file in the folder, a file per shard, and touches it while it
// works. Two runs of one shard, or runs of different divisions into shards, would
// write the same parts: the second is refused. The lock of a run that was killed is
// taken over: at once if it was a process of this machine, otherwise when it has not
// been touched for a while, by the clock of the file system.

const (
	lockPrefix = ".lock-"
	lockBeat   = 5 * time.Second  // from one touch to the next
	lockStale  = 60 * time.Second // without a touch: the owner is gone
)

// owner is the content of a lock file.
type owner struct {
	Run   string    `json:"run"` // a random name
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// lock is a lock file that this run holds.
type lock struct {
	path string
	own  owner
	stop chan struct{}
	done sync.WaitGroup
	once sync.Once // of release
}

// errTaken ends a run whose lock another run took, because it made no progress for long.
var errTaken = errors.New("another run has taken over; this one stood still for too long")

// lockFolder takes the lock of a shard.
func lockFolder(dir string, s Shard) (*lock, error) {
	host, _ := os.Hostname() // without a name, age decides
	l := &lock{
		path: filepath.Join(dir, fmt.Sprintf("%s%d-of-%d", lockPrefix, s.Index, s.Of)),
		own:  owner{Run: rand.Text()[:10], Host: host, PID: os.Getpid(), Since: time.Now().UTC()},
		stop: make(chan struct{}),
	}
	for attempt := 0; ; attempt++ {
		err := l.create()
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) || attempt == 3 {
			return nil, fmt.Errorf("%s: %w: %w", dir, err, ErrFolder)
		}
		if err := l.evict(l.path); err != nil {
			return nil, err
		}
	}
	others, err := filepath.Glob(filepath.Join(dir, lockPrefix+"*-of-*"))
	for _, path := range others {
		var i, of int
		name := filepath.Base(path)
		if _, serr := fmt.Sscanf(name, lockPrefix+"%d-of-%d", &i, &of); serr != nil || name != fmt.Sprintf("%s%d-of-%d", lockPrefix, i, of) {
			continue // not a lock yet
		}
		if err == nil && of != s.Of {
			err = l.evict(path)
		}
	}
	if err != nil {
		_ = os.Remove(l.path)
		return nil, err
	}
	l.done.Go(l.beat)
	return l, nil
}

// create writes the lock file, whole, if there is none.
func (l *lock) create() error {
	text, err := json.Marshal(l.own)
	if err != nil {
		return err
	}
	return publishNew(l.path, append(text, '\n'), l.own.Run)
}

// evict removes a lock whose owner is gone; that of a run that works is an error.
func (l *lock) evict(path string) error {
	old, age, err := readLock(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if age < lockStale && !(old.Host == l.own.Host && !running(old)) {
		return fmt.Errorf("%s: another run works on it (process %d on %s, since %s): %w", filepath.Dir(path), old.PID, old.Host, old.Since.Local().Format("2006-01-02 15:04:05"), ErrFolder)
	}
	// only one of several that see the same old lock can rename it
	aside := path + "." + l.own.Run
	if err := os.Rename(path, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	defer os.Remove(aside)
	if now, _, err := readLock(aside); err != nil || now.Run != old.Run {
		_ = os.Link(aside, path) // somebody else had taken it over in between
		return fmt.Errorf("%s: another run works on it: %w", filepath.Dir(path), ErrFolder)
	}
	return nil
}

// readLock reads a lock file and returns the time since it was last touched.
func readLock(path string) (o owner, age time.Duration, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return o, 0, err
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return o, 0, fmt.Errorf("%s: is damaged; remove it if no run works on the folder: %w", path, ErrFolder)
	}
	info, err := os.Stat(path)
	if err != nil {
		return o, 0, err
	}
	now, err := fileTime(filepath.Dir(path))
	return o, now.Sub(info.ModTime()), err
}

// fileTime is the time by the clock of a folder's file system, which may be another
// machine's.
func fileTime(dir string) (time.Time, error) {
	f, err := os.CreateTemp(dir, lockPrefix+"clock-*")
	if err != nil {
		return time.Time{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// started is about when this process did.
var started = time.Now()

// running reports whether the owner of a lock, a process of this machine, lives.
func running(o owner) bool {
	if o.PID == os.Getpid() { // a container that starts again has the same number
		return !o.Since.Before(started)
	}
	if o.PID <= 0 {
		return false
	}
	p, err := os.FindProcess(o.PID)
	if err != nil {
		return false
	}
	if runtime.GOOS == "windows" { // it has no signal that only asks
		return true
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}

// beat touches the lock until it is released.
func (l *lock) beat() {
	t := time.NewTicker(lockBeat)
	defer t.Stop()
	for {
		select {
		case <-l.stop:
			return
		case now := <-t.C:
			if l.held() == nil {
				_ = os.Chtimes(l.path, time.Time{}, now) // the next beat may succeed
			}
		}
	}
}

// held is an error if the lock is no longer this run's.
func (l *lock) held() error {
	text, err := os.ReadFile(l.path)
	if err != nil {
		return fmt.Errorf("%w (%w)", errTaken, err)
	}
	var o owner
	if json.Unmarshal(text, &o) != nil || o.Run != l.own.Run {
		return errTaken
	}
	return nil
}

// release gives the lock back; the second time it does nothing.
func (l *lock) release() {
	l.once.Do(func() {
		close(l.stop)
		l.done.Wait()
		if l.held() == nil {
			_ = os.Remove(l.path)
		}
	})
}

// publishNew writes a file that appears whole, and only if there is none of its name;
// run is a name that no other run uses.
func publishNew(path string, data []byte, run string) error {
	temporary := path + ".new-" + run
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err = os.Link(temporary, path); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // no links on this file system
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
