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

// ownerOfFile tells whether a process has the file locked, as jobtrace has the text of
// its crash. If none has, it is locked now.
func ownerOfFile(f *os.File) owner {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case err == nil:
		return gone
	case errors.Is(err, syscall.EWOULDBLOCK):
		return living
	}
	return unknown
}
