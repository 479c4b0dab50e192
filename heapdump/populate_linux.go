package heapdump

import (
	"os"
	"syscall"
)

const madvPopulateRead = 22 // MADV_POPULATE_READ, linux/mman.h, Linux 5.14

// populate maps the pages of a part of a mapping at once, which costs less than
// a fault for every few of them. Where the system does not know that, they are
// mapped when they are touched.
func populate(data []byte, lo, hi int64) {
	page := int64(os.Getpagesize())
	lo = lo &^ (page - 1)
	hi = min((hi+page-1)&^(page-1), int64(len(data)))
	if lo < hi {
		_ = syscall.Madvise(data[lo:hi], madvPopulateRead) // advice
	}
}

// memoryBytes is how much memory the machine has, 0 if that is not known.
func memoryBytes() int64 {
	var info syscall.Sysinfo_t
	if syscall.Sysinfo(&info) != nil {
		return 0
	}
	return int64(info.Totalram) * int64(info.Unit)
}
