//go:build !go1.23

package main

import (
	"time"
	"unsafe"

	"programs/truth"
)

// ofTimer notes a timer; contexts with a deadline have more of them.
func ofTimer(a *truth.Account, t *time.Timer) *time.Timer {
	a.Some("time.Timer", unsafe.Pointer(t))
	return t
}
