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
	f, err := openOwn(path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if !holdLock(f) {
		f.Close()
		return nil, errLocked
	}
	return f, nil
}

// plainOnly refuses links, and to wait for the reader of a pipe.
const plainOnly = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// holdLock locks a file for as long as it, or a copy of its descriptor, is open. It
// reports whether nobody else has it locked.
func holdLock(f *os.File) bool { return !errors.Is(lock(f), syscall.EWOULDBLOCK) }

func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// isHeld reports whether some process has locked a file.
func isHeld(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR|plainOnly, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(lock(f), syscall.EWOULDBLOCK)
}
