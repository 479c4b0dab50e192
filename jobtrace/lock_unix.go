//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package jobtrace

import (
	"errors"
	"os"
	"syscall"
)

// lockFile opens a file that no other process has open this way, else the
// error is errLocked. The system ends the lock with the process. File systems
// without locks are taken as they are.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, errLocked
	}
	return f, nil
}

// holdLock locks a file for as long as it, or a copy of its descriptor, is open.
func holdLock(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
