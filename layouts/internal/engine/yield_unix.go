//go:build unix

package engine

import "syscall"

// behind is how far a child stands behind this process, as a nice value: it gets
// ready while something else is worked out, and should only take what that leaves.
const behind = 10

// yield lets other processes go before a child. Where that is not allowed it
// stays as it is.
func yield(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, behind) }
