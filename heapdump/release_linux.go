package heapdump

import (
	"os"
	"syscall"
)

// release drops the pages wholly inside data, which starts at a page. The
// mapping is read-only and shared, so the file gives them back when touched.
func release(data []byte) {
	if n := len(data) &^ (os.Getpagesize() - 1); n > 0 {
		// Advice: if it is refused, the pages stay.
		_ = syscall.Madvise(data[:n], syscall.MADV_DONTNEED)
	}
}
