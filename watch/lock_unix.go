//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package watch

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock of a file, for as long as the process lives. File
// systems without locks are taken as they are.
func lockFile(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrWatched
	}
	return nil
}
