//go:build unix

package accuracy_test

import (
	"os"
	"runtime"
	"syscall"
)

// peakBytes is the most memory that a process that ended had resident.
func peakBytes(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
