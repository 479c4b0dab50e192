package mem

import (
	"syscall"
	"unsafe"
)

const madvHugepage = 14 // MADV_HUGEPAGE, linux/mman.h

// advise asks for huge pages wherever whole ones fit.
func advise(b []byte) {
	if len(b) < hugePage {
		return
	}
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) & (hugePage - 1)
	if end := skip + (len(b)-skip)&^(hugePage-1); end > skip && skip < len(b) {
		_ = syscall.Madvise(b[skip:end], madvHugepage) // advice: without it, memory is just slower
	}
}

// mapMemory is n bytes of fresh memory, nil if there is none to be had.
func mapMemory(n int) []byte {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		return nil
	}
	advise(b)
	return b
}

func unmapMemory(b []byte) { _ = syscall.Munmap(b) }
