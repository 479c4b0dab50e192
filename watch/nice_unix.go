//go:build unix

package watch

import (
	"os"
	"strconv"
	"syscall"
)

// niceness is that of work that can wait.
const niceness = 10

// Nice lets other programs go first. On Linux each thread has a niceness of its
// own, and new ones that of the thread that starts them.
func Nice() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness)
		return
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			syscall.Setpriority(syscall.PRIO_PROCESS, id, niceness)
		}
	}
}
