//go:build unix

package graph

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that this process took so far, which does not
// depend on what others do.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
