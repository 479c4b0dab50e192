//go:build !unix

package jobtrace

import (
	"os"
	"sync"
)

// readUnder has no counterpart of what Unix does: it waits in a system call.
func readUnder(_ sync.Locker, f *os.File, b []byte) (int, error) { return f.Read(b) }
