//go:build go1.23

package main

import (
	"time"
	"unsafe"

	"programs/truth"
)

// ofTimer notes a timer: since Go 1.23 the first field of a larger one of the
// runtime's.
func ofTimer(a *truth.Account, t *time.Timer) *time.Timer {
	a.Some("runtime.timeTimer", unsafe.Pointer(t))
	return t
}
