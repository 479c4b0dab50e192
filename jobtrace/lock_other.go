//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package jobtrace

import "os"

// lockFile opens the file. Here processes of one name need Options.Worker to
// tell them apart.
func lockFile(path string) (*os.File, error) {
	return openOwn(path, os.O_RDWR)
}

const plainOnly = 0

// holdLock does nothing: nobody asks here whether the file is still in use.
func holdLock(*os.File) bool { return true }

func isHeld(string) bool { return false }
