//go:build amd64 || arm64

package hugeheap

import (
	"syscall"
	"unsafe"
)

const (
	hugePage = 2 << 20
	// chunk is what the heap grows by at least, and is aligned to
	// (runtime/mheap.go, grow: pallocChunkBytes, Go 1.12 to 1.26).
	chunk = 4 << 20
	// extent is the stack that deep makes the runtime find room for.
	extent = 16 << 20

	madvHugepage = 14 // linux/mman.h
	madvCollapse = 25 // Linux 6.1
)

func init() {
	advise()
	extend()
}

// fresh is an object that is allocated when advise is called.
var fresh *[64]byte

// advise is for the chunk that the heap consists of at the start. What was touched
// of it is moved.
func advise() {
	fresh = new([64]byte)
	at := uintptr(unsafe.Pointer(fresh)) &^ (chunk - 1)
	madvise(at, chunk, madvHugepage)
	madvise(at, hugePage, madvCollapse)
	madvise(at+hugePage, hugePage, madvCollapse)
}

// extend grows the heap by extent. Memory of a stack goes back to the heap as soon as
// its goroutine ends, without a collection, and most of this one was never touched.
func extend() {
	end := make(chan uintptr)
	go func() {
		deep()
		var here byte
		end <- uintptr(unsafe.Pointer(&here))
	}()
	at := (<-end + chunk - 1) &^ (chunk - 1)
	madvise(at-extent, extent, madvHugepage)
}

// deep has a frame of more than half of extent and touches none of it.
func deep()

// madvise is advice: errors change nothing.
func madvise(at, size, advice uintptr) {
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, at, size, advice)
}
